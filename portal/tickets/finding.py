"""Who may see which ticket: the party its own, officers all; every look leaves an audit line."""

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, or_, select

from portal.audit import service as audit
from portal.errors import Missing
from portal.extensions import db
from portal.identity.service import Identity, require_role, require_signed_in
from portal.tickets.models import DataTicket, TicketClaim, TicketEvidence

ROLES = ("officer", "administrator")
WAITING = ("open", "asked")
STATES = (*WAITING, "corrected", "kept", "closed")
CAUSES = ("override", "conflict", "report", "objection")
MOST = 300


@dataclass(frozen=True, slots=True)
class Wanted:
    """A filter of the queue. ``state``: one of STATES, "waiting" or "all"; ``text`` is looked for in numbers and codes."""

    state: str = "waiting"
    source: str = ""
    cause: str = ""
    text: str = ""


def _find(number: str) -> DataTicket | None:
    return db.session.scalar(select(DataTicket).where(DataTicket.number == number))


def get_own(identity: Identity, number: str) -> DataTicket:
    """A ticket of the party acted for; Missing for anybody else's. The caller commits."""
    require_signed_in(identity)
    ticket = _find(number)
    if (
        ticket is None
        or not identity.party_code
        or ticket.party_code != identity.party_code
        or not _sees(identity, ticket)
    ):
        audit.record_now(identity.actor, "refused_read", "ticket", number)
        raise Missing(_("There is no such data ticket among those of the party you act for."))
    return ticket


def _sees(identity: Identity, ticket: DataTicket) -> bool:
    """Whose mandate names some items sees the tickets they spoke on themselves."""
    return not identity.items or any(claim.actor == identity.actor for claim in ticket.claims)


def get_for_staff(identity: Identity, number: str) -> DataTicket:
    """A ticket for officers and administrators. The caller commits."""
    require_role(identity, *ROLES)
    ticket = _find(number)
    if ticket is None:
        raise Missing(_("There is no data ticket with this number. Look for it in the list."))
    return ticket


def note_read(identity: Identity, ticket: DataTicket) -> None:
    """That somebody looked at the ticket."""
    audit.record(identity.actor, "ticket_read", "ticket", ticket.number, party_code=ticket.party_code)


def get_evidence(identity: Identity, number: str, evidence_id: int) -> TicketEvidence:
    """A file of a ticket that the person may see, with an audit line. The caller commits."""
    staff = identity.has_role(*ROLES)
    ticket = get_for_staff(identity, number) if staff else get_own(identity, number)
    found = next((e for c in ticket.claims for e in c.evidence if e.id == evidence_id), None)
    if found is None:
        raise Missing(_("There is no such file."))
    audit.record(identity.actor, "read_file", "ticket", number, party_code=ticket.party_code, detail=found.name)
    return found


def list_own(identity: Identity) -> list[DataTicket]:
    """The tickets of the party acted for, newest first; empty when nobody is signed in."""
    if not identity.signed_in or not identity.party_code:
        return []
    query = select(DataTicket).where(DataTicket.party_code == identity.party_code).order_by(DataTicket.id.desc())
    return [ticket for ticket in db.session.scalars(query.limit(MOST)) if _sees(identity, ticket)]


def list_queue(identity: Identity, wanted: Wanted | None = None) -> list[DataTicket]:
    """For officers: the oldest that wait first; of the settled ones the newest. At most MOST."""
    require_role(identity, *ROLES)
    wanted = wanted or Wanted()
    query = select(DataTicket).limit(MOST)
    if wanted.state == "waiting":
        query = query.where(DataTicket.state.in_(WAITING)).order_by(DataTicket.id)
    elif wanted.state in STATES:
        query = query.where(DataTicket.state == wanted.state).order_by(DataTicket.id.desc())
    else:
        query = query.order_by(DataTicket.id.desc())
    if wanted.source:
        query = query.where(DataTicket.source == wanted.source)
    if wanted.cause:
        with_cause = select(TicketClaim.ticket_id).where(TicketClaim.cause == wanted.cause)
        query = query.where(DataTicket.id.in_(with_cause))
    if wanted.text:
        columns = (DataTicket.number, DataTicket.party_code, DataTicket.record_number)
        query = query.where(or_(*(column.contains(wanted.text, autoescape=True) for column in columns)))
    return list(db.session.scalars(query))


def list_of_draft(draft_id: str) -> list[DataTicket]:
    """What was doubted while a draft was filled, the oldest first; for the officer who reviews it."""
    said = select(TicketClaim.ticket_id).where(TicketClaim.draft_id == draft_id)
    return list(db.session.scalars(select(DataTicket).where(DataTicket.id.in_(said)).order_by(DataTicket.id)))


def list_sources() -> list[str]:
    """The sources that any ticket is about."""
    return sorted(db.session.scalars(select(DataTicket.source).distinct()))


def count_waiting() -> int:
    """Tickets that wait for the keeper of their source."""
    return int(db.session.scalar(select(func.count(DataTicket.id)).where(DataTicket.state.in_(WAITING))) or 0)
