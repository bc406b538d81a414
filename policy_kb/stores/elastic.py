"""The store for many portals: Elasticsearch, through its official client.

``elastic_records`` keeps the truth (versions, notes, who writes), ``elastic_passages``
what is searched; this file keeps the two together. Only what both Elastic's image and the trimmed build of
``tools/elasticsearch_server.py`` have is used: no ``info`` or ``ping``, no
reindex, update or delete by query, no analyzer but whitespace.
"""

import logging
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from elasticsearch import ApiError, Elasticsearch, TransportError

from policy_kb.errors import StoreUnavailable, UnknownDocument
from policy_kb.model import Clause, Hit, Version
from policy_kb.stores.contract import Progress, Query, Store
from policy_kb.stores.elastic_bulk import Action, check, send
from policy_kb.stores.elastic_client import READ_SECONDS, explain, open_client
from policy_kb.stores.elastic_hits import Heads, group_passages
from policy_kb.stores.elastic_mapping import current_layout, search_body
from policy_kb.stores.elastic_passages import Passages
from policy_kb.stores.elastic_records import Lease, Records, wait_until_readable
from policy_kb.stores.embedded import EmbeddedStore
from policy_kb.stores.fallback import RETRY_SECONDS, FallbackStore
from policy_kb.stores.passages import over_fetch

_LOG = logging.getLogger(__name__)
WRITE_SECONDS = 60.0
_REINDEX_PATIENCE = 60.0  # a command waits so long for the indexing it set off; what is not done then is begun anew
_TOGETHER = 50  # versions read at once


class ElasticStore:
    """``policy_kb.stores.contract.Store`` in the indices ``<name>-records`` and ``<name>-passages``. Safe between threads.

    Nothing is asked of the server before the first use, so a portal starts while the cluster is away.
    """

    answers_at_once = 8  # an answer waits for the server most of the time

    def __init__(self, client: Elasticsearch, name: str = "wenban") -> None:
        self._client = client
        self._writer = client.options(request_timeout=WRITE_SECONDS)
        self._records = Records(client, name, self._writer)
        self._passages = Passages(client, name, self._writer)
        self._guard = threading.Lock()
        self._ready = False
        self._reindexing: threading.Thread | None = None
        self._heads = Heads(self._records)

    # Opening -----------------------------------------------------------------

    def _ensure(self) -> None:
        """At first use, see that both indices are there and laid out as this code expects."""
        if self._ready:
            return
        with self._guard:
            if self._ready:
                return
            self._records.ensure()
            layout = self._passages.find_layout()
            if layout is None:
                with self._records.writing() as lease:
                    if self._passages.find_layout() is None:  # nobody else was quicker
                        self._build(lease)
            elif layout != current_layout():
                self._reindex_behind()
            wait_until_readable(self._client, self._passages.alias)
            self._ready = True

    def _reindex_behind(self) -> None:
        """Passages of older code are searched as they are while a thread indexes them anew."""

        def work() -> None:
            try:
                with self._translated(), self._records.writing(wait=0.0) as lease:
                    self._build_if_outdated(lease)
            except StoreUnavailable as error:  # another process is at it, or the cluster went away: later, then
                _LOG.warning("%s: searching the old layout for now (%s)", self._passages.alias, error)

        self._reindexing = threading.Thread(target=work, name="reindex", daemon=True)
        self._reindexing.start()

    def reindex(self, progress: Progress | None = None) -> None:
        with self._translated():
            self._records.ensure()
            with self._records.writing() as lease:
                self._build(lease, progress)

    def _build_if_outdated(self, lease: Lease) -> None:
        if self._passages.outdated:
            self._build(lease)

    def _build(self, lease: Lease, progress: Progress | None = None) -> None:
        """Make the passages anew from the records; then nothing is pending either."""
        self._writer.indices.refresh(index=self._records.index)
        self._passages.build(self._whole_versions(lease, progress or (lambda done, total, title: None)))
        if self._records.read_state().pending:
            self._records.change_state(texts=1, pending=())

    def _whole_versions(self, lease: Lease, tell: Progress) -> Iterator[Version]:
        heads = self._records.list_versions()
        for start in range(0, len(heads), _TOGETHER):
            lease.renew()
            some = heads[start : start + _TOGETHER]
            yield from self._records.find_versions([head.id for head in some], whole=True).values()
            for done, head in enumerate(some, start + 1):
                tell(done, len(heads), head.title)

    # Writing -----------------------------------------------------------------

    def put(self, versions: Iterable[Version]) -> None:
        wanted = {version.id: version for version in versions}
        if wanted:
            self._change(wanted, set())

    def remove(self, version_ids: Iterable[str]) -> None:
        with self._translated():
            self._ensure()
            gone = set(self._records.find_versions(version_ids, realtime=True))
        if gone:
            self._change({}, gone)

    def _change(self, wanted: dict[str, Version], gone: set[str]) -> None:
        """All or nothing: when the server refuses a document, what was there before is written back."""
        touched = {*wanted, *gone}
        with self._translated():
            self._ensure()
            with self._records.writing() as lease:
                self._build_if_outdated(lease)
                self._repair(lease)
                before = self._records.find_versions(touched, whole=True)
                self._records.change_state(texts=1, pending=touched)
                refused = self._write(wanted, gone, lease, stale_of=before)
                if refused:
                    self._write(before, touched - before.keys(), lease, stale_of=touched)
                self._settle()
                check(refused)

    def _repair(self, lease: Lease) -> None:
        """Finish what a writer that died has left: its passages are made again from the records."""
        pending = self._records.read_state().pending
        if pending:
            known = self._records.find_versions(pending, whole=True)
            check(self._write(known, set(pending) - known.keys(), lease, stale_of=pending))
            self._settle()

    def _settle(self) -> None:
        self._writer.indices.refresh(index=f"{self._records.index},{self._passages.alias}")
        self._records.change_state(texts=1, pending=())

    def _write(
        self, versions: dict[str, Version], gone: set[str], lease: Lease, *, stale_of: Iterable[str]
    ) -> list[str]:
        """Send versions and their passages, delete what is no longer there of ``stale_of``; what was refused, each by name."""
        stale = self._passages.list_ids(list(stale_of))
        return send(self._writer, self._actions(versions, gone, stale, lease))

    def _actions(self, versions: dict[str, Version], gone: set[str], stale: set[str], lease: Lease) -> Iterator[Action]:
        for version in versions.values():
            lease.renew()
            yield from self._records.write_actions(version)
            for action in self._passages.write_actions(version):
                stale.discard(action["_id"])
                yield action
        for version_id in gone:
            yield from self._records.delete_actions(version_id)
        yield from self._passages.delete_actions(stale)

    def write_note(self, key: str, value: str) -> None:
        with self._translated():
            self._ensure()
            self._records.write_note(key, value)

    # Reading -----------------------------------------------------------------

    def search(self, query: Query, limit: int = 10) -> list[Hit]:
        wanted = search_body(query)
        if wanted is None or limit < 1:
            return []
        with self._translated():
            self._ensure()
            found = self._passages.search(wanted, over_fetch(limit))
            return list(islice(group_passages(found, self._heads.find(found)), limit))

    def list_versions(self) -> list[Version]:
        with self._translated():
            self._ensure()
            return self._records.list_versions()

    def get_version(self, version_id: str) -> Version:
        with self._translated():
            self._ensure()
            found = self._records.find_versions([version_id], whole=True)
        if not found:
            raise UnknownDocument(
                f"there is no version {version_id!r} in the policy base; list_versions() shows what there is"
            )
        return found[version_id]

    def list_referring(self, document_id: str) -> list[str]:
        with self._translated():
            self._ensure()
            return self._records.list_referring(document_id)

    def get_clause(self, clause_id: str) -> Clause:
        with self._translated():
            self._ensure()
            clause = self._passages.find_clause(clause_id)
        if clause is None:
            raise UnknownDocument(f"there is no clause {clause_id!r} in the policy base")
        return clause

    def read_note(self, key: str) -> str:
        with self._translated():
            self._ensure()
            return self._records.read_note(key)

    def list_notes(self) -> list[str]:
        with self._translated():
            self._ensure()
            return self._records.list_notes()

    def revision(self) -> str:
        with self._translated():
            self._ensure()
            state = self._records.read_state()
        return f"{state.texts}.{state.notes}"

    def health(self) -> dict[str, object]:
        try:
            cluster = self._client.cluster.health()
            versions, clauses = self._records.count_versions(), self._passages.count_clauses()
            published = self._passages.count_clauses(published=True)
            pending = self._records.read_state().pending if versions else ()
        except (ApiError, TransportError) as error:
            return {
                "ok": False,
                "engine": "elasticsearch",
                "versions": 0,
                "clauses": 0,
                "published": 0,
                "error": explain(error),
            }
        return {
            "ok": cluster["status"] != "red" and not pending,
            "engine": "elasticsearch",
            "versions": versions,
            "clauses": clauses,
            "published": published,
            "status": cluster["status"],
            "nodes": cluster["number_of_nodes"],
        }

    def close(self) -> None:
        if self._reindexing:
            self._reindexing.join(_REINDEX_PATIENCE)
        self._client.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (ApiError, TransportError) as error:
            raise StoreUnavailable(f"Elasticsearch cannot be used now: {explain(error)}") from error


def open_elastic_store(
    url: str,
    index: str = "wenban",
    *,
    snapshot: Path | None = None,
    login: Mapping[str, str] | None = None,
    read_seconds: float = READ_SECONDS,
    retry_seconds: float = RETRY_SECONDS,
) -> Store:
    """The store at ``url`` (several nodes separated by commas), with what answers in its place when it is away.

    ``snapshot`` is the folder of the embedded copy; None does without. ``login`` may hold ``api_key``, or
    ``user`` and ``password``, and ``ca`` (a PEM file), for a cluster that asks for them. No read waits longer than
    ``read_seconds``; while the cluster is away it is tried again every ``retry_seconds``.
    """
    client = open_client(url, login or {}, read_seconds)
    store = ElasticStore(client, index)
    if snapshot is None:
        return store
    lock = snapshot.with_name("snapshot.lock")
    return FallbackStore(store, lambda: EmbeddedStore(snapshot), lock=lock, retry_seconds=retry_seconds)


__all__ = ["ElasticStore", "open_elastic_store"]
