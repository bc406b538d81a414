"""Answers made from a form's own contract: complete and right ones, and single wrong values with the reason they are.

Nothing here knows any form: types, codes, patterns and bounds come from the JSON Schema, and what rules between fields
demand is met by their operators. So a new definition is tried the day it is written.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from portal.forms.service import (
    Check,
    Field,
    Form,
    build_schema,
    compute_check_character,
    compute_values,
    is_warning,
    list_broken,
    list_shown,
)

FILE = {
    "name": "材料.pdf",
    "media_type": "application/pdf",
    "sha256": "a" * 64,
    "size": 12,
    "stored_as": "aa/" + "a" * 64,
}
OTHER_CODE = "91440106MA0000001" + compute_check_character("91440106MA0000001")
Values = dict[str, Any]


class Unmeetable(AssertionError):
    """No answers satisfy the form: its rules or conditions contradict each other."""


def make_value(schema: dict[str, Any], today: date, n: int = 0) -> Any:
    """A right value of a field's schema; ``n`` tells values of different rows apart."""
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    if schema["type"] == "boolean":
        return True
    if schema["type"] == "array":
        return _make_list(schema, today)
    if schema["type"] == "object":
        return dict(FILE)
    return _make_text(schema, today, n)


def _make_list(schema: dict[str, Any], today: date) -> list[Any]:
    items, count = schema["items"], schema.get("minItems", 1)
    if "enum" in items:
        return list(items["enum"][:count])
    return [
        {"_id": f"r{n}", **{name: make_value(inner, today, n) for name, inner in items["properties"].items()}}
        for n in range(1, count + 1)
    ]


def _make_text(schema: dict[str, Any], today: date, n: int) -> str:
    if schema.get("format") == "date":
        return today.isoformat()
    if "examples" in schema:
        return str(schema["examples"][0])
    if "maxLength" not in schema:
        return str(max(schema.get("x-minimum", 1), min(1 + n, schema.get("x-maximum", 1 + n))))
    return ("文" * schema["minLength"])[: schema["maxLength"] - 1] + str(n)[-1:]


def make_answers(form: Form, today: date, *, yes: bool = True) -> Values:
    """A complete set that every check of the form passes; ``yes`` answers yes/no questions so where rules allow."""
    schema = build_schema(form)["properties"]
    made = {f.id: make_value(schema[f.id], today) for f in form.list_fields() if not (f.compute and f.lock)}
    made |= {f.id: yes for f in form.list_fields() if f.type == "yes_no"}
    meeting = _Meeting(form, made, today)
    for _turn in range(40):
        made |= compute_values(form, made, today)
        shown = {f.id for f in list_shown(form, made, today)}
        counted = {name: made[name] for name in made if name in shown}
        broken = [rule for rule in list_broken(form, counted, today) if not is_warning(rule)]
        if not broken:
            return counted
        for rule in broken:
            meeting.meet(rule.check)
    raise Unmeetable(f"{form.id}: {[rule.id for rule in broken]}")


class _Meeting:
    """Changes answers until checks hold; remembers which codes a field must not have."""

    def __init__(self, form: Form, made: Values, today: date) -> None:
        self.form, self.made, self.today = form, made, today
        self.banned: dict[str, set[Any]] = {}

    def meet(self, check: Check, *, so: bool = True) -> None:
        """Make a check hold (or, with ``so`` false, not hold)."""
        if check.operator == "not":
            self.meet(check.arguments[0], so=not so)
        elif check.operator in ("all", "any"):
            every = (check.operator == "all") is so
            for inner in check.arguments if every else check.arguments[:1]:
                self.meet(inner, so=so)
        else:
            self._meet_one(check, so)

    def _meet_one(self, check: Check, so: bool) -> None:
        name, *others = check.arguments
        group, _dot, column = str(name).partition(".")
        field, made = self.form.get_field(group), self.made
        if column and check.operator in ("equals", "is_one_of", "contains", "contains_any"):
            _choose_in_rows(field.get_field(column), made[group], others, so)
        elif check.operator in ("equals", "is_one_of", "contains", "contains_any"):
            self._choose(field, others, so)
        elif check.operator == "given" and not so:
            made.pop(group, None)
        elif check.operator in ("sum_is", "unique"):
            _spread(field, column, made, others[0] if others else None)
        elif check.operator in ("at_least", "at_most"):
            made[group] = made[group] * int(others[0]) if isinstance(made[group], list) else str(others[0])
        elif check.operator in ("before_today", "valid_today"):
            made[group] = (self.today if so else self.today + timedelta(days=60)).isoformat()
        elif check.operator in ("not_after", "same_as", "within"):
            made[group] = made[str(others[0])]
        elif check.operator == "differs_from":
            _tell_apart(field, made)
        else:
            raise Unmeetable(f"{self.form.id}: {check}")

    def _choose(self, field: Field, wanted: list[Any], so: bool) -> None:
        if not so:
            self.banned.setdefault(field.id, set()).update(wanted)
        banned = self.banned.get(field.id, set())
        able = [o.code for o in field.options if o.code not in banned and (not so or o.code in wanted)]
        if field.type == "yes_no":
            self.made[field.id] = bool(wanted[0]) is so
        elif field.type == "choices":
            self.made[field.id] = able[: field.low or 1]
        elif field.options:
            self.made[field.id] = able[0]
        else:
            self.made[field.id] = wanted[0] if so else "1"


def _spread(field: Field, column: str, made: Values, total: Any) -> None:
    """Rows whose column adds up to a total, or holds no value twice."""
    rows = made[field.id]
    for n, row in enumerate(rows):
        inner = field.get_field(column)
        if total is not None:
            row[column] = str(total) if n == 0 else "0"
        else:
            row[column] = inner.options[n].code if inner.options else f"{row[column]}{n}"


def _choose_in_rows(inner: Field, rows: list[Any], wanted: list[Any], so: bool) -> None:
    """Every row with one of the wanted codes in this column, or with none of them."""
    for row in rows:
        row[inner.id] = next(o.code for o in inner.options if (o.code in wanted) is so)


def _tell_apart(field: Field, made: Values) -> None:
    value = made[field.id]
    if field.options:
        codes = [o.code for o in field.options]
        made[field.id] = [codes[-1]] if isinstance(value, list) else codes[-1]
    elif isinstance(value, list):
        made[field.id] = [*value, {**value[0], "_id": "r9"}]
    elif field.format == "uscc":
        made[field.id] = OTHER_CODE
    else:
        made[field.id] = (f"{value}二")[: field.high or 200]


def list_wrong(schema: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """(why, value) of values that a field of this schema must refuse."""
    yield "a mapping", {"a": 1}
    if "enum" in schema or "const" in schema:
        yield "an unknown code", "no-such-code"
    elif schema["type"] == "array":
        yield "a list of unknown things", ["no-such-code"]
        yield "a list of lists", [["x"]]
        if "maxItems" in schema:
            yield "too many", [{"_id": f"r{n}"} for n in range(schema["maxItems"] + 1)]
    elif schema["type"] in ("boolean", "object"):
        yield "neither yes nor no, and no file", "perhaps"
    else:
        yield from _list_wrong_texts(schema)


def _list_wrong_texts(schema: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "two values", ["1", "2"]
    yield "a character that cannot be printed", "a\x07b"
    yield "markup", "<script>alert(1)</script>"
    yield "true", True
    if "pattern" in schema:
        yield "another pattern", "＊！"
    if "maxLength" in schema:
        yield "too long", "文" * (schema["maxLength"] + 1)
        if schema["minLength"] > 1:
            yield "too short", "文" * (schema["minLength"] - 1)
    if "x-maximum" in schema:
        yield "too much", str(schema["x-maximum"] + 1)
    if "x-minimum" in schema:
        yield "too little", str(schema["x-minimum"] - 1)
