"""Many documents to Elasticsearch in few requests, and each refusal by name.

While the server indexes one request the next one is being cut: a thread of its
own runs ahead, so that both processors of a small machine have work.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.helpers import streaming_bulk

from policy_kb.errors import StoreRefused
from policy_kb.model import Version
from policy_kb.stores.elastic_mapping import passage_document, stamp
from policy_kb.stores.passages import passages
from policy_kb.stores.records import dump_clause, dump_version

_BYTES = 8_000_000  # of one request
_DOCUMENTS = 4_000  # of one request
_AHEAD = 1_000  # documents cut while others are sent
Action = dict[str, Any]


def passage_actions(version: Version, index: str) -> Iterator[Action]:
    """The bulk lines that write all passages of a version."""
    records = {clause.id: dump_clause(clause) for clause in version.clauses}
    head = stamp(dump_version(version))
    for passage in passages(version):
        document = passage_document(version, passage, records[passage.clause_id], head)
        yield {"_index": index, "_id": f"{passage.clause_id}#{passage.paragraph}", "_source": document}


def send(client: Elasticsearch, actions: Iterable[Action]) -> list[str]:
    """Send all; what the server refused, each as ``<id>: <error>: <reason>``. Deleting what is not there is no refusal."""
    refused = []
    for done, item in streaming_bulk(
        client,
        _cut_ahead(actions),
        chunk_size=_DOCUMENTS,
        max_chunk_bytes=_BYTES,
        raise_on_error=False,
        max_retries=3,  # of documents refused because the server is too busy (429)
        initial_backoff=0.5,
        max_backoff=4,
    ):
        verb, result = next(iter(item.items()))
        if not done and not (verb == "delete" and result["status"] == 404):
            error = result.get("error", {})
            refused.append(f"{result['_id'][:120]}: {error.get('type')}: {str(error.get('reason'))[:200]}")
    return refused


def check(refused: list[str]) -> None:
    """StoreRefused naming the first five, when there are any."""
    if refused:
        more = f" … and {len(refused) - 5} more" if len(refused) > 5 else ""
        raise StoreRefused(
            f"Elasticsearch refused {len(refused)} documents, so nothing was changed. {'; '.join(refused[:5])}{more}"
        )


def _cut_ahead(actions: Iterable[Action]) -> Iterator[Action]:
    """``actions`` in order, a batch always being made by another thread; its error is raised here."""
    source = iter(actions)

    def cut() -> list[Action]:
        return list(islice(source, _AHEAD))

    with ThreadPoolExecutor(1, "bulk") as cutter:
        coming = cutter.submit(cut)
        while batch := coming.result():
            coming = cutter.submit(cut)
            yield from batch


__all__ = ["Action", "check", "passage_actions", "send"]
