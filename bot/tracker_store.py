"""Conversations in memory, short and few: the portal's database is their record.

A turn gets slower with every event Rasa re-reads (30 → 121 ms by turn 200), and a
server that lives for weeks must not keep everybody's words. So: the last events of
each conversation, and the conversations used last.
"""

from collections import OrderedDict, deque
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig


class BoundedTrackerStore(InMemoryTrackerStore):
    """``events`` kept for one conversation, ``conversations`` kept in all; the one unused longest goes first."""

    def __init__(
        self,
        domain: Domain,
        host: EndpointConfig | None = None,
        event_broker: EventBroker | None = None,
        events: int = 40,
        conversations: int = 2000,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)
        self.events = events
        self.conversations = conversations
        self.store: OrderedDict[str, str] = OrderedDict()

    async def save(self, tracker: DialogueStateTracker) -> None:
        tracker.events = deque(list(tracker.events)[-self.events :])
        await super().save(tracker)
        self.store.move_to_end(tracker.sender_id)
        while len(self.store) > self.conversations:
            self.store.popitem(last=False)
