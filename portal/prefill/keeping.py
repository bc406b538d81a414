"""The facts of a draft in the database: one row for all that a record gave in one look-up.

An enterprise with many products has thousands of facts; a row for each took most of the time of a fill.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import func, insert, select

from portal.extensions import db
from portal.prefill.facts import Fact, Stand
from portal.prefill.models import FactSheet

PARAMETERS = 500  # a database takes so many at once


def find_last(draft_id: str) -> tuple[int, int]:
    """The number of the last look-up of a draft and of its last fact; 0 before the first."""
    query = select(func.max(FactSheet.batch), func.max(FactSheet.first + FactSheet.size - 1))
    batch, number = db.session.execute(query.where(FactSheet.draft_id == draft_id)).one()
    return batch or 0, number or 0


def keep_facts(facts: Sequence[Fact], draft_id: str, after: int) -> list[Fact]:
    """Write the facts of one look-up, which carry its number; the facts as kept, numbered on from ``after``.

    The caller keeps others from numbering facts of the same draft meanwhile, and commits.
    """
    kept = [_number(fact, number) for number, fact in enumerate(facts, after + 1)]
    rows = [_write_sheet(list(of_one), draft_id) for _key, of_one in groupby(kept, _find_sheet)]
    if rows:
        db.session.execute(insert(FactSheet.__table__), rows)
    return kept


def _number(fact: Fact, number: int) -> Fact:
    return Fact(
        fact.party_code, fact.source, fact.grade, fact.subject, fact.concept, fact.value, fact.as_of, fact.fetched_at,
        fact.stand, fact.record_id, number, fact.batch,
    )  # fmt: skip


def _find_sheet(fact: Fact) -> tuple[Any, ...]:
    """What the facts of one sheet have in common."""
    return fact.record_id, fact.source, fact.grade, fact.as_of, fact.fetched_at, fact.party_code, fact.stand


def _write_sheet(facts: Sequence[Fact], draft_id: str) -> dict[str, Any]:
    one = facts[0]
    return {
        "draft_id": draft_id,
        "batch": one.batch,
        "first": one.id,
        "size": len(facts),
        "party_code": one.party_code,
        "record_id": one.record_id,
        "source": one.source,
        "grade": one.grade,
        "as_of": one.as_of,
        "fetched_at": one.fetched_at,
        "record": _write_stand(one.stand),
        "facts": [[fact.concept, fact.subject, fact.value] for fact in facts],
    }


def _write_stand(stand: Stand) -> dict[str, Any]:
    return {
        "kind": stand.kind,
        "number": stand.number,
        "status": stand.status,
        "valid_from": stand.valid_from.isoformat() if stand.valid_from else None,
        "valid_to": stand.valid_to.isoformat() if stand.valid_to else None,
        "item": stand.item,
        "subject": stand.subject,
        "place": stand.place,
    }


def read_facts(draft_id: str) -> list[Fact]:
    """Every fact kept for a draft, in the order read."""
    query = select(FactSheet.__table__).where(FactSheet.draft_id == draft_id).order_by(FactSheet.first)
    return [fact for row in db.session.execute(query) for fact in _read_sheet(row)]


def _read_sheet(row: Any) -> list[Fact]:
    kept = row.record
    stand = Stand(
        kept["kind"],
        kept["number"],
        kept["status"],
        date.fromisoformat(kept["valid_from"]) if kept["valid_from"] else None,
        date.fromisoformat(kept["valid_to"]) if kept["valid_to"] else None,
        kept["item"],
        kept["subject"],
        kept.get("place", ""),
    )
    return [
        Fact(
            row.party_code, row.source, row.grade, subject, concept, value, row.as_of, row.fetched_at,
            stand, row.record_id, number, row.batch,
        )
        for number, (concept, subject, value) in enumerate(row.facts, row.first)
    ]  # fmt: skip


def list_sources_of(facts: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """The source of each fact, by its draft and number."""
    wanted = set(facts)
    drafts, found = sorted({draft_id for draft_id, _number in wanted}), dict[tuple[str, int], str]()
    columns = (FactSheet.draft_id, FactSheet.first, FactSheet.size, FactSheet.source)
    for start in range(0, len(drafts), PARAMETERS):
        query = select(*columns).where(FactSheet.draft_id.in_(drafts[start : start + PARAMETERS]))
        for draft_id, first, size, source in db.session.execute(query):
            numbers = ((draft_id, number) for number in range(first, first + size))
            found.update((one, source) for one in numbers if one in wanted)
    return found
