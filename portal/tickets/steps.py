"""The steps of a ticket: the source is asked, the record put right or kept with a reason, and the party told."""

from collections.abc import Iterable

from flask_babel import gettext as _
from sqlalchemy import update

from policy_kb import clock, wording
from portal.audit import service as audit
from portal.errors import Conflict, Invalid
from portal.extensions import db
from portal.identity.service import Identity
from portal.notices import service as notices
from portal.prefill import service as prefill
from portal.tickets.finding import get_for_staff, get_own
from portal.tickets.models import DataTicket
from portal.tickets.raising import add_claim, add_event
from portal.uploads import CheckedFile

# step -> (states it may start from, state it leads to); the party's own steps stand below
STEPS = {
    "ask": (("open",), "asked"),
    "correct": (("open", "asked"), "corrected"),
    "keep": (("open", "asked"), "kept"),
    "close": (("corrected", "kept"), "closed"),
}
PARTY_STEPS = {
    "withdraw": (("open", "asked"), "closed"),
    "object": (("corrected", "kept"), "open"),
    "close": (("corrected", "kept"), "closed"),
}
LONGEST = 1000


def list_steps(ticket: DataTicket, *, party: bool = False) -> list[str]:
    """What staff (or the party) may do with it now."""
    steps = PARTY_STEPS if party else STEPS
    return [step for step, (states, _after) in steps.items() if ticket.state in states]


def ask_source(identity: Identity, number: str, private_note: str = "") -> DataTicket:
    """Note that the keeper of the source was asked, with whom and how for staff alone. The caller commits."""
    ticket = get_for_staff(identity, number)
    _move(ticket, STEPS["ask"])
    add_event(ticket, identity, "ask", private_note=private_note.strip()[:LONGEST])
    return ticket


def correct(identity: Identity, number: str, raw: str, note: str = "") -> DataTicket:
    """Put the record right: with a value, a new row of it is written; without one, a corrected row must have come in.

    Invalid says what is missing; the caller commits.
    """
    ticket = get_for_staff(identity, number)
    _move(ticket, STEPS["correct"])
    record, new = prefill.find_record(ticket.record_id), None
    if raw.strip():
        if record is None:
            raise _wrong("value", _("This record lies outside. Its keeper corrects it there; leave this empty then."))
        new = prefill.correct_record(record, ticket.concept, raw)
        audit.record(
            identity.actor,
            "record_corrected",
            "record",
            new.id,
            party_code=new.party_code,
            detail=f"{ticket.number}: {ticket.concept} of {record.id}",
        )
    else:
        new = _get_later(ticket, record, note)
    ticket.new_record_id = new.id if new else ""
    _settle(ticket, identity, "correct", "corrected", note)
    return ticket


def _get_later(ticket: DataTicket, record: prefill.Record | None, note: str) -> prefill.Record | None:
    """The row that came in since then and says otherwise; for a record outside the word of the keeper, told in the note."""
    later = prefill.find_later(ticket.party_code, ticket.source, ticket.record_number, ticket.as_of, ticket.record_id)
    if later is not None and not prefill.is_same_value(
        ticket.concept, prefill.read_said(later, ticket.concept), ticket.value, ticket.source
    ):
        return later
    if record is not None:
        raise _wrong("value", _("Enter the right value, or import the corrected record first."))
    if not note.strip():
        raise _wrong("note", _("Say what the keeper corrected; the party is told it."))
    return None


def keep(identity: Identity, number: str, reason: str) -> DataTicket:
    """The record stands; the party is told why. The caller commits."""
    ticket = get_for_staff(identity, number)
    if not reason.strip():
        raise _wrong("note", _("Give the reason; the person is told it."))
    _move(ticket, STEPS["keep"])
    _settle(ticket, identity, "keep", "kept", reason)
    return ticket


def close(identity: Identity, number: str, *, party: bool = False) -> DataTicket:
    """Nothing more to do. The caller commits."""
    ticket = (get_own if party else get_for_staff)(identity, number)
    _move(ticket, STEPS["close"])
    ticket.open_key = None
    add_event(ticket, identity, "close")
    return ticket


def withdraw(identity: Identity, number: str) -> DataTicket:
    """The party takes its doubt back. The caller commits."""
    ticket = get_own(identity, number)
    _move(ticket, PARTY_STEPS["withdraw"])
    ticket.open_key, ticket.outcome, ticket.settled_at = None, "withdrawn", clock.now()
    add_event(ticket, identity, "withdraw")
    return ticket


def object_to(identity: Identity, number: str, reason: str, files: Iterable[CheckedFile] = ()) -> DataTicket:
    """The party does not agree with how it ended, and says why: it is open again. The caller commits."""
    ticket = get_own(identity, number)
    if not reason.strip():
        raise _wrong("reason", _("Say why you do not agree."))
    _move(ticket, PARTY_STEPS["object"])
    ticket.outcome, ticket.settled_at = "", None
    value = ticket.claims[-1].value
    add_claim(ticket, identity, value, cause="objection", reason=reason.strip()[:LONGEST], files=files)
    add_event(ticket, identity, "object")
    return ticket


def _move(ticket: DataTicket, step: tuple[tuple[str, ...], str]) -> None:
    """Take the step, or notice that somebody else was quicker."""
    states, after = step
    done = db.session.execute(
        update(DataTicket).where(DataTicket.id == ticket.id, DataTicket.state.in_(states)).values(state=after)
    )
    db.session.refresh(ticket, ["state"])
    if getattr(done, "rowcount", 0) != 1:
        raise Conflict(_("Somebody already moved this matter on. Reload it and look at its present state."))


def _settle(ticket: DataTicket, identity: Identity, action: str, outcome: str, note: str) -> None:
    ticket.outcome, ticket.settled_at = outcome, clock.now()
    add_event(ticket, identity, action, note=note.strip()[:LONGEST])
    msgid = {
        "corrected": "The record was corrected: %(field)s (%(number)s). Open drafts ask it again.",
        "kept": "The record stands as it is: %(field)s (%(number)s). The reason is told there.",
    }[outcome]
    text = {
        language: wording.gettext_for(language)(msgid)
        % {"field": prefill.concept_label(ticket.concept, language, ticket.source), "number": ticket.number}
        for language in ("zh", "en")
    }
    for account_id in sorted({claim.account_id for claim in ticket.claims if claim.account_id}):
        notices.add_notice(account_id, text, f"/tickets/{ticket.number}")


def _wrong(field: str, text: str) -> Invalid:
    return Invalid(text, fields={field: text})
