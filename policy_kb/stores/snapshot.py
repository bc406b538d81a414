"""The embedded copy that answers when the store it was copied from is away.

A note in the copy says which revision of the primary it shows; a copy that was
interrupted shows the earlier one and is finished by the next ``refresh``.
"""

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from policy_kb.errors import StoreUnavailable
from policy_kb.file_lock import try_lock
from policy_kb.stores.contract import Store

_LOG = logging.getLogger(__name__)
REVISION = "snapshot of revision"  # the note that says which state of the primary the snapshot shows
_CHUNK = 48  # versions copied at once


class Snapshot:
    """The copy of ``primary``, opened at first need by ``open_store``. Safe to share between threads.

    ``lock`` is a file that keeps the processes that share a snapshot from copying the same at the same time.
    """

    def __init__(self, primary: Store, open_store: Callable[[], Store], lock: Path | None) -> None:
        self._primary = primary
        self._open_store = open_store
        self._lock = lock
        self._opened: Store | None = None
        self._opening = threading.Lock()
        self._copying = threading.Lock()

    @property
    def store(self) -> Store:
        """The copy itself. StoreUnavailable when it cannot be opened."""
        with self._opening:
            if self._opened is None:
                self._opened = self._open_store()
            return self._opened

    def find_copied(self) -> str:
        """The primary's revision that the copy shows, "" when there is none (yet) or it cannot be opened."""
        try:
            return self.store.read_note(REVISION)
        except StoreUnavailable as error:
            _LOG.warning("the snapshot cannot be read: %s", error)
            return ""

    def refresh(self) -> bool:
        """Bring the copy up to the primary; False when it already was, or another process is doing it.

        StoreUnavailable when either is away.
        """
        with self._copying, self._alone() as alone:
            revision = self._primary.revision()
            if not alone or revision == self.store.read_note(REVISION):
                return False
            self._copy_versions()
            for key in self._primary.list_notes():
                self.copy_note(key, self._primary.read_note(key))
            self.store.write_note(REVISION, revision)
            return True

    def _alone(self) -> AbstractContextManager[bool]:
        """Whether no other process is copying, for as long as the block lasts."""
        if self._lock is None:
            return nullcontext(True)
        self._lock.parent.mkdir(parents=True, exist_ok=True)
        return try_lock(self._lock)

    def _copy_versions(self) -> None:
        wanted = {version.id: version for version in self._primary.list_versions()}
        known = {version.id: version for version in self.store.list_versions()}
        if known and not wanted:
            raise StoreUnavailable("the index holds no text any more, but its snapshot does: the snapshot is kept")
        # Without a hash of its content an equal head does not say that the clauses are equal.
        changed = [key for key, version in wanted.items() if version != known.get(key) or not version.content_hash]
        for start in range(0, len(changed), _CHUNK):
            self.store.put([self._primary.get_version(key) for key in changed[start : start + _CHUNK]])
        self.store.remove(known.keys() - wanted.keys())

    def copy_note(self, key: str, value: str) -> None:
        """Keep one note as well; that the copy is away is only logged, for the primary has it already."""
        try:
            if self.store.read_note(key) != value:
                self.store.write_note(key, value)
        except StoreUnavailable as error:
            _LOG.warning("the snapshot is not up to date: %s", error)

    def close(self) -> None:
        if self._opened:
            self._opened.close()


__all__ = ["REVISION", "Snapshot"]
