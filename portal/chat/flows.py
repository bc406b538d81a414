"""What a dialogue that asks for things (an application, a complaint) gives back to the conversation.

``portal.applications.chat`` and ``portal.complaints.chat`` keep their own drafts; the conversation only keeps
``pending`` and the message that asked, so that an aside can be answered and the same thing asked again.
"""

from dataclasses import dataclass, field
from typing import Any

# Keys of ``pending`` that Rasa's gate sees; a flow may keep more (a draft id), which stays in the portal.
GATE_KEYS = ("flow", "kind", "field_id", "type", "options", "step")

# A ``pending`` of these types takes these kinds of personal data unmasked, because it asks for them.
WANTED_DATA = {
    "phone": {"mobile"},
    "mobile": {"mobile"},
    "tel": {"mobile"},
    "id_number": {"identity_card"},
    "identity": {"identity_card", "passport"},
    "passport": {"passport"},
    "bank_account": {"bank_card"},
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A message before it is stored. ``buttons``: ``{"label", "payload": {"intent", …}}`` or ``{"label", "url"}``.

    A button's payload names the intent its press stands for (``affirm``, ``deny``, ``skip``, ``answer_field``,
    ``ask_policy`` with ``question``, ``start_application`` with ``item`` and ``variant``, …) and, inside a flow, the
    ``step`` of the pending it belongs to. It is signed for the conversation when it is shown.
    """

    kind: str
    text: str
    answer: dict[str, Any] | None = None
    buttons: tuple[dict[str, Any], ...] = ()
    data: dict[str, Any] = field(default_factory=dict)
    role: str = "assistant"


def draft_of(message: Draft | dict[str, Any]) -> Draft:
    """A flow may answer with plain dictionaries of the same shape."""
    if isinstance(message, Draft):
        return message
    return Draft(
        kind=str(message.get("kind") or "text"),
        text=str(message.get("text") or ""),
        answer=message.get("answer"),
        buttons=tuple(message.get("buttons") or ()),
        data=dict(message.get("data") or {}),
        role=str(message.get("role") or "assistant"),
    )


def gate_view(pending: dict[str, Any] | None) -> dict[str, Any] | None:
    """What of ``pending`` leaves the portal."""
    return {key: pending.get(key) for key in GATE_KEYS} if pending else None


def wanted_data(pending: dict[str, Any] | None) -> set[str]:
    """The kinds of personal data (names of ``masking``) that the thing being asked for may hold."""
    if not pending or pending.get("kind") == "confirm":
        return set()
    return WANTED_DATA.get(str(pending.get("type")), set())
