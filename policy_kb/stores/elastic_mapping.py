"""What Elasticsearch is told about our passages and records, and how a Query is put to it.

Fields hold tokens that ``policy_kb.text`` has cut, so the built-in whitespace
*analyzer* is all that is asked of the server: Elastic's image and the trimmed
build both have it. Scores are the embedded store's: BM25 of words plus grams.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from policy_kb.model import Version
from policy_kb.stores.contract import Query
from policy_kb.stores.passages import Passage, layout, span

_MAPPING = "2"  # raise it when the mapping of passages changes: they are then indexed anew beside the old
MOST_TERMS = 1000  # of a query; the server refuses a query with many thousands of clauses (max_clause_count)

# One shard, so that word frequencies are counted over everything; as many copies as there are nodes, up to three.
# Nothing is seen before the writer's own refresh, so a put is seen whole.
_SETTINGS = {
    "number_of_shards": 1,
    "auto_expand_replicas": "0-2",
    "refresh_interval": -1,
}
_KEYWORD = {"type": "keyword"}
_NUMBER = {"type": "integer"}
_KEPT = {"type": "keyword", "index": False, "doc_values": False}  # only given back, of any length

# While an index is filled that nobody searches yet: no copies, and the log of what is not yet on the disk written by the way.
_FILLING = {"auto_expand_replicas": "false", "number_of_replicas": 0, "translog": {"durability": "async"}}
FILLED: Mapping[str, Any] = {
    "auto_expand_replicas": _SETTINGS["auto_expand_replicas"],
    "translog": {"durability": "request"},
}

RECORDS: dict[str, Any] = {
    "settings": _SETTINGS,
    "mappings": {
        "dynamic": "strict",
        "properties": {
            "kind": _KEYWORD,  # version, clauses, findings, note, state, lease
            "title": _KEYWORD,
            "begins": _NUMBER,
            "id": _KEYWORD,
            "record": _KEPT,
        },
    },
}


def current_layout() -> str:
    """Names mapping, passages and dictionary together; an index made otherwise is made anew."""
    return f"{_MAPPING}-{layout()}"


def passages_index() -> dict[str, Any]:
    """Settings and mapping of an index of passages that is going to be filled (then it gets the settings ``FILLED``)."""
    tokens = {"type": "text", "analyzer": "whitespace", "similarity": "policy", "index_options": "freqs"}
    return {
        "settings": {**_SETTINGS, **_FILLING, "similarity": {"policy": {"type": "BM25", "k1": 1.2, "b": 0.75}}},
        "mappings": {
            "dynamic": "strict",
            "_meta": {"layout": current_layout()},
            "_source": {"excludes": ["words", "grams"]},
            "properties": {
                **dict.fromkeys(("clause", "version", "document", "release"), _KEYWORD),
                **dict.fromkeys(("paragraph", "article", "begins", "ends"), _NUMBER),
                "words": tokens,
                "grams": tokens,
                **dict.fromkeys(("record", "head"), _KEPT),
            },
        },
    }


def passage_document(version: Version, passage: Passage, record: str, head: str) -> dict[str, Any]:
    """One passage with what filters it; ``record`` is the clause as JSON, given back with a hit.

    ``head`` names the state of the version's own record (``stamp``), so that a reader knows whether it has read that one.
    """
    begins, ends = span(version)
    return {
        "clause": passage.clause_id,
        "version": version.id,
        "document": version.document_id,
        "release": version.release,
        "paragraph": passage.paragraph,
        "article": passage.article,
        "begins": begins,
        "ends": ends,
        "words": passage.words,
        "grams": passage.grams,
        "record": record,
        "head": head,
    }


def stamp(record: str) -> str:
    """Ten bytes that stand for a version's record."""
    return hashlib.blake2b(record.encode(), digest_size=10).hexdigest()


def search_body(query: Query) -> dict[str, Any] | None:
    """The ``query`` part of a search; None when there is no token to look for.

    Terms by construction, never by a query parser: what people type has no syntax here.
    """
    terms = [
        {"term": {field: {"value": token, "boost": float(count)}}}
        for field, tokens in (("words", query.words), ("grams", query.grams))
        for token, count in Counter(tokens).items()
    ]
    if not terms:
        return None
    return {"bool": {"should": terms[:MOST_TERMS], "minimum_should_match": 1, "filter": _filters(query)}}


def _filters(query: Query) -> Sequence[Mapping[str, Any]]:
    releases = ["published", f"draft:{query.preview}"] if query.preview else ["published"]
    filters: list[dict[str, Any]] = [{"terms": {"release": releases}}]
    if query.as_of is not None:
        day = query.as_of.toordinal()
        filters += [{"range": {"begins": {"lte": day}}}, {"range": {"ends": {"gt": day}}}]
    if query.documents:
        filters.append({"terms": {"document": list(query.documents)}})
    if query.article is not None:
        filters.append({"term": {"article": query.article}})
    return filters


__all__ = [
    "FILLED",
    "RECORDS",
    "current_layout",
    "passage_document",
    "passages_index",
    "search_body",
    "stamp",
]
