"""The bot's few settings, from the same environment variables as the portal's (.env.example explains them)."""

import hmac
import os
from dataclasses import dataclass

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Settings:
    """``host`` is where both servers listen: the loopback, unless a private network (compose) says otherwise.

    ``rasa_ports``: one process of Rasa listens on each. ``tracker_url`` (SQLAlchemy) and ``lock_url`` are what they share.
    """

    environment: str
    token: str
    host: str
    rasa_ports: tuple[int, ...]
    actions_port: int
    actions_url: str
    portal_url: str
    model: str
    tracker_url: str
    lock_url: str


def read_settings() -> Settings:
    """RuntimeError without a token outside development and test."""
    environment = os.environ.get("WENBAN_ENV", "development")
    token = os.environ.get("WENBAN_BOT_TOKEN", "")
    if not token and environment not in ("development", "test"):
        raise RuntimeError("Set WENBAN_BOT_TOKEN (the portal's and the bot's shared secret) or WENBAN_ENV=development.")
    actions_port = int(os.environ.get("WENBAN_ACTIONS_PORT", "5055"))
    return Settings(
        environment=environment,
        token=token,
        host=os.environ.get("WENBAN_BOT_HOST", LOOPBACK),
        rasa_ports=tuple(int(port) for port in os.environ.get("WENBAN_RASA_PORT", "5005").split(",")),
        actions_port=actions_port,
        actions_url=os.environ.get("WENBAN_ACTIONS_URL", f"http://{LOOPBACK}:{actions_port}/webhook"),
        portal_url=os.environ.get("WENBAN_PORTAL_URL", f"http://{LOOPBACK}:5000").rstrip("/"),
        model=os.environ.get("WENBAN_BOT_MODEL", "bot/models/wenban.tar.gz"),
        tracker_url=os.environ.get("WENBAN_TRACKER_URL")
        or f"sqlite:///{os.environ.get('WENBAN_DATA', 'var')}/rasa.sqlite",
        lock_url=os.environ.get("WENBAN_LOCK_URL") or "memory://",
    )


def is_allowed(header: str | None, token: str) -> bool:
    """Compare in constant time; without a token (development) everything that reaches the port is allowed."""
    return not token or hmac.compare_digest((header or "").encode(), f"Bearer {token}".encode())
