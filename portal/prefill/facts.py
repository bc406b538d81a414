"""A fact as the resolution sees it: a plain value with the record it stands on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from portal.prefill.kinds import ABOUT_OF, ENDED_STATES
from portal.prefill.models import Record

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
    """``value`` as the source writes it; ``as_of`` is the day the source speaks of, ``fetched_at`` the copy's age; ``id``
    numbers the facts of a draft, in the order read."""

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


def subject_of(concept: str, record: Record | Row[Any]) -> str:
    """What one value of a record is about: the party, the record's licence or product, or some person of its own."""
    about = ABOUT_OF.get(concept.partition(".")[0], "")
    if about == "party":
        return f"party:{record.party_code}"
    if about == record.subject.partition(":")[0]:
        return record.subject
    return f"{about}:record:{record.id}"


def list_record_facts(record: Record | Row[Any]) -> Iterator[Fact]:
    """The facts of a record, or of a row of its table, first the one that says how the record itself stands."""
    stand = Stand(
        record.kind, record.number, record.status, record.valid_from, record.valid_to, record.item, record.subject
    )
    party, source, grade, as_of, taken = record.party_code, record.source, record.grade, record.as_of, record.taken_at
    yield Fact(party, source, grade, record.subject, STATUS, record.status, as_of, taken, stand, record.id)
    for concept, value in sorted(record.values.items()):
        if not concept.startswith("handler."):  # another person's name and number are nobody's business but theirs
            subject = subject_of(concept, record)
            yield Fact(party, source, grade, subject, concept, value, as_of, taken, stand, record.id)
