"""Claims become tickets: a new one, or one more claim on the open ticket of the same field of the same record."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from policy_kb import clock
from portal.audit import service as audit
from portal.extensions import db
from portal.identity.service import Identity
from portal.prefill import service as prefill
from portal.tickets.models import DataTicket, TicketClaim, TicketEvent, TicketEvidence
from portal.uploads import CheckedFile

MOST_FILES = 3


@dataclass(frozen=True, slots=True)
class Doubt:
    """One field of one record as somebody saw it; ``number`` is the record's."""

    party_code: str
    source: str
    kind: str
    record_id: str
    number: str
    concept: str
    value: Any
    as_of: date
    grade: str

    @property
    def key(self) -> str:
        return f"{self.record_id}:{self.concept}"


def doubt_fact(fact: prefill.Fact) -> Doubt | None:
    """The doubt of a fact; None for what stands on no record (the account of the person acting)."""
    if not fact.record_id:
        return None
    return Doubt(
        fact.party_code, fact.source, fact.stand.kind, fact.record_id, fact.stand.number, fact.concept, fact.value,
        fact.as_of, fact.grade,
    )  # fmt: skip


def doubt_record(record: prefill.Record, concept: str) -> Doubt:
    """The doubt of one value of a record."""
    return Doubt(
        record.party_code, record.source, record.kind, record.id, record.number, concept,
        prefill.read_said(record, concept), record.as_of, record.grade,
    )  # fmt: skip


def raise_claim(
    identity: Identity,
    doubt: Doubt,
    claimed: Any,
    *,
    cause: str,
    reason: str = "",
    files: Iterable[CheckedFile] = (),
    draft_id: str = "",
) -> DataTicket:
    """Keep what somebody says is right, on the open ticket or a new one. Saying the same again adds nothing.

    The caller has checked that the person may speak for the party, and commits.
    """
    ticket, is_new = _get_or_open(identity, doubt)
    files = list(files)
    said = not is_new and not files and _was_said(ticket, identity, claimed, cause, reason, draft_id)
    if said or _is_put_right(ticket, claimed):
        return ticket
    add_claim(ticket, identity, claimed, cause=cause, reason=reason, files=files, draft_id=draft_id)
    if not is_new and ticket.state in ("corrected", "kept"):
        ticket.state, ticket.outcome, ticket.settled_at = "open", "", None
    add_event(ticket, identity, "raise" if is_new else "add")
    return ticket


def add_claim(
    ticket: DataTicket,
    identity: Identity,
    claimed: Any,
    *,
    cause: str,
    reason: str,
    files: Iterable[CheckedFile] = (),
    draft_id: str = "",
) -> None:
    """One more claim with its evidence."""
    claim = TicketClaim(
        cause=cause,
        value=claimed,
        reason=reason,
        account_id=identity.account_id,
        actor=identity.actor,
        draft_id=draft_id,
        at=clock.now(),
    )
    claim.evidence = [_keep(file) for file in files]
    ticket.claims.append(claim)
    db.session.flush()


def _keep(file: CheckedFile) -> TicketEvidence:
    return TicketEvidence(
        name=file.name,
        media_type=file.media_type,
        size=len(file.content),
        sha256=file.sha256,
        stored_as=file.store(),
    )


def add_event(ticket: DataTicket, identity: Identity, action: str, note: str = "", private_note: str = "") -> None:
    """A line on the ticket's timeline, and the audit line that goes with it."""
    ticket.events.append(
        TicketEvent(at=clock.now(), actor=identity.actor, action=action, note=note, private_note=private_note)
    )
    audit.record(
        identity.actor,
        f"ticket_{action}",
        "ticket",
        ticket.number,
        party_code=ticket.party_code,
        detail=f"{ticket.source} {ticket.record_id}: {ticket.concept}",
    )
    db.session.flush()


def _get_or_open(identity: Identity, doubt: Doubt) -> tuple[DataTicket, bool]:
    """The open ticket of the field, and whether it was opened just now; two at the same moment open one."""
    query = select(DataTicket).where(DataTicket.open_key == doubt.key)
    found = db.session.scalar(query)
    if found is not None:
        return found, False
    now = clock.now()
    ticket = DataTicket(
        number=f"new-{doubt.key}"[:20],
        party_code=doubt.party_code,
        source=doubt.source,
        kind=doubt.kind,
        record_id=doubt.record_id,
        record_number=doubt.number,
        concept=doubt.concept,
        value=doubt.value,
        as_of=doubt.as_of,
        grade=doubt.grade,
        state="open",
        open_key=doubt.key,
        opened_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(ticket)
    except IntegrityError:
        return db.session.scalars(query).one(), False
    ticket.number = f"HS{now:%Y%m%d}{ticket.id:05d}"
    return ticket, True


def _was_said(ticket: DataTicket, identity: Identity, claimed: Any, cause: str, reason: str, draft_id: str) -> bool:
    """Whether the newest word of this person for this draft is the same."""
    own = [c for c in ticket.claims if (c.actor, c.draft_id) == (identity.actor, draft_id)]
    return (
        bool(own)
        and (own[-1].cause, own[-1].reason) == (cause, reason)
        and prefill.is_same_value(ticket.concept, own[-1].value, claimed, ticket.source)
    )


def _is_put_right(ticket: DataTicket, claimed: Any) -> bool:
    """Whether the record already says what is claimed: an old draft may still show what stood before."""
    new = prefill.find_record(ticket.new_record_id) if ticket.state == "corrected" else None
    return new is not None and prefill.is_same_value(
        ticket.concept, prefill.read_said(new, ticket.concept), claimed, ticket.source
    )


def follow_draft(
    identity: Identity, draft_id: str, concept: str, value: Any, *, reason: str = "", files: Iterable[CheckedFile] = ()
) -> None:
    """A draft's answer changed again: its waiting tickets claim what it says now. One that only this draft raised goes
    when the answer is what the record says. The caller commits."""
    query = (
        select(DataTicket)
        .join(TicketClaim)
        .where(TicketClaim.draft_id == draft_id, DataTicket.concept == concept, DataTicket.state.in_(("open", "asked")))
        .distinct()
    )
    files = list(files)
    for ticket in db.session.scalars(query).all():
        own = [claim for claim in ticket.claims if claim.draft_id == draft_id][-1]
        if not prefill.is_same_value(concept, ticket.value, value, ticket.source):
            if files or reason != own.reason or not prefill.is_same_value(concept, own.value, value, ticket.source):
                add_claim(ticket, identity, value, cause=own.cause, reason=reason, files=files, draft_id=draft_id)
                add_event(ticket, identity, "add")
        elif ticket.state == "open" and all(claim.draft_id == draft_id for claim in ticket.claims):
            ticket.state, ticket.outcome, ticket.open_key, ticket.settled_at = "closed", "withdrawn", None, clock.now()
            add_event(ticket, identity, "withdraw")
