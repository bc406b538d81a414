"""A store that goes on answering when its primary is away.

A circuit breaker: the first read that finds the primary away opens it, and from
then on reads come from an embedded snapshot, without waiting. ``degraded`` is
true meanwhile, so that an answer can say so. A thread of our own tries the
primary now and then and closes the breaker when it answers again. Writes are
never taken while it is away: nothing is acknowledged that could be lost.

The snapshot is brought up to date in the background by whoever writes, and by
every reader who sees that the primary has changed.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from policy_kb.errors import PolicyBaseError, StoreRefused, StoreUnavailable
from policy_kb.model import Clause, Hit, Version
from policy_kb.stores.contract import Progress, Query, Store
from policy_kb.stores.snapshot import REVISION, Snapshot

_LOG = logging.getLogger(__name__)
_PROBE = Query(words=("法",))  # any index of law holds it
RETRY_SECONDS = 5.0
QUIET_SECONDS = 2.0  # copying waits until nothing was written for so long: a bulk import is copied once, at its end
PATIENCE_SECONDS = 180.0  # a node is back 15 s after a crash, a machine after a minute or two
_ENTRY_SECONDS = 10.0  # a busy cluster may miss one time-out; a dead one is not waited for before anything has begun
_PAUSE = 1.0  # seconds between two tries of a patient call
_CLOSE_SECONDS = 60.0  # a command that wrote waits so long for its snapshot
Result = TypeVar("Result")


class _Patience(threading.local):
    """Seconds for which this thread's calls wait for the primary instead of doing without it."""

    seconds = 0.0


class FallbackStore:
    """``primary`` with a snapshot in its shadow, opened at first need by ``open_snapshot``.

    ``lock`` is a file that keeps the processes that share a snapshot from copying the same at the same time.
    ``retry_seconds`` pass between probes.
    """

    def __init__(
        self,
        primary: Store,
        open_snapshot: Callable[[], Store],
        *,
        lock: Path | None = None,
        retry_seconds: float = RETRY_SECONDS,
        quiet_seconds: float = QUIET_SECONDS,
    ) -> None:
        self._primary = primary
        self.answers_at_once = primary.answers_at_once
        self._snapshot = Snapshot(primary, open_snapshot, lock)
        self._retry_seconds = retry_seconds
        self._quiet_seconds = quiet_seconds
        self._guard = threading.Lock()  # of ``_threads``
        self._threads: dict[str, tuple[int, threading.Thread]] = {}  # by name, with the process they run in
        self._away = False
        self._closing = threading.Event()
        self._written = 0.0  # when something was last written here
        self._patience = _Patience()

    @property
    def degraded(self) -> bool:
        """Whether reads come from the snapshot."""
        return self._away

    @property
    def snapshot(self) -> Store:
        """The embedded copy."""
        return self._snapshot.store

    # The breaker -------------------------------------------------------------

    @contextmanager
    def patient(self, seconds: float = PATIENCE_SECONDS) -> Iterator[None]:
        """For a change made of many reads and writes: in this thread each of them waits for a primary that goes away
        meanwhile, and none is answered from the snapshot, which may be behind. StoreUnavailable when it is away already.
        """
        self._patience.seconds = 0.0 if self._away else _ENTRY_SECONDS
        try:
            self._write(lambda store: store.revision())
        finally:
            self._patience.seconds = 0.0
        self._patience.seconds = seconds
        try:
            yield
        finally:
            self._patience.seconds = 0.0

    def _insist(self, call: Callable[[Store], Result]) -> Result:
        """From the primary alone, again and again as long as this thread is patient."""
        began, told = time.monotonic(), False
        while True:
            try:
                return call(self._primary)
            except StoreRefused:
                raise
            except StoreUnavailable as error:
                if time.monotonic() >= began + self._patience.seconds or self._closing.wait(_PAUSE):
                    raise
                if not told:
                    _LOG.warning("waiting for the index to come back: %s", error)
                told = True

    def _read(self, read: Callable[[Store], Result]) -> Result:
        if self._patience.seconds:
            return self._insist(read)
        if self._away:
            self._start("probe", self._probe)  # after a fork the thread is gone
            return read(self.snapshot)
        try:
            return read(self._primary)
        except StoreUnavailable as error:
            if not self._snapshot.find_copied():  # an empty snapshot answers nothing: the failure is shown
                raise
            self._open_breaker(error)
            return read(self.snapshot)

    def _open_breaker(self, error: StoreUnavailable) -> None:
        if not self._away:
            _LOG.warning("answering from the snapshot: %s", error)
        self._away = True
        self._start("probe", self._probe)

    def _probe(self) -> None:
        """Until the primary reads and searches again; nobody else waits for it meanwhile."""
        while self._away and not self._closing.wait(self._retry_seconds):
            try:
                self._primary.revision()
                self._primary.search(_PROBE, 1)
            except StoreUnavailable:
                continue
            _LOG.warning("the index is back")
            self._away = False

    def _start(self, name: str, work: Callable[[], None]) -> None:
        """Run ``work`` in a thread of that name unless one does already, in this process."""
        with self._guard:
            owner, thread = self._threads.get(name, (0, None))
            if (thread and owner == os.getpid() and thread.is_alive()) or self._closing.is_set():
                return
            thread = threading.Thread(target=work, name=f"store-{name}", daemon=True)
            self._threads[name] = (os.getpid(), thread)
            thread.start()

    # Reading -----------------------------------------------------------------

    def search(self, query: Query, limit: int = 10) -> list[Hit]:
        return self._read(lambda store: store.search(query, limit))

    def list_versions(self) -> list[Version]:
        return self._read(lambda store: store.list_versions())

    def get_version(self, version_id: str) -> Version:
        return self._read(lambda store: store.get_version(version_id))

    def list_referring(self, document_id: str) -> list[str]:
        return self._read(lambda store: store.list_referring(document_id))

    def get_clause(self, clause_id: str) -> Clause:
        return self._read(lambda store: store.get_clause(clause_id))

    def read_note(self, key: str) -> str:
        value = self._read(lambda store: store.read_note(key))
        if not self.degraded:
            self._snapshot.copy_note(key, value)
        return value

    def list_notes(self) -> list[str]:
        return [key for key in self._read(lambda store: store.list_notes()) if key != REVISION]

    def revision(self) -> str:
        """The primary's, or the one the snapshot shows: the same state keeps its name when the primary goes away."""
        revision = self._read(lambda store: store.revision() if store is self._primary else store.read_note(REVISION))
        if not self.degraded and revision != self._snapshot.find_copied():
            self._start("copy", self._catch_up)
        return revision

    def health(self) -> dict[str, object]:
        """The primary's health, with ``degraded`` and the snapshot's own; never raises."""
        primary = self._primary.health()
        try:
            snapshot: dict[str, object] = {**self.snapshot.health(), "revision": self._snapshot.find_copied()}
        except StoreUnavailable as error:
            snapshot = {"ok": False, "error": str(error)}
        return {**primary, "degraded": self._away or not primary["ok"], "snapshot": snapshot}

    # Writing -----------------------------------------------------------------

    def put(self, versions: Iterable[Version]) -> None:
        self._write(lambda store: store.put(versions))

    def remove(self, version_ids: Iterable[str]) -> None:
        self._write(lambda store: store.remove(version_ids))

    def write_note(self, key: str, value: str) -> None:
        self._write(lambda store: store.write_note(key, value))
        self._snapshot.copy_note(key, value)

    def reindex(self, progress: Progress | None = None) -> None:
        self._write(lambda store: store.reindex(progress))

    def _write(self, write: Callable[[Store], object]) -> None:
        try:
            self._insist(write)
        except StoreRefused:
            raise
        except StoreUnavailable as error:
            raise StoreUnavailable(f"nothing was changed, the index is away; try again later. {error}") from error
        self._away = False
        self._written = time.monotonic()
        self._start("copy", self._catch_up)

    # The snapshot ------------------------------------------------------------

    def refresh(self) -> bool:
        """Bring the snapshot up to the primary; see ``Snapshot.refresh``."""
        return self._snapshot.refresh()

    def _catch_up(self) -> None:
        """Copying never breaks what it copies: the primary has it already, and the next reader tries again."""
        while (left := self._written + self._quiet_seconds - time.monotonic()) > 0:
            if self._closing.wait(left):
                break
        try:
            while self.refresh():
                pass
        except PolicyBaseError as error:
            _LOG.warning("the snapshot is not up to date: %s", error)

    def close(self) -> None:
        self._closing.set()
        for name, (owner, thread) in self._threads.items():
            if owner == os.getpid():
                thread.join(timeout=_CLOSE_SECONDS if name == "copy" else 1.0)
        self._primary.close()
        self._snapshot.close()


__all__ = ["RETRY_SECONDS", "FallbackStore"]
