"""A record put right: what its source says from today on, beside what it said before.

The wrong row stays as it is. A new row of the same record, with today as its as-of day, goes the way of every import
(``put_record``), so that what was filled from the old one can still be traced to it.
"""

from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from policy_kb import clock
from portal.errors import Conflict, Invalid
from portal.extensions import db
from portal.forms import service as forms
from portal.prefill.comparing import comparison_key
from portal.prefill.concepts import find_field
from portal.prefill.facts import STATUS
from portal.prefill.kinds import ENDED_STATES
from portal.prefill.models import Record
from portal.prefill.records import put_record

# With another number or code it would be another record, or another party's.
NEVER = ("licence.number", "product.number", "org.uscc")
# Values of a certificate that are columns of its record too.
FACE = {"valid_to": "valid_to", "valid_from": "valid_from", "issuer": "issuer"}
CORRECT_STATES = ("valid", *ENDED_STATES)


def find_record(record_id: str) -> Record | None:
    """A record by its id, for the system's own use: nobody reads it, so nothing is audited."""
    return db.session.get(Record, record_id)


def read_said(record: Record, concept: str) -> Any:
    """What the record says of a concept; of ``record.status`` its state."""
    return record.status if concept == STATUS else record.values.get(concept)


def is_same_value(concept: str, one: Any, two: Any, source: str) -> bool:
    """Whether two values that a source may give for a concept mean the same, whichever way each is written."""
    return bool(comparison_key(_read(concept, one, source)) == comparison_key(_read(concept, two, source)))


def _read(concept: str, value: Any, source: str) -> Any:
    field = find_field(concept, source)
    try:
        return forms.read_value(field, value) if field else value
    except forms.Unreadable:
        return value


def can_correct(record: Record, concept: str) -> bool:
    """Whether one value of the record can be put right here; tables, numbers and codes come in by import."""
    if concept == STATUS:
        return record.grade == "A"
    field = find_field(concept, record.source)
    return field is not None and field.type not in ("repeat", "file", "declaration") and concept not in NEVER


def correct_record(record: Record, concept: str, raw: str) -> Record:
    """The record as its source has it from today, with one value put right. Invalid for a value that cannot be read, is
    the old one, or cannot be put right here; the caller commits."""
    if record.as_of > clock.today():
        raise Conflict(_("The record speaks of a day to come; import it again instead."))
    if not can_correct(record, concept):
        raise _wrong(_("This cannot be put right here. Import the corrected record, then close this with it."))
    value = _read_state(raw) if concept == STATUS else _read_correct(record.source, concept, raw)
    if is_same_value(concept, value, read_said(record, concept), record.source):
        raise _wrong(_("This is what the record says already."))
    columns = {name: getattr(record, name) for name in (
        "party_code", "kind", "source", "grade", "number", "issuer", "valid_from", "valid_to", "status", "subject",
        "item", "ref",
    )}  # fmt: skip
    values = dict(record.values)
    if concept == STATUS:
        columns["status"] = value
    else:
        values[concept] = value
        columns |= _read_face(record, concept, value)
    return put_record(**columns, as_of=clock.today(), values=values)


def _wrong(text: str) -> Invalid:
    return Invalid(text, fields={"value": text})


def _read_state(raw: str) -> str:
    if raw not in CORRECT_STATES:
        raise _wrong(_("Choose one of the states shown."))
    return raw


def _read_correct(source: str, concept: str, raw: str) -> Any:
    field = find_field(concept, source)
    assert field is not None  # can_correct looked
    try:
        value = forms.read_value(field, raw.strip())
    except forms.Unreadable as error:
        raise _wrong(str(error)) from error
    if value is None:
        raise _wrong(_("Enter the right value."))
    return value


def _read_face(record: Record, concept: str, value: Any) -> dict[str, Any]:
    """The column of the record that holds the same as the value, if there is one."""
    column = FACE.get(concept.partition(".")[2], "") if concept.startswith(("licence.", "product.")) else ""
    if not column:
        return {}
    told = date.fromisoformat(value) if column.startswith("valid") else value
    days = {"valid_from": record.valid_from, "valid_to": record.valid_to, column: told}
    if days["valid_from"] and days["valid_to"] and days["valid_to"] < days["valid_from"]:
        raise _wrong(_("The last day would be before the first."))
    return {column: told}


def find_later(party_code: str, source: str, number: str, since: date, record_id: str) -> Record | None:
    """The newest record of the same source and number that came after the one with this id."""
    query = (
        select(Record)
        .where(
            Record.party_code == party_code,
            Record.source == source,
            Record.number == number,
            Record.as_of >= since,
            Record.id != record_id,
        )
        .order_by(Record.as_of.desc(), Record.taken_at.desc())
    )
    return db.session.scalar(query.limit(1))


def find_newest_copy(party_code: str) -> datetime | None:
    """The moment the newest copy of a register's entry about the party came in; None when there is none."""
    return db.session.scalar(
        select(func.max(Record.taken_at)).where(Record.party_code == party_code, Record.grade == "A")
    )
