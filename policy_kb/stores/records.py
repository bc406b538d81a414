"""Versions, clauses and findings as JSON and back, the same for every store."""

import json
from dataclasses import asdict, fields, replace
from datetime import date
from functools import lru_cache
from typing import Any

from policy_kb.model import (
    Address,
    Clause,
    Deadline,
    Effect,
    Findings,
    Obligation,
    Paragraph,
    Reference,
    Term,
    Version,
)

_DATES = {field.name for field in fields(Version) if "date" in str(field.type)}


def dump_version(version: Version) -> str:
    """A version without its clauses and findings."""
    record = asdict(replace(version, clauses=(), findings=Findings()))
    del record["clauses"], record["findings"]
    return json.dumps(record, ensure_ascii=False, default=date.isoformat)


def load_version(text: str, clauses: tuple[Clause, ...] = (), findings: Findings | None = None) -> Version:
    """What ``dump_version`` wrote, with ``clauses`` and ``findings`` put back."""
    record: dict[str, Any] = json.loads(text)
    for name in _DATES & record.keys():
        record[name] = date.fromisoformat(record[name]) if record[name] else None
    return Version(**record, clauses=clauses, findings=findings or Findings())


@lru_cache(maxsize=32_768)  # a list of all versions is read again after every change, and few of them have changed
def load_head(text: str) -> Version:
    """A version without its clauses and findings; the same object for the same text."""
    return load_version(text)


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


def dump_findings(findings: Findings) -> str:
    """Everything a version states in its sentences."""
    return json.dumps(asdict(findings), ensure_ascii=False, default=date.isoformat)


def load_findings(text: str) -> Findings:
    """What ``dump_findings`` wrote."""
    record: dict[str, Any] = json.loads(text)
    return Findings(
        tuple(Term(**{**made, "at": Address(**made["at"])}) for made in record["terms"]),
        tuple(_load_reference(made) for made in record["references"]),
        tuple(_load_obligation(made) for made in record["obligations"]),
        tuple(_load_effect(made) for made in record["effects"]),
    )


def _load_reference(made: dict[str, Any]) -> Reference:
    targets = tuple(Address(**target) for target in made["targets"])
    return Reference(**{**made, "at": Address(**made["at"]), "targets": targets})


def _load_obligation(made: dict[str, Any]) -> Obligation:
    deadlines = tuple(Deadline(**deadline) for deadline in made["deadlines"])
    return Obligation(**{**made, "at": Address(**made["at"]), "deadlines": deadlines})


def _load_effect(made: dict[str, Any]) -> Effect:
    day = date.fromisoformat(made["day"]) if made["day"] else None
    at = Address(**made["at"]) if made["at"] else None
    return Effect(**{**made, "at": at, "day": day, "titles": tuple(made["titles"])})
