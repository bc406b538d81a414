"""Versions and clauses as JSON and back, the same for every store."""

import json
from dataclasses import asdict, fields, replace
from datetime import date
from typing import Any

from policy_kb.model import Clause, Paragraph, Version

_DATES = {field.name for field in fields(Version) if "date" in str(field.type)}


def dump_version(version: Version) -> str:
    """A version without its clauses."""
    record = asdict(replace(version, clauses=()))
    del record["clauses"]
    return json.dumps(record, ensure_ascii=False, default=date.isoformat)


def load_version(text: str, clauses: tuple[Clause, ...] = ()) -> Version:
    """What ``dump_version`` wrote, with ``clauses`` put back."""
    record: dict[str, Any] = json.loads(text)
    for name in _DATES & record.keys():
        record[name] = date.fromisoformat(record[name]) if record[name] else None
    return Version(**record, clauses=clauses)


def dump_clause(clause: Clause) -> str:
    """A clause with its paragraphs."""
    return json.dumps(asdict(clause), ensure_ascii=False)


def load_clause(text: str) -> Clause:
    """What ``dump_clause`` wrote."""
    record: dict[str, Any] = json.loads(text)
    record["headings"] = tuple(record["headings"])
    record["paragraphs"] = tuple(
        Paragraph(part["number"], part["text"], tuple(part["items"])) for part in record["paragraphs"]
    )
    return Clause(**record)
