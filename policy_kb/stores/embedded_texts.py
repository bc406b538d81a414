"""The SQLite half of the embedded store: versions, clauses, findings and notes, the truth that the index is made from.

Two counters say how often texts and notes changed; a third, ``indexed``, which count of the texts the index shows.
Every method may raise sqlite3.Error.
"""

import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from policy_kb.model import Clause, Version
from policy_kb.stores.passages import span
from policy_kb.stores.records import (
    dump_clause,
    dump_findings,
    dump_version,
    load_clause,
    load_findings,
    load_head,
    load_version,
)

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


class Texts:
    """The database at ``path``, made when missing. Safe to share between threads and across a fork: each has its connection.

    ``busy_seconds`` is how long a transaction waits for another process's.
    """

    def __init__(self, path: Path, busy_seconds: float) -> None:
        self._path = path
        self._busy_seconds = busy_seconds
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []

    def _database(self) -> sqlite3.Connection:
        known: tuple[int, sqlite3.Connection] | None = getattr(self._local, "connection", None)
        if known and known[0] == os.getpid():
            return known[1]
        connection = sqlite3.connect(
            self._path, timeout=self._busy_seconds, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        # The youngest table: a database without it is new, or of before findings were kept.
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'referring'").fetchone():
            connection.executescript(_TABLES)
        self._local.connection = (os.getpid(), connection)
        self._connections.append(connection)
        return connection

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        database = self._database()
        database.execute("BEGIN IMMEDIATE")
        try:
            yield database
        except BaseException:
            database.execute("ROLLBACK")
            raise
        database.execute("COMMIT")

    def close(self) -> None:
        for connection in self._connections:
            connection.close()
        self._connections.clear()
        self._local = threading.local()

    # Reading -----------------------------------------------------------------

    def list_heads(self) -> list[Version]:
        """All versions without their clauses, by title and beginning."""
        return [load_head(row[0]) for row in self._rows("SELECT record FROM versions ORDER BY title, begins, id")]

    def find_head(self, version_id: str) -> Version | None:
        """One version without its clauses."""
        row = self._row("SELECT record FROM versions WHERE id = ?", version_id)
        return load_head(row[0]) if row else None

    def find_version(self, version_id: str) -> Version | None:
        """One version with its clauses and findings."""
        row = self._row("SELECT record FROM versions WHERE id = ?", version_id)
        if row is None:
            return None
        clauses = self._rows("SELECT record FROM clauses WHERE version_id = ? ORDER BY place", version_id)
        stated = self._row("SELECT record FROM findings WHERE version_id = ?", version_id)
        findings = load_findings(stated[0]) if stated else None
        return load_version(row[0], tuple(load_clause(clause[0]) for clause in clauses), findings)

    def find_clause(self, clause_id: str) -> Clause | None:
        row = self._row("SELECT record FROM clauses WHERE id = ?", clause_id)
        return load_clause(row[0]) if row else None

    def list_known(self, version_ids: Iterable[str]) -> set[str]:
        """Those of the ids that are here."""
        return {key for key in version_ids if self._row("SELECT id FROM versions WHERE id = ?", key)}

    def list_referring(self, document_id: str) -> list[str]:
        """Ids of the versions whose findings refer to the document, sorted."""
        wanted = "SELECT version_id FROM referring WHERE document_id = ? ORDER BY version_id"
        return [row[0] for row in self._rows(wanted, document_id)]

    def read_note(self, name: str) -> str:
        row = self._row("SELECT value FROM notes WHERE name = ?", name)
        return str(row[0]) if row else ""

    def list_notes(self) -> list[str]:
        return [row[0] for row in self._rows("SELECT name FROM notes ORDER BY name")]

    def read_counters(self) -> dict[str, int]:
        """``texts``, ``notes`` and ``indexed``, all of one moment."""
        return dict(self._rows("SELECT name, value FROM counters"))

    def count(self) -> tuple[int, int, int]:
        """How many versions and clauses there are, and how many of the clauses are of published versions."""
        row = self._row(
            "SELECT (SELECT count(*) FROM versions), (SELECT count(*) FROM clauses), "
            "(SELECT count(*) FROM clauses WHERE version_id IN (SELECT id FROM versions WHERE release = 'published'))"
        )
        return (row[0], row[1], row[2]) if row else (0, 0, 0)

    def _row(self, wanted: str, *values: str) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self._database().execute(wanted, values).fetchone()
        return row

    def _rows(self, wanted: str, *values: str) -> list[tuple[Any, ...]]:
        return self._database().execute(wanted, values).fetchall()

    # Writing -----------------------------------------------------------------

    def write(self, versions: Iterable[Version]) -> None:
        """Put versions with clauses and findings, replacing those of the same id, in one transaction."""
        wanted = list(versions)
        with self._transaction() as database:
            _delete(database, {version.id for version in wanted})
            for version in wanted:
                _insert(database, version)
            _count_up(database, "texts")

    def delete(self, version_ids: Iterable[str]) -> None:
        """Forget versions, in one transaction."""
        with self._transaction() as database:
            _delete(database, version_ids)
            _count_up(database, "texts")

    def write_note(self, name: str, value: str) -> None:
        with self._transaction() as database:
            database.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (name, value))
            _count_up(database, "notes")

    def mark_indexed(self, texts: int) -> None:
        """The index now shows the texts as they were when ``texts`` was counted."""
        with self._transaction() as database:
            database.execute("UPDATE counters SET value = ? WHERE name = 'indexed'", (texts,))


def _count_up(database: sqlite3.Connection, name: str) -> None:
    database.execute("UPDATE counters SET value = value + 1 WHERE name = ?", (name,))


def _insert(database: sqlite3.Connection, version: Version) -> None:
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


def _delete(database: sqlite3.Connection, version_ids: Iterable[str]) -> None:
    for version_id in version_ids:
        database.execute("DELETE FROM versions WHERE id = ?", (version_id,))
        for table in ("clauses", "findings", "referring"):
            database.execute(f"DELETE FROM {table} WHERE version_id = ?", (version_id,))  # noqa: S608  the names above


__all__ = ["Texts"]
