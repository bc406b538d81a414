"""A ``manifest.csv`` beside the texts: what their collector noted of each.

It completes what a text does not state and never overrules it; where the two
disagree the ingest says so.
"""

import csv
import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from policy_kb.ingest.facts import read_date
from policy_kb.ingest.formats import read_text


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a manifest; empty fields are "" or None. ``articles`` is the collector's count, -1 when not given."""

    title: str
    kind: str = ""
    issuer: str = ""
    document_number: str = ""
    published: date | None = None
    amended: date | None = None
    in_force_from: date | None = None
    status: str = ""
    source_url: str = ""
    articles: int = -1
    history: str = ""
    note: str = ""

    @property
    def incomplete(self) -> str:
        """Why the collector holds the text to be cut, "" when whole."""
        told = f"{self.status}; {self.note}"
        return self.status if re.search(r"INCOMPLETE|TRUNCATED|truncated|不完整|残缺", told) else ""

    @property
    def ended(self) -> date | None:
        """The day noted as its end (superseded 2025-01-20 …, repealed 2026-04-15 …)."""
        found = re.search(r"(?:superseded|repealed|废止|失效)\D{0,3}(\d{4}-\d{2}-\d{2})", self.status)
        return read_date(found[1]) if found else None

    @property
    def replaced_by(self) -> str:
        """The title noted as its successor, "" when none is noted."""
        found = re.search(r"replaced by\s+([^\s\[(（,，;；]+)", self.status)
        return found[1] if found else ""

    @property
    def repealed_undated(self) -> bool:
        """Noted as repealed, but not since when."""
        return bool(re.search(r"repealed|已废止|已失效", self.status)) and self.ended is None


@dataclass(slots=True)
class Manifest:
    """All entries by the file name (without ending) they were kept under."""

    entries: dict[str, Entry] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def find(self, path: Path) -> Entry | None:
        return self.entries.get(f"{path.parent.name}/{path.stem}") or self.entries.get(path.stem)


def read_manifest(folder: Path) -> Manifest:
    """The manifest in ``folder`` or in the folder above; an empty one when there is none."""
    manifest = Manifest()
    for place in (folder, folder.parent):
        path = place / "manifest.csv"
        if path.is_file():
            _fill(manifest, path)
            break
    return manifest


def _fill(manifest: Manifest, path: Path) -> None:
    rows = csv.DictReader(read_text(path).characters.splitlines())
    if "title" not in (rows.fieldnames or []):
        manifest.warnings.append(f"{path.name}: has no column 'title' and is not used; it has {rows.fieldnames}")
        return
    for row in rows:
        title = (row.get("title") or "").strip()
        if not title:
            manifest.warnings.append(f"{path.name}, line {rows.line_num}: no title, not used")
            continue
        entry = _read_row({name: (value or "").strip() for name, value in row.items() if name})
        manifest.entries[f"{entry.kind}/{title}"] = entry
        manifest.entries.setdefault(title, entry)


def _read_row(row: dict[str, str]) -> Entry:
    articles = row.get("articles", "")
    return Entry(
        title=row["title"],
        kind=row.get("kind", ""),
        issuer=row.get("issuing_body", ""),
        document_number=row.get("document_number", ""),
        published=read_date(row.get("publication_date", "")),
        amended=read_date(row.get("last_amended", "")),
        in_force_from=read_date(row.get("effective_date", "")),
        status=row.get("status", ""),
        source_url=row.get("official_url", ""),
        articles=int(articles) if articles.isdecimal() else -1,
        history=row.get("history", ""),
        note=row.get("note", ""),
    )
