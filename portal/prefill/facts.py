"""A fact as the resolution sees it: a plain value with the record it stands on; how facts are kept and read back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import insert, select

from portal.extensions import db
from portal.prefill.kinds import ABOUT_OF, ENDED_STATES
from portal.prefill.models import PrefillFact, Record

STATUS = "record.status"
READ = "source.read"
FAILED = "source.failed"


@dataclass(frozen=True, slots=True)
class Stand:
    """The record behind a fact, as it was when the fact was read. ``place`` is ``page:line`` of a file, ``number`` then its
    name."""

    kind: str
    number: str = ""
    status: str = "valid"
    valid_from: date | None = None
    valid_to: date | None = None
    item: str = ""
    subject: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """``value`` as the source writes it; ``as_of`` is the day the source speaks of, ``fetched_at`` the copy's age."""

    party_code: str
    source: str
    grade: str
    subject: str
    concept: str
    value: Any
    as_of: date
    fetched_at: datetime
    stand: Stand
    record_id: str = ""
    id: int | None = None
    batch: int = 1


def find_reason_ended(status: str, valid_from: date | None, valid_to: date | None, today: date) -> str:
    """Why a record does not count on that day: a state of it, "expired" or "future"; "" when it counts."""
    if status in ENDED_STATES:
        return status
    if valid_to is not None and valid_to < today:
        return "expired"
    if valid_from is not None and valid_from > today:
        return "future"
    return ""


def subject_of(concept: str, record: Record) -> str:
    """What one value of a record is about: the party, the record's licence or product, or some person of its own."""
    about = ABOUT_OF.get(concept.partition(".")[0], "")
    if about == "party":
        return f"party:{record.party_code}"
    if about == record.subject.partition(":")[0]:
        return record.subject
    return f"{about}:record:{record.id}"


def list_record_facts(record: Record) -> Iterator[Fact]:
    """The facts of a record, first the one that says how the record itself stands."""
    stand = Stand(
        record.kind, record.number, record.status, record.valid_from, record.valid_to, record.item, record.subject
    )
    make = partial(
        Fact,
        party_code=record.party_code,
        source=record.source,
        grade=record.grade,
        as_of=record.as_of,
        fetched_at=record.taken_at,
        stand=stand,
        record_id=record.id,
    )
    yield make(subject=record.subject, concept=STATUS, value=record.status)
    for concept, value in sorted(record.values.items()):
        if not concept.startswith("handler."):  # another person's name and number are nobody's business but theirs
            yield make(subject=subject_of(concept, record), concept=concept, value=value)


def keep_facts(facts: Sequence[Fact], draft_id: str) -> list[Fact]:
    """Write the facts of one look-up of a draft, which carry its number; the facts as kept, with their ids.

    In bulk: an enterprise with many products has thousands.
    """
    if not facts:
        return []
    table, records = PrefillFact.__table__, dict[int, dict[str, Any]]()  # the facts of a record share its stand
    for fact in facts:
        if id(fact.stand) not in records:
            records[id(fact.stand)] = write_stand(fact.stand)
    # one after the other on one connection, so the ids rise with the rows; asked back row by row it takes three times as long
    db.session.execute(insert(table), [write_row(fact, draft_id, records[id(fact.stand)]) for fact in facts])
    of_look_up = (table.c.draft_id == draft_id, table.c.batch == facts[0].batch)
    ids = db.session.scalars(select(table.c.id).where(*of_look_up).order_by(table.c.id))
    return [replace(fact, id=fact_id) for fact, fact_id in zip(facts, ids, strict=True)]


def write_stand(stand: Stand) -> dict[str, Any]:
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


def write_row(fact: Fact, draft_id: str, record: dict[str, Any]) -> dict[str, Any]:
    return {
        "draft_id": draft_id,
        "batch": fact.batch,
        "party_code": fact.party_code,
        "record_id": fact.record_id,
        "source": fact.source,
        "grade": fact.grade,
        "subject": fact.subject,
        "concept": fact.concept,
        "value": fact.value,
        "as_of": fact.as_of,
        "fetched_at": fact.fetched_at,
        "record": record,
    }


def read_facts(draft_id: str) -> list[Fact]:
    """Every fact kept for a draft, in the order read."""
    query = select(PrefillFact.__table__).where(PrefillFact.draft_id == draft_id).order_by(PrefillFact.id)
    return [_read_row(row) for row in db.session.execute(query)]


def _read_row(row: Any) -> Fact:
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
    return Fact(
        row.party_code, row.source, row.grade, row.subject, row.concept, row.value, row.as_of, row.fetched_at,
        stand, row.record_id, row.id, row.batch,
    )  # fmt: skip
