"""The records beside the passages: versions as JSON, notes, the state, and the writer's lease.

This index is the truth; passages can be made again from it at any time. The
*state* counts changes and names the versions whose writing has begun and not
ended, so that the next writer repairs what a crash left half done.
"""

import json
import threading
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from elasticsearch import BadRequestError, ConflictError, Elasticsearch, NotFoundError

from policy_kb.errors import StoreUnavailable
from policy_kb.model import Version
from policy_kb.stores.elastic_mapping import RECORDS
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

LOCK_SECONDS = 15.0  # a writer waits this long for another, as in the embedded store
LEASE_SECONDS = 60.0  # a writer that shows no sign for so long is taken for dead
_PAGE = 1000


@dataclass(frozen=True, slots=True)
class State:
    """How often texts and notes changed, and which versions are being written (or were, when a writer died)."""

    texts: int = 0
    notes: int = 0
    pending: tuple[str, ...] = ()


class Lease:
    """The right to write, kept as long as ``renew`` is called at least every LEASE_SECONDS."""

    def __init__(self, client: Elasticsearch, index: str, owner: str) -> None:
        self._client, self._index, self._id = client, index, "lease:writer"
        self._owner = owner
        self._renewed = 0.0

    def find_holder(self) -> tuple[str, float, dict[str, Any]]:
        """Who writes, until when (epoch seconds), and the sequence numbers to take it over; "" when nobody."""
        try:
            found = self._client.get(index=self._index, id=self._id)
        except NotFoundError:
            return "", 0.0, {}
        record = json.loads(found["_source"]["record"])
        return (
            record["owner"],
            record["until"],
            {"if_seq_no": found["_seq_no"], "if_primary_term": found["_primary_term"]},
        )

    def find(self) -> bool:
        """Try to get or keep it, once."""
        owner, until, numbers = self.find_holder()
        if owner not in {"", self._owner} and until > time.time():
            return False
        record = json.dumps({"owner": self._owner, "until": time.time() + LEASE_SECONDS})
        guard: dict[str, Any] = numbers or {"op_type": "create"}
        try:
            self._client.index(index=self._index, id=self._id, document={"kind": "lease", "record": record}, **guard)
        except ConflictError:
            return self.find_holder()[0] == self._owner  # a repeated request meets its own first try
        self._renewed = time.monotonic()
        return True

    def renew(self) -> None:
        """Called now and then during a long writing; StoreUnavailable when another writer took over meanwhile."""
        if time.monotonic() - self._renewed > LEASE_SECONDS / 4 and not self.find():
            raise StoreUnavailable(
                "another process took over writing to the policy base; try again when it has finished"
            )

    def release(self) -> None:
        owner, _, numbers = self.find_holder()
        if owner == self._owner:
            self._client.delete(index=self._index, id=self._id, **numbers)


class Records:
    """Reads and writes the records index ``<name>-records``; ``writer`` is the same client with more patience."""

    def __init__(self, client: Elasticsearch, name: str, writer: Elasticsearch | None = None) -> None:
        self._client = client
        self._writer = writer or client
        self._name = uuid.uuid4().hex
        self.index = f"{name}-records"

    def ensure(self) -> None:
        """Make the index when it is not there; another process may be doing the same."""
        if not self._client.indices.exists(index=self.index):
            try:
                self._writer.indices.create(index=self.index, **RECORDS)
            except BadRequestError as error:
                if error.error != "resource_already_exists_exception":
                    raise
        wait_until_readable(self._client, self.index)

    @contextmanager
    def writing(self, wait: float = LOCK_SECONDS) -> Iterator[Lease]:
        """Hold the one writer's lease; StoreUnavailable when another keeps it longer than ``wait`` seconds."""
        # Of this thread: when the cluster dies under it, its next try need not wait until its own lease runs out.
        owner = f"{self._name}-{threading.get_ident()}"
        lease, deadline = Lease(self._writer, self.index, owner), time.monotonic() + wait
        while not lease.find():
            if time.monotonic() >= deadline:
                raise StoreUnavailable("another process is writing to the policy base; try again when it has finished")
            time.sleep(0.1)
        try:
            yield lease
        finally:
            lease.release()

    # State and notes ---------------------------------------------------------

    def read_state(self) -> State:
        record = self._find_record("state")
        return State(**{**json.loads(record), "pending": tuple(json.loads(record)["pending"])}) if record else State()

    def change_state(self, *, texts: int = 0, notes: int = 0, pending: Iterable[str] | None = None) -> None:
        """Add to the counters and replace ``pending``, whoever else does the same at the same time."""
        while True:
            numbers: dict[str, Any]
            try:
                found = self._client.get(index=self.index, id="state")
                known = json.loads(found["_source"]["record"])
                numbers = {"if_seq_no": found["_seq_no"], "if_primary_term": found["_primary_term"]}
            except NotFoundError:
                known, numbers = asdict(State()), {"op_type": "create"}
            known["texts"] += texts
            known["notes"] += notes
            known["pending"] = sorted(pending) if pending is not None else known["pending"]
            try:
                document = {"kind": "state", "record": json.dumps(known)}
                self._writer.index(index=self.index, id="state", document=document, **numbers)
            except ConflictError:
                continue
            return

    def read_note(self, key: str) -> str:
        return self._find_record(f"note:{key}") or ""

    def write_note(self, key: str, value: str) -> None:
        self._writer.index(index=self.index, id=f"note:{key}", document={"kind": "note", "record": value})
        self.change_state(notes=1)

    def list_notes(self) -> list[str]:
        self._client.indices.refresh(index=self.index)
        found = self._client.search(
            index=self.index,
            query={"term": {"kind": "note"}},
            size=_PAGE,
            source=False,
            allow_partial_search_results=False,
        )
        return sorted(hit["_id"].removeprefix("note:") for hit in found["hits"]["hits"])

    def _find_record(self, record_id: str) -> str | None:
        try:
            return str(self._client.get(index=self.index, id=record_id)["_source"]["record"])
        except NotFoundError as error:
            if "index_not_found" in str(error.error):
                raise
            return None

    # Versions ----------------------------------------------------------------

    def list_versions(self) -> list[Version]:
        found: list[Version] = []
        after: dict[str, Any] = {}
        while True:
            page = self._client.search(
                index=self.index,
                query={"term": {"kind": "version"}},
                sort=["title", "begins", "id"],
                size=_PAGE,
                allow_partial_search_results=False,
                **after,
            )["hits"]["hits"]
            found += [load_head(hit["_source"]["record"]) for hit in page]
            if len(page) < _PAGE:
                return found
            after = {"search_after": page[-1]["sort"]}

    def count_versions(self) -> int:
        found = self._client.count(index=self.index, query={"term": {"kind": "version"}}, ignore_unavailable=True)
        return int(found["count"])

    def find_versions(
        self, version_ids: Iterable[str], *, whole: bool = False, realtime: bool = False
    ) -> dict[str, Version]:
        """Those of the versions that are there, by id; ``whole`` with clauses and findings, ``realtime`` before a refresh."""
        wanted = list(dict.fromkeys(version_ids))
        if not wanted:
            return {}
        heads = [f"version:{version_id}" for version_id in wanted]
        bodies = [f"{kind}:{version_id}" for version_id in wanted for kind in ("clauses", "findings")] if whole else []
        documents = self._client.mget(index=self.index, ids=heads + bodies, realtime=realtime or whole)["docs"]
        records = {entry["_id"]: entry["_source"]["record"] for entry in documents if entry.get("found")}
        return {
            version_id: load_version(
                records[f"version:{version_id}"],
                _load_clauses(records.get(f"clauses:{version_id}")),
                load_findings(records[f"findings:{version_id}"]) if f"findings:{version_id}" in records else None,
            )
            for version_id in wanted
            if f"version:{version_id}" in records
        }

    def list_referring(self, document_id: str) -> list[str]:
        """Ids of the versions whose findings refer to the document."""
        found: list[str] = []
        after: dict[str, Any] = {}
        while True:
            page = self._client.search(
                index=self.index,
                query={"bool": {"filter": [{"term": {"kind": "findings"}}, {"term": {"id": document_id}}]}},
                sort=["title"],
                source_includes=["title"],
                size=_PAGE,
                allow_partial_search_results=False,
                **after,
            )["hits"]["hits"]
            found += [hit["_source"]["title"] for hit in page]
            if len(page) < _PAGE:
                return found
            after = {"search_after": page[-1]["sort"]}

    def write_actions(self, version: Version) -> Iterator[dict[str, Any]]:
        """The bulk lines that write a version, its clauses and findings before its head."""
        clauses = json.dumps([dump_clause(clause) for clause in version.clauses], ensure_ascii=False)
        head = {
            "kind": "version",
            "title": version.title[:1000],
            "begins": span(version)[0],
            "id": version.id,
            "record": dump_version(version),
        }
        # Under "title" the version that states them (to sort by), under "id" every document they refer to.
        findings = {
            "kind": "findings",
            "title": version.id,
            "id": sorted({each.document_id for each in version.findings.references}),
            "record": dump_findings(version.findings),
        }
        yield self._index_action(f"clauses:{version.id}", {"kind": "clauses", "record": clauses})
        yield self._index_action(f"findings:{version.id}", findings)
        yield self._index_action(f"version:{version.id}", head)

    def _index_action(self, record_id: str, document: dict[str, Any]) -> dict[str, Any]:
        return {"_index": self.index, "_id": record_id, "_source": document}

    def delete_actions(self, version_id: str) -> Iterator[dict[str, Any]]:
        """The bulk lines that forget a version."""
        for kind in ("version", "clauses", "findings"):
            yield {"_op_type": "delete", "_index": self.index, "_id": f"{kind}:{version_id}"}


def wait_until_readable(client: Elasticsearch, index: str) -> None:
    """An index that another process has just made, or a node just restarted, is there before it can be read."""
    client.cluster.health(index=index, wait_for_active_shards="1", timeout="2s")  # a new one is called yellow too early


def _load_clauses(record: str | None) -> tuple[Any, ...]:
    return tuple(load_clause(text) for text in json.loads(record)) if record else ()
