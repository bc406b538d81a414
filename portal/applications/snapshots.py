"""What was sent, as bytes that always come out the same, and what differs between two of them.

The hash covers form, party and answers, not how they came about, nor row ids: the same story told on the page and
in the conversation has the same hash.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def build_content(
    *, form_id: str, form_version: int, item: str, variant: str, party: str, answers: Mapping[str, Any]
) -> dict[str, Any]:
    """The content of a snapshot, answers by field id."""
    return {
        "form": form_id,
        "form_version": form_version,
        "item": item,
        "variant": variant,
        "party": party,
        "answers": dict(answers),
    }


def write_canonical(content: Mapping[str, Any]) -> bytes:
    """UTF-8 JSON with sorted keys and no blanks; keys that begin with an underscore and storage names are left out."""
    return json.dumps(_plain(content), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items() if not k.startswith("_") and k != "stored_as"}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return value


def hash_content(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical form, in hex."""
    return hashlib.sha256(write_canonical(content)).hexdigest()


def list_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Field id → (old, new) of the answers that differ."""
    old, new = before["answers"], after["answers"]
    names = [*new, *(name for name in old if name not in new)]
    return {n: (old.get(n), new.get(n)) for n in names if _plain(old.get(n)) != _plain(new.get(n))}
