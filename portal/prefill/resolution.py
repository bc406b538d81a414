"""What goes into each field of a form, decided from facts and answers alone: no database, no clock, same result always.

Order: what the person answered · the record the task names · grade A, newest · grade B, same form first, newest ·
everything else is only offered. A disagreement on a field that must be asked is put to the person.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from policy_kb import clock
from portal.forms import service as forms
from portal.forms.service import Field, Form
from portal.prefill.candidates import Candidate, is_fillable, list_candidates
from portal.prefill.comparing import comparison_key, has_old_district
from portal.prefill.facts import FAILED, READ, Fact
from portal.prefill.matters import Matter, find_matter
from portal.prefill.origins import origin_line, reason_line, source_name

OWN_ORIGINS = ("manual", "override", "chat_confirmed", "carried")
MOST_CHOICES = 6


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that is shown for choosing; ``note`` says what to mind, ``code`` is the name of that reason."""

    value: Any
    origin_line: str
    fact_id: int | None
    note: str = ""
    code: str = ""
    source: str = ""
    record_id: str = ""
    as_of: date | None = None
    grade: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A value that does not count, and why, in words; ``code`` is the reason's name. Of what could not be read or may
    not be shown the value is None."""

    value: Any
    origin_line: str
    reason: str
    code: str
    source: str = ""
    record_id: str = ""
    as_of: date | None = None
    grade: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """``outcome``: auto (fill it), conflict (``choices`` disagree), kept (the person's answer stays; ``choices`` are the
    sides of a conflict it settled), suggest (``choices`` are offered), computed, none. ``hint`` is a sentence for the
    person; ``locked`` is never sent by the browser; ``source`` to ``grade`` say what ``value`` rests on."""

    outcome: str
    value: Any = None
    fact_id: int | None = None
    origin_line: str = ""
    locked: bool = False
    choices: tuple[Choice, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    hint: str = ""
    source: str = ""
    record_id: str = ""
    as_of: date | None = None
    grade: str = ""


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
        one = _Settling(spec, field, matter, language).settle(candidates, own.get(field.id))
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


class _Settling:
    """One field being settled; holds what every step needs, so that the steps stay short."""

    def __init__(self, spec: Form, field: Field, matter: Matter, language: str) -> None:
        self.spec, self.field, self.matter, self.language = spec, field, matter, language
        self.named = {matter.named, *(matter.find_only(sources) for sources in matter.main.values())} - {""}

    def settle(self, candidates: Sequence[Candidate], given: Given | None) -> Outcome:
        filling = sorted((c for c in candidates if c.standing == "fills"), key=self._rank)
        offered = [c for c in candidates if c.standing == "offered"]
        offered.sort(key=lambda c: c.fact.concept != self.field.concept)
        rejected = tuple(self._reject(c, c.reason, c.detail) for c in candidates if c.standing == "rejected")
        if given is not None:
            return self._keep(given, filling, rejected + self._pass_over(offered, given.value))
        if not filling:
            choices = self._choices(offered)
            return Outcome("suggest" if choices else "none", choices=choices, rejected=rejected)
        return self._fill(filling, rejected + self._pass_over(offered, filling[0].value))

    def _pass_over(self, offered: Sequence[Candidate], value: Any) -> tuple[Rejected, ...]:
        """What would only have been offered, beside a value that stands."""
        key = comparison_key(value)
        return tuple(self._reject(c, c.reason, c.detail) for c in offered if comparison_key(c.value) != key)

    def _is_named(self, fact: Fact) -> bool:
        """Whether the fact stands on the record the task names, or on the one licence (product) it can only mean."""
        if self.matter.named_record and fact.record_id == self.matter.named_record:
            return True
        return fact.grade == "A" and fact.stand.subject in self.named

    def _rank(self, candidate: Candidate) -> tuple[Any, ...]:
        """Smaller comes first: the named record, then A before B, B of the same form first, then the newest."""
        fact = candidate.fact
        same_form = fact.stand.item.partition("/")[0] == self.spec.item
        if self.field.conflict == "ask":
            order: tuple[Any, ...] = (
                not self._is_named(fact),
                fact.grade,
                not same_form if fact.grade == "B" else False,
                -fact.as_of.toordinal(),
            )
        else:
            order = (not self._is_named(fact), fact.grade, -fact.as_of.toordinal())
        return (*order, self.field.sources.index(fact.source), fact.record_id)

    def _fill(self, filling: Sequence[Candidate], rejected: tuple[Rejected, ...]) -> Outcome:
        best = filling[0]
        sides = self._list_sides(filling)
        passed = [c for c in filling[1:] if comparison_key(c.value) != comparison_key(best.value) and c not in sides]
        rejected += tuple(self._reject(c, "superseded") for c in passed)
        if sides:
            hint = self._conflict_hint(best, sides[1:])
            return Outcome("conflict", choices=self._choices(sides), rejected=rejected, hint=hint)
        return Outcome(
            "auto",
            best.value,
            best.fact.id,
            origin_line(best.fact, self.language),
            locked=self.field.lock and best.fact.grade == "A",
            rejected=rejected,
            hint=reason_line("renamed", self.language) if has_old_district(best.value) else "",
            **_rest_on(best.fact),
        )

    def _list_against(self, filling: Sequence[Candidate]) -> list[Candidate]:
        """The candidates that disagree with the first one and are not merely older than what bears it out."""
        best = filling[0]
        key = comparison_key(best.value)
        same = [c for c in filling if comparison_key(c.value) == key]
        others = [c for c in filling if comparison_key(c.value) != key]
        borne_out = max([c.fact.as_of for c in same if c.fact.grade == "A"], default=best.fact.as_of)
        return [c for c in others if self._disagrees(best.fact, c.fact, max(borne_out, best.fact.as_of))]

    def _disagrees(self, one: Fact, two: Fact, since: date) -> bool:
        """An older B beside a newer A, or an older entry of the same register, is only superseded.

        Two registers that stand side by side and say different things are put to the person, whichever is newer; only
        the named licence goes before an older entry of another register.
        """
        if two.as_of > since or (two.as_of == since and two.grade == one.grade):
            return True
        return one.grade == two.grade == "A" and one.source != two.source and not self._is_named(one)

    def _keep(self, given: Given, filling: Sequence[Candidate], rejected: tuple[Rejected, ...]) -> Outcome:
        """The answer stays. A register that says otherwise since then, or on a locked field at all, is a conflict. The sides
        of a conflict that was settled go on being offered: people change their mind."""
        best, sides = (filling[0] if filling else None), self._list_sides(filling)
        passed = tuple(
            self._reject(c, "answered")
            for c in filling
            if c not in sides and comparison_key(c.value) != comparison_key(given.value)
        )
        choices = self._choices(sides)
        if best is None or best.fact.grade != "A":
            return Outcome("kept", given.value, choices=choices, rejected=rejected + passed)
        if given.state == "given" and comparison_key(best.value) == comparison_key(given.value):
            if self.field.lock:
                return self._fill(filling, rejected)
            return Outcome("kept", given.value, best.fact.id, choices=choices, rejected=rejected, **_rest_on(best.fact))
        if self.field.lock or (given.at is not None and best.fact.as_of > given.at.astimezone(clock.BEIJING).date()):
            return Outcome("conflict", given.value, choices=self._choices([best]), rejected=rejected,
                           hint=reason_line("register_differs", self.language))  # fmt: skip
        return Outcome("kept", given.value, choices=choices, rejected=rejected + passed)

    def _list_sides(self, filling: Sequence[Candidate]) -> list[Candidate]:
        """The candidates that would be put to the person if they had not answered; none where the records agree."""
        against = self._list_against(filling) if filling and self.field.conflict == "ask" else []
        return [filling[0], *against] if against else []

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
            key = (comparison_key(c.value), c.reason == "needs_correction")
            line = origin_line(c.fact, self.language)
            seen.setdefault(key, Choice(c.value, line, c.fact.id, note, c.reason, **_rest_on(c.fact)))
        return tuple(list(seen.values())[:MOST_CHOICES])

    def _reject(self, candidate: Candidate, code: str, detail: str = "") -> Rejected:
        fact = candidate.fact
        value = None if code == "login_low" else fact.value
        line = origin_line(fact, self.language)
        return Rejected(value, line, reason_line(code, self.language, detail=detail), code, **_rest_on(fact))


def _rest_on(fact: Fact) -> dict[str, Any]:
    return {"source": fact.source, "record_id": fact.record_id, "as_of": fact.as_of, "grade": fact.grade}


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
