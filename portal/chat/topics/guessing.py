"""Did you mean: a doubtful message is answered, and what it perhaps asked to do is offered beside the answer.

The gate sends ``guess`` when the classifier thought of something to do but was less sure than its floor. The person
decides by a button; what the message named goes along. Offered twice at most, so that it never nags or loops.
"""

from flask_babel import gettext as _
from sqlalchemy import select

from portal.chat.flows import Draft
from portal.chat.models import Message
from portal.chat.turn import Turn
from portal.extensions import db

MOST = 2
# Messages: a conversation taken up again much later may be offered it anew.
LOOK_BACK = 40
REASON = "guess"


def offer(turn: Turn) -> list[Draft]:
    """One notice with one button, or nothing: no guess, a step is pending, or it was offered often enough."""
    label = _labels().get(str(turn.payload.get("guess") or ""))
    if not label or turn.conversation.pending or count_offers(turn) >= MOST:
        return []
    button = {"label": label, "payload": {"intent": str(turn.payload["guess"]), **_named(turn)}}
    return [Draft("notice", _("Or did you mean this?"), buttons=(button,), data={"reason": REASON})]


def count_offers(turn: Turn) -> int:
    """How often it was offered among the latest messages of this conversation."""
    recent = db.session.scalars(
        select(Message.payload)
        .where(Message.conversation_id == turn.conversation.id, Message.role == "assistant")
        .order_by(Message.id.desc())
        .limit(LOOK_BACK)
    )
    return sum((payload.get("data") or {}).get("reason") == REASON for payload in recent)


def _named(turn: Turn) -> dict[str, str]:
    found = {"item": turn.find_entity("service_item"), "variant": turn.find_entity("variant")}
    return {name: value for name, value in found.items() if value}


def _labels() -> dict[str, str]:
    return {
        "start_application": _("Start an application"),
        "continue_application": _("Go on with my draft"),
        "check_status": _("See how my matter stands"),
        "make_complaint": _("Make a complaint"),
        "make_report": _("Report a violation"),
        "talk_to_person": _("Talk to a member of staff"),
    }
