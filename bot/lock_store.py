"""One turn of a conversation at a time inside Rasa: in memory for one process, in Redis when several share the work.

The portal's gateway already sends a conversation's messages one after the other (portal/chat/ordering.py). What is left
to guard is the turn that a slow process is still busy with when its conversation went on elsewhere, so a lock that Redis
cannot give is no reason to fail a turn: memory takes over until Redis is back.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import TypeVar

import redis
from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, InMemoryLockStore, LockStore, RedisLockStore
from rasa.utils.endpoints import EndpointConfig

logger = logging.getLogger(__name__)
Found = TypeVar("Found")
WAIT_SECONDS = 0.5  # for one word with Redis; the whole process waits meanwhile
REST_SECONDS = 5.0  # before Redis is asked again after it failed
POLL_SECONDS = 0.1
KEPT_SECONDS = 60  # a lock whose process died is forgotten by Redis itself


class SharedLockStore(LockStore):
    """``url`` of the endpoint: ``redis://…``, or ``memory://``."""

    def __init__(self, endpoint_config: EndpointConfig) -> None:
        self._near = InMemoryLockStore()
        self._far = _open_redis(endpoint_config.url) if str(endpoint_config.url).startswith("redis") else None
        self._resting_until = 0.0

    def get_lock(self, conversation_id: str) -> TicketLock | None:
        return self._ask(lambda store: store.get_lock(conversation_id))

    def save_lock(self, lock: TicketLock) -> None:
        self._ask(lambda store: store.save_lock(lock))

    def delete_lock(self, conversation_id: str) -> None:
        self._ask(lambda store: store.delete_lock(conversation_id))

    async def _acquire_lock(self, conversation_id: str, ticket: int, wait_time_in_seconds: float) -> TicketLock:
        """Wait for the turns before, but never longer than a lock may last. In Rasa's own loop a ticket that ran out while
        it waited behind a dead process's is never served: both are removed, and it waits for ever."""
        until = time.monotonic() + LOCK_LIFETIME
        while True:
            lock = self.get_lock(conversation_id)
            if lock is None or not lock.is_locked(ticket) or time.monotonic() >= until:
                return lock or self.create_lock(conversation_id)
            await asyncio.sleep(min(POLL_SECONDS, wait_time_in_seconds))
            self.update_lock(conversation_id)

    def _ask(self, call: Callable[[LockStore], Found]) -> Found:
        if self._far is not None and time.monotonic() >= self._resting_until:
            try:
                return call(self._far)
            except redis.RedisError as error:
                self._resting_until = time.monotonic() + REST_SECONDS
                logger.warning("Redis keeps no locks (%s); memory does for %s s", type(error).__name__, REST_SECONDS)
        return call(self._near)


class _ForgettingRedis(RedisLockStore):
    def save_lock(self, lock: TicketLock) -> None:
        self.red.set(self.key_prefix + lock.conversation_id, lock.dumps(), ex=KEPT_SECONDS)


def _open_redis(url: str) -> RedisLockStore:
    """A wrong address is told at the start; a Redis that is away is not."""
    parts = redis.connection.parse_url(url)
    return _ForgettingRedis(
        host=parts.get("host", "localhost"),
        port=parts.get("port", 6379),
        db=parts.get("db", 0),
        username=parts.get("username"),
        password=parts.get("password"),
        use_ssl=url.startswith("rediss"),
        key_prefix="wenban",
        socket_timeout=WAIT_SECONDS,
    )
