"""What a message says, and what is kept of the matter that is being told in a conversation; nothing is changed here."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from policy_kb import clock
from portal.complaints import asking, correcting, hearing, service
from portal.complaints.reading import read_message
from portal.complaints.reading.openings import may_open
from portal.complaints.rules import get_rules
from portal.pages import write_clause


def is_kept(conversation_id: str) -> bool:
    """Whether something told in this conversation waits to be gone on with."""
    draft = service.find_draft(conversation_id)
    return draft is not None and bool(draft.data.get("fields"))


def tell_left(conversation_id: str) -> str:
    """What is still to be told of the matter and what comes then; "" when nothing is being told."""
    draft = service.find_draft(conversation_id)
    return asking.tell_left(draft) if draft is not None else ""


def find_kind(conversation_id: str) -> str:
    """complaint, report or both, as it is being told; "" when nothing is."""
    draft = service.find_draft(conversation_id)
    return str(draft.data["kind"]) if draft is not None else ""


def tell_required() -> str:
    """What the rules of today want to know of the person who complains, with the clause."""
    rules = get_rules(clock.today())
    return _(
        "A complaint can only be accepted with the name, a telephone number and a postal address of the person (%(clause)s).",
        clause=write_clause(rules.title, rules.required_article["complaint"]),
    )


def find_opening(text: str) -> str | None:
    """What was bought when the message says nothing else yet; None when it says more, or something else."""
    if not may_open(text):
        return None
    reading = read_message(text, clock.today())
    return str(reading.fields.get("product_name") or "") if reading.opens else None


def read_kinds(text: str) -> list[str]:
    """What a message is, read by itself (``reading.Reading.kinds``)."""
    return read_message(text, clock.today()).kinds


def read_told(text: str) -> dict[str, Any]:
    """What a message tells of a matter, by the ids of ``reading.Reading.fields``."""
    return read_message(text, clock.today()).fields


def find_seller(conversation_id: str) -> str:
    """Whom the matter that is being told, or was put aside, is about; "" when nobody was named."""
    draft = service.find_draft(conversation_id)
    return str(draft.data["fields"].get("seller") or "") if draft is not None else ""


def list_sent(conversation_id: str) -> list[datetime]:
    """When complaints and reports were sent from this conversation, newest first."""
    return [one.received_at for one in service.list_told(conversation_id)]


def list_told(text: str, language: str) -> list[str]:
    """The fields a message tells something for."""
    return list(hearing.told_values(text, language))


def tells_alone(text: str) -> bool:
    """Whether a message is an address and nothing else."""
    return bool(correcting.bare_place(text))


def is_question(text: str) -> bool:
    """Whether the message only asks, so that it is to be answered and nothing taken down."""
    return read_message(text, clock.today()).kinds == ["consultation"]


def is_progress(text: str) -> bool:
    """Whether it asks how an earlier complaint or report stands."""
    return read_message(text, clock.today()).progress
