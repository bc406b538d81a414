"""Values that a form works out itself: a closed set of operators over other answers, no user code.

An expression stands in a field's ``prefill`` (``{sum: [formula.percent]}``). On a field with ``lock: true`` it is always
worked out and nobody types it; on any other it is what stands there until somebody answers.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from policy_kb import workdays
from portal.forms.formats import PROVINCE_OF
from portal.forms.spec import Expression

Answers = Mapping[str, Any]
# Operators whose every argument names a field; of the others only the first does.
ALL_FIELDS = ("copy", "sum", "count", "province_of", "difference", "join")


def list_names(expression: Expression | None) -> set[str]:
    """The fields an expression looks at; what is quoted in ``join`` is a text and no field."""
    if expression is None or expression.operator == "today":
        return set()
    arguments = expression.arguments if expression.operator in ALL_FIELDS else expression.arguments[:1]
    return {str(a) for a in arguments if not str(a).startswith("'")}


def get_answer(answers: Answers, name: str) -> Any:
    """The answer of a field, or the list of a column's (``formula.percent``); None when there is none."""
    group, _dot, column = str(name).partition(".")
    if not column:
        return answers.get(group)
    return [row[column] for row in answers.get(group) or [] if row.get(column) is not None]


def compute(expression: Expression, answers: Answers, today: date) -> Any:
    """The value as stored, None while an answer it needs is missing."""
    operator, arguments = expression.operator, expression.arguments
    if operator == "today":
        return today.isoformat()
    if operator == "join":
        parts = [a[1:-1] if a.startswith("'") else get_answer(answers, a) for a in arguments]
        return "".join(parts) if all(parts) else None
    value = get_answer(answers, arguments[0])
    if value in (None, [], ""):
        return None
    if operator == "copy":
        return value
    if operator == "pick":
        return arguments[1].get(str(value).lower() if isinstance(value, bool) else value)
    if operator == "province_of":
        return str(value)[2:4] if str(value)[2:4] in PROVINCE_OF else None
    if operator.startswith("add_"):
        return _move(operator, date.fromisoformat(value), arguments[1]).isoformat()
    return _calculate(operator, value, arguments, answers)


def _move(operator: str, day: date, count: int) -> date:
    if operator == "add_working_days":
        return workdays.add_working_days(day, count)
    if operator == "add_days":
        return day + timedelta(days=count)
    return workdays.add_months(day, count * (12 if operator == "add_years" else 1))


def _calculate(operator: str, value: Any, arguments: tuple[Any, ...], answers: Answers) -> str | None:
    if operator == "count":
        return str(len(value))
    if operator == "sum":
        return _write(sum((Decimal(v) for v in value), Decimal(0)))
    assert operator == "difference", operator
    other = get_answer(answers, arguments[1])
    return _write(Decimal(value) - Decimal(other)) if other is not None else None


def _write(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
