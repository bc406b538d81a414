"""How well prefill serves, counted over what was really sent: the first snapshot of each case and the draft's answers.

There are no counters of their own: what is published can always be counted again.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from policy_kb import clock
from portal.applications import prefilling, questions
from portal.applications.models import Answer, Case, Snapshot
from portal.errors import Invalid
from portal.extensions import db
from portal.vocabulary import ACCOUNT_SOURCE

LEAST_SHOWN = 5  # smaller groups could tell of one enterprise
_PERIOD = re.compile(r"(20\d\d)(?:-(0[1-9]|1[0-2]))?")


@dataclass(frozen=True, slots=True)
class Group:
    """``filled``: answers that a record filled in; ``changed`` of these were overridden before sending. ``changed`` is
    None where the number is too small to be published."""

    name: str
    filled: int
    changed: int | None

    @property
    def rate(self) -> float | None:
        """The share that was overridden, 0 to 1."""
        return self.changed / self.filled if self.changed is not None and self.filled else None


@dataclass(frozen=True, slots=True)
class Figures:
    """``asked``: answers to fields that a source could fill; the rest of the groups as in Group. ``sources`` and
    ``fields`` are ordered by how much was filled; ``hidden`` says that groups were left out or blurred."""

    cases: int
    asked: int
    total: Group
    sources: tuple[Group, ...]
    fields: tuple[Group, ...]
    hidden: bool = False

    @property
    def coverage(self) -> float | None:
        return self.total.filled / self.asked if self.asked else None


def read_period(period: str) -> tuple[datetime, datetime] | None:
    """First moment and the one after the last of ``2026`` or ``2026-11``; None for all time. Days cannot be chosen:
    two periods that differ by a day would tell of one case."""
    if not period:
        return None
    found = _PERIOD.fullmatch(period)
    if found is None:
        raise Invalid(
            _("The filter cannot be read."), fields={"period": _("Write a year or a month: 2026 or 2026-11.")}
        )
    year, month = int(found[1]), int(found[2] or 0)
    after = date(year + 1, 1, 1) if month in (0, 12) else date(year, month + 1, 1)
    return _start_of(date(year, month or 1, 1)), _start_of(after)


def _start_of(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), clock.BEIJING)


def measure(period: str, language: str) -> Figures:
    """The exact figures of the cases received in a period."""
    within = read_period(period)
    query = select(Case, Snapshot.provenance).join(Snapshot).where(Snapshot.round == 1).order_by(Case.id)
    autos = select(Answer.draft_id, Answer.field_id, Answer.fact_id).join(Case, Case.draft_id == Answer.draft_id)
    if within:
        query = query.where(Case.received_at >= within[0], Case.received_at < within[1])
        autos = autos.where(Case.received_at >= within[0], Case.received_at < within[1])
    filled_by: dict[str, dict[str, int | None]] = defaultdict(dict)
    for draft_id, field_id, fact_id in db.session.execute(autos.where(Answer.origin == "auto").order_by(Answer.id)):
        filled_by[draft_id][field_id] = fact_id
    return _count(db.session.execute(query).tuples(), filled_by, language)


def _count(
    rows: Iterable[tuple[Case, Mapping[str, Any]]], filled_by: Mapping[str, Mapping[str, int | None]], language: str
) -> Figures:
    facts = ((draft_id, fact) for draft_id, by_field in filled_by.items() for fact in by_field.values())
    sources = prefilling.list_sources((draft_id, fact) for draft_id, fact in facts if fact is not None)
    cases = asked = 0
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for case, provenance in rows:
        cases += 1
        filled = filled_by.get(case.draft_id, {})
        form = questions.form_of(case.form_id, case.form_version)
        for field in form.list_fields():
            if field.id not in provenance or not prefilling.is_prefillable(form, field):
                continue
            asked += 1
            if field.id in filled:
                changed = provenance[field.id]["origin"] == "override"
                source = _name_source(sources.get((case.draft_id, filled[field.id] or 0), ""), language)
                for name in ("total", f"source:{source}", f"field:{field.label[language]}"):
                    counts[name].update(filled=1, changed=int(changed))
    by = {kind: tuple(_list_groups(counts, f"{kind}:")) for kind in ("source", "field")}
    return Figures(cases, asked, _group("", counts["total"]), by["source"], by["field"])


def _name_source(source: str, language: str) -> str:
    """“Your account” is said to the applicant alone."""
    own = _("the applicant's own account")
    return own if source == ACCOUNT_SOURCE else prefilling.source_name(source, language)


def _list_groups(counts: Mapping[str, Counter[str]], prefix: str) -> list[Group]:
    found = [_group(name.removeprefix(prefix), one) for name, one in counts.items() if name.startswith(prefix)]
    return sorted(found, key=lambda group: (-group.filled, group.name))


def _group(name: str, count: Counter[str]) -> Group:
    return Group(name, count["filled"], count["changed"])


def hide_small(figures: Figures) -> Figures:
    """The figures as anybody may see them: nothing at all of fewer than LEAST_SHOWN cases, and no group with fewer
    filled answers or with 1 to LEAST_SHOWN - 1 changes, nor a rest from which one could be worked out."""
    if figures.cases < LEAST_SHOWN:
        return Figures(0, 0, Group("", 0, None), (), (), hidden=True)
    total = _blur(figures.total)
    shown = [_keep_publishable(groups, figures.total) for groups in (figures.sources, figures.fields)]
    hidden = [*figures.sources, *figures.fields] != [*shown[0], *shown[1]]
    return Figures(figures.cases, figures.asked, total, shown[0], shown[1], hidden)


def _keep_publishable(groups: Iterable[Group], total: Group) -> tuple[Group, ...]:
    """The groups that are not small; further ones are left out until the rest, total less shown, is not small either."""
    kept = [one for one in groups if one.filled >= LEAST_SHOWN and _blur(one).changed is not None]
    while kept and any(
        0 < rest < LEAST_SHOWN
        for rest in (
            total.filled - sum(one.filled for one in kept),
            (total.changed or 0) - sum(one.changed or 0 for one in kept),
        )
    ):
        kept.pop()
    return tuple(kept)


def _blur(group: Group) -> Group:
    small = group.changed is not None and 0 < group.changed < LEAST_SHOWN
    return Group(group.name, group.filled, None) if small else group
