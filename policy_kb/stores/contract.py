"""The contract both stores keep; ``tests/policy_kb/stores`` runs one suite over both.

All segmentation is done by ``policy_kb.text`` before a store is called, so the
embedded engine and Elasticsearch see the same whitespace-separated tokens and
need no analyser of their own.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from policy_kb.model import Clause, Hit, Version

Progress = Callable[[int, int, str], None]  # done, of how many, the name of the last


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for. ``words`` and ``grams`` are tokens made by ``policy_kb.text``; both are scored with BM25 and added.

    ``as_of`` keeps clauses in force on that day (an unknown beginning counts as begun); None searches every version.
    ``preview`` also sees versions whose release is ``draft:<preview>``.
    """

    words: Sequence[str]
    grams: Sequence[str] = ()
    as_of: date | None = None
    documents: Sequence[str] = ()  # limit to these document ids
    article: int | None = None
    preview: str = ""


class Store(Protocol):
    """Versions in, clauses out. Every method raises StoreUnavailable when the index cannot be reached."""

    answers_at_once: int  # how many questions one process should work on; the others wait for a place

    def put(self, versions: Iterable[Version]) -> None:
        """Write whole versions (replacing the same id), searchable when the call returns."""

    def remove(self, version_ids: Iterable[str]) -> None:
        """Forget versions and their clauses; unknown ids are ignored."""

    def reindex(self, progress: Progress | None = None) -> None:
        """Index every text anew beside the old index and swap at once; searches go on. ``progress`` counts versions."""

    def search(self, query: Query, limit: int = 10) -> list[Hit]:
        """The best clauses, best first, at most ``limit``."""

    def list_versions(self) -> list[Version]:
        """Every version, without clauses, of whatever release, ordered by title then beginning."""

    def get_version(self, version_id: str) -> Version:
        """One version with its clauses and findings, or UnknownDocument."""

    def list_referring(self, document_id: str) -> list[str]:
        """Ids of the versions whose findings refer to a document (loaded or not), sorted."""

    def get_clause(self, clause_id: str) -> Clause:
        """One clause, or UnknownDocument."""

    def read_note(self, key: str) -> str:
        """A small text kept beside the index (the knowledge overlay, the release), "" when never written."""

    def write_note(self, key: str, value: str) -> None:
        """Replace such a text; durable when the call returns."""

    def list_notes(self) -> list[str]:
        """The keys of all notes ever written, in order."""

    def revision(self) -> str:
        """``<texts>.<notes>``: each part changes whenever such a thing changed. Cheap enough to ask on every answer."""

    def health(self) -> dict[str, object]:
        """At least ``{"ok": bool, "engine": str, "versions": int, "clauses": int, "published": int}`` (clauses of published
        versions); never raises."""

    def close(self) -> None:
        """Give back files and connections."""
