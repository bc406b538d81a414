"""What goes into each field of a form, decided from facts and answers alone: no database, no clock, same result always.

Order: what the person answered · the record the task names · grade A, newest · grade B, same form first, newest ·
everything else is only offered. A disagreement on a field that must be asked is put to the person.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from portal.forms.service import Field, Form
from portal.prefill.candidates import Candidate, Matter, find_matter, list_candidates
from portal.prefill.comparing import comparison_key, has_old_district
from portal.prefill.facts import FAILED, READ, Fact
from portal.prefill.origins import origin_line, reason_line

OWN_ORIGINS = ("manual", "override", "chat_confirmed", "carried")
MOST_CHOICES = 6


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that is shown for choosing; ``note`` says what to mind."""

    value: Any
    origin_line: str
    fact_id: int | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A value that does not count, and why, in words; ``code`` is the reason's name."""

    value: Any
    origin_line: str
    reason: str
    code: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """``outcome``: auto (fill it), kept (the person's answer stays), conflict (``choices`` disagree), suggest
    (``choices`` are offered), none. ``hint`` is a sentence for the person; ``locked`` is never sent by the browser."""

    outcome: str
    value: Any = None
    fact_id: int | None = None
    origin_line: str = ""
    locked: bool = False
    choices: tuple[Choice, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as the resolution needs it. ``state``: given, cleared, not_applicable."""

    value: Any
    origin: str = "manual"
    at: datetime | None = None
    state: str = "given"


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
) -> dict[str, Outcome]:
    """The outcome of every field by its id; a repeat group is settled as a whole list.

    ``answers`` maps a field id to a value (then it counts as the person's own), or to anything with ``value``,
    ``origin``, ``at`` and ``state``. ``actor`` is the id of the account acting. The order of ``facts`` is of no matter.
    """
    known = sorted(_newest_batches(facts), key=_order)
    matter = find_matter(
        spec, known, party_code=party_code, named_record=named_record, actor=str(actor or ""), today=today
    )
    own = {field_id: _given(answer) for field_id, answer in answers.items()}
    return {
        field.id: _Settling(spec, field, matter, language).settle(
            list_candidates(spec, field, known, matter, language), own.get(field.id)
        )
        for field in spec.list_fields()
    }


def _newest_batches(facts: Iterable[Fact]) -> list[Fact]:
    """Of each source only what its newest successful look-up gave."""
    known = [fact for fact in facts if fact.concept != FAILED]
    newest: dict[str, int] = {}
    for fact in known:
        for source in fact.value["sources"] if fact.concept == READ else [fact.source]:
            newest[source] = max(newest.get(source, 0), fact.batch)
    return [fact for fact in known if fact.concept != READ and fact.batch == newest[fact.source]]


def _order(fact: Fact) -> tuple[Any, ...]:
    """Newest first; then by record and value, so that no accident of reading decides."""
    return (-fact.as_of.toordinal(), fact.grade, fact.record_id, fact.source, fact.concept, repr(fact))


def _given(answer: Any) -> Given | None:
    """The person's own answer, or None when there is none or it was filled in for them."""
    if answer is None:
        return None
    if not hasattr(answer, "origin"):
        return Given(answer)
    if answer.origin not in OWN_ORIGINS:
        return None
    return Given(answer.value, answer.origin, getattr(answer, "at", None), getattr(answer, "state", "given"))


class _Settling:
    """One field being settled; holds what every step needs, so that the steps stay short."""

    def __init__(self, spec: Form, field: Field, matter: Matter, language: str) -> None:
        self.spec, self.field, self.matter, self.language = spec, field, matter, language

    def settle(self, candidates: Sequence[Candidate], given: Given | None) -> Outcome:
        filling = sorted((c for c in candidates if c.standing == "fills"), key=self._rank)
        offered = [c for c in candidates if c.standing == "offered"]
        rejected = tuple(self._reject(c, c.reason, c.detail) for c in candidates if c.standing == "rejected")
        if given is not None:
            return self._keep(given, filling, rejected)
        if not filling:
            choices = self._choices(offered)
            return Outcome("suggest" if choices else "none", choices=choices, rejected=rejected)
        return self._fill(filling, rejected)

    def _rank(self, candidate: Candidate) -> tuple[Any, ...]:
        """Smaller comes first: the named record, then A before B, B of the same form first, then the newest."""
        fact = candidate.fact
        named = bool(self.matter.named_record) and fact.record_id == self.matter.named_record
        named = named or (fact.grade == "A" and fact.stand.subject == self.matter.named_subject != "")
        same_form = fact.stand.item.partition("/")[0] == self.spec.item
        return (
            not named,
            fact.grade,
            not same_form if fact.grade == "B" and self.field.conflict == "ask" else False,
            -fact.as_of.toordinal(),
            self.field.sources.index(fact.source),
            fact.record_id,
        )

    def _fill(self, filling: Sequence[Candidate], rejected: tuple[Rejected, ...]) -> Outcome:
        best = filling[0]
        against = [c for c in filling[1:] if self._disagrees(best, c)] if self.field.conflict == "ask" else []
        if against:
            return Outcome(
                "conflict",
                choices=self._choices([best, *against]),
                rejected=rejected,
                hint=self._conflict_hint(best, against),
            )
        passed = [c for c in filling[1:] if comparison_key(c.value) != comparison_key(best.value)]
        return Outcome(
            "auto",
            best.value,
            best.fact.id,
            origin_line(best.fact, self.language),
            locked=self.field.lock and best.fact.grade == "A",
            rejected=rejected + tuple(self._reject(c, "superseded") for c in passed),
            hint=reason_line("renamed", self.language) if has_old_district(best.value) else "",
        )

    def _disagrees(self, best: Candidate, other: Candidate) -> bool:
        """An older B beside a newer A, or an older entry of the same grade, is only superseded."""
        if comparison_key(best.value) == comparison_key(other.value):
            return False
        newer = other.fact.as_of > best.fact.as_of
        return newer or (other.fact.as_of == best.fact.as_of and other.fact.grade == best.fact.grade)

    def _keep(self, given: Given, filling: Sequence[Candidate], rejected: tuple[Rejected, ...]) -> Outcome:
        """The answer stays. A register that says otherwise since then, or on a locked field at all, is a conflict."""
        best = filling[0] if filling else None
        if best is None or best.fact.grade != "A":
            return Outcome("kept", given.value, rejected=rejected)
        if given.state == "given" and comparison_key(best.value) == comparison_key(given.value):
            if self.field.lock:
                return self._fill(filling, rejected)
            return Outcome("kept", given.value, best.fact.id, rejected=rejected)
        newer = given.at is not None and best.fact.as_of > given.at.date()
        if self.field.lock or (newer and self.field.conflict == "ask"):
            return Outcome("conflict", given.value, choices=self._choices([best]), rejected=rejected,
                           hint=reason_line("register_differs", self.language))  # fmt: skip
        return Outcome("kept", given.value, rejected=rejected)

    def _conflict_hint(self, best: Candidate, against: Sequence[Candidate]) -> str:
        register_moved = best.fact.source != "business_register" and any(
            c.fact.source == "business_register" for c in against
        )
        return reason_line("change_due" if register_moved else "sources_differ", self.language)

    def _choices(self, candidates: Sequence[Candidate]) -> tuple[Choice, ...]:
        """Each value once, the first of it, at most a handful."""
        seen: dict[Any, Choice] = {}
        for c in candidates:
            note = reason_line(c.reason, self.language, detail=c.detail) if c.reason else ""
            key = (comparison_key(c.value), bool(c.reason))
            seen.setdefault(key, Choice(c.value, origin_line(c.fact, self.language), c.fact.id, note))
        return tuple(list(seen.values())[:MOST_CHOICES])

    def _reject(self, candidate: Candidate, code: str, detail: str = "") -> Rejected:
        fact = candidate.fact
        return Rejected(
            fact.value, origin_line(fact, self.language), reason_line(code, self.language, detail=detail), code
        )


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
