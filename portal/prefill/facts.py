"""A fact as the resolution sees it: a plain value without a database, with the record it stands on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.prefill.kinds import ABOUT_OF, ENDED_STATES
from portal.prefill.models import PrefillFact, Record

STATUS = "record.status"
READ = "source.read"
FAILED = "source.failed"


@dataclass(frozen=True, slots=True)
class Stand:
    """The record behind a fact, as it was when the fact was read."""

    kind: str
    number: str = ""
    status: str = "valid"
    valid_from: date | None = None
    valid_to: date | None = None
    item: str = ""
    subject: str = ""


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
    pairs = [(STATUS, record.status), *sorted(record.values.items())]
    for concept, value in pairs:
        if concept.startswith("handler."):
            continue  # another person's name and number are nobody's business but theirs
        yield Fact(
            party_code=record.party_code,
            source=record.source,
            grade=record.grade,
            subject=record.subject if concept == STATUS else subject_of(concept, record),
            concept=concept,
            value=value,
            as_of=record.as_of,
            fetched_at=record.taken_at,
            stand=stand,
            record_id=record.id,
        )


def write_row(fact: Fact, draft_id: str, batch: int) -> PrefillFact:
    """The table row of a fact."""
    stand = fact.stand
    return PrefillFact(
        draft_id=draft_id,
        batch=batch,
        party_code=fact.party_code,
        record_id=fact.record_id,
        source=fact.source,
        grade=fact.grade,
        subject=fact.subject,
        concept=fact.concept,
        value=fact.value,
        as_of=fact.as_of,
        fetched_at=fact.fetched_at,
        record={
            "kind": stand.kind,
            "number": stand.number,
            "status": stand.status,
            "valid_from": stand.valid_from.isoformat() if stand.valid_from else None,
            "valid_to": stand.valid_to.isoformat() if stand.valid_to else None,
            "item": stand.item,
            "subject": stand.subject,
        },
    )


def read_row(row: PrefillFact) -> Fact:
    """The fact of a table row."""
    kept = row.record
    stand = Stand(
        kept["kind"],
        kept["number"],
        kept["status"],
        date.fromisoformat(kept["valid_from"]) if kept["valid_from"] else None,
        date.fromisoformat(kept["valid_to"]) if kept["valid_to"] else None,
        kept["item"],
        kept["subject"],
    )
    return Fact(
        row.party_code, row.source, row.grade, row.subject, row.concept, row.value, row.as_of, row.fetched_at,
        stand, row.record_id, row.id, row.batch,
    )  # fmt: skip
