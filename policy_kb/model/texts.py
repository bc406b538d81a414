"""A text in one of its versions, how it came in, and what is found in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

from policy_kb.model.clauses import Address, Clause
from policy_kb.model.findings import Findings

Stated = TypeVar("Stated")


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a document with its dates (all may be unknown), its clauses and what they state.

    ``in_force_from`` is inclusive, ``in_force_to`` the first day on which it no longer applies.
    ``label`` tells versions of one document apart, e.g. ``2024-12-06`` (the last amendment).
    """

    id: str
    document_id: str
    title: str
    label: str
    kind: str  # law | regulation | rule | normative | judicial | other
    issuer: str = ""
    document_number: str = ""
    adopted: date | None = None
    published: date | None = None
    amended: date | None = None
    in_force_from: date | None = None
    in_force_to: date | None = None
    status_note: str = ""  # what the source or the curator says of its status, shown as such
    incomplete: str = ""  # why the text is known to be cut, "" when whole
    history: str = ""
    source_url: str = ""
    content_hash: str = ""
    release: str = "published"  # "published", "withdrawn" or "draft:<change id>"
    clauses: tuple[Clause, ...] = ()
    findings: Findings = field(default_factory=Findings)

    def status_on(self, day: date) -> str:
        """``in_force``, ``future``, ``superseded`` or ``unknown`` on a day."""
        if self.in_force_to and day >= self.in_force_to:
            return "superseded"
        if self.in_force_from and day < self.in_force_from:
            return "future"
        return "in_force" if self.in_force_from else "unknown"


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file at ingest. ``outcome``: added, unchanged, replaced, failed; ``versions`` are ids it gave."""

    path: str
    outcome: str
    title: str = ""
    clauses: int = 0
    warnings: Sequence[str] = ()
    error: str = ""
    versions: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A place of a version, found: the address made whole (第二条第（三）项 names its 款), and its text."""

    version: Version  # without its clauses
    clause: Clause
    at: Address
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One clause found, with the raw score of its store (comparable within one answer of one store only)."""

    clause: Clause
    version: Version  # without its clauses
    score: float
    paragraph: int = 0  # 款 that matched best, 0 if the whole


@dataclass(frozen=True, slots=True)
class Stating(Generic[Stated]):
    """One finding with the version (without its clauses) and the clause that state it."""

    version: Version
    clause_id: str
    what: Stated


__all__ = ["FileReport", "Hit", "Part", "Stating", "Version"]
