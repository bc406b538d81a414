"""Passages that Elasticsearch found, as hits: the best passages of each clause, with the version it stands in."""

from collections.abc import Iterator
from typing import Any

from policy_kb.model import Hit, Version
from policy_kb.stores.elastic_mapping import stamp
from policy_kb.stores.elastic_records import Records
from policy_kb.stores.records import dump_version, load_clause

_MOST_HEADS = 50_000


class Heads:
    """Versions without their clauses, kept from search to search as long as the passages name the same state of them."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._known: dict[tuple[str, str], Version] = {}  # by id and stamp

    def find(self, found: list[dict[str, Any]]) -> dict[str, Version]:
        """The versions of what was found; asked for only when the passages name another state than the one read before."""
        named = {(hit["_source"]["version"], hit["_source"].get("head", "")) for hit in found}
        known = {key: version for key in named if (version := self._known.get(key))}
        fresh = self._records.find_versions(version_id for version_id, _ in named - known.keys())
        if len(self._known) > _MOST_HEADS:
            self._known.clear()
        for version_id, name in named - known.keys():
            if version_id in fresh and stamp(dump_version(fresh[version_id])) == name:
                self._known[version_id, name] = fresh[version_id]
        return fresh | {version_id: version for (version_id, _), version in known.items()}


def group_passages(found: list[dict[str, Any]], versions: dict[str, Version]) -> Iterator[Hit]:
    """Passages to clauses, best first: the best score of each, and the 款 that matched best."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for hit in found:
        groups.setdefault(hit["_source"]["clause"], []).append(hit)
    for group in sorted(groups.values(), key=lambda group: (-float(group[0]["_score"]), group[0]["_source"]["clause"])):
        best = group[0]
        version = versions.get(best["_source"]["version"])
        if version:
            paragraph = next((hit["_source"]["paragraph"] for hit in group if hit["_source"]["paragraph"]), 0)
            yield Hit(load_clause(best["_source"]["record"]), version, float(best["_score"]), paragraph)
