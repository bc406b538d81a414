"""Taking in a complaint or a report: what the rules of the day require, its number, its query code and its first clock."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from policy_kb import clock
from portal.audit import service as audit
from portal.complaints.models import Evidence, Intake, IntakeEvent
from portal.complaints.rules import Clock, get_rules
from portal.errors import Conflict, Invalid
from portal.extensions import db
from portal.identity.service import Identity
from portal.uploads import CheckedFile

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


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
        code_hash=hash_code(code),
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


def hash_code(code: str) -> str:
    return hashlib.sha256(f"intake:{code.strip().upper()}".encode()).hexdigest()
