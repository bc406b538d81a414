"""Complaints and reports: take one in, follow it, and what officers do with it. The front door of the room.

A message becomes one or two intakes (a complaint, a report), each with its number, its own legal clock by the rules
of the day it came in, and a query code that only the person gets; number and code together open the status page.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, or_, select

from policy_kb import clock
from portal.audit import service as audit
from portal.complaints import fields, wording
from portal.complaints.models import Evidence, Intake, IntakeDraft, IntakeEvent
from portal.complaints.reading import read_message
from portal.complaints.rules import Clock, get_rules
from portal.complaints.understanding import Authority, authorities_of
from portal.errors import Conflict, Forbidden, Invalid, Missing
from portal.extensions import db
from portal.identity.service import Identity, require_role
from portal.uploads import CheckedFile, read_upload

# What other rooms show of a matter: the list of fields, and the names of states and steps.
__all__ = ["fields", "wording"]

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
OPEN_STATES = ("received", "accepted", "case_filed")
# action -> (kinds, states it may start from, state it leads to, clock that starts)
ACTIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...], str, str]] = {
    "accept": (("complaint",), ("received",), "accepted", "mediate"),
    "refuse": (("complaint",), ("received",), "refused", ""),
    "settle": (("complaint",), ("accepted",), "settled", ""),
    "terminate": (("complaint",), ("accepted",), "terminated", ""),
    "file_case": (("report",), ("received",), "case_filed", ""),
    "no_case": (("report",), ("received",), "not_filed", ""),
    # whoever has no power to act tells the person so and does not pass it on by itself (办法 art. 34, 41)
    "not_ours": (("report",), ("received",), "not_ours", ""),
    "end_case": (("report",), ("case_filed",), "case_ended", ""),
}
NOTE_REQUIRED = ("refuse", "terminate", "no_case", "not_ours", "end_case")


def warm_up() -> None:
    """Read a message of each language, so that the first person does not wait for word lists and models."""
    for message in ("在药店买的药过期了，我要退款", "The pharmacy sold me expired medicine and I want a refund"):
        read_message(message, clock.today())


@dataclass(frozen=True, slots=True)
class Lodged:
    """What the person gets for one intake: its number, the query code (shown once), and its first deadline."""

    kind: str
    number: str
    code: str
    due: date
    clock: Clock


def list_missing(kind: str, values: dict[str, Any], *, anonymous: bool = False) -> list[str]:
    """Field ids that the rules of today require for this kind and that are not there."""
    rules = get_rules(clock.today())
    kinds = ("complaint", "report") if kind == "both" else (kind,)
    needed = [field for part in kinds for field in rules.required[part]]
    if anonymous and kind == "report":
        needed = [field for field in needed if field not in ("name", "mobile", "address")]
    return [field for field in dict.fromkeys(needed) if values.get(field) in (None, "", [])]


def lodge(
    identity: Identity,
    kind: str,
    values: dict[str, Any],
    *,
    key: str,
    language: str,
    anonymous: bool = False,
    conversation_id: str = "",
    evidence: tuple[CheckedFile, ...] = (),
) -> list[Lodged]:
    """Take in a complaint, a report, or both (two intakes). ``key`` makes a second sending the first one. Caller commits.

    A resent key raises Conflict with the numbers given the first time (their codes were shown then).
    """
    known = list(
        db.session.scalars(select(Intake).where(Intake.submission_key.in_((f"{key}:complaint", f"{key}:report"))))
    )
    if known:
        numbers = _("; ").join(intake.number for intake in known)
        raise Conflict(
            _("This was already sent. Its number: %(numbers)s. Nothing was sent twice.", numbers=numbers),
            code="already_sent",
        )
    missing = list_missing(kind, values, anonymous=anonymous)
    if missing:
        raise Invalid(
            _("Some things the rules require are still missing."),
            fields={field: _("Please fill this in.") for field in missing},
        )
    parts = ("complaint", "report") if kind == "both" else (kind,)
    pairs = [
        _add_intake(
            identity,
            part,
            values,
            key=key,
            language=language,
            anonymous=anonymous and part == "report",
            conversation_id=conversation_id,
        )
        for part in parts
    ]
    if len(pairs) == 2:
        (first, _a), (second, _b) = pairs
        first.twin, second.twin = second.number, first.number
    for intake, _lodged in pairs:
        intake.evidence = [
            Evidence(name=f.name, media_type=f.media_type, size=len(f.content), sha256=f.sha256, stored_as=f.store())
            for f in evidence
        ]
    return [lodged for _intake, lodged in pairs]


def _add_intake(
    identity: Identity,
    kind: str,
    values: dict[str, Any],
    *,
    key: str,
    language: str,
    anonymous: bool,
    conversation_id: str,
) -> tuple[Intake, Lodged]:
    now = clock.now()
    rule = get_rules(now.date()).clocks["accept" if kind == "complaint" else "check"]
    code = "".join(secrets.choice(CODE_ALPHABET) for _n in range(8))
    kept = {name: value for name, value in values.items() if not (anonymous and name in ("name", "mobile", "address"))}
    intake = Intake(
        number=f"new-{secrets.token_hex(8)}",
        kind=kind,
        submission_key=f"{key}:{kind}",
        code_hash=_hash_code(code),
        account_id=None if anonymous else identity.account_id,
        conversation_id=conversation_id,
        language=language,
        anonymous=anonymous,
        fields=kept,
        received_at=now,
        due=rule.ends(now.date()),
        due_for="accept" if kind == "complaint" else "check",
    )
    db.session.add(intake)
    db.session.flush()
    intake.number = f"{'TS' if kind == 'complaint' else 'JB'}{now:%Y%m%d}{intake.id:05d}"
    actor = "anonymous" if anonymous else identity.actor
    db.session.add(IntakeEvent(intake_id=intake.id, at=now, actor=actor, action="received"))
    audit.record(actor, "lodge", kind, intake.number)
    assert intake.due is not None
    return intake, Lodged(kind, intake.number, code, intake.due, rule)


def _hash_code(code: str) -> str:
    return hashlib.sha256(f"intake:{code.strip().upper()}".encode()).hexdigest()


def get_by_code(number: str, code: str) -> Intake:
    """The intake with this number and query code; Missing when either is wrong (it does not say which)."""
    intake = db.session.scalar(select(Intake).where(Intake.number == number.strip().upper()))
    if intake is None or not hmac.compare_digest(intake.code_hash, _hash_code(code)):
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
    _advance(intake, actor, "withdraw", "withdrawn", "", "")
    return intake


def list_queue(identity: Identity, *, kind: str = "", state: str = "open", text: str = "") -> list[Intake]:
    """For officers: matters by due day. ``state`` open, closed or all; ``text`` filters number and content."""
    require_role(identity, "officer", "administrator")
    query = select(Intake).order_by(Intake.due.is_(None), Intake.due, Intake.id)
    if kind:
        query = query.where(Intake.kind == kind)
    if state == "open":
        query = query.where(Intake.state.in_(OPEN_STATES))
    elif state == "closed":
        query = query.where(Intake.state.not_in(OPEN_STATES))
    found = list(db.session.scalars(query))
    return [i for i in found if not text or text in i.number or any(text in str(v) for v in i.fields.values())]


def get_for_officer(identity: Identity, number: str) -> Intake:
    """One matter for an officer; reading it leaves an audit line. The caller commits."""
    require_role(identity, "officer", "administrator")
    intake = db.session.scalar(select(Intake).where(Intake.number == number.strip().upper()))
    if intake is None:
        raise Missing(_("There is no complaint or report with the number %(number)s.", number=number))
    audit.record(identity.actor, "read", intake.kind, intake.number)
    return intake


def list_actions(intake: Intake) -> list[str]:
    """What an officer may do with the matter in its present state."""
    return [
        name
        for name, (kinds, states, _to, _clock) in ACTIONS.items()
        if intake.kind in kinds and intake.state in states
    ]


def list_competent(intake: Intake, language: str) -> list[Authority]:
    """Who is competent by the rules of today for what the matter holds, with the clause."""
    return authorities_of(intake.kind, intake.fields, language)


def act(identity: Identity, number: str, action: str, *, note: str = "", private_note: str = "") -> Intake:
    """An officer's step. ``note`` is told to the person; Conflict when the state does not allow it. Caller commits."""
    intake = get_for_officer(identity, number)
    if action not in ACTIONS:
        raise Invalid(_("Choose one of the steps offered."), fields={"action": _("Choose one of the steps offered.")})
    if action not in list_actions(intake):
        raise Conflict(_("Somebody already moved this matter on. Reload it and look at its present state."))
    if action in NOTE_REQUIRED and not note.strip():
        raise Invalid(
            _("Give the reason; the person is told it."), fields={"note": _("Give the reason; the person is told it.")}
        )
    _kinds, _states, to, next_clock = ACTIONS[action]
    _advance(intake, identity.actor, action, to, note[:2000], private_note[:2000])
    if next_clock:
        today = clock.today()
        intake.due, intake.due_for = get_rules(intake.received_at.date()).clocks[next_clock].ends(today), next_clock
    return intake


def _advance(intake: Intake, actor: str, action: str, state: str, note: str, private_note: str) -> None:
    intake.state = state
    intake.due, intake.due_for = None, ""
    db.session.add(
        IntakeEvent(
            intake_id=intake.id,
            at=clock.now(),
            actor=actor,
            action=action,
            note=note.strip(),
            private_note=private_note.strip(),
        )
    )
    audit.record(actor, action, intake.kind, intake.number)


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


def count_open() -> dict[str, int]:
    """How many matters are open, and how many of them are past their day, for the desk."""
    today = clock.today()
    open_ones = list(
        db.session.scalars(select(Intake.due).where(or_(Intake.state == "received", Intake.state == "accepted")))
    )
    return {"open": len(open_ones), "late": sum(due is not None and due < today for due in open_ones)}
