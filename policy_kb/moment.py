"""One moment of the store: an answer is made of one state, and asks the store for it once.

With Elasticsearch each look at the revision is a request, and another process may write between two of them.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from policy_kb.stores.contract import Store


class _Read(threading.local):
    """What this thread has read since its moment began; moments may stand inside each other."""

    def __init__(self) -> None:
        self.depth = 0
        self.texts: dict[str, str] = {}


class Moment:
    """The store's revision and overlay; within ``held`` each is read once a thread. Safe to share between threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._read = _Read()

    @contextmanager
    def held(self) -> Iterator[None]:
        """What is read inside stays what it was when first read."""
        self._read.depth += 1
        try:
            yield
        finally:
            self._read.depth -= 1
            if not self._read.depth:
                self._read.texts.clear()

    @property
    def is_held(self) -> bool:
        """Whether this thread is inside ``held``."""
        return self._read.depth > 0

    def revision(self) -> str:
        return self._once("revision", self._store.revision)

    def overlay(self) -> str:
        """The curators' overlay as it was written, "" when there is none."""
        return self._once("overlay", lambda: self._store.read_note("overlay"))

    def _once(self, name: str, read: Callable[[], str]) -> str:
        if not self._read.depth:
            return read()
        if name not in self._read.texts:
            self._read.texts[name] = read()
        return self._read.texts[name]


__all__ = ["Moment"]
