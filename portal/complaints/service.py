"""Complaints and reports, taken in (``lodging``), followed by number and code, handled by officers (``handling``): the front
door of the room.

A message becomes one or two intakes (a complaint, a report), each with its number, its own legal clock by the rules
of the day it came in, and a query code that only the person gets; number and code together open the status page.
"""

import hmac

from flask_babel import gettext as _
from sqlalchemy import delete, select

from policy_kb import clock
from portal.audit import service as audit
from portal.complaints import fields, wording
from portal.complaints.handling import (
    NOTE_REQUIRED,
    OPEN_STATES,
    act,
    advance,
    count_open,
    get_for_officer,
    list_actions,
    list_competent,
    list_queue,
)
from portal.complaints.lodging import Lodged, hash_code, list_missing, lodge
from portal.complaints.models import Evidence, Intake, IntakeDraft
from portal.complaints.reading import read_message
from portal.complaints.rules import Clock, get_rules
from portal.errors import Conflict, Forbidden, Missing
from portal.extensions import db
from portal.identity.service import Identity
from portal.uploads import read_upload

# Also what other rooms show of a matter: the list of fields, and the names of states and steps.
__all__ = [
    "NOTE_REQUIRED",
    "OPEN_STATES",
    "Lodged",
    "act",
    "clock_of",
    "count_open",
    "delete_draft",
    "fields",
    "find_draft",
    "get_by_code",
    "get_evidence",
    "get_for_officer",
    "get_own",
    "list_actions",
    "list_competent",
    "list_missing",
    "list_own",
    "list_queue",
    "list_told",
    "lodge",
    "may_withdraw",
    "warm_up",
    "withdraw",
    "withdraw_by_code",
    "wording",
]


def warm_up() -> None:
    """Read a message of each language, so that the first person does not wait for word lists and models."""
    for message in ("在药店买的药过期了，我要退款", "The pharmacy sold me expired medicine and I want a refund"):
        read_message(message, clock.today())


def get_by_code(number: str, code: str) -> Intake:
    """The intake with this number and query code; Missing when either is wrong (it does not say which)."""
    intake = db.session.scalar(select(Intake).where(Intake.number == number.strip().upper()))
    if intake is None or not hmac.compare_digest(intake.code_hash, hash_code(code)):
        raise Missing(_("No matter with this number and query code. Check both as they stand on your receipt."))
    audit.record("holder of the query code", "read", intake.kind, intake.number)
    return intake


def get_own(identity: Identity, number: str) -> Intake:
    """The signed-in person's own intake; Missing otherwise."""
    intake = db.session.scalar(select(Intake).where(Intake.number == number.strip().upper()))
    if intake is None or not identity.signed_in or intake.account_id != identity.account_id:
        raise Missing(_("No matter with this number among yours."))
    audit.record(identity.actor, "read", intake.kind, intake.number)
    return intake


def list_own(identity: Identity) -> list[Intake]:
    """The signed-in person's complaints and reports, newest first."""
    if not identity.signed_in:
        return []
    return list(
        db.session.scalars(select(Intake).where(Intake.account_id == identity.account_id).order_by(Intake.id.desc()))
    )


def list_told(conversation_id: str) -> list[Intake]:
    """What was lodged in this conversation, newest first: whoever holds it was given number and code in it."""
    lodged = select(Intake).where(Intake.conversation_id == conversation_id).order_by(Intake.id.desc())
    return list(db.session.scalars(lodged))


def may_withdraw(intake: Intake) -> bool:
    """An open complaint can be taken back. A report cannot: what it tells of is checked whatever the reporter wishes later
    (市场监督管理行政处罚程序规定 art. 18)."""
    return intake.kind == "complaint" and intake.state in OPEN_STATES


def withdraw(identity: Identity, number: str) -> Intake:
    """The signed-in person takes their open complaint back. The caller commits."""
    return _withdraw(get_own(identity, number), identity.actor)


def withdraw_by_code(number: str, code: str) -> Intake:
    """The same for whoever holds number and query code, without an account. The caller commits."""
    return _withdraw(get_by_code(number, code), "holder of the query code")


def _withdraw(intake: Intake, actor: str) -> Intake:
    if intake.state not in OPEN_STATES:
        raise Conflict(_("This matter is closed already; nothing was changed."))
    if not may_withdraw(intake):
        raise Conflict(_("A report cannot be withdrawn: what it tells of has to be checked. Nothing was changed."))
    advance(intake, actor, "withdraw", "withdrawn", "", "")
    return intake


def get_evidence(identity: Identity, number: str, evidence_id: int) -> tuple[Evidence, bytes]:
    """A file of a matter, for an officer or its owner; audited. The caller commits."""
    evidence = db.session.get(Evidence, evidence_id)
    if evidence is None or evidence.intake.number != number:
        raise Missing(_("There is no such file."))
    owner = identity.signed_in and evidence.intake.account_id == identity.account_id
    if not owner and not identity.roles & {"officer", "administrator"}:
        raise Forbidden(_("This file belongs to somebody else."))
    audit.record(identity.actor, "read_evidence", evidence.intake.kind, number, detail=evidence.name)
    return evidence, read_upload(evidence.stored_as)


def clock_of(intake: Intake) -> Clock | None:
    """The legal clock that runs now, None when none does."""
    return get_rules(intake.received_at.date()).clocks[intake.due_for] if intake.due_for else None


def find_draft(conversation_id: str) -> IntakeDraft | None:
    return db.session.get(IntakeDraft, conversation_id)


def delete_draft(conversation_id: str) -> None:
    """What was told in this conversation and never sent. The caller commits."""
    db.session.execute(delete(IntakeDraft).where(IntakeDraft.conversation_id == conversation_id))
