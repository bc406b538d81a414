"""What goes into each field of a form, decided from facts and answers alone: no database, no clock, same result always.

Order: what the person answered · the record the task names · grade A, newest · grade B, same form first, newest ·
everything else is only offered. A disagreement on a field that must be asked is put to the person.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from portal.forms import service as forms
from portal.forms.service import Field, Form
from portal.prefill.candidates import is_fillable, list_candidates
from portal.prefill.facts import FAILED, READ, Fact
from portal.prefill.matters import find_matter
from portal.prefill.origins import reason_line, source_name
from portal.prefill.settling import Given, Outcome, Rejected, Settling

OWN_ORIGINS = ("manual", "override", "chat_confirmed", "carried")


def resolve(
    spec: Form,
    facts: Iterable[Fact],
    answers: Mapping[str, Any],
    *,
    party_code: str,
    today: date,
    named_record: str = "",
    language: str = "zh",
    actor: int | str | None = "",
    strong: bool = False,
) -> dict[str, Outcome]:
    """The outcome of every field by its id; a repeat group is settled as a whole list.

    ``answers`` maps a field id to a value (then it counts as the person's own), or to anything with ``value``,
    ``origin``, ``at`` and ``state``. ``actor`` is the id of the account acting; without a ``strong`` sign-in private
    values are withheld. The order of ``facts`` is of no matter.
    """
    facts = list(facts)
    known = sorted(_newest_batches(facts), key=_order)
    matter = find_matter(
        spec,
        known,
        party_code=party_code,
        named_record=named_record,
        actor=str(actor or ""),
        today=today,
        strong=strong,
    )
    by_concept: dict[str, list[tuple[int, Fact]]] = {}
    for place, fact in enumerate(known):
        by_concept.setdefault(fact.concept, []).append((place, fact))
    unread = list_unread(facts)
    own = {field_id: _given(answer) for field_id, answer in answers.items()}
    settled = {}
    for field in spec.list_fields():
        told = [pair for concept in {field.concept, *field.offered} for pair in by_concept.get(concept, ())]
        in_order = [fact for _place, fact in sorted(told, key=lambda pair: pair[0])]
        candidates = list_candidates(spec, field, in_order, matter, language)
        one = Settling(spec, field, matter, language).settle(candidates, own.get(field.id))
        settled[field.id] = _add_unread(field, one, unread, language)
    return settled


def add_computed(spec: Form, settled: Mapping[str, Outcome], today: date, language: str) -> dict[str, Outcome]:
    """The outcomes with the fields that the form works out from what the others now hold; a draft's view does so too."""
    values = {name: one.value for name, one in settled.items() if one.value is not None}
    found = forms.compute_values(spec, values, today)
    line = reason_line("computed", language)
    return dict(settled) | {
        name: replace(
            settled[name],
            outcome="computed",
            value=value,
            locked=spec.get_field(name).lock,
            origin_line=line,
            choices=(),
        )
        for name, value in found.items()
    }


def list_unread(facts: Iterable[Fact]) -> dict[str, tuple[str, date]]:
    """Sources whose newest look-up brought nothing, with the reason's code and the day."""
    newest: dict[str, Fact] = {}
    for fact in facts:
        if fact.concept in (READ, FAILED) and fact.batch >= newest.get(fact.source, fact).batch:
            newest[fact.source] = fact
    return {
        source: (fact.value.get("why", "source_down"), fact.as_of)
        for fact in newest.values()
        if fact.concept == FAILED
        for source in fact.value["sources"]
    }


def _add_unread(field: Field, one: Outcome, unread: Mapping[str, tuple[str, date]], language: str) -> Outcome:
    """The sources a field may be filled from that could not be or were not asked, as reasons beside it."""
    if not is_fillable(field):
        return one
    told = [
        Rejected(None, source_name(name, language), reason_line(unread[name][0], language), unread[name][0], name)
        for name in field.sources
        if name in unread
    ]
    return replace(one, rejected=one.rejected + tuple(told)) if told else one


def _newest_batches(facts: Iterable[Fact]) -> list[Fact]:
    """Of each source only what its newest successful look-up gave."""
    known = [fact for fact in facts if fact.concept != FAILED]
    newest: dict[str, int] = {}
    for fact in known:
        for source in fact.value["sources"] if fact.concept == READ else [fact.source]:
            newest[source] = max(newest.get(source, 0), fact.batch)
    return [fact for fact in known if fact.concept != READ and fact.batch == newest[fact.source]]


def _order(fact: Fact) -> tuple[Any, ...]:
    """Newest first; then by record, value and standing, so that no accident of reading decides."""
    return -fact.as_of.toordinal(), fact.grade, fact.record_id, fact.source, fact.concept, fact.subject, _Rest(fact)


class _Rest:
    """What tells facts apart that are alike in all else: written out only for those, since it takes long."""

    __slots__ = ("fact",)

    def __init__(self, fact: Fact) -> None:
        self.fact = fact

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Rest) and self._write() == other._write()

    def __lt__(self, other: "_Rest") -> bool:
        return self._write() < other._write()

    def _write(self) -> tuple[Any, ...]:
        return repr(self.fact.value), self.fact.fetched_at, self.fact.party_code, repr(self.fact.stand)


def _given(answer: Any) -> Given | None:
    """The person's own answer, or None when there is none or it was filled in for them."""
    if answer is None:
        return None
    if not hasattr(answer, "origin"):
        return Given(answer)
    if answer.origin not in OWN_ORIGINS:
        return None
    return Given(answer.value, answer.origin, getattr(answer, "at", None), getattr(answer, "state", "given"))


def list_recorded(
    spec: Form,
    facts: Iterable[Fact],
    source: str,
    concept: str,
    *,
    party_code: str,
    today: date,
    named_record: str = "",
    actor: int | str | None = "",
) -> list[Any]:
    """What one source says today of a concept that the form asks, as the form stores it, newest first; only what is
    about the same thing as the draft. Empty when it says nothing or was away."""
    asked = next((field for field in spec.list_fields() if field.concept == concept), None)
    if asked is None:
        return []
    known = sorted(_newest_batches(facts), key=_order)
    matter = find_matter(
        spec, known, party_code=party_code, named_record=named_record, actor=str(actor or ""), today=today
    )
    field = replace(asked, sources=(source,), ttl_days=None)
    return [c.value for c in list_candidates(spec, field, known, matter, "zh") if c.standing == "fills"]
