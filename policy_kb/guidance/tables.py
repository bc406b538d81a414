"""What a decision table is made of once read: questions with their choices, and dated rows with their outcome."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from policy_kb.catalogue import Cite, Phrases, Text

# apply: one or more service items · none: nothing to apply for · prohibited: not allowed · elsewhere: another authority
KINDS = ("apply", "none", "prohibited", "elsewhere")


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a question. ``says`` are words that mean it; ``beats`` the codes it wins over when both are said.

    ``leads``: whoever says it asks just what the table decides, so that the table answers, whatever else could be quoted.
    """

    code: str
    name: Text
    says: Phrases
    beats: tuple[str, ...] = ()
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One fact that is asked for. ``find_out`` tells somebody who is not sure where to look, ``cites`` why that is so."""

    id: str
    label: Text
    ask: Text
    choices: tuple[Choice, ...]
    find_out: Text
    cites: tuple[Cite, ...]

    def find_choice(self, code: str) -> Choice | None:
        return next((choice for choice in self.choices if choice.code == code), None)

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(choice.code for choice in self.choices)


@dataclass(frozen=True, slots=True)
class Row:
    """One outcome. A fact missing in ``when`` may be anything; ``ends`` is the first day on which the row is over.

    ``services`` are ``(item, variant)``, the variant "" when the item as a whole is meant. ``case`` is the row's test:
    facts (all that are asked) that lead here on ``case_day`` (the row's first day when None).
    """

    id: str
    when: Mapping[str, tuple[str, ...]]
    kind: str
    text: Text
    cites: tuple[Cite, ...]
    services: tuple[tuple[str, str], ...] = ()
    case: Mapping[str, str] | None = None
    case_day: date | None = None
    starts: date | None = None
    ends: date | None = None

    def holds_on(self, day: date) -> bool:
        return (self.starts is None or day >= self.starts) and (self.ends is None or day < self.ends)

    def allows(self, facts: Mapping[str, str]) -> bool:
        """Whether what is known does not speak against the row."""
        return all(fact not in facts or facts[fact] in codes for fact, codes in self.when.items())


@dataclass(frozen=True, slots=True)
class Said:
    """A test of hearing: what of an opening sentence must be taken over."""

    text: str
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """``begins`` is the first day it speaks for; ``about`` the words that call for it, before tables it ``outranks``."""

    id: str
    place: int
    name: Text
    summary: Text
    about: Phrases
    outranks: tuple[str, ...]
    begins: date
    questions: tuple[Question, ...]
    rows: tuple[Row, ...]
    heard: tuple[Said, ...] = ()

    def find_question(self, fact: str) -> Question | None:
        return next((question for question in self.questions if question.id == fact), None)

    def first_day(self, row: Row) -> date:
        return max(row.starts, self.begins) if row.starts else self.begins
