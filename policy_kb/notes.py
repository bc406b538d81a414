"""Notes as JSON: the small things the base keeps in its store beside the index (overlay, files read, statements)."""

import json
from typing import Any

from policy_kb.stores.contract import Store


def read_json(store: Store, key: str) -> dict[str, Any]:
    """The note, {} when it was never written. StoreUnavailable."""
    text = store.read_note(key)
    return dict(json.loads(text)) if text else {}


def write_json(store: Store, key: str, value: dict[str, Any]) -> None:
    """Replace the note; the same content is not written again, so the store's revision stays. StoreUnavailable."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    if text != store.read_note(key):
        store.write_note(key, text)


__all__ = ["read_json", "write_json"]
