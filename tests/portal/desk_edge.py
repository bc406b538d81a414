"""What the tests of hand-overs share: two officers, a clock to set, what was said, the beat."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from chat_edge import Talk

from portal.chat import service as chat
from portal.extensions import db
from portal.identity.service import Identity


@dataclass(frozen=True)
class Officers:
    first: Identity
    second: Identity


class Clock:
    """Sets the moment at which everybody is; a microsecond more each time, so that it starts there anew."""

    count = 0

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch

    def set(self, moment: str) -> None:
        Clock.count += 1
        exact = datetime.fromisoformat(moment) + timedelta(microseconds=Clock.count)
        self.monkeypatch.setenv("WENBAN_NOW", exact.isoformat())


def said(talk: Talk, role: str = "") -> list[str]:
    """What stands in the conversation, of one role."""
    return [message["text"] for message in talk.list() if not role or message["role"] == role]


def let_time_pass() -> int:
    """What beat calls."""
    moved = chat.apply_due_handovers()
    db.session.commit()
    return moved
