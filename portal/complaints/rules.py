"""The rules of the day for complaints and reports: what must be given, and the legal clocks (``rules.yml``)."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from policy_kb import workdays

RULES = Path(__file__).with_name("rules.yml")


@dataclass(frozen=True, slots=True)
class Clock:
    """A legal time limit with the clause that sets it. ``unit``: working_day or day."""

    number: int
    unit: str
    title: str
    article: int

    def ends(self, start: date) -> date:
        """The last day. The first day does not count; a last day on a statutory holiday moves to the day after it
        (市场监督管理投诉举报处理办法 art. 45)."""
        if self.unit == "working_day":
            return workdays.add_working_days(start, self.number)
        end = start + timedelta(days=self.number)
        while workdays.is_statutory_holiday(end):
            end += timedelta(days=1)
        return end


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules in force on one day. ``required`` maps complaint or report to the field ids that must be given."""

    title: str
    required: dict[str, tuple[str, ...]]
    required_article: dict[str, int]
    clocks: dict[str, Clock]  # accept, mediate, check
    withdraw_article: int  # by which a complaint is withdrawn


@lru_cache(maxsize=1)
def _load() -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = yaml.safe_load(RULES.read_text(encoding="utf-8"))
    return loaded


def get_rules(day: date) -> Rules:
    """The rules in force on the day; the earliest known ones for a day before all of them."""
    rows = [row for row in _load() if row["from"] <= day and (row["to"] is None or day < row["to"])] or _load()[:1]
    row = rows[0]
    clocks = {
        name: Clock(raw["number"], raw["unit"], raw.get("title", row["title"]), raw["article"])
        for part in ("complaint", "report")
        for name, raw in row[part].items()
        if "number" in raw
    }
    parts = {part: row[part]["required"] for part in ("complaint", "report")}
    return Rules(
        title=row["title"],
        required={part: tuple(required["fields"]) for part, required in parts.items()},
        required_article={part: required["article"] for part, required in parts.items()},
        clocks=clocks,
        withdraw_article=row["complaint"]["withdraw"]["article"],
    )
