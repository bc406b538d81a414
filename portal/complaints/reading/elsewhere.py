"""Matters another authority decides, and who that is (``elsewhere.yml``)."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from portal.complaints.reading.told import Told

_TABLE = Path(__file__).with_name("elsewhere.yml")


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """``kind_of``: the class, e.g. other:health. ``place`` is "" when only the title of the rule is known here."""

    id: str
    kind_of: str
    words: re.Pattern[str]
    unless: re.Pattern[str] | None
    row: dict[str, Any]


@lru_cache(maxsize=1)
def list_elsewhere() -> tuple[Elsewhere, ...]:
    rows = yaml.safe_load(_TABLE.read_text(encoding="utf-8"))
    return tuple(
        Elsewhere(
            row["id"],
            row["class"],
            re.compile("|".join(row["words"]), re.I),
            re.compile("|".join(row["unless"]), re.I) if row["unless"] else None,
            row,
        )
        for row in rows
    )


def find_elsewhere(told: Told) -> list[str]:
    """Ids of the other authorities whose matter this is; none when the words that keep it with us are said."""
    found = [
        one.id
        for one in list_elsewhere()
        if one.words.search(told.plain) and not (one.unless and one.unless.search(told.plain))
    ]
    if told.product.kind in ("drug", "device", "cosmetic", "toothpaste") and "food" in found:
        found.remove("food")
    if told.product.kind == "food_health" and "food" not in found:
        found.append("food")
    return found[:1] if found else []
