"""Reference data as versioned tables: what a choice of a form can be, kept once for every form that asks it.

``tables/<name>@<version>.yml`` holds ``id``, ``version``, ``label``, ``source`` and ``rows`` (code to ``{zh, en}``). A
form names a table with its version (``options: device_categories@1``): a published form never changes under a draft,
and a changed table is a new file.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "tables"


class TableError(Exception):
    """A table that is not there or not whole; the text says which there are."""


@dataclass(frozen=True, slots=True)
class Table:
    """``source`` says where the list comes from; ``known`` is "text" (a clause states it) or "memory" (confirm it)."""

    id: str
    version: int
    label: dict[str, str]
    rows: dict[str, dict[str, str]]
    source: dict[str, Any]
    known: str

    @property
    def name(self) -> str:
        return f"{self.id}@{self.version}"


@lru_cache(maxsize=4)
def load_tables(folder: Path = FOLDER) -> dict[str, Table]:
    """Every table by ``name@version``."""
    tables = {}
    for path in sorted(folder.glob("*.yml")):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        table = Table(
            data["id"], data["version"], data["label"], data["rows"], data.get("source", {}), data.get("known", "text")
        )
        if path.stem != table.name:
            raise TableError(f"{path.name}: holds {table.name}")
        tables[table.name] = table
    return tables


def get_table(name: str) -> Table:
    """A table by ``name@version``; TableError lists those there are."""
    tables = load_tables()
    if name not in tables:
        raise TableError(f"there is no table {name!r}; there are {', '.join(tables)}")
    return tables[name]
