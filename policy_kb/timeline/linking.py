"""Which text amended, replaced or repealed which, told by the texts themselves.

Three sources, in this order of trust: a clause that says so (a repeal clause, a section of an amending decision), the
history line under a title (根据…第二次修订), and what the collector noted in the manifest. Links are worked out when asked
for, from what is stored, so a text loaded later completes them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from policy_kb.errors import UnknownDocument
from policy_kb.ingest import document_id, title_key
from policy_kb.ingest.facts import Event, list_events
from policy_kb.model import Clause, Version
from policy_kb.timeline.library import DECISION, TITLE, Library, Texts, made_on
from policy_kb.versions import Statement

AMENDED, REPLACED, REPEALED = "amended", "replaced", "repealed"
_ENDS = re.compile(r"废止|失效|停止执行")


@dataclass(frozen=True, slots=True)
class VersionLink:
    """One change of law: ``earlier`` gave way to ``later``.

    ``kind`` is amended (same title, new wording), replaced (another text, or the same title issued anew, takes over) or
    repealed (nothing takes over). ``earlier`` and ``later`` are version ids, "" when that wording is not loaded or there is
    none. ``decided`` is the day of the act that did it, ``effective`` the first day it counts; None when no text tells.
    ``by_*`` name the act: title or number as printed, its version and the clause (id and label) that says so, "" when not
    loaded. ``told`` are the text's own words, ``source`` where they stand: clause, history or manifest.
    """

    kind: str
    earlier_title: str
    later_title: str = ""
    earlier: str = ""
    later: str = ""
    decided: date | None = None
    effective: date | None = None
    by_title: str = ""
    by_version: str = ""
    by_clause: str = ""
    by_label: str = ""
    told: str = ""
    source: str = "clause"


@dataclass(frozen=True, slots=True)
class DocumentHistory:
    """Everything known of one document in time: its loaded ``versions``, oldest first, and its ``links``, in order of their day."""

    document_id: str
    title: str
    versions: tuple[Version, ...]
    links: tuple[VersionLink, ...]

    def version_on(self, day: date) -> Version | None:
        """The version in force on a day; one of unknown beginning counts only when no dated one applies."""
        held = [version for version in self.versions if version.status_on(day) in {"in_force", "unknown"}]
        return max(held, key=lambda version: version.in_force_from or date.min, default=None)


def trace_document(base: Texts, title: str) -> DocumentHistory:
    """The history of a title (brackets, width and 中华人民共和国 do not matter); UnknownDocument names near titles."""
    library = Library.of(base)
    wanted = document_id(title)
    family = library.families.get(wanted)
    if family is None:
        raise UnknownDocument(tell_missing(title, [v for versions in library.families.values() for v in versions]))
    links = [*_amendments(library, family), *_ends(library, family), *_starts(library, family)]
    kept = _without_repetition(links)
    return DocumentHistory(wanted, family[-1].title, tuple(family), tuple(sorted(kept, key=_day)))


def tell_missing(title: str, versions: Iterable[Version]) -> str:
    """One line that says a title is not loaded and which titles are near it."""
    wanted = title_key(title)
    near = sorted({version.title for version in versions if wanted and wanted in title_key(version.title)})
    told = f"; there are {'、'.join(f'《{each}》' for each in near[:5])}" if near else ""
    return f"no text called 《{title}》 is loaded{told}"


def find_successor(base: Texts, version: Version, day: date) -> Version | None:
    """The version (without clauses) that governs the same matter on ``day``: of the same document, else of the one that
    replaced it, and so on; None when nothing took over, or what did is not loaded."""
    library, seen = Library.of(base), {version.document_id}
    while True:
        family = library.families.get(version.document_id, [])
        held = DocumentHistory(version.document_id, version.title, tuple(family), ()).version_on(day)
        if held is not None:
            return held
        heirs = [act for act in _heirs(library, version) if act.document_id not in seen]
        if not heirs:
            return None
        version = heirs[0]
        seen.add(version.document_id)


def _heirs(library: Library, version: Version) -> list[Version]:
    """The texts that replaced a document, from those that say so, else as the collector noted."""
    saying = [act for act in library.repealing(title_key(version.title)) if not DECISION.search(act.title)]
    later = [act for act in saying if (_begins(library, act) or date.min) >= (version.in_force_to or date.max)]
    if later:
        return sorted(later, key=lambda act: _begins(library, act) or date.max)
    statement = library.statements.get(version.id)
    return library.families.get(document_id(statement.replaced_by), []) if statement and statement.replaced_by else []


def _day(link: VersionLink) -> tuple[date, date]:
    decided = link.decided or link.effective or date.min
    return decided, link.effective or decided


# Amendments ------------------------------------------------------------------


def _amendments(library: Library, family: Sequence[Version]) -> Iterator[VersionLink]:
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


# Ends and beginnings ---------------------------------------------------------


def _ends(library: Library, family: Sequence[Version]) -> Iterator[VersionLink]:
    """Who ended this document: clauses of other texts, else the collector's note."""
    key, last = title_key(family[-1].title), family[-1]
    told = False
    for act in library.repealing(key):
        if act.document_id == last.document_id or _begins(library, act) is None:
            continue
        ended = _wording_ended(family, _begins(library, act))
        if ended:
            told = True
            yield _end(library, ended, act, key)
    statement = library.statements.get(last.id)
    if not told and statement and (statement.ended or statement.replaced_by or statement.repealed_undated):
        yield _noted_end(library, last, statement)


def _begins(library: Library, act: Version) -> date | None:
    statement = library.statements.get(act.id)
    return statement.starts if statement and statement.starts else act.in_force_from


def _wording_ended(family: Sequence[Version], day: date | None) -> Version | None:
    """The last wording made before the day of the act; a title may be repealed and issued again later."""
    held = [version for version in family if day and (made_on(version) or date.min) < day]
    return held[-1] if (held and held[-1] is family[-1]) or (held and held[-1].in_force_to == day) else None


def _end(library: Library, ended: Version, act: Version, key: str) -> VersionLink:
    clause = library.find_clause(act, key, _ENDS)
    outright = bool(DECISION.search(act.title))
    return VersionLink(
        REPEALED if outright else REPLACED,
        ended.title,
        "" if outright else act.title,
        ended.id,
        "" if outright else act.id,
        made_on(act),
        _begins(library, act),
        by_title=act.title,
        by_version=act.id,
        by_clause=clause.id if clause else "",
        by_label=clause.label if clause else "",
        told=_sentence(clause, key) if clause else "",
    )


def _noted_end(library: Library, ended: Version, statement: Statement) -> VersionLink:
    successor = library.families.get(document_id(statement.replaced_by), []) if statement.replaced_by else []
    return VersionLink(
        REPLACED if statement.replaced_by else REPEALED,
        ended.title,
        statement.replaced_by,
        ended.id,
        successor[0].id if successor else "",
        None,
        ended.in_force_to if statement.ended or successor else None,
        by_title=statement.replaced_by,
        told=statement.remark,
        source="manifest",
    )


def _starts(library: Library, family: Sequence[Version]) -> Iterator[VersionLink]:
    """What this document ended: the titles in its own repeal clause, loaded or not."""
    first = next(
        (version for version in family if version.id in library.statements and library.statements[version.id].repeals),
        None,
    )
    if first is None:
        return
    outright = bool(DECISION.search(first.title))
    for title in library.statements[first.id].repeals:
        key = title_key(title)
        clause = library.find_clause(first, key, _ENDS)
        ended = _wording_ended(library.families.get(document_id(title), []), _begins(library, first))
        same = ended is not None and ended.document_id == first.document_id
        yield VersionLink(
            REPEALED if outright else REPLACED,
            title,
            "" if outright else first.title,
            ended.id if ended and not same else "",
            "" if outright else first.id,
            made_on(first) if first.amended is None else first.published,
            _begins(library, first),
            by_title=first.title,
            by_version=first.id,
            by_clause=clause.id if clause else "",
            by_label=clause.label if clause else "",
            told=_sentence(clause, key) if clause else "",
        )


def _sentence(clause: Clause, key: str) -> str:
    """The sentence of a clause that names the title, without line breaks."""
    sentences = re.split(r"(?<=[。；])|\n", clause.text)
    return next(
        (sentence.strip() for sentence in sentences if any(title_key(t) == key for t in TITLE.findall(sentence))), ""
    )[:300]


def _without_repetition(links: Sequence[VersionLink]) -> list[VersionLink]:
    """A link told twice (by both its ends) once."""
    kept: dict[tuple[str, str, str, date | None], VersionLink] = {}
    for link in links:
        kept.setdefault((link.kind, title_key(link.earlier_title), link.by_title, link.decided), link)
    return list(kept.values())
