"""The store for many portals: Elasticsearch, through its official client.

``elastic_records`` keeps the truth (versions, notes, who writes), the passages
stand behind an alias, so that a new way of indexing is built beside the old and
swapped in at once. Only what both Elastic's image and the trimmed build of
``tools/elasticsearch_node.py`` have is used: no ``info`` or ``ping``, no
reindex, update or delete by query, no analyzer but whitespace.
"""

import logging
import threading
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError
from elasticsearch.helpers import streaming_bulk

from policy_kb.errors import StoreRefused, StoreUnavailable, UnknownDocument
from policy_kb.model import Clause, Hit, Version
from policy_kb.stores.contract import Progress, Query, Store
from policy_kb.stores.elastic_client import READ_SECONDS, explain, open_client
from policy_kb.stores.elastic_mapping import LAYOUT, passage_document, passages_index, search_body
from policy_kb.stores.elastic_records import Lease, Records, wait_until_readable
from policy_kb.stores.embedded import EmbeddedStore
from policy_kb.stores.fallback import RETRY_SECONDS, FallbackStore
from policy_kb.stores.passages import passages
from policy_kb.stores.records import dump_clause, load_clause

_LOG = logging.getLogger(__name__)
WRITE_SECONDS = 60.0
_BULK_BYTES = 8_000_000
_PAGE = 5000
_MOST_HITS = 10_000  # index.max_result_window


class ElasticStore:
    """``policy_kb.stores.contract.Store`` in the indices ``<name>-records`` and ``<name>-passages``. Safe between threads.

    Nothing is asked of the server before the first use, so a portal starts while the cluster is away.
    """

    def __init__(self, client: Elasticsearch, name: str = "wenban") -> None:
        self._client = client
        self._writer = client.options(request_timeout=WRITE_SECONDS)
        self._records = Records(client, name)
        self._alias = f"{name}-passages"
        self._guard = threading.Lock()
        self._ready = False

    # Opening -----------------------------------------------------------------

    def _ensure(self) -> None:
        """At first use, see that both indices are there and laid out as this code expects."""
        if self._ready:
            return
        with self._guard:
            if self._ready:
                return
            self._records.ensure()
            layout = self._find_layout()
            if layout is None:
                with self._records.writing() as lease:
                    if self._find_layout() is None:  # nobody else was quicker
                        self._build(lease)
            elif layout != LAYOUT:
                self._reindex_if_nobody_does()
            wait_until_readable(self._client, self._alias)
            self._ready = True

    def _find_layout(self) -> str | None:
        try:
            found = self._client.indices.get_mapping(index=self._alias)
        except NotFoundError:
            return None
        return str(next(iter(found.values()))["mappings"].get("_meta", {}).get("layout", ""))

    def _reindex_if_nobody_does(self) -> None:
        try:
            with self._records.writing(wait=0.0) as lease:
                self._build(lease)
        except StoreUnavailable as busy:
            _LOG.info("%s: searching the old layout for now (%s)", self._alias, busy)

    def reindex(self, progress: Progress | None = None) -> None:
        with self._translated():
            self._records.ensure()
            with self._records.writing() as lease:
                self._build(lease, progress)

    def _build(self, lease: Lease, progress: Progress | None = None) -> None:
        """Fill a new index beside the old one and move the alias; what a build that died has left is removed."""
        fresh = f"{self._alias}-{uuid.uuid4().hex[:12]}"
        self._writer.indices.create(index=fresh, **passages_index())
        try:
            tell = progress or (lambda done, total, title: None)
            self._check(self._send(self._all_passages(fresh, lease, tell)))
            self._writer.indices.refresh(index=fresh)
            removals = [{"remove": {"index": name, "alias": self._alias}} for name in self._indices()]
            self._writer.indices.update_aliases(actions=[*removals, {"add": {"index": fresh, "alias": self._alias}}])
        except BaseException:
            self._writer.options(ignore_status=404).indices.delete(index=fresh)
            raise
        for name in self._writer.indices.get(index=f"{self._alias}-*"):
            if name != fresh:
                self._writer.options(ignore_status=404).indices.delete(index=name)
        if self._records.read_state().pending:
            self._records.change_state(texts=1, pending=())

    def _all_passages(self, index: str, lease: Lease, tell: Progress) -> Iterator[dict[str, Any]]:
        heads = self._records.list_versions()
        for done, head in enumerate(heads, 1):
            lease.renew()
            for version in self._records.find_versions([head.id], whole=True).values():
                yield from _passage_actions(version, index)
            tell(done, len(heads), head.title)

    def _indices(self) -> list[str]:
        try:
            return list(self._client.indices.get_alias(name=self._alias))
        except NotFoundError:
            return []

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
                self._repair(lease)
                before = self._records.find_versions(touched, whole=True)
                self._records.change_state(texts=1, pending=touched)
                refused = self._write(wanted, gone, lease)
                if refused:
                    self._write(before, touched - before.keys(), lease)
                self._settle()
                self._check(refused)

    def _repair(self, lease: Lease) -> None:
        """Finish what a writer that died has left: its passages are made again from the records."""
        pending = self._records.read_state().pending
        if pending:
            known = self._records.find_versions(pending, whole=True)
            self._check(self._write(known, set(pending) - known.keys(), lease))
            self._settle()

    def _settle(self) -> None:
        self._writer.indices.refresh(index=f"{self._records.index},{self._alias}")
        self._records.change_state(texts=1, pending=())

    def _write(self, versions: dict[str, Version], gone: set[str], lease: Lease) -> list[str]:
        """Send versions and their passages, delete what is no longer there; what the server refused, each by name."""
        stale = self._list_passage_ids([*versions, *gone])
        return self._send(self._actions(versions, gone, stale, lease))

    def _actions(
        self, versions: dict[str, Version], gone: set[str], stale: set[str], lease: Lease
    ) -> Iterator[dict[str, Any]]:
        for version in versions.values():
            lease.renew()
            yield from self._records.write_actions(version)
            for action in _passage_actions(version, self._alias):
                stale.discard(action["_id"])
                yield action
        for version_id in gone:
            yield from self._records.delete_actions(version_id)
        yield from ({"_op_type": "delete", "_index": self._alias, "_id": passage_id} for passage_id in stale)

    def _list_passage_ids(self, version_ids: Sequence[str]) -> set[str]:
        self._writer.indices.refresh(index=self._alias)
        found: set[str] = set()
        after: dict[str, Any] = {}
        while True:
            page = self._writer.search(
                index=self._alias,
                query={"terms": {"version": list(version_ids)}},
                sort=["clause", "paragraph"],
                size=_PAGE,
                source=False,
                allow_partial_search_results=False,
                **after,
            )["hits"]["hits"]
            found.update(hit["_id"] for hit in page)
            if len(page) < _PAGE:
                return found
            after = {"search_after": page[-1]["sort"]}

    def _send(self, actions: Iterable[dict[str, Any]]) -> list[str]:
        refused = []
        for done, item in streaming_bulk(
            self._writer,
            actions,
            max_chunk_bytes=_BULK_BYTES,
            raise_on_error=False,
            max_retries=3,
            initial_backoff=0.5,
            max_backoff=4,
        ):
            verb, result = next(iter(item.items()))
            if not done and not (verb == "delete" and result["status"] == 404):
                error = result.get("error", {})
                refused.append(f"{result['_id'][:120]}: {error.get('type')}: {str(error.get('reason'))[:200]}")
        return refused

    def _check(self, refused: Sequence[str]) -> None:
        if refused:
            more = f" … and {len(refused) - 5} more" if len(refused) > 5 else ""
            raise StoreRefused(
                f"Elasticsearch refused {len(refused)} documents, so nothing was changed. {'; '.join(refused[:5])}{more}"
            )

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
            try:
                found = self._search_passages(wanted, limit * 4)
            except NotFoundError:  # the alias was swapped between finding the index and reading it
                found = self._search_passages(wanted, limit * 4)
            versions = self._records.find_versions(hit["_source"]["version"] for hit in found)
        return _group(found, versions)[:limit]

    def _search_passages(self, query: dict[str, Any], size: int) -> list[dict[str, Any]]:
        answer = self._client.search(
            index=self._alias,
            query=query,
            size=min(size, _MOST_HITS),
            source_includes=["clause", "version", "paragraph", "record"],
            track_total_hits=False,
            allow_partial_search_results=False,
        )
        return list(answer["hits"]["hits"])

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
            found = self._client.options(ignore_status=404).get(
                index=self._alias, id=f"{clause_id}#0", source_includes=["record"], realtime=False
            )
        if found.meta.status == 404 and "error" in found:
            raise StoreUnavailable(f"the index {self._alias} is missing in Elasticsearch; ingest the texts again")
        if not found.get("found"):
            raise UnknownDocument(f"there is no clause {clause_id!r} in the policy base")
        return load_clause(found["_source"]["record"])

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
            versions = self._count(self._records.index, {"term": {"kind": "version"}})
            clauses = self._count(self._alias, {"term": {"paragraph": 0}})
            pending = self._records.read_state().pending if versions else ()
        except (ApiError, TransportError) as error:
            return {"ok": False, "engine": "elasticsearch", "versions": 0, "clauses": 0, "error": explain(error)}
        return {
            "ok": cluster["status"] != "red" and not pending,
            "engine": "elasticsearch",
            "versions": versions,
            "clauses": clauses,
            "status": cluster["status"],
            "nodes": cluster["number_of_nodes"],
        }

    def _count(self, index: str, query: dict[str, Any]) -> int:
        return int(self._client.count(index=index, query=query, ignore_unavailable=True)["count"])

    def close(self) -> None:
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


def _passage_actions(version: Version, index: str) -> Iterator[dict[str, Any]]:
    records = {clause.id: dump_clause(clause) for clause in version.clauses}
    for passage in passages(version):
        document = passage_document(version, passage, records[passage.clause_id])
        yield {"_index": index, "_id": f"{passage.clause_id}#{passage.paragraph}", "_source": document}


def _group(found: list[dict[str, Any]], versions: dict[str, Version]) -> list[Hit]:
    """Passages to clauses: the best score of each, and the 款 that matched best."""
    best: dict[str, list[dict[str, Any]]] = {}
    for hit in found:
        best.setdefault(hit["_source"]["clause"], []).append(hit)
    hits = []
    for group in best.values():
        version = versions.get(group[0]["_source"]["version"])
        if version:
            paragraph = next((hit["_source"]["paragraph"] for hit in group if hit["_source"]["paragraph"]), 0)
            score = max(float(hit["_score"]) for hit in group)
            hits.append(Hit(load_clause(group[0]["_source"]["record"]), version, score, paragraph))
    return sorted(hits, key=lambda hit: (-hit.score, hit.clause.id))


__all__ = ["ElasticStore", "open_elastic_store"]
