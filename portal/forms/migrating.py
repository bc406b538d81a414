"""Answers of an old version of a form, taken to the next: what was renamed, moved, split or recoded goes along.

``migrations/<form id>@<version>.yml`` says how answers of the version before become answers of this one, and shows it
on an example (``before``, ``after``) that a test runs. What no step mentions keeps its name. A value that the new version
cannot read is dropped and told; nothing else is ever lost.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from portal.forms.loading import FormError, load_forms
from portal.forms.spec import Form
from portal.forms.values import Unreadable, read_value

FOLDER = Path(__file__).parent / "migrations"
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Migration:
    """The steps into ``version`` of a form, with the example that shows them."""

    form_id: str
    version: int
    steps: tuple[dict[str, Any], ...]
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Moved:
    """``values`` under their new names; ``origins`` names the old field of each; ``dropped`` holds what the new version has
    no place for or cannot read, by old field."""

    values: dict[str, Any]
    origins: dict[str, str]
    dropped: dict[str, Any]


def _rename(step: Any, values: dict[str, Any], origins: dict[str, str]) -> None:
    """``rename: {old: new}``"""
    for old, new in step.items():
        if old in values:
            values[new], origins[new] = values.pop(old), origins.pop(old, old)


def _move(step: Any, values: dict[str, Any], origins: dict[str, str]) -> None:
    """``move: {field: group.column}``: a single answer becomes that column of the group's first row."""
    for old, place in step.items():
        group, column = place.split(".")
        if old in values:
            rows = [dict(row) for row in values.get(group) or [{"_id": "r1"}]]
            rows[0][column] = values.pop(old)
            values[group], origins[group] = rows, origins.pop(old, old)


def _split(step: Any, values: dict[str, Any], origins: dict[str, str]) -> None:
    """``split: {field: {at: " ", into: [a, b]}}``: at the first sign; what has no sign goes to the first whole."""
    for old, how in step.items():
        if old in values:
            parts = str(values.pop(old)).split(how["at"], len(how["into"]) - 1)
            source = origins.pop(old, old)
            for name, part in zip(how["into"], parts, strict=False):
                values[name], origins[name] = part.strip(), source


def _recode(step: Any, values: dict[str, Any], _origins: dict[str, str]) -> None:
    """``recode: {field: {old code: new code}}``, in single and several choices."""
    for name, codes in step.items():
        value = values.get(name)
        if isinstance(value, list):
            values[name] = [codes.get(code, code) for code in value]
        elif value is not None:
            values[name] = codes.get(value, value)


STEPS: dict[str, Callable[[Any, dict[str, Any], dict[str, str]], None]] = {
    "rename": _rename,
    "move": _move,
    "split": _split,
    "recode": _recode,
}


@lru_cache(maxsize=4)
def load_migrations(folder: Path = FOLDER) -> dict[tuple[str, int], Migration]:
    """Every migration by form and the version it leads to; FormError says what is wrong with one."""
    found = {}
    for path in sorted(folder.glob("*.yml")):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        form_id, _at, version = path.stem.partition("@")
        unknown = [name for step in data["steps"] for name in step if name not in STEPS]
        if unknown or set(data) != {"steps", "example"}:
            raise FormError(f"{path.name}: a migration has steps ({', '.join(STEPS)}) and an example")
        example = data["example"]
        steps = tuple(data["steps"])
        found[form_id, int(version)] = Migration(form_id, int(version), steps, example["before"], example["after"])
    return found


def migrate(form_id: str, values: Values, old: int, new: int) -> Moved:
    """The answers of version ``old`` as those of version ``new``; versions without a migration keep every name."""
    moved, origins = dict(values), {name: name for name in values}
    for version in range(old + 1, new + 1):
        migration = load_migrations().get((form_id, version))
        for step in migration.steps if migration else ():
            for name, what in step.items():
                STEPS[name](what, moved, origins)
    return _keep_readable(load_forms()[form_id, new], moved, origins)


def _keep_readable(form: Form, values: Values, origins: Mapping[str, str]) -> Moved:
    """Only what the new version asks and reads."""
    known = {field.id: field for field in form.list_fields()}
    kept: dict[str, Any] = {}
    dropped: dict[str, Any] = {}
    for name, value in values.items():
        try:
            fits = name in known and (known[name].type == "file" or read_value(known[name], value) is not None)
        except Unreadable:
            fits = False
        (kept if fits else dropped)[name] = value
    return Moved(kept, {n: origins[n] for n in kept}, {origins[n]: value for n, value in dropped.items()})
