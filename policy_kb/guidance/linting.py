"""No gap, no overlap, no needless question, and every row and sentence of a table does what its own test says.

The facts are few and finite, so every combination is gone through, in every period of the table.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import product

from policy_kb.catalogue import Catalogue
from policy_kb.errors import PolicyBaseError
from policy_kb.guidance.asking import Step, list_periods, take_step
from policy_kb.guidance.hearing import hear
from policy_kb.guidance.tables import Row, Table

Facts = Mapping[str, str]
MOST_COMBINATIONS = 20_000  # a table with more wants to be two tables


def lint_table(table: Table, catalogue: Catalogue) -> list[str]:
    """What is wrong with the table, a sentence each; none when it is whole."""
    found = [*_lint_rows(table, catalogue)]
    size = 1
    for question in table.questions:
        size *= len(question.choices)
    if size > MOST_COMBINATIONS:
        return [*found, f"{size} combinations of facts are more than {MOST_COMBINATIONS}: split the table"]
    for first, _next in list_periods(table):
        found += _lint_day(table, first)
    return found + _lint_cases(table) + _lint_sentences(table)


def list_combinations(table: Table) -> Iterator[dict[str, str]]:
    """Every complete set of facts."""
    names = [question.id for question in table.questions]
    for codes in product(*(question.codes for question in table.questions)):
        yield dict(zip(names, codes, strict=True))


def _lint_rows(table: Table, catalogue: Catalogue) -> Iterator[str]:
    for row in table.rows:
        if row.starts and row.ends and row.starts >= row.ends:
            yield f"row {row.id}: ends before it starts"
        for item_id, variant in row.services:
            item = catalogue.items.get(item_id)
            if item is None:
                yield f"row {row.id}: there is no service item {item_id}"
            elif variant and item.find_variant(variant) is None:
                yield f"row {row.id}: {item_id} has no variant {variant}"


def _lint_day(table: Table, day: date) -> list[str]:
    """Gaps and overlaps on a day, each named by its rows once; then questions asked in vain."""
    seen: dict[str, str] = {}
    rows = [row for row in table.rows if row.holds_on(day)]
    for facts in list_combinations(table):
        fitting = [row.id for row in rows if row.allows(facts)]
        if len(fitting) != 1:
            kind = f"overlap of {' and '.join(fitting)}" if fitting else "gap"
            seen.setdefault(kind, f"{day}: {kind} at {_shown(facts)}")
    if seen:
        return list(seen.values())
    return sorted({told for facts in list_combinations(table) if (told := _asked_in_vain(table, facts, day))})


def walk(table: Table, facts: Facts, day: date) -> tuple[list[str], Step]:
    """The facts asked one after another of somebody who answers from ``facts``, and where that ends."""
    known: dict[str, str] = {}
    step = take_step(table, known, day)
    while step.question and step.question.id in facts:
        known[step.question.id] = facts[step.question.id]
        step = take_step(table, known, day)
    return list(known), step


def _asked_in_vain(table: Table, facts: Facts, day: date) -> str:
    """The question on the way of ``facts`` whose every answer leads to the same row, "" when there is none."""
    asked, settled = walk(table, facts, day)
    known = {fact: facts[fact] for fact in asked}
    for question in [each for each in table.questions if each.id in asked]:
        if all(_leads_to(table, {**known, question.id: code}, day, settled.rows[0]) for code in question.codes):
            return f"{day}: {question.id} is asked in vain on the way to {settled.rows[0].id}"
    return ""


def _leads_to(table: Table, facts: Facts, day: date, row: Row) -> bool:
    step = take_step(table, facts, day)
    return step.row is not None and step.row.id == row.id


def _lint_cases(table: Table) -> list[str]:
    """Each row's own test: just the facts that are asked, and it comes out."""
    found = []
    for row in table.rows:
        case, day = row.case or {}, row.case_day or table.first_day(row)
        try:
            asked, step = walk(table, case, day)
        except PolicyBaseError as error:
            found.append(f"row {row.id}: its case: {error}")
            continue
        if step.question:
            found.append(f"row {row.id}: its case leaves {step.question.id} open")
        elif step.rows[0].id != row.id:
            found.append(f"row {row.id}: its case leads to {step.rows[0].id}")
        elif surplus := sorted(set(case) - set(asked)):
            found.append(f"row {row.id}: its case gives {', '.join(surplus)}, which is not asked")
    return found


def _lint_sentences(table: Table) -> list[str]:
    found = []
    for said in table.heard:
        heard = {fact: each.code for fact, each in hear(table, said.text).items()}
        if heard != said.facts:
            found.append(f"“{said.text}” is heard as {_shown(heard)}, not {_shown(said.facts)}")
    return found


def _shown(facts: Facts) -> str:
    return ", ".join(f"{fact}={code}" for fact, code in facts.items()) or "nothing"
