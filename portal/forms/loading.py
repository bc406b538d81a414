"""Reading form definitions from their files into ``Form`` values; a file that breaks the format stops the start."""

import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from portal.forms.spec import Check, Cite, Field, Form, Option, Page, Rule

FOLDER = Path(__file__).parent / "definitions"
SCHEMA = Path(__file__).parent / "format.schema.json"
RANGE = re.compile(r"(-?\d*)\.\.(-?\d*)")


class FormError(Exception):
    """A definition that cannot be used; the text names the file, the place and the reason."""


@lru_cache(maxsize=1)
def format_schema() -> dict[str, Any]:
    """The JSON Schema of the definition format itself."""
    return json.loads(SCHEMA.read_text(encoding="utf-8"))


def read_definition(text: str, name: str) -> Form:
    """One definition; FormError lists every place where it breaks the format."""
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise FormError(f"{name}: not readable as YAML: {error}") from error
    problems = sorted(Draft202012Validator(format_schema()).iter_errors(data), key=lambda e: str(list(e.path)))
    if problems:
        lines = [f"{name}: {'/'.join(map(str, p.absolute_path)) or 'form'}: {p.message[:300]}" for p in problems]
        raise FormError("\n".join(lines))
    item, variant = data["item"].split("/")
    return Form(
        id=data["id"],
        version=data["version"],
        item=item,
        variant=variant,
        label=data["label"],
        hint=data.get("hint"),
        about=data["about"],
        pages=tuple(_page(page) for page in data["pages"]),
        rules=tuple(_rule(rule) for rule in data.get("rules", [])),
        outcome=tuple(data["outcome"]),
        digest=hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest(),
    )


def _page(data: dict[str, Any]) -> Page:
    when = _check(data.get("when"))
    return Page(data["id"], data["label"], tuple(_field(f, when) for f in data["fields"]), data.get("hint"), when)


def _field(data: dict[str, Any], page_when: Check | None = None) -> Field:
    bounds = RANGE.fullmatch(str(data.get("format", "")))
    prefill = data.get("prefill", [])
    declared = data["type"] == "declaration"
    chat = data.get("chat")
    return Field(
        id=data["id"],
        type=data["type"],
        label=data["label"],
        hint=data.get("hint"),
        required=data.get("required", True),
        options=tuple(Option(code, label) for code, label in data.get("options", {}).items()),
        format="" if bounds else data.get("format", ""),
        low=int(bounds[1]) if bounds and bounds[1] else None,
        high=int(bounds[2]) if bounds and bounds[2] else None,
        concept=data.get("concept", ""),
        about=data.get("about", ""),
        sources=tuple(p for p in prefill if not p.startswith("?")),
        offered=tuple(p[1:] for p in prefill if p.startswith("?")),
        lock=data.get("lock", False),
        ttl_days=data.get("ttl_days"),
        conflict=data.get("conflict", "newest"),
        reuse=not declared and data.get("reuse", "") != "never",
        chat=chat if isinstance(chat, dict) else None,
        asked_in_chat=chat is not False and data["type"] not in ("file", "repeat"),
        cites=tuple(Cite(**cite) for cite in data.get("cite", [])),
        when=_check(data.get("when")) or page_when,
        fields=tuple(_field(f) for f in data.get("fields", [])),
    )


def _rule(data: dict[str, Any]) -> Rule:
    check = _check(data["check"])
    assert check is not None
    cites = tuple(Cite(**cite) for cite in data.get("cite", []))
    return Rule(data["id"], check, data["label"], tuple(data["fields"]), cites, _check(data.get("when")))


def _check(data: dict[str, Any] | None) -> Check | None:
    if not data:
        return None
    ((operator, arguments),) = data.items()
    nested = operator in ("all", "any", "not")
    return Check(operator, tuple(_check(a) if nested else a for a in arguments))


@lru_cache(maxsize=4)
def load_forms(folder: Path = FOLDER) -> dict[tuple[str, int], Form]:
    """Every definition of a folder by id and version; two files with the same pair are an error."""
    forms: dict[tuple[str, int], Form] = {}
    for path in sorted(folder.glob("*.yml")):
        form = read_definition(path.read_text(encoding="utf-8"), path.name)
        if (form.id, form.version) in forms:
            raise FormError(f"{path.name}: {form.id} version {form.version} is already defined by another file")
        forms[form.id, form.version] = form
    return forms
