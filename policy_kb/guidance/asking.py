"""What is settled by the facts known, and what is still worth asking.

A question is asked only while its answer separates rows that are still open; a fact that is known but separates
nothing is left out of the trace.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from policy_kb.errors import CatalogueError, PolicyBaseError
from policy_kb.guidance.tables import Question, Row, Table


@dataclass(frozen=True, slots=True)
class Step:
    """Where somebody stands in a table on ``day``. ``facts`` are those known that count, in the order of the questions.

    ``question`` is asked next; it is None when one row is left, which is then ``row``.
    """

    table: Table
    day: date
    facts: Mapping[str, str]
    rows: tuple[Row, ...]
    question: Question | None = None

    @property
    def row(self) -> Row | None:
        return None if self.question else self.rows[0]

    @property
    def leads(self) -> bool:
        """Whether what is known asks just what the table decides."""
        known = ((self.table.find_question(fact), code) for fact, code in self.facts.items())
        choices = (question.find_choice(code) for question, code in known if question)
        return any(choice.leads for choice in choices if choice)


def read_facts(table: Table, raw: Mapping[str, str]) -> dict[str, str]:
    """The facts of ``raw`` that the table asks for; PolicyBaseError says which fact or code is unknown."""
    facts = {}
    for fact, code in raw.items():
        question = table.find_question(fact)
        if question is None:
            raise PolicyBaseError(f"{fact!r} is not asked here; there are {', '.join(q.id for q in table.questions)}")
        if question.find_choice(code) is None:
            raise PolicyBaseError(f"{fact}: {code!r} is not a choice; there are {', '.join(question.codes)}")
        facts[fact] = code
    return facts


def take_step(table: Table, facts: Mapping[str, str], day: date) -> Step:
    """The step that the facts known lead to by the law of ``day``; PolicyBaseError before the table's first day."""
    if day < table.begins:
        raise PolicyBaseError(f"the table {table.id} speaks for days from {table.begins}; give a later day than {day}")
    rows = tuple(row for row in table.rows if row.holds_on(day) and row.allows(facts))
    if not rows:
        raise CatalogueError(f"tables/{table.id}.yml: no row fits {dict(facts)} on {day}; run policy_kb guide --lint")
    counting = {fact for row in rows for fact in row.when}
    known = {question.id: facts[question.id] for question in table.questions if question.id in facts}
    known = {fact: code for fact, code in known.items() if fact in counting}
    return Step(table, day, known, rows, _find_question(table, facts, rows) if len(rows) > 1 else None)


def _find_question(table: Table, known: Mapping[str, str], rows: tuple[Row, ...]) -> Question:
    """The first unknown fact whose choices leave different rows open."""
    for question in table.questions:
        if question.id in known:
            continue
        left = {tuple(row.id for row in rows if row.allows({question.id: code})) for code in question.codes}
        if len(left) > 1:
            return question
    raise CatalogueError(f"tables/{table.id}.yml: {' and '.join(row.id for row in rows)} overlap at {dict(known)}")


def open_outcomes(step: Step) -> list[tuple[str, tuple[Row, ...]]]:
    """What each choice of the next question may still come to: code and rows."""
    question = step.question
    assert question is not None, "a settled step has no open outcomes"
    return [(code, tuple(row for row in step.rows if row.allows({question.id: code}))) for code in question.codes]


def list_periods(table: Table) -> list[tuple[date, date | None]]:
    """The stretches of time within which the same rows hold: first day and first day of the next (None: open)."""
    marks = {table.begins} | {day for row in table.rows for day in (row.starts, row.ends) if day and day > table.begins}
    days = sorted(marks)
    return [*pairwise(days), (days[-1], None)]


def last_day(table: Table, row: Row) -> date | None:
    """The last day on which the row holds, None when it has no end."""
    return row.ends - timedelta(days=1) if row.ends else None
