"""The store that needs nothing: SQLite holds the texts, tantivy finds them, one folder holds both.

SQLite is the truth and is written first; the index notes which revision it
shows. When a crash leaves it behind, the next process that opens the folder
rebuilds it. Any number of processes read while one, holding the lock, writes.
"""

import fcntl
import logging
import os
import shutil
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import tantivy

from policy_kb.errors import StoreUnavailable, UnknownDocument
from policy_kb.model import Clause, Hit, Version
from policy_kb.stores.contract import Query
from policy_kb.stores.passages import layout, passages, span
from policy_kb.stores.records import dump_clause, dump_version, load_clause, load_version

_LOG = logging.getLogger(__name__)
_TABLES = """
CREATE TABLE IF NOT EXISTS versions (id TEXT PRIMARY KEY, title TEXT, begins INTEGER, release TEXT, record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS clauses (id TEXT PRIMARY KEY, version_id TEXT NOT NULL, place INTEGER, record TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS clauses_of_version ON clauses (version_id, place);
CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
INSERT OR IGNORE INTO counters VALUES ('texts', 0), ('notes', 0), ('indexed', 0);
"""
LOCK_SECONDS = 15.0  # a writer waits this long for another; a full ingest of 195 texts writes for less
_SCHEMA = "1"  # raise it when _schema changes: the index is then rebuilt from SQLite, as it is when passages change


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in ("clause", "version"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw")
    for name in ("document", "release"):
        builder.add_text_field(name, tokenizer_name="raw")
    builder.add_integer_field("paragraph", stored=True)
    for name in ("article", "begins", "ends"):
        builder.add_integer_field(name, indexed=True, fast=True)
    for name in ("words", "grams"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _layout() -> str:
    return f"{_SCHEMA}-{layout()}"


def _fits(place: Path) -> bool:
    made = place / "LAYOUT"
    return made.is_file() and made.read_text() == _layout() and tantivy.Index.exists(str(place))


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
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'counters'").fetchone():
            connection.executescript(_TABLES)
        self._local.connection = (os.getpid(), connection)
        self._connections.append(connection)
        return connection

    def _open_index(self) -> None:
        place = self._folder / "index"
        fits = _fits(place)
        if not fits or self._counter("texts") != self._counter("indexed"):
            try:
                with self._writing(wait=0.0 if fits else LOCK_SECONDS):
                    self._rebuild(place)
            except StoreUnavailable:
                if not fits:  # nothing to read meanwhile
                    raise
        try:
            self._load_index(place)
        except ValueError:  # a damaged file; the texts are whole, so make it anew
            with self._writing():
                (place / "LAYOUT").unlink(missing_ok=True)
                self._rebuild(place)
            self._load_index(place)

    def _load_index(self, place: Path) -> None:
        self._index = tantivy.Index.open(str(place))
        self._index.config_reader("manual")
        self._index.reload()

    def _rebuild(self, place: Path) -> None:
        """Make the index anew from SQLite; called with the lock held, so what another process just repaired is kept."""
        texts = self._counter("texts")
        if _fits(place) and texts == self._counter("indexed"):
            return
        _LOG.info("rebuilding the search index in %s", place)
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        index = tantivy.Index(_schema(), path=str(place))
        writer = index.writer(heap_size=64_000_000, num_threads=1)
        for version in self.list_versions():
            _add_to_index(writer, self.get_version(version.id))
        writer.commit()
        writer.wait_merging_threads()
        (place / "LAYOUT").write_text(_layout())
        self._set_counter("indexed", texts)

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
        known = {version.id for version in self.list_versions()}
        gone = set(version_ids) & known
        if gone:
            self._change(partial(_delete_versions, gone), gone, [])

    def _change(self, write: Callable[[sqlite3.Connection], None], stale: set[str], added: list[Version]) -> None:
        with self._translated(), self._writing():
            database = self._database()
            if self._counter("texts") != self._counter("indexed"):
                self._rebuild(self._folder / "index")
            with _transaction(database):
                write(database)
                database.execute("UPDATE counters SET value = value + 1 WHERE name = 'texts'")
            texts = self._counter("texts")
            self._index = tantivy.Index.open(str(self._folder / "index"))
            self._index.config_reader("manual")
            writer = self._index.writer(heap_size=64_000_000, num_threads=1)
            for version_id in stale:
                writer.delete_documents_by_term("version", version_id)
            for version in added:
                _add_to_index(writer, version)
            writer.commit()
            writer.wait_merging_threads()
            self._set_counter("indexed", texts)
            self._seen = ""

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

    def revision(self) -> str:
        with self._translated():
            rows = dict(self._database().execute("SELECT name, value FROM counters").fetchall())
        return f"{rows['texts']}.{rows['notes']}"

    def list_versions(self) -> list[Version]:
        with self._translated():
            rows = self._database().execute("SELECT record FROM versions ORDER BY title, begins, id").fetchall()
        return [load_version(row[0]) for row in rows]

    def get_version(self, version_id: str) -> Version:
        with self._translated():
            row = self._database().execute("SELECT record FROM versions WHERE id = ?", (version_id,)).fetchone()
            clauses = (
                self._database()
                .execute("SELECT record FROM clauses WHERE version_id = ? ORDER BY place", (version_id,))
                .fetchall()
            )
        if row is None:
            raise UnknownDocument(
                f"there is no version {version_id!r} in the policy base; list_versions() shows what there is"
            )
        return load_version(row[0], tuple(load_clause(clause[0]) for clause in clauses))

    def get_clause(self, clause_id: str) -> Clause:
        with self._translated():
            row = self._database().execute("SELECT record FROM clauses WHERE id = ?", (clause_id,)).fetchone()
        if row is None:
            raise UnknownDocument(f"there is no clause {clause_id!r} in the policy base")
        return load_clause(row[0])

    def search(self, query: Query, limit: int = 10) -> list[Hit]:
        with self._translated():
            self._refresh()
            wanted = _index_query(self._index.schema, query)
            if wanted is None or limit < 1:
                return []
            searcher = self._index.searcher()
            best: dict[str, list[tuple[float, int, str]]] = {}
            for score, address in searcher.search(wanted, limit=limit * 4, count=False).hits:
                document = searcher.doc(address)
                found = (float(score), int(document["paragraph"][0]), str(document["version"][0]))
                best.setdefault(str(document["clause"][0]), []).append(found)
            return self._hits(best)[:limit]

    def _hits(self, best: dict[str, list[tuple[float, int, str]]]) -> list[Hit]:
        hits = []
        for clause_id, found in best.items():
            row = self._database().execute("SELECT record FROM clauses WHERE id = ?", (clause_id,)).fetchone()
            version = self._versions.get(found[0][2])
            if row and version:
                paragraph = next((number for _, number, _ in found if number), 0)
                hits.append(Hit(load_clause(row[0]), version, max(score for score, _, _ in found), paragraph))
        return sorted(hits, key=lambda hit: (-hit.score, hit.clause.id))

    def _refresh(self) -> None:
        """See what other processes have committed since the last search."""
        revision = f"{self._counter('texts')}.{self._counter('indexed')}"
        if revision == self._seen:
            return
        with self._guard:
            self._load_index(self._folder / "index")
            self._versions = {version.id: version for version in self.list_versions()}
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


def _delete_versions(version_ids: set[str], database: sqlite3.Connection) -> None:
    for version_id in version_ids:
        database.execute("DELETE FROM versions WHERE id = ?", (version_id,))
        database.execute("DELETE FROM clauses WHERE version_id = ?", (version_id,))


def _add_to_index(writer: tantivy.IndexWriter, version: Version) -> None:
    begins, ends = span(version)
    for passage in passages(version):
        document = tantivy.Document()
        document.add_text("clause", passage.clause_id)
        document.add_text("version", version.id)
        document.add_text("document", version.document_id)
        document.add_text("release", version.release)
        document.add_integer("paragraph", passage.paragraph)
        document.add_integer("article", passage.article)
        document.add_integer("begins", begins)
        document.add_integer("ends", ends)
        document.add_text("words", passage.words)
        document.add_text("grams", passage.grams)
        writer.add_document(document)


def _index_query(schema: tantivy.Schema, query: Query) -> tantivy.Query | None:
    """Terms by construction, never by a query parser: what people type has no syntax here. None when there is nothing to find."""
    scored = []
    for field, tokens in (("words", query.words), ("grams", query.grams)):
        for token, count in Counter(tokens).items():
            term = tantivy.Query.term_query(schema, field, token)
            scored.append((tantivy.Occur.Should, tantivy.Query.boost_query(term, float(count)) if count > 1 else term))
    if not scored:
        return None
    parts = [(tantivy.Occur.Must, tantivy.Query.boolean_query(scored))]
    releases = ["published", f"draft:{query.preview}"] if query.preview else ["published"]
    filters = [tantivy.Query.term_set_query(schema, "release", releases)]
    integer = tantivy.FieldType.Integer
    if query.as_of is not None:
        day = query.as_of.toordinal()
        filters.append(tantivy.Query.range_query(schema, "begins", integer, upper_bound=day))
        filters.append(tantivy.Query.range_query(schema, "ends", integer, lower_bound=day, include_lower=False))
    if query.documents:
        filters.append(tantivy.Query.term_set_query(schema, "document", list(query.documents)))
    if query.article is not None:
        filters.append(tantivy.Query.term_query(schema, "article", query.article))
    parts.extend((tantivy.Occur.Must, tantivy.Query.const_score_query(part, 0.0)) for part in filters)
    return tantivy.Query.boolean_query(parts)


__all__ = ["EmbeddedStore"]
