"""The passages in Elasticsearch, behind an alias: a new way of indexing is built beside the old and swapped in at once.

They can be made again at any time from ``elastic_records``, which keeps the truth.
"""

import os
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from elasticsearch import Elasticsearch, NotFoundError

from policy_kb.errors import StoreUnavailable
from policy_kb.model import Clause, Version
from policy_kb.stores.elastic_bulk import Action, check, passage_actions, send
from policy_kb.stores.elastic_mapping import FILLED, current_layout, passages_index
from policy_kb.stores.records import load_clause

_COPY_TIME = "60s"  # a new index is searched after this time even when not all nodes have their copy
_PAGE = 5000
_MOST_HITS = 10_000  # index.max_result_window


class Passages:
    """Reads and writes the alias ``<name>-passages``; ``writer`` is the same client with more patience.

    Errors of the client pass through, for the store to translate.
    """

    def __init__(self, client: Elasticsearch, name: str, writer: Elasticsearch) -> None:
        self._client = client
        self._writer = writer
        self.alias = f"{name}-passages"

    # Building ----------------------------------------------------------------

    def find_layout(self) -> str | None:
        """How the passages there are were made ("" by code that did not say); None when there is no index."""
        try:
            found = self._client.indices.get_mapping(index=self.alias)
        except NotFoundError:
            return None
        return str(next(iter(found.values()))["mappings"].get("_meta", {}).get("layout", ""))

    @property
    def outdated(self) -> bool:
        """Whether there is no index, or one that this code would make otherwise."""
        return self.find_layout() != current_layout()

    def build(self, versions: Iterable[Version]) -> None:
        """Fill a new index beside the old one and move the alias; what a build that died has left is removed."""
        fresh = f"{self.alias}-{uuid.uuid4().hex[:12]}"
        self._writer.indices.create(index=fresh, **passages_index())
        try:
            self._fill(fresh, versions)
            removals = [{"remove": {"index": name, "alias": self.alias}} for name in self._list_indices()]
            self._writer.indices.update_aliases(actions=[*removals, {"add": {"index": fresh, "alias": self.alias}}])
        except BaseException:
            self._writer.options(ignore_status=404).indices.delete(index=fresh)
            raise
        for name in self._writer.indices.get(index=f"{self.alias}-*"):
            if name != fresh:
                self._writer.options(ignore_status=404).indices.delete(index=name)

    def _fill(self, index: str, versions: Iterable[Version]) -> None:
        """All passages, on the disk and copied to the other nodes before anybody searches them."""
        check(send(self._writer, (action for version in versions for action in passage_actions(version, index))))
        self._writer.indices.refresh(index=index)
        self._writer.indices.put_settings(index=index, settings=FILLED)
        self._writer.indices.flush(index=index)
        self._writer.cluster.health(index=index, wait_for_status="green", timeout=_COPY_TIME)

    def _list_indices(self) -> list[str]:
        """What the alias shows now."""
        try:
            return list(self._client.indices.get_alias(name=self.alias))
        except NotFoundError:
            return []

    # Changing ----------------------------------------------------------------

    def write_actions(self, version: Version) -> Iterator[Action]:
        """The bulk lines that write all passages of a version."""
        return passage_actions(version, self.alias)

    def delete_actions(self, passage_ids: Iterable[str]) -> Iterator[Action]:
        """The bulk lines that forget passages."""
        return ({"_op_type": "delete", "_index": self.alias, "_id": passage_id} for passage_id in passage_ids)

    def list_ids(self, version_ids: list[str]) -> set[str]:
        """Ids of all passages of the versions, those written a moment ago too."""
        if not version_ids:
            return set()
        self._writer.indices.refresh(index=self.alias)
        found: set[str] = set()
        after: dict[str, Any] = {}
        while True:
            page = self._writer.search(
                index=self.alias,
                query={"terms": {"version": version_ids}},
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

    # Reading -----------------------------------------------------------------

    def search(self, query: dict[str, Any], size: int) -> list[dict[str, Any]]:
        """The hits as Elasticsearch gives them, best first."""
        try:
            return self._search(query, size)
        except NotFoundError:  # the alias was swapped between finding the index and reading it
            return self._search(query, size)

    def _search(self, query: dict[str, Any], size: int) -> list[dict[str, Any]]:
        answer = self._client.search(
            index=self.alias,
            query=query,
            size=min(size, _MOST_HITS),
            track_total_hits=False,
            allow_partial_search_results=False,
            preference=f"process-{os.getpid()}",  # copies count deleted passages differently: one process, one order
        )
        return list(answer["hits"]["hits"])

    def find_clause(self, clause_id: str) -> Clause | None:
        """The clause kept with its passage. StoreUnavailable when the index itself is missing."""
        found = self._client.options(ignore_status=404).get(
            index=self.alias, id=f"{clause_id}#0", source_includes=["record"], realtime=False
        )
        if found.meta.status == 404 and "error" in found:
            raise StoreUnavailable(f"the index {self.alias} is missing in Elasticsearch; ingest the texts again")
        return load_clause(found["_source"]["record"]) if found.get("found") else None

    def count_clauses(self, *, published: bool = False) -> int:
        """How many clauses there are, with ``published`` those of published versions only."""
        wanted: list[dict[str, Any]] = [{"term": {"paragraph": 0}}]
        wanted += [{"term": {"release": "published"}}] if published else []
        query = {"bool": {"filter": wanted}}
        return int(self._client.count(index=self.alias, query=query, ignore_unavailable=True)["count"])


__all__ = ["Passages"]
