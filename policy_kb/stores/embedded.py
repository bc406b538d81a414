"""The store that needs nothing: SQLite holds the texts, tantivy finds them, one folder holds both.

SQLite is the truth and is written first; the index notes which revision it
shows. When a crash leaves it behind, the next process that opens the folder
rebuilds it beside the old one. Any number of processes read while one, holding the lock, writes.
"""

import fcntl
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from policy_kb.errors import StoreUnavailable, UnknownDocument
from policy_kb.model import Clause, Hit, Version
from policy_kb.stores.contract import Progress, Query
from policy_kb.stores.embedded_index import Found, PassageIndex
from policy_kb.stores.passages import over_fetch, span
from policy_kb.stores.records import (
    dump_clause,
    dump_findings,
    dump_version,
    load_clause,
    load_findings,
    load_head,
    load_version,
)

_LOG = logging.getLogger(__name__)
_TABLES = """
CREATE TABLE IF NOT EXISTS versions (id TEXT PRIMARY KEY, title TEXT, begins INTEGER, release TEXT, record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS clauses (id TEXT PRIMARY KEY, version_id TEXT NOT NULL, place INTEGER, record TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS clauses_of_version ON clauses (version_id, place);
CREATE TABLE IF NOT EXISTS findings (version_id TEXT PRIMARY KEY, record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS referring (document_id TEXT, version_id TEXT, PRIMARY KEY (document_id, version_id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS referring_version ON referring (version_id);
CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
INSERT OR IGNORE INTO counters VALUES ('texts', 0), ('notes', 0), ('indexed', 0);
"""
LOCK_SECONDS = 15.0  # a writer waits this long for another; a full ingest of 195 texts writes for less


class EmbeddedStore:
    """``policy_kb.stores.contract.Store`` in a folder. Safe to share between threads; each process opens its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._guard = threading.RLock()
        self._seen = ""
        self._versions: dict[str, Version] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._index = PassageIndex(folder / "index")
            self._open_index()
        except (OSError, sqlite3.Error, ValueError) as error:
            raise StoreUnavailable(
                f"{folder}: the policy base cannot be opened ({error}); check the folder and its permissions"
            ) from error

    # Opening -----------------------------------------------------------------

    def _database(self) -> sqlite3.Connection:
        known: tuple[int, sqlite3.Connection] | None = getattr(self._local, "connection", None)
        if known and known[0] == os.getpid():
            return known[1]
        connection = sqlite3.connect(
            self._folder / "texts.sqlite", timeout=LOCK_SECONDS, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'referring'").fetchone():
            connection.executescript(_TABLES)
        self._local.connection = (os.getpid(), connection)
        self._connections.append(connection)
        return connection

    def _open_index(self) -> None:
        fits = self._index.fits
        if not fits or self._counter("texts") != self._counter("indexed"):
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

    def _rebuild_if_needed(self) -> None:
        """Called with the lock held: what another process has just repaired is kept."""
        if not self._index.fits or self._counter("texts") != self._counter("indexed"):
            _LOG.info("rebuilding the search index in %s", self._folder)
            self._rebuild()

    def _rebuild(self, progress: Progress | None = None) -> None:
        """Make the index anew from SQLite beside the old one; called with the lock held, so nobody writes meanwhile."""
        texts = self._counter("texts")
        self._index.rebuild(self._whole_versions(progress or (lambda done, total, title: None)))
        self._set_counter("indexed", texts)

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
        deadline = time.monotonic() + wait
        with self._guard, (self._folder / "writer.lock").open("a") as lock:
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except OSError:
                    if time.monotonic() >= deadline:
                        raise StoreUnavailable(
                            f"{self._folder}: another process is writing to the policy base; try again when it has finished"
                        ) from None
                    time.sleep(0.05)
            yield

    # Writing -----------------------------------------------------------------

    def put(self, versions: Iterable[Version]) -> None:
        wanted = list(versions)
        if wanted:
            self._change(partial(_write_versions, wanted), {version.id for version in wanted}, wanted)

    def remove(self, version_ids: Iterable[str]) -> None:
        with self._translated():
            gone = {key for key in version_ids if self._find_row("SELECT id FROM versions WHERE id = ?", key)}
        if gone:
            self._change(partial(_delete_versions, gone), gone, [])

    def _change(self, write: Callable[[sqlite3.Connection], None], stale: set[str], added: list[Version]) -> None:
        with self._translated(), self._writing():
            self._rebuild_if_needed()
            with _transaction(self._database()) as database:
                write(database)
                database.execute("UPDATE counters SET value = value + 1 WHERE name = 'texts'")
            texts = self._counter("texts")
            self._index.change(stale, added)
            self._set_counter("indexed", texts)

    def write_note(self, key: str, value: str) -> None:
        with self._translated(), _transaction(self._database()) as database:
            database.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (key, value))
            database.execute("UPDATE counters SET value = value + 1 WHERE name = 'notes'")

    def _counter(self, name: str) -> int:
        return int(self._database().execute("SELECT value FROM counters WHERE name = ?", (name,)).fetchone()[0])

    def _set_counter(self, name: str, value: int) -> None:
        with _transaction(self._database()) as database:
            database.execute("UPDATE counters SET value = ? WHERE name = ?", (value, name))

    # Reading -----------------------------------------------------------------

    def read_note(self, key: str) -> str:
        with self._translated():
            row = self._database().execute("SELECT value FROM notes WHERE name = ?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def list_notes(self) -> list[str]:
        with self._translated():
            return [row[0] for row in self._database().execute("SELECT name FROM notes ORDER BY name").fetchall()]

    def revision(self) -> str:
        with self._translated():
            rows = dict(self._database().execute("SELECT name, value FROM counters").fetchall())
        return f"{rows['texts']}.{rows['notes']}"

    def list_versions(self) -> list[Version]:
        with self._translated():
            rows = self._database().execute("SELECT record FROM versions ORDER BY title, begins, id").fetchall()
        return [load_head(row[0]) for row in rows]

    def get_version(self, version_id: str) -> Version:
        with self._translated():
            row = self._database().execute("SELECT record FROM versions WHERE id = ?", (version_id,)).fetchone()
            clauses = (
                self._database()
                .execute("SELECT record FROM clauses WHERE version_id = ? ORDER BY place", (version_id,))
                .fetchall()
            )
            stated = (
                self._database().execute("SELECT record FROM findings WHERE version_id = ?", (version_id,)).fetchone()
            )
        if row is None:
            raise UnknownDocument(
                f"there is no version {version_id!r} in the policy base; list_versions() shows what there is"
            )
        findings = load_findings(stated[0]) if stated else None
        return load_version(row[0], tuple(load_clause(clause[0]) for clause in clauses), findings)

    def list_referring(self, document_id: str) -> list[str]:
        with self._translated():
            rows = self._database().execute(
                "SELECT version_id FROM referring WHERE document_id = ? ORDER BY version_id", (document_id,)
            )
            return [row[0] for row in rows]

    def get_clause(self, clause_id: str) -> Clause:
        with self._translated():
            row = self._database().execute("SELECT record FROM clauses WHERE id = ?", (clause_id,)).fetchone()
        if row is None:
            raise UnknownDocument(f"there is no clause {clause_id!r} in the policy base")
        return load_clause(row[0])

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
            row = self._find_row("SELECT record FROM clauses WHERE id = ?", group[0].clause_id)
            version = self._find_version(group[0].version_id)
            if row and version:
                paragraph = next((found.paragraph for found in group if found.paragraph), 0)
                yield Hit(load_clause(row[0]), version, group[0].score, paragraph)

    def _find_version(self, version_id: str) -> Version | None:
        """The version without its clauses, read once a revision of the texts."""
        known = self._versions
        if version_id not in known:
            row = self._find_row("SELECT record FROM versions WHERE id = ?", version_id)
            if row is None:
                return None
            known[version_id] = load_head(row[0])
        return known[version_id]

    def _find_row(self, wanted: str, *values: str) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self._database().execute(wanted, values).fetchone()
        return row

    def _refresh(self) -> None:
        """See what other processes have committed since the last search."""
        counted = self._find_row("SELECT group_concat(value) FROM (SELECT value FROM counters WHERE name != 'notes')")
        revision = f"{counted}@{self._index.home}"
        if revision == self._seen:
            return
        with self._guard:
            self._index.load()
            self._versions = {}
            self._seen = revision

    def health(self) -> dict[str, object]:
        try:
            database = self._database()
            counted = database.execute(
                "SELECT (SELECT count(*) FROM versions), (SELECT count(*) FROM clauses)"
            ).fetchone()
            texts, indexed = self._counter("texts"), self._counter("indexed")
        except (sqlite3.Error, OSError) as error:
            return {"ok": False, "engine": "embedded", "versions": 0, "clauses": 0, "error": str(error)}
        return {"ok": texts == indexed, "engine": "embedded", "versions": counted[0], "clauses": counted[1]}

    def close(self) -> None:
        with self._guard:
            for connection in self._connections:
                connection.close()
            self._connections.clear()
            self._local = threading.local()

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


@contextmanager
def _transaction(database: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    database.execute("BEGIN IMMEDIATE")
    try:
        yield database
    except BaseException:
        database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")


def _write_versions(versions: list[Version], database: sqlite3.Connection) -> None:
    _delete_versions({version.id for version in versions}, database)
    for version in versions:
        row = (version.id, version.title, span(version)[0], version.release, dump_version(version))
        database.execute("INSERT INTO versions VALUES (?, ?, ?, ?, ?)", row)
        database.executemany(
            "INSERT INTO clauses VALUES (?, ?, ?, ?)",
            [(clause.id, version.id, place, dump_clause(clause)) for place, clause in enumerate(version.clauses)],
        )
        database.execute("INSERT INTO findings VALUES (?, ?)", (version.id, dump_findings(version.findings)))
        database.executemany(
            "INSERT INTO referring VALUES (?, ?)",
            [(document, version.id) for document in {each.document_id for each in version.findings.references}],
        )


def _delete_versions(version_ids: set[str], database: sqlite3.Connection) -> None:
    for version_id in version_ids:
        database.execute("DELETE FROM versions WHERE id = ?", (version_id,))
        for table in ("clauses", "findings", "referring"):
            database.execute(f"DELETE FROM {table} WHERE version_id = ?", (version_id,))  # noqa: S608  the names above


__all__ = ["EmbeddedStore"]
