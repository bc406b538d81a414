"""A visit: somebody talks, the bot reads, and the portal's half of the loop is played here.

The portal owns the pending step; ``Visit`` keeps it as the portal does and sends it with
every message, so a dialogue below reads as the person lived it.
"""

from itertools import count
from typing import Any

from conftest import Bot, post
from fake_portal import FakePortal

_NUMBERS = count(1)


class Visit:
    """One conversation. ``say`` gives "topic/verb intent" of the call that was made, or the bot's own sentence."""

    def __init__(self, bot: Bot, portal: FakePortal, language: str = "zh", sender: str = "") -> None:
        self.bot, self.portal, self.language = bot, portal, language
        self.sender = sender or f"visit-{next(_NUMBERS)}"
        self.pending: dict[str, Any] | None = None
        self.last: dict[str, Any] = {}

    def is_asked(
        self,
        field: str = "principal",
        type: str = "person_name",
        kind: str = "field",
        flow: str = "application",
        options: list[dict[str, str]] | None = None,
    ) -> None:
        """The portal now asks for this."""
        self.pending = {
            "flow": flow,
            "kind": kind,
            "field_id": field,
            "type": type,
            "options": options or [],
            "step": f"{self.sender}:{field}:{kind}",
        }

    def is_asked_nothing(self) -> None:
        self.pending = None

    def say(self, text: str) -> str:
        return self._send(text, {})

    def press(self, text: str) -> str:
        """A button that the portal signed: '/intent{...}'."""
        return self._send(text, {"payload": True})

    def _send(self, text: str, more: dict[str, Any]) -> str:
        before = len(self.portal.calls)
        metadata = {"language": self.language, "pending": self.pending, **more}
        status, messages = post(self.bot.rasa, {"sender": self.sender, "message": text, "metadata": metadata})
        assert status == 200, messages
        calls = self.portal.calls[before:]
        if not calls:
            return str(messages[0]["text"])
        assert len(calls) == 1, f"one turn, one call: {calls}"
        path, self.last, _ = calls[0]
        assert self.last["conversation_id"] == self.sender
        assert [m["custom"]["id"] for m in messages], "the portal's message went missing"
        return f"{path.removeprefix('/api/bot/')} {self.last['intent']}"
