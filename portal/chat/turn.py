"""One message on its way through a topic."""

from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from portal.chat.flows import Draft
from portal.chat.models import Conversation
from portal.identity.service import Identity


@dataclass(frozen=True, slots=True)
class Turn:
    """``text`` as the person sent it (personal data starred unless it was asked for), ``payload`` of step and button.

    ``told`` is the text with its telephone numbers, "" when it has none: only a complaint reads it, for the person's own.
    """

    conversation: Conversation
    identity: Identity
    text: str
    language: str
    intent: str = ""
    confidence: float = 0.0
    entities: tuple[dict[str, Any], ...] = ()
    payload: dict[str, Any] = field(default_factory=dict)
    told: str = ""
    asked: dict[Any, Any] = field(default_factory=dict)  # what the policy base said in this turn (``answers.ask_base``)

    def find_entity(self, name: str) -> str:
        """The first value of an entity, "" when the message has none."""
        return next((str(entity.get("value") or "") for entity in self.entities if entity.get("entity") == name), "")

    def ask(self, drafts: list[Draft], pending: dict[str, Any] | None) -> list[Draft]:
        """Keep what a flow now asks for, with the message that asks it, and hand its messages on."""
        conversation = self.conversation
        conversation.pending = pending
        if pending is None:
            conversation.question = None
        elif drafts:
            last = drafts[-1]
            conversation.question = {
                "kind": last.kind,
                "text": last.text,
                "buttons": list(last.buttons),
                "data": last.data,
                "language": self.language,
            }
        return drafts

    def ask_again(self) -> list[Draft]:
        """The pending question once more, behind an aside; nothing when nothing is asked."""
        question = self.conversation.question
        if not self.conversation.pending or not question:
            return []
        text = question["text"]
        lead = _("Back to where we were:")
        return [
            Draft(
                question["kind"],
                text if text.startswith(lead) else f"{lead}\n{text}",
                buttons=tuple(question["buttons"]),
                data=question["data"],
            )
        ]
