"""A store that goes on answering when its primary is away.

Whatever is written to the primary is copied into an embedded snapshot. When the
primary raises StoreUnavailable, reads come from the snapshot and ``degraded``
is true, so that an answer can say so; the primary is tried again after a while.
Writes are never taken while it is away: nothing is acknowledged that could be lost.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import TypeVar

from policy_kb.errors import PolicyBaseError, StoreRefused, StoreUnavailable
from policy_kb.model import Clause, Hit, Version
from policy_kb.stores.contract import Progress, Query, Store

_LOG = logging.getLogger(__name__)
_REVISION = "snapshot of revision"  # the note that says which state of the primary the snapshot shows
_CHUNK = 12
Result = TypeVar("Result")


class FallbackStore:
    """``primary`` with a snapshot in its shadow. ``open_snapshot`` is called at first need; ``retry_seconds`` between probes."""

    def __init__(self, primary: Store, open_snapshot: Callable[[], Store], retry_seconds: float = 10.0) -> None:
        self._primary = primary
        self._open_snapshot = open_snapshot
        self._retry_seconds = retry_seconds
        self._snapshot: Store | None = None
        self._guard = threading.Lock()
        self._copying = threading.Lock()
        self._copier: threading.Thread | None = None
        self._retry_at: float | None = None

    @property
    def degraded(self) -> bool:
        """Whether the last read came from the snapshot."""
        return self._retry_at is not None

    @property
    def snapshot(self) -> Store:
        """The embedded copy."""
        with self._guard:
            if self._snapshot is None:
                self._snapshot = self._open_snapshot()
            return self._snapshot

    # Reading -----------------------------------------------------------------

    def _read(self, read: Callable[[Store], Result]) -> Result:
        if not self._may_try():
            return read(self.snapshot)
        try:
            result = read(self._primary)
        except StoreUnavailable as error:
            if (
                not self._find_copied()
            ):  # an empty snapshot answers nothing: the failure is shown, never an empty result
                raise
            if self._retry_at is None:
                _LOG.warning("answering from the snapshot: %s", error)
            self._retry_at = time.monotonic() + self._retry_seconds
            return read(self.snapshot)
        if self._retry_at is not None:
            _LOG.warning("the index is back")
            self._retry_at = None
        return result

    def _may_try(self) -> bool:
        """Whether to ask the primary; while it is away one thread does so every ``retry_seconds``, the others go on."""
        with self._guard:
            if self._retry_at is None:
                return True
            if time.monotonic() < self._retry_at:
                return False
            self._retry_at = time.monotonic() + self._retry_seconds
            return True

    def _find_copied(self) -> str:
        """The primary's revision that the snapshot shows, "" when there is none (yet) or it cannot be opened."""
        try:
            return self.snapshot.read_note(_REVISION)
        except StoreUnavailable as error:
            _LOG.warning("the snapshot cannot be read: %s", error)
            return ""

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
            self._copy_note(key, value)
        return value

    def list_notes(self) -> list[str]:
        return [key for key in self._read(lambda store: store.list_notes()) if key != _REVISION]

    def revision(self) -> str:
        """The primary's, or the one the snapshot shows: the same state keeps its name when the primary goes away."""
        revision = self._read(lambda store: store.revision() if store is self._primary else store.read_note(_REVISION))
        if not self.degraded and revision != self._find_copied():
            self._refresh_behind()
        return revision

    def health(self) -> dict[str, object]:
        """The primary's health, with ``degraded`` and the snapshot's own; never raises."""
        primary = self._primary.health()
        try:
            snapshot: dict[str, object] = self.snapshot.health()
        except StoreUnavailable as error:
            snapshot = {"ok": False, "error": str(error)}
        return {**primary, "degraded": not primary["ok"], "snapshot": snapshot}

    # Writing -----------------------------------------------------------------

    def put(self, versions: Iterable[Version]) -> None:
        self._write(lambda store: store.put(versions))

    def remove(self, version_ids: Iterable[str]) -> None:
        self._write(lambda store: store.remove(version_ids))

    def write_note(self, key: str, value: str) -> None:
        self._write(lambda store: store.write_note(key, value))
        self._copy_note(key, value)

    def reindex(self, progress: Progress | None = None) -> None:
        self._write(lambda store: store.reindex(progress))

    def _write(self, write: Callable[[Store], None]) -> None:
        try:
            write(self._primary)
        except StoreRefused:
            raise
        except StoreUnavailable as error:
            raise StoreUnavailable(f"nothing was changed, the index is away; try again later. {error}") from error
        self._retry_at = None
        self._refresh_behind()

    # The snapshot ------------------------------------------------------------

    def refresh(self) -> bool:
        """Bring the snapshot up to the primary; False when it already was, StoreUnavailable when either is away."""
        with self._copying:
            revision = self._primary.revision()
            if revision == self.snapshot.read_note(_REVISION):
                return False
            wanted = {version.id: version for version in self._primary.list_versions()}
            known = {version.id: version for version in self.snapshot.list_versions()}
            if known and not wanted:
                raise StoreUnavailable("the index holds no text any more, but its snapshot does: the snapshot is kept")
            changed = [key for key, version in wanted.items() if version != known.get(key) or not version.content_hash]
            for start in range(0, len(changed), _CHUNK):
                self.snapshot.put([self._primary.get_version(key) for key in changed[start : start + _CHUNK]])
            self.snapshot.remove(known.keys() - wanted.keys())
            self.snapshot.write_note(_REVISION, revision)
            return True

    def _refresh_behind(self) -> None:
        """Copy what was changed, here or by another process, without making anybody wait."""
        with self._guard:
            if self._copier is None or not self._copier.is_alive():
                self._copier = threading.Thread(target=self._catch_up, name="snapshot", daemon=True)
                self._copier.start()

    def _catch_up(self) -> None:
        """Copying never breaks what it copies: the primary has it already, and the next reader tries again."""
        try:
            while self.refresh():
                pass
        except PolicyBaseError as error:
            _LOG.warning("the snapshot is not up to date: %s", error)

    def _copy_note(self, key: str, value: str) -> None:
        try:
            if self.snapshot.read_note(key) != value:
                self.snapshot.write_note(key, value)
        except StoreUnavailable as error:
            _LOG.warning("the snapshot is not up to date: %s", error)

    def close(self) -> None:
        if self._copier:
            self._copier.join(timeout=60)
        self._primary.close()
        if self._snapshot:
            self._snapshot.close()


__all__ = ["FallbackStore"]
