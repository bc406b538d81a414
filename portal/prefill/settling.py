"""One field settled from its candidates and the person's own answer: filled, kept, put to the person, or only offered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from policy_kb import clock
from portal.forms.service import Field, Form
from portal.prefill.candidates import Candidate
from portal.prefill.comparing import comparison_key, has_old_district
from portal.prefill.facts import Fact
from portal.prefill.matters import Matter
from portal.prefill.origins import origin_line, reason_line

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


class Settling:
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
