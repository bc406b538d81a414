"""Conditions and checks between fields: a closed set of operators over a form's answers, no user code.

An argument that names a field stands for its answer (``formula.percent`` for a column of a repeat group).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from portal.forms.expressions import Answers, get_answer
from portal.forms.formats import fold_width
from portal.forms.spec import Check, Field, Form, Rule


@dataclass(frozen=True, slots=True)
class World:
    """What a check may know beside the answers. ``window_of`` gives the first and last day (either may be None) that a
    catalogue fact lets one act, counted from a day; ``recorded`` lists what a source says of a concept today."""

    today: date
    window_of: Callable[[str, date], tuple[date | None, date | None]]
    recorded: Callable[[str, str], list[Any]]


def _knows_no_window(fact_id: str, day: date) -> tuple[None, None]:
    raise LookupError(f"{fact_id}: conditions cannot look at windows")


def bare_world(today: date) -> World:
    """A world without catalogue and records: enough for conditions."""
    return World(today, _knows_no_window, lambda _source, _concept: [])


# operator -> (least, most) arguments; the first argument of each is a field
ARITY: dict[str, tuple[int, int]] = {
    "equals": (2, 2),
    "is_one_of": (2, 60),
    "contains": (2, 2),
    "contains_any": (2, 60),
    "given": (1, 1),
    "sum_is": (2, 2),
    "at_least": (2, 2),
    "at_most": (2, 2),
    "not_after": (2, 2),
    "same_as": (2, 2),
    "differs_from": (2, 2),
    "within": (2, 2),
    "as_recorded": (2, 3),
    "within_recorded": (2, 3),
    "unique": (1, 1),
    "in_window": (2, 2),
    "in_time": (2, 2),
    "before_today": (1, 1),
    "valid_today": (1, 1),
}
TWO_FIELDS = ("not_after", "same_as", "differs_from", "within")
# Operators that look at a catalogue fact, and those whose breach only warns: the authority decides what comes late, and
# a register may be behind.
WINDOWS = ("in_window", "in_time")
WARNINGS = (*WINDOWS, "as_recorded")


def list_names(check: Check | None) -> set[str]:
    """The fields a check looks at."""
    if check is None:
        return set()
    if check.operator in ("all", "any", "not"):
        return set().union(*(list_names(a) for a in check.arguments))
    count = 2 if check.operator in TWO_FIELDS else 1
    return {str(a) for a in check.arguments[:count]}


def holds(check: Check, answers: Answers, world: World) -> bool:
    """Whether a check holds. A check on fields without an answer holds: asking for them is another matter."""
    if check.operator == "all":
        return all(holds(a, answers, world) for a in check.arguments)
    if check.operator == "any":
        return any(holds(a, answers, world) for a in check.arguments)
    if check.operator == "not":
        return not holds(check.arguments[0], answers, world)
    value = get_answer(answers, check.arguments[0])
    if check.operator == "given":
        return value not in (None, [], "")
    if check.operator in ("equals", "is_one_of", "contains", "contains_any"):
        return _is_chosen(check, value)
    if value in (None, [], ""):
        return True
    if check.operator in WINDOWS or "recorded" in check.operator:
        return _fits_world(check, value, world)
    return _compare(check, value, answers, world.today)


def _is_chosen(check: Check, value: Any) -> bool:
    """Used to show or hide: without an answer nothing is chosen."""
    if check.operator.startswith("contains"):
        return isinstance(value, list) and any(code in value for code in check.arguments[1:])
    return value in check.arguments[1:]


def _fits_world(check: Check, value: Any, world: World) -> bool:
    """Against the catalogue's windows and what the records say; nothing known stands against nothing."""
    if check.operator in WINDOWS:
        first, last = world.window_of(str(check.arguments[1]), date.fromisoformat(value))
        return (first is None or first <= world.today) and (last is None or world.today <= last)
    known = world.recorded(str(check.arguments[1]), str(check.arguments[2]))
    if check.operator == "as_recorded" or not known:
        return not known or _folded(value) in map(_folded, known)
    allowed = {code for one in known for code in (one if isinstance(one, list) else [one])}
    return set(value if isinstance(value, list) else [value]) <= allowed


def _compare(check: Check, value: Any, answers: Answers, today: date) -> bool:
    operator, other = check.operator, check.arguments[1] if len(check.arguments) > 1 else None
    if operator == "sum_is":
        return sum(Decimal(v) for v in value) == Decimal(str(other))
    if operator in ("at_least", "at_most"):
        number, bound = Decimal(len(value) if isinstance(value, list) else value), Decimal(str(other))
        return number >= bound if operator == "at_least" else number <= bound
    if operator == "unique":
        return len(set(map(_folded, value))) == len(value)
    if operator == "before_today":
        return date.fromisoformat(value) <= today
    if operator == "valid_today":
        return date.fromisoformat(value) >= today
    partner = get_answer(answers, str(other))
    return partner is None or _agree(operator, value, partner)


def _agree(operator: str, value: Any, partner: Any) -> bool:
    """Two answers side by side."""
    if operator == "within":
        return set(value) <= set(partner)
    if operator == "not_after":
        return bool(value <= partner)
    return bool(_folded(value) == _folded(partner)) is (operator == "same_as")


def _folded(value: Any) -> Any:
    """A text however wide its characters were typed; anything else as it is."""
    return fold_width(value) if isinstance(value, str) else value


def is_shown(field: Field, answers: Answers, today: date) -> bool:
    """Whether the present answers ask for this field."""
    return field.when is None or holds(field.when, answers, bare_world(today))


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


def list_broken(form: Form, answers: Answers, world: World) -> list[Rule]:
    """The rules that these answers break; hidden answers must be left out by the caller."""
    return [
        rule
        for rule in form.rules
        if (rule.when is None or holds(rule.when, answers, world)) and not holds(rule.check, answers, world)
    ]


def is_warning(rule: Rule) -> bool:
    """Whether a broken rule warns only."""
    return rule.check.operator in WARNINGS
