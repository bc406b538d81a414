"""Reading form definitions from their files into ``Form`` values; a file that breaks the format stops the start."""

import hashlib
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from portal.forms.spec import Check, Cite, Expression, Field, Form, Option, Page, Rule
from portal.forms.tables import TableError, get_table

FOLDER = Path(__file__).parent / "definitions"
SCHEMA = Path(__file__).parent / "format.schema.json"
# libyaml's loader reads ten times as fast as the pure one; the wheel has it on every platform we run on.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
RANGE = re.compile(r"(?:((?:pdf|png|jpeg)(?:,(?:pdf|png|jpeg))*) ?)?(?:(-?\d*)\.\.(-?\d*))?")


class FormError(Exception):
    """A definition that cannot be used; the text names the file, the place and the reason."""


@lru_cache(maxsize=1)
def format_schema() -> dict[str, Any]:
    """The JSON Schema of the definition format itself."""
    return json.loads(SCHEMA.read_text(encoding="utf-8"))


def read_definition(text: str, name: str, published: frozenset[str] = frozenset()) -> Form:
    """One definition; FormError lists every place where it breaks the format.

    What was ``published`` (fingerprints) was held against the format then: a portal of eighty forms starts three times as fast.
    """
    try:
        data = yaml.load(text, Loader=LOADER)  # noqa: S506 - a safe loader either way
    except yaml.YAMLError as error:
        raise FormError(f"{name}: not readable as YAML: {error}") from error
    digest = hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()
    if digest not in published:
        _check_format(data, name)
    try:
        return _form(data, digest)
    except TableError as error:
        raise FormError(f"{name}: {error}") from error


def _check_format(data: Any, name: str) -> None:
    problems = sorted(Draft202012Validator(format_schema()).iter_errors(data), key=lambda e: str(list(e.path)))
    if problems:
        lines = [f"{name}: {'/'.join(map(str, p.absolute_path)) or 'form'}: {p.message[:300]}" for p in problems]
        raise FormError("\n".join(lines))


def _form(data: dict[str, Any], digest: str) -> Form:
    item, variant = data["item"].split("/")
    one_by_one = data.get("format") == "one_by_one"
    pages = tuple(_page(page, one_by_one) for page in data["pages"])
    concepts = {field.id: field.concept for page in pages for field in page.fields}
    return Form(
        id=data["id"],
        version=data["version"],
        item=item,
        variant=variant,
        label=data["label"],
        hint=data.get("hint"),
        about=data["about"],
        pages=pages,
        rules=tuple(_rule(rule, concepts) for rule in data.get("rules", [])),
        outcome=tuple(data["outcome"]),
        digest=digest,
    )


def _page(data: dict[str, Any], one_by_one: bool) -> Page:
    when = _check(data.get("when"))
    return Page(
        data["id"],
        data["label"],
        tuple(_field(f, when) for f in data["fields"]),
        data.get("hint"),
        when,
        data["format"] == "one_by_one" if "format" in data else one_by_one,
    )


def _field(data: dict[str, Any], page_when: Check | None = None) -> Field:
    format, low, high = _read_format(str(data.get("format", "")))
    prefill = data.get("prefill", [])
    named = [p for p in prefill if isinstance(p, str)]
    chat, table = data.get("chat"), data.get("options", {})
    rows = get_table(table).rows if isinstance(table, str) else table
    return Field(
        id=data["id"],
        type=data["type"],
        label=data["label"],
        hint=data.get("hint"),
        required=data.get("required", True),
        options=tuple(Option(str(code), label) for code, label in rows.items()),
        table=table if isinstance(table, str) else "",
        format=format,
        low=low,
        high=high,
        concept=data.get("concept", ""),
        about=data.get("about", ""),
        sources=tuple(p for p in named if not p.startswith("?")),
        offered=tuple(p[1:] for p in named if p.startswith("?")),
        compute=next((_expression(p) for p in prefill if isinstance(p, dict)), None),
        lock=data.get("lock", False),
        ttl_days=data.get("ttl_days"),
        conflict=data.get("conflict", "newest"),
        reuse=data["type"] != "declaration" and data.get("reuse", "") != "never",
        chat=chat if isinstance(chat, dict) else None,
        asked_in_chat=chat is not False and data["type"] not in ("file", "repeat"),
        cites=tuple(Cite(**cite) for cite in data.get("cite", [])),
        when=_both(page_when, _check(data.get("when"))),
        fields=tuple(_field(f) for f in data.get("fields", [])),
    )


def _read_format(text: str) -> tuple[str, int | None, int | None]:
    """(name, low, high): a named format, bounds, or the kinds of a file with its bounds."""
    bounds = RANGE.fullmatch(text)
    if not bounds:
        return text, None, None
    return bounds[1] or "", int(bounds[2]) if bounds[2] else None, int(bounds[3]) if bounds[3] else None


def _both(first: Check | None, second: Check | None) -> Check | None:
    """A field of a page with a condition is asked when the page's condition and its own hold."""
    return Check("all", (first, second)) if first and second else first or second


def _expression(data: dict[str, Any]) -> Expression:
    ((operator, arguments),) = data.items()
    return Expression(operator, tuple(arguments))


def _rule(data: dict[str, Any], concepts: Mapping[str, str]) -> Rule:
    check = _check(data["check"], concepts)
    assert check is not None
    cites = tuple(Cite(**cite) for cite in data.get("cite", []))
    return Rule(data["id"], check, data["label"], tuple(data["fields"]), cites, _check(data.get("when"), concepts))


def _check(data: dict[str, Any] | None, concepts: Mapping[str, str] | None = None) -> Check | None:
    """``concepts`` gives the concept of a field that is held against a record without naming one."""
    if not data:
        return None
    ((operator, arguments),) = data.items()
    if operator in ("all", "any", "not"):
        return Check(operator, tuple(_check(a, concepts) for a in arguments))
    if operator in ("as_recorded", "within_recorded") and len(arguments) == 2:
        arguments = [*arguments, (concepts or {}).get(arguments[0], "")]
    return Check(operator, tuple(arguments))


def read_published(folder: Path = FOLDER) -> dict[str, str]:
    """The fingerprint of every published version, by ``<id>@<version>``."""
    path = folder / "published.json"
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


@lru_cache(maxsize=4)
def load_forms(folder: Path = FOLDER) -> dict[tuple[str, int], Form]:
    """Every definition of a folder by id and version; two files with the same pair are an error."""
    forms: dict[tuple[str, int], Form] = {}
    published = frozenset(read_published(folder).values())
    for path in sorted(folder.glob("*.yml")):
        form = read_definition(path.read_text(encoding="utf-8"), path.name, published)
        if (form.id, form.version) in forms:
            raise FormError(f"{path.name}: {form.id} version {form.version} is already defined by another file")
        forms[form.id, form.version] = form
    return forms


def list_newest(folder: Path = FOLDER) -> list[Form]:
    """The newest version of every form."""
    newest: dict[str, Form] = {}
    for (form_id, _version), form in sorted(load_forms(folder).items()):
        newest[form_id] = form
    return list(newest.values())
