"""When an application may be handed in: the form's window with its days, its clause and where today stands in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.forms import service as forms
from portal.forms.service import Form, Rule
from portal.pages import write_clause

OPERATORS = ("in_window", "in_time")


@dataclass(frozen=True, slots=True)
class Window:
    """``opens`` None: no first day. ``state``: open, early, late, or unknown while the day it counts from is not known.
    ``days`` to the last day, negative when it is past; ``field`` is what the window counts from; ``text`` is what the
    person is told outside the window, "" within it."""

    opens: date | None
    closes: date | None
    days: int | None
    state: str
    clause: tuple[str, ...]
    field: str
    counts_from: str
    text: str


def find_window(spec: Form, values: Mapping[str, Any], today: date, language: str) -> Window | None:
    """The window of a form for these values; None for a form without one."""
    rules = [rule for rule in spec.rules if rule.check.operator in OPERATORS]
    if not rules:
        return None
    rule = next((rule for rule in rules if values.get(rule.check.arguments[0])), rules[0])
    field = str(rule.check.arguments[0])
    found = forms.find_window_days(spec, {field: values[field]}) if values.get(field) else None
    if found is None:
        return Window(None, None, None, "unknown", _write_clauses(rule, language), field, "", "")
    opens, closes = found
    state = "early" if opens is not None and today < opens else "late" if today > closes else "open"
    days = (closes - today).days
    told = rule.label[language] if state != "open" else ""
    return Window(opens, closes, days, state, _write_clauses(rule, language), field, str(values[field]), told)


def _write_clauses(rule: Rule, language: str) -> tuple[str, ...]:
    return tuple(write_clause(c.title, c.article, c.paragraph, language=language) for c in rule.cites)
