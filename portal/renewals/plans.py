"""The window of one certificate and the days its holder is reminded on, from the catalogue's fact for its kind."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml

from policy_kb import catalogue as kb
from policy_kb import workdays
from portal.forms import service as forms
from portal.forms.service import Form
from portal.knowledge import policy_base

STAGES = ("opens", "middle", "last")
# Where the law names no first day (“six months before expiry at the latest”), the holder is told this long before the
# last day: a quarter, as long as the windows that have both ends mostly are.
LEAD_MONTHS = 3
# Ten working days before the window ends: five are the authority's to say once what is missing (行政许可法 art. 32), five
# are left to put it right.
LAST_WORKDAYS = 10


@dataclass(frozen=True, slots=True)
class Plan:
    """``opens`` is None where the law names no first day; ``days`` are (stage, day) in order, each stage later than the
    one before."""

    item: str
    variant: str
    opens: date | None
    closes: date
    days: tuple[tuple[str, date], ...]
    fact: kb.ItemFact

    def find_stage(self, today: date) -> str:
        """The stage whose day has come; "" before the first one and when the window is over."""
        if today > self.closes:
            return ""
        return next((stage for stage, day in reversed(self.days) if day <= today), "")


@lru_cache(maxsize=1)
def list_windows() -> dict[str, tuple[str, str]]:
    """Kind of certificate -> (item, fact)."""
    raw = yaml.safe_load((Path(__file__).parent / "windows.yml").read_text(encoding="utf-8"))
    return {kind: tuple(where.split("/")) for kind, where in raw.items()}


def find_plan(kind: str, valid_to: date) -> Plan | None:
    """The plan of a certificate of that kind which ends on that day; None where the law knows no window for it."""
    where = list_windows().get(kind)
    if where is None:
        return None
    item, fact_id = where
    fact = next(f for f in policy_base().catalogue.get_item(item).facts if f.id == fact_id)
    if fact.window is None:
        return None
    opens = _count_back(valid_to, fact.window.opens)
    closes = _count_back(valid_to, fact.window.closes) or valid_to
    form = find_form(item, fact_id)
    return Plan(item, form.variant if form else "", opens, closes, _place(opens, closes), fact)


def find_form(item: str, fact_id: str) -> Form | None:
    """The form that is held against this window."""
    return next(
        (
            form
            for form in forms.list_forms()
            if form.item == item
            and any(r.check.operator == "in_window" and r.check.arguments[1] == fact_id for r in form.rules)
        ),
        None,
    )


def _count_back(day: date, value: kb.Value | None) -> date | None:
    return workdays.add_units(day, -int(value.number), value.unit) if value else None


def _place(opens: date | None, closes: date) -> tuple[tuple[str, date], ...]:
    """First day, middle, shortly before the end; in a window too short for all three the earlier ones stay."""
    first = opens or workdays.add_months(closes, -LEAD_MONTHS)
    days = {
        "opens": first,
        "middle": first + (closes - first) / 2,
        "last": workdays.add_working_days(closes, -LAST_WORKDAYS),
    }
    placed: list[tuple[str, date]] = []
    for stage in STAGES:
        if not placed or placed[-1][1] < days[stage]:
            placed.append((stage, days[stage]))
    return tuple(placed)
