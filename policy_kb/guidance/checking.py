"""Holds the tables against the law: every clause exists on the first and the last day of its row and says the numbers."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from policy_kb import clock
from policy_kb.catalogue.checking import CatalogueFinding, Claim, LawSource, check_claims
from policy_kb.catalogue.entries import Cite, Value
from policy_kb.catalogue.quantities import list_quantities
from policy_kb.guidance.asking import last_day
from policy_kb.guidance.loading import load_tables
from policy_kb.guidance.tables import Table


def check_tables(base: LawSource, tables: tuple[Table, ...] | None = None) -> list[CatalogueFinding]:
    """One finding for each cite that does not hold and each period that its clauses do not state."""
    today = clock.today()
    claims = [claim for table in tables or load_tables() for claim in list_claims(base, table, today)]
    return check_claims(base, claims, today)


def list_claims(base: LawSource, table: Table, today: date) -> Iterator[Claim]:
    """Each row on its first and last day, each way to find out on the table's first day and today."""
    for row in table.rows:
        values = tuple(Value(number, unit) for number, unit in sorted(list_quantities(row.text.zh)) if unit != "count")
        for day in sorted({table.first_day(row), last_day(table, row) or today}):
            yield Claim(f"table/{table.id}/{row.id} on {day}", _on(base, row.cites, day), values)
    for question in table.questions:
        for day in (table.begins, today):
            yield Claim(f"table/{table.id}/{question.id} on {day}", _on(base, question.cites, day), ())


def _on(base: LawSource, cites: tuple[Cite, ...], day: date) -> tuple[Cite, ...]:
    """The cites bound to the day; a text not in force yet, or known to be cut, is left out while another one holds."""
    bound = tuple(replace(cite, as_of=cite.as_of or day) for cite in cites)
    held = tuple(cite for cite in bound if not _is_away(base, cite))
    return held or bound


def _is_away(base: LawSource, cite: Cite) -> bool:
    assert cite.as_of is not None
    first = base.find_clause(cite.title, 1, as_of=cite.as_of)
    if first is None:
        return True
    cut = base.get_version(first.version_id).incomplete
    return bool(cut) and base.find_clause(cite.title, cite.article, as_of=cite.as_of) is None
