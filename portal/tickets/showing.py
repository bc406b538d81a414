"""A ticket as its pages show it, in the language of the page; what needs the strong sign-in stays hidden without it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from portal.identity import service as identities
from portal.identity.service import Identity
from portal.language import current_language
from portal.prefill import service as prefill
from portal.tickets import wording
from portal.tickets.models import DataTicket, TicketClaim
from portal.vocabulary import is_private


@dataclass(frozen=True, slots=True)
class ShownClaim:
    """``who`` is a name for staff, "" for the party itself."""

    claim: TicketClaim
    text: str
    cause: str
    who: str


@dataclass(frozen=True, slots=True)
class ShownTicket:
    """``value`` is what the record said, ``now`` what the record that puts it right says ("" while there is none)."""

    ticket: DataTicket
    label: str
    record: str
    value: str
    claimed: str
    now: str
    now_from: date | None
    state: str
    answer: str
    claims: list[ShownClaim]
    events: list[tuple[str, datetime, str, str, str]]

    @property
    def number(self) -> str:
        return self.ticket.number


def show_ticket(identity: Identity, ticket: DataTicket) -> ShownTicket:
    """Everything of a ticket in words."""
    language, staff = current_language(), identity.kind == "staff"
    new = prefill.find_record(ticket.new_record_id) if ticket.new_record_id else None
    actors = [*(claim.actor for claim in ticket.claims), *(event.actor for event in ticket.events)]
    names = {actor: name for actor, (name, _roles) in identities.list_names(actors).items()} if staff else {}

    def write(value: Any) -> str:
        if is_private(ticket.concept) and not identity.strong:
            return _("shown after the strong sign-in")
        return prefill.show_concept(ticket.concept, value, language, ticket.source)

    claims = [
        ShownClaim(c, write(c.value), wording.cause_name(c.cause), names.get(c.actor, c.actor) if staff else "")
        for c in ticket.claims
    ]
    return ShownTicket(
        ticket,
        prefill.concept_label(ticket.concept, language, ticket.source),
        name_record(ticket.source, ticket.record_number),
        write(ticket.value),
        claims[-1].text if claims else "",
        write(prefill.read_said(new, ticket.concept)) if new else "",
        new.as_of if new else None,
        wording.state_name(ticket.state, ticket.outcome),
        next((e.note for e in reversed(ticket.events) if e.action in ("correct", "keep")), ""),
        claims,
        [
            (
                wording.step_name(e.action),
                e.at,
                names.get(e.actor, e.actor) if staff else "",
                e.note,
                e.private_note if staff else "",
            )
            for e in ticket.events
        ],
    )


def title_of(ticket: DataTicket) -> str:
    """What is doubted, for a list: the field and its record."""
    label = prefill.concept_label(ticket.concept, current_language(), ticket.source)
    return f"{label} · {name_record(ticket.source, ticket.record_number)}"


def name_record(source: str, number: str) -> str:
    """The source and the number of its record."""
    return f"{prefill.source_name(source, current_language())} {number}".strip()


def list_choices(ticket: DataTicket) -> list[tuple[str, str]]:
    """The values to choose from when the right one is a choice: (code, label); empty where it is typed."""
    if ticket.concept == prefill.STATUS:
        return [(state, prefill.state_name(state)) for state in prefill.CORRECT_STATES]
    field = prefill.find_field(ticket.concept, ticket.source)
    if field is None or field.type != "choice":
        return []
    return [(option.code, option.label[current_language()]) for option in field.options]


def suggest_value(identity: Identity, ticket: DataTicket) -> str:
    """What the keeper's page holds at first: the value claimed last, as it is typed."""
    value, field = ticket.claims[-1].value, prefill.find_field(ticket.concept, ticket.source)
    if value is None or (is_private(ticket.concept) and not identity.strong):
        return ""
    if isinstance(value, bool) or (field is not None and field.type == "choices"):
        return prefill.show_concept(ticket.concept, value, current_language(), ticket.source)
    return "" if isinstance(value, list) else str(value)


def can_correct(ticket: DataTicket) -> bool:
    """Whether the record is ours and the value can be put right on the page."""
    record = prefill.find_record(ticket.record_id)
    return record is not None and prefill.can_correct(record, ticket.concept)
