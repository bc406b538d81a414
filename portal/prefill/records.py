"""Writing and finding records: one row a record, the same row again when the same record comes in twice."""

import hashlib
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from policy_kb import clock
from portal.audit import service as audit
from portal.errors import Forbidden, Missing, NotSignedIn
from portal.extensions import db
from portal.forms.service import Form
from portal.identity import service as identities
from portal.identity.service import Identity
from portal.prefill.facts import find_reason_ended
from portal.prefill.kinds import KINDS, grade_of, source_of
from portal.prefill.models import Record

READING_ROLES = {"officer", "administrator"}


def require_reader(identity: Identity, party_code: str) -> None:
    """Raise unless this person may see what is known of a party; a refused look is audited even so."""
    if identity.kind == "staff" and identity.roles & READING_ROLES:
        return
    try:
        identities.require_party(identity, party_code)
    except (NotSignedIn, Forbidden):
        audit.record_now(identity.actor, "records_refused", "party", party_code, party_code=party_code)
        raise


def list_records(identity: Identity, party_code: str, kind: str = "") -> list[Record]:
    """The records of a party, newest first; the caller commits the audit line."""
    require_reader(identity, party_code)
    query = select(Record).where(Record.party_code == party_code)
    if kind:
        query = query.where(Record.kind == kind)
    found = list(db.session.scalars(query.order_by(Record.as_of.desc(), Record.id)))
    audit.record(identity.actor, "records_listed", "party", party_code, party_code=party_code, detail=f"{len(found)}")
    return found


def list_entries(party_code: str, number: str) -> list[Record]:
    """What the registers (grade A) say of a licence or product of a party, the newest first. For the system's own use:
    nobody reads it, so nothing is audited."""
    query = select(Record).where(Record.party_code == party_code, Record.number == number, Record.grade == "A")
    return list(db.session.scalars(query.order_by(Record.as_of.desc(), Record.taken_at.desc())))


def list_ending(kinds: Collection[str], first: date, last: date, party_code: str = "") -> list[Record]:
    """What the registers say last of each number of these kinds (of one party), where it is in force on ``first`` and
    ends by ``last``. For the system's own use: nobody reads it, so nothing is audited."""
    query = select(Record).where(
        Record.kind.in_(kinds), Record.grade == "A", Record.number != "", Record.valid_to.between(first, last)
    )
    if party_code:
        query = query.where(Record.party_code == party_code)
    found = {(r.party_code, r.kind, r.number) for r in db.session.scalars(query)}
    newest = [
        next(entry for entry in list_entries(party, number) if entry.kind == kind)
        for party, kind, number in sorted(found)
    ]
    return [
        record
        for record in newest
        if record.valid_to is not None
        and record.valid_to <= last
        and not find_reason_ended(record.status, record.valid_from, record.valid_to, first)
    ]


def get_record(identity: Identity, record_id: str) -> Record:
    """One record; Missing when there is none, Forbidden when it is another party's. The caller commits."""
    record = db.session.get(Record, record_id)
    if record is None:
        raise Missing(_("There is no such record. Choose one from the list of your licences and filings."))
    require_reader(identity, record.party_code)
    audit.record(identity.actor, "record_read", "record", record_id, party_code=record.party_code)
    return record


def find_named_record(identity: Identity, party_code: str, name: str) -> Record:
    """The record of a party by its id, the name an outside file gave it, or its number (the newest such).

    Missing when there is none, Forbidden when it is another party's.
    """
    found = db.session.get(Record, name)
    if found is None:
        query = select(Record).where((Record.ref == name) | (Record.number == name))
        rows = list(db.session.scalars(query.order_by(Record.as_of.desc(), Record.id).limit(200)))
        found = next((row for row in rows if row.party_code == party_code), rows[0] if rows else None)
    if found is None:
        raise Missing(_("There is no such record. Choose one from the list of your licences and filings."))
    if found.party_code != party_code:
        raise Forbidden(_("This record is another party's."))
    require_reader(identity, party_code)
    return found


def make_record_id(party_code: str, kind: str, number: str, as_of: date, ref: str = "") -> str:
    """The same record has the same id wherever and whenever it comes in. ``ref``: the name an outside file gives it."""
    text = "|".join((party_code, kind, number, as_of.isoformat(), *([ref] if ref else [])))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def put_record(**columns: Any) -> Record:
    """Add a record, or write over the same one; the caller commits. Grade and source follow from kind and state."""
    columns.setdefault("status", "valid")
    columns.setdefault("taken_at", clock.now())
    columns.setdefault("source", source_of(columns["kind"], columns["status"]))
    columns.setdefault("grade", grade_of(columns["kind"], columns["status"]))
    columns.setdefault("subject", own_subject(columns["kind"], columns["party_code"], columns.get("number", "")))
    record_id = make_record_id(
        columns["party_code"], columns["kind"], columns.get("number", ""), columns["as_of"], columns.get("ref", "")
    )
    record = db.session.get(Record, record_id)
    if record is None:
        record = Record(id=record_id, **columns)
        db.session.add(record)
    else:
        for name, value in columns.items():
            setattr(record, name, value)
    db.session.flush()
    return record


def own_subject(kind: str, party_code: str, number: str) -> str:
    """What a record of this kind is about when it does not say."""
    about = KINDS[kind].about
    if about == "party" or not number:
        return f"party:{party_code}"
    return f"{about}:{number}"


def add_record_from_case(
    spec: Form,
    values: Mapping[str, Any],
    *,
    party_code: str,
    number: str,
    as_of: date,
    accepted: bool,
    subject: str = "",
) -> Record:
    """Keep what an application said as a record for later drafts (B when accepted, else C); the caller commits.

    ``values`` maps field ids to values. Declarations, files, fields never reused and the handler's own data stay out.
    ``subject`` defaults to the licence the form is about, or to a product with this number.
    """
    kept = {
        field.concept: values[field.id]
        for field in spec.list_fields()
        if field.concept and field.reuse and field.type not in ("declaration", "file")
        and not field.concept.startswith("handler.") and values.get(field.id) is not None
    }  # fmt: skip
    about = f"licence:{kept.get('licence.number', number)}" if spec.about == "licence" else f"{spec.about}:{number}"
    return put_record(
        party_code=party_code,
        kind="filing",
        number=number,
        as_of=as_of,
        status="accepted" if accepted else "submitted",
        subject=subject or about,
        item=f"{spec.item}/{spec.variant}",
        values=kept,
    )
