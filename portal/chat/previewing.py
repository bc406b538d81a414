"""What would be starred in a message, told before it is sent: the person decides whether to send it so or to change it.

Asked for by our own page and widget; a program that does not ask gets the notice afterwards (docs/chat-api.md).
"""

from dataclasses import dataclass

from flask_babel import gettext as _

from portal.chat.cleaning import clean
from portal.chat.flows import wanted_data
from portal.chat.lexicon import is_emergency, says
from portal.chat.masking import mask
from portal.chat.models import Conversation


@dataclass(frozen=True, slots=True)
class Preview:
    """``text`` as it would be kept and sent on, ``kinds`` what is starred in it, ``notice`` the same in words."""

    text: str
    kinds: tuple[str, ...]
    notice: str


def find_preview(conversation: Conversation | None, text: str) -> Preview | None:
    """None when nothing would be starred, and when somebody is in danger: then nothing may stand in between.

    Invalid for a text that cannot be sent at all.
    """
    cleaned = clean(text)
    if cleaned.command or is_emergency(cleaned.text):
        return None
    pending = conversation.pending if conversation else None
    masked = mask(cleaned.text, wanted=wanted_data(pending) | _told(cleaned.text, pending))
    if not masked.kinds:
        return None
    notice = _("To answer you nobody needs %(what)s. Sent like this, it is starred out:", what=name_kinds(masked.kinds))
    return Preview(masked.text, masked.kinds, notice)


def _told(text: str, pending: dict[str, object] | None) -> set[str]:
    """A complaint takes the person's own telephone number from what is told, and keeps it apart from the conversation."""
    complains = (pending or {}).get("flow") == "complaint" or says("complaint", text) or says("report", text)
    return {"mobile"} if complains else set()


def name_kinds(kinds: tuple[str, ...]) -> str:
    """Kinds of personal data in words."""
    names = {
        "mobile": _("a mobile number"),
        "identity_card": _("an identity card number"),
        "bank_card": _("a bank card number"),
        "passport": _("a passport number"),
    }
    return _(", ").join(names[kind] for kind in kinds)
