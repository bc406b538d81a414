"""What the law does not count into the authority's time, for each item, and the clocks of items that have several."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from policy_kb import catalogue as kb


@dataclass(frozen=True, slots=True)
class StopRule:
    """One reason with its clause. ``stage`` "": any clock; ``then``: restart, third or ""; ``tells``: the law wants the
    time needed told."""

    reason: str
    label: Mapping[str, str]
    cite: kb.Cite
    says: str
    items: tuple[str, ...]
    stage: str
    then: str
    tells: bool

    def covers(self, item: str, variant: str) -> bool:
        return item in self.items or f"{item}/{variant}" in self.items


@lru_cache(maxsize=1)
def _read() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "clocks.yml").read_text(encoding="utf-8"))
    return data


@lru_cache(maxsize=1)
def list_all() -> tuple[StopRule, ...]:
    """Every rule, in the order of the file."""
    data = _read()
    return tuple(
        StopRule(
            row["reason"],
            data["reasons"][row["reason"]],
            kb.Cite(**row["cite"]),
            row["says"],
            tuple(row["items"]),
            row.get("stage", ""),
            row.get("then", ""),
            row.get("tells", False),
        )
        for row in data["stops"]
    )


def list_rules(item: str, variant: str, stage: str) -> list[StopRule]:
    """Why this clock of this item may stop: one rule a reason, the item's own law before the general one."""
    found: dict[str, StopRule] = {}
    for rule in list_all():
        if rule.covers(item, variant) and rule.stage in ("", stage):
            found.setdefault(rule.reason, rule)
    return list(found.values())


def find_rule(item: str, variant: str, stage: str, reason: str) -> StopRule | None:
    return next((rule for rule in list_rules(item, variant, stage) if rule.reason == reason), None)


def list_stages(item: str, variant: str) -> dict[str, tuple[str, int]]:
    """Stage -> (fact, which of its numbers), where an item has several clocks after acceptance; {} elsewhere."""
    stages = _read()["stages"].get(f"{item}/{variant}", {})
    return {stage: (row["fact"], row.get("value", 0)) for stage, row in stages.items()}
