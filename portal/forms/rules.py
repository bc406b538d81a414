"""Conditions and checks between fields: a closed set of operators over a form's answers, no user code.

An argument that names a field stands for its answer (``formula.percent`` for a column of a repeat group).
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from policy_kb import workdays
from portal.forms.spec import Check, Field, Form, Rule

Answers = Mapping[str, Any]
# (catalogue fact id) -> (opens, closes) in working days before, either may be None
WindowOf = Callable[[str], tuple[int | None, int | None]]

# operator -> (least, most) arguments; the first argument of each is a field
ARITY: dict[str, tuple[int, int]] = {
    "equals": (2, 2),
    "is_one_of": (2, 60),
    "contains": (2, 2),
    "given": (1, 1),
    "sum_is": (2, 2),
    "at_least": (2, 2),
    "not_after": (2, 2),
    "same_as": (2, 2),
    "unique": (1, 1),
    "in_window": (2, 2),
    "before_today": (1, 1),
    "valid_today": (1, 1),
}
TWO_FIELDS = ("not_after", "same_as")


def list_names(check: Check | None) -> set[str]:
    """The fields a check looks at."""
    if check is None:
        return set()
    if check.operator in ("all", "any", "not"):
        return set().union(*(list_names(a) for a in check.arguments))
    count = 2 if check.operator in TWO_FIELDS else 1
    return {str(a) for a in check.arguments[:count]}


def _value(answers: Answers, name: str) -> Any:
    group, _dot, column = str(name).partition(".")
    if not column:
        return answers.get(group)
    return [row[column] for row in answers.get(group) or [] if row.get(column) is not None]


def find_window(closing: date, opens: int | None, closes: int | None) -> tuple[date | None, date]:
    """First and last day of an application window counted in working days back from ``closing``."""
    first = workdays.add_working_days(closing, -opens) if opens is not None else None
    return first, workdays.add_working_days(closing, -closes) if closes is not None else closing


def holds(check: Check, answers: Answers, today: date, window_of: WindowOf | None = None) -> bool:
    """Whether a check holds. A check on fields without an answer holds: asking for them is another matter."""
    if check.operator == "all":
        return all(holds(a, answers, today, window_of) for a in check.arguments)
    if check.operator == "any":
        return any(holds(a, answers, today, window_of) for a in check.arguments)
    if check.operator == "not":
        return not holds(check.arguments[0], answers, today, window_of)
    value = _value(answers, check.arguments[0])
    if check.operator == "given":
        return value not in (None, [], "")
    if check.operator in ("equals", "is_one_of", "contains"):
        return _is_chosen(check, value)
    if value in (None, [], ""):
        return True
    return _compare(check, value, answers, today, window_of)


def _is_chosen(check: Check, value: Any) -> bool:
    """Used to show or hide: without an answer nothing is chosen."""
    if check.operator == "contains":
        return isinstance(value, list) and check.arguments[1] in value
    return value in check.arguments[1:]


def _compare(check: Check, value: Any, answers: Answers, today: date, window_of: WindowOf | None) -> bool:
    operator, other = check.operator, check.arguments[1] if len(check.arguments) > 1 else None
    if operator == "sum_is":
        return sum(Decimal(v) for v in value) == Decimal(str(other))
    if operator == "at_least":
        return Decimal(value) >= Decimal(str(other))
    if operator == "unique":
        return len(set(value)) == len(value)
    if operator == "before_today":
        return date.fromisoformat(value) <= today
    if operator == "valid_today":
        return date.fromisoformat(value) >= today
    if operator == "in_window":
        assert window_of is not None, "this check needs the catalogue's window"
        first, last = find_window(date.fromisoformat(value), *window_of(str(other)))
        return (first is None or first <= today) and today <= last
    partner = _value(answers, str(other))
    if partner is None:
        return True
    return value == partner if operator == "same_as" else value <= partner


def is_shown(field: Field, answers: Answers, today: date) -> bool:
    """Whether the present answers ask for this field."""
    return field.when is None or holds(field.when, answers, today)


def list_shown(form: Form, answers: Answers, today: date) -> list[Field]:
    """The fields asked for, in order. Conditions look only at earlier pages, so one pass settles it."""
    counted: dict[str, Any] = {}
    shown: list[Field] = []
    for field in form.list_fields():
        if is_shown(field, counted, today):
            shown.append(field)
            if answers.get(field.id) is not None:
                counted[field.id] = answers[field.id]
    return shown


def list_broken(form: Form, answers: Answers, today: date, window_of: WindowOf) -> list[Rule]:
    """The rules that these answers break today; hidden answers must be left out by the caller."""
    return [
        rule
        for rule in form.rules
        if (rule.when is None or holds(rule.when, answers, today)) and not holds(rule.check, answers, today, window_of)
    ]
