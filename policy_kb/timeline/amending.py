"""Which wordings of a text its amendments made: one link an amendment, whether its wordings are loaded or not."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from policy_kb.ingest import title_key
from policy_kb.ingest.facts import Event, list_events
from policy_kb.model import Version
from policy_kb.timeline.library import Library, made_on
from policy_kb.timeline.links import AMENDED, VersionLink


def list_amendments(library: Library, family: Sequence[Version]) -> Iterator[VersionLink]:
    """One link for every amendment printed in any wording's history, and for wordings that follow without one."""
    events = _amending_events(family)
    by_day = {made_on(version): version for version in family}
    days = [event.day for event in events]
    earlier = _first_wording(family, days[0]) if days else None
    for place, event in enumerate(events):
        later = by_day.get(event.day) or _announced_later(family, event, days[place + 1 :])
        yield _amendment(library, family, event, earlier, later)
        earlier = later
    told = {event.day for event in events}
    for earlier, later in pairwise(family):
        day = made_on(later)
        if later.amended and day not in told and not any(e for e in events if _announced_later(family, e, []) is later):
            yield VersionLink(
                AMENDED, earlier.title, later.title, earlier.id, later.id, day, later.in_force_from, source="history"
            )


def _amending_events(family: Sequence[Version]) -> list[Event]:
    """Each amendment once, by its day; a decision and the order that announced it on the same day are one."""
    found: dict[date, Event] = {}
    for version in family:
        for event in list_events(version.history)[1:]:
            if event.amends:
                known = found.get(event.day)
                if known is None or len(event.what) > len(known.what):
                    found[event.day] = event
    return [found[day] for day in sorted(found)]


def _announced_later(family: Sequence[Version], event: Event, further: Sequence[date]) -> Version | None:
    """The wording of an amendment adopted one day and announced on a later one, before any further amendment."""
    limit = min(further, default=date.max)
    return next((v for v in family if v.amended and event.day <= v.amended < limit), None)


def _first_wording(family: Sequence[Version], before: date) -> Version | None:
    first = family[0]
    made = made_on(first)
    return first if first.amended is None and made is not None and made < before else None


def _amendment(
    library: Library, family: Sequence[Version], event: Event, earlier: Version | None, later: Version | None
) -> VersionLink:
    title = family[-1].title
    act = library.find_act((event.order, event.decision), event.day) or (
        library.find_act((event.order, event.decision), later.amended) if later else None
    )
    clause = library.find_clause(act, title_key(title), re.compile("修改|修正|删|增加")) if act else None
    effective = (
        later.in_force_from
        if later
        else (library.statements[act.id].starts if act and act.id in library.statements else None)
    )
    if later and later.in_force_from and later.in_force_from < event.day:
        effective = None  # only the commencement of the first wording is known
    return VersionLink(
        AMENDED,
        title,
        title,
        earlier.id if earlier else "",
        later.id if later else "",
        event.day,
        effective,
        by_title=act.title if act else event.decision or event.order,
        by_version=act.id if act else "",
        by_clause=clause.id if clause else "",
        by_label=clause.label if clause else "",
        told=event.what,
        source="clause" if clause else "history",
    )
