"""The store that needs nothing: SQLite holds the texts, tantivy finds them, one folder holds both.

SQLite is the truth and is written first; the index notes which revision it
shows. When a crash leaves it behind, the next process that opens the folder
rebuilds it beside the old one. Any number of processes read while one, holding the lock, writes.
"""

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from policy_kb.errors import StoreUnavailable, UnknownDocument
from policy_kb.file_lock import hold_lock
from policy_kb.model import Clause, Hit, Version
from policy_kb.stores.contract import Progress, Query
from policy_kb.stores.embedded_index import Found, PassageIndex
from policy_kb.stores.embedded_texts import Texts
from policy_kb.stores.passages import over_fetch

_LOG = logging.getLogger(__name__)
LOCK_SECONDS = 15.0  # a writer waits this long for another; a full ingest of 195 texts writes for less


class EmbeddedStore:
    """``policy_kb.stores.contract.Store`` in a folder. Safe to share between threads; each process opens its own."""

    # All here is this process's own work; threads that share it only take the interpreter and the caches from each other.
    # Of sixteen questions at once each then costs a quarter less of the processor (docs/evaluation/speed.md).
    answers_at_once = 1

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._guard = threading.RLock()
        self._seen = ""  # the state of texts and index that the loaded index and ``_heads`` show
        self._heads: dict[str, Version] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._texts = Texts(folder / "texts.sqlite", LOCK_SECONDS)
            self._index = PassageIndex(folder / "index")
            self._open_index()
        except (OSError, sqlite3.Error, ValueError) as error:
            raise StoreUnavailable(
                f"{folder}: the policy base cannot be opened ({error}); check the folder and its permissions"
            ) from error

    # Opening -----------------------------------------------------------------

    def _open_index(self) -> None:
        fits = self._index.fits
        if not fits or self._behind():
            try:
                with self._writing(wait=0.0 if fits else LOCK_SECONDS):
                    self._rebuild_if_needed()
            except StoreUnavailable:
                if not fits:  # nothing to read meanwhile
                    raise
        try:
            self._index.load()
        except ValueError:  # a damaged file; the texts are whole, so make it anew
            with self._writing():
                self._index.discard()
                self._rebuild_if_needed()
            self._index.load()

    def _behind(self) -> bool:
        """Whether the index shows another state of the texts than the last."""
        counters = self._texts.read_counters()
        return counters["texts"] != counters["indexed"]

    def _rebuild_if_needed(self) -> None:
        """Called with the lock held: what another process has just repaired is kept."""
        if not self._index.fits or self._behind():
            _LOG.info("rebuilding the search index in %s", self._folder)
            self._rebuild()

    def _rebuild(self, progress: Progress | None = None) -> None:
        """Make the index anew from SQLite beside the old one; called with the lock held, so nobody writes meanwhile."""
        texts = self._texts.read_counters()["texts"]
        self._index.rebuild(self._whole_versions(progress or (lambda done, total, title: None)))
        self._texts.mark_indexed(texts)

    def _whole_versions(self, tell: Progress) -> Iterator[Version]:
        heads = self.list_versions()
        for done, head in enumerate(heads, 1):
            yield self.get_version(head.id)
            tell(done, len(heads), head.title)

    def reindex(self, progress: Progress | None = None) -> None:
        with self._translated(), self._writing():
            self._rebuild(progress)

    @contextmanager
    def _writing(self, wait: float = LOCK_SECONDS) -> Iterator[None]:
        """Hold the folder's one writer's lock; StoreUnavailable when another process keeps it longer than ``wait`` seconds."""
        busy = f"{self._folder}: another process is writing to the policy base; try again when it has finished"
        with self._guard, hold_lock(self._folder / "writer.lock", wait, busy):
            yield

    # Writing -----------------------------------------------------------------

    def put(self, versions: Iterable[Version]) -> None:
        wanted = list(versions)
        if wanted:
            self._change(lambda: self._texts.write(wanted), {version.id for version in wanted}, wanted)

    def remove(self, version_ids: Iterable[str]) -> None:
        with self._translated():
            gone = self._texts.list_known(version_ids)
        if gone:
            self._change(lambda: self._texts.delete(gone), gone, [])

    def _change(self, write: Callable[[], None], stale: set[str], added: list[Version]) -> None:
        with self._translated(), self._writing():
            self._rebuild_if_needed()
            write()
            texts = self._texts.read_counters()["texts"]
            self._index.change(stale, added)
            self._texts.mark_indexed(texts)

    def write_note(self, key: str, value: str) -> None:
        with self._translated():
            self._texts.write_note(key, value)

    # Reading -----------------------------------------------------------------

    def read_note(self, key: str) -> str:
        with self._translated():
            return self._texts.read_note(key)

    def list_notes(self) -> list[str]:
        with self._translated():
            return self._texts.list_notes()

    def revision(self) -> str:
        with self._translated():
            counters = self._texts.read_counters()
        return f"{counters['texts']}.{counters['notes']}"

    def list_versions(self) -> list[Version]:
        with self._translated():
            return self._texts.list_heads()

    def get_version(self, version_id: str) -> Version:
        with self._translated():
            version = self._texts.find_version(version_id)
        if version is None:
            raise UnknownDocument(
                f"there is no version {version_id!r} in the policy base; list_versions() shows what there is"
            )
        return version

    def list_referring(self, document_id: str) -> list[str]:
        with self._translated():
            return self._texts.list_referring(document_id)

    def get_clause(self, clause_id: str) -> Clause:
        with self._translated():
            clause = self._texts.find_clause(clause_id)
        if clause is None:
            raise UnknownDocument(f"there is no clause {clause_id!r} in the policy base")
        return clause

    def search(self, query: Query, limit: int = 10) -> list[Hit]:
        if limit < 1:
            return []
        with self._translated():
            self._refresh()
            best: dict[str, list[Found]] = {}
            for found in self._index.search(query, over_fetch(limit)):
                best.setdefault(found.clause_id, []).append(found)
            return list(islice(self._hits(best.values()), limit))

    def _hits(self, groups: Iterable[list[Found]]) -> Iterator[Hit]:
        """Clauses best first, read one by one as they are taken; a group's first passage is its best."""
        for group in sorted(groups, key=lambda group: (-group[0].score, group[0].clause_id)):
            clause = self._texts.find_clause(group[0].clause_id)
            version = self._find_head(group[0].version_id)
            if clause and version:  # a text removed since the index was read
                paragraph = next((found.paragraph for found in group if found.paragraph), 0)
                yield Hit(clause, version, group[0].score, paragraph)

    def _find_head(self, version_id: str) -> Version | None:
        """The version without its clauses, read once a revision of the texts."""
        known = self._heads
        if version_id not in known:
            head = self._texts.find_head(version_id)
            if head is None:
                return None
            known[version_id] = head
        return known[version_id]

    def _refresh(self) -> None:
        """See what other processes have committed since the last search."""
        counters = self._texts.read_counters()
        seen = f"{counters['texts']}.{counters['indexed']}@{self._index.home}"
        if seen == self._seen:
            return
        with self._guard:
            self._index.load()
            self._heads = {}
            self._seen = seen

    def health(self) -> dict[str, object]:
        try:
            versions, clauses, published = self._texts.count()
            behind = self._behind()
        except (sqlite3.Error, OSError) as error:
            return {
                "ok": False, "engine": "embedded", "versions": 0, "clauses": 0, "published": 0, "error": str(error),
            }  # fmt: skip
        counted = {"versions": versions, "clauses": clauses, "published": published}
        return {"ok": not behind, "engine": "embedded", **counted}

    def close(self) -> None:
        with self._guard:
            self._texts.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StoreUnavailable(f"{self._folder}: the policy base cannot be reached ({error})") from error
        except ValueError as error:  # tantivy's errors arrive as ValueError
            raise StoreUnavailable(
                f"{self._folder}: the search index answered {error}; remove the folder 'index' and start again"
            ) from error


__all__ = ["EmbeddedStore"]
