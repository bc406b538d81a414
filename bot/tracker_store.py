"""What Rasa remembers of a conversation, in SQL: a process that takes another's conversations over finds their history.

One row a conversation with its last events. A turn gets slower with every event that Rasa reads again (30 → 121 ms
by turn 200), and Rasa's own SQL store appends by count, so that nobody may trim it (docs/decisions.md). The portal's
database is the record of what was said; here stands only what the next turn needs, starred, and only for some days.
"""

import json
import logging
import time
from collections.abc import Iterable
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

logger = logging.getLogger(__name__)
DAY_SECONDS = 86_400
SWEEP_SECONDS = 3_600
WAIT_SECONDS = 2  # for a database that does not answer; the turn then goes on without what was before it
VERSION = "stored_version"

_TABLE = """CREATE TABLE IF NOT EXISTS rasa_dialogue (
    sender_id VARCHAR(64) PRIMARY KEY, version INTEGER NOT NULL, events TEXT NOT NULL, at FLOAT NOT NULL)"""
_INDEX = "CREATE INDEX IF NOT EXISTS ix_rasa_dialogue_at ON rasa_dialogue (at)"
_READ = text("SELECT version, events FROM rasa_dialogue WHERE sender_id = :sender")
_WRITE = text(
    """INSERT INTO rasa_dialogue (sender_id, version, events, at) VALUES (:sender, 1, :events, :at)
    ON CONFLICT (sender_id) DO UPDATE SET version = rasa_dialogue.version + 1, events = excluded.events, at = excluded.at
    WHERE rasa_dialogue.version = :version"""
)
_SWEEP = text("DELETE FROM rasa_dialogue WHERE at < :before")


class SqlTrackerStore(TrackerStore):
    """``host`` is an SQLAlchemy URL. ``events`` are kept of a conversation, for ``days`` after its last turn."""

    def __init__(
        self,
        domain: Domain,
        host: str | EndpointConfig | None = None,
        event_broker: EventBroker | None = None,
        events: int = 40,
        days: float = 7,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)
        self.events = events
        self.days = days
        self.engine = open_engine(str(host))
        self._table_is_there = False
        self._swept_at = 0.0

    def _begin(self) -> Any:
        """A transaction, with the table made at the first one: the database may come up after us."""
        if not self._table_is_there:
            make_table(self.engine)
            self._table_is_there = True
        return self.engine.begin()

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        with self._begin() as connection:
            row = connection.execute(_READ, {"sender": sender_id}).first()
        if row is None or self.domain is None:
            return None
        tracker = DialogueStateTracker.from_dict(sender_id, json.loads(row.events), self.domain.slots)
        setattr(tracker, VERSION, row.version)
        return tracker

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker | None:
        return await self.retrieve(conversation_id)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Write the last events, unless somebody wrote since this tracker was read: then this turn came too late."""
        await self.stream_events(tracker)
        version = getattr(tracker, VERSION, 0)
        kept = list_kept(tracker.events)[-self.events :]
        row = {"sender": tracker.sender_id, "version": version, "events": json.dumps(kept), "at": time.time()}
        with self._begin() as connection:
            written = connection.execute(_WRITE, row).rowcount
            self._sweep(connection)
        if written:
            setattr(tracker, VERSION, version + 1)
        else:
            logger.warning("A turn came after a later one of its conversation and was not remembered.")

    def _sweep(self, connection: Connection) -> None:
        if time.monotonic() - self._swept_at > SWEEP_SECONDS or not self._swept_at:
            self._swept_at = time.monotonic()
            connection.execute(_SWEEP, {"before": time.time() - self.days * DAY_SECONDS})

    async def keys(self) -> Iterable[str]:
        with self._begin() as connection:
            return [row.sender_id for row in connection.execute(text("SELECT sender_id FROM rasa_dialogue"))]


def open_engine(url: str) -> Engine:
    """Errors of this engine never quote what people said. SQLite is shared by all processes of one machine."""
    lite = url.startswith("sqlite")
    waiting = {"timeout": WAIT_SECONDS, "check_same_thread": False} if lite else {"connect_timeout": WAIT_SECONDS}
    engine = create_engine(
        url, future=True, hide_parameters=True, poolclass=QueuePool, pool_recycle=1800, connect_args=waiting
    )
    if lite:
        event.listen(engine, "connect", _share)
    return engine


def _share(connection: Any, _: Any) -> None:
    """Readers and one writer at a time beside each other; the last turns may be lost with the machine, not with a process."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")


def make_table(engine: Engine) -> None:
    """Several processes may start at once; on PostgreSQL the second then fails although the table is there."""
    for attempt in (1, 2):
        try:
            with engine.begin() as connection:
                connection.execute(text(_TABLE))
                connection.execute(text(_INDEX))
            return
        except DBAPIError:
            if attempt == 2:
                raise


def list_kept(events: Iterable[Event]) -> list[dict[str, Any]]:
    """Events as they are stored. What the bot said may read back what a person gave, and no rule looks at it."""
    return [_kept(each) for each in events if not isinstance(each, BotUttered)]


def _kept(each: Event) -> dict[str, Any]:
    return _kept_words(each) if isinstance(each, UserUttered) else each.as_dict()


def _kept_words(said: UserUttered) -> dict[str, Any]:
    """What a person said: intent and starred text. ``kept`` in the metadata is the starred text when a field asked for
    what is starred otherwise (portal/chat/gateway.py); a button's payload goes without its values."""
    metadata = said.metadata or {}
    words = said.text or ""
    starred = metadata.get("kept")
    if metadata.get("payload") is True:
        words, starred = words.partition("{")[0], ""
    entities = said.entities if starred is None else []
    intent = {key: said.intent.get(key) for key in ("name", "confidence")}
    named = [{key: each[key] for key in ("entity", "value", "start", "end") if key in each} for each in entities]
    shown = starred or words
    return {
        "event": said.type_name,
        "timestamp": said.timestamp,
        "text": shown,
        "parse_data": {"intent": intent, "entities": named, "text": shown},
        "input_channel": said.input_channel,
        "message_id": said.message_id,
        "metadata": {key: metadata[key] for key in ("language", "payload") if key in metadata},
    }
