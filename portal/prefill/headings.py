"""What an outside file calls our columns: its headings, the names of kinds and the words for states, in both languages.

A mapping file (YAML or JSON) may say the rest: ``columns`` (outside heading → ours), ``defaults`` (column → value where
the file says nothing), ``values`` (column → outside word → ours) and ``ignore`` (headings left out).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from flask_babel import gettext as _

from portal.forms import service as forms
from portal.prefill.kinds import KINDS, STATES, UNACCEPTED_SOURCE
from portal.vocabulary import CONCEPTS

WORDS = Path(__file__).parent / "words.yml"
PARTS = ("columns", "defaults", "values", "ignore")


class BadMapping(Exception):
    """The mapping file cannot be used; the text says what is wrong."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """A mapping file as read; empty without one."""

    columns: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    ignore: frozenset[str] = frozenset()


def fold(word: str) -> str:
    """One spelling of a heading or word: no case, blanks, full width, underscores, hyphens."""
    return "".join(forms.fold_width(str(word)).casefold().replace("_", " ").replace("-", " ").split()) or str(word)


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return data


@lru_cache(maxsize=1)
def columns_by_name() -> dict[str, str]:
    """Folded heading → fixed column."""
    names = {fold(column): column for column in _words()["columns"]}
    return {fold(word): column for column, words in _words()["columns"].items() for word in words} | names


@lru_cache(maxsize=1)
def _states() -> dict[str, str]:
    return {fold(w): state for state, words in _words()["states"].items() for w in words} | {s: s for s in STATES}


@lru_cache(maxsize=1)
def _kinds() -> dict[str, str]:
    names = {fold(n): key for key, kind in KINDS.items() for n in (*kind.label.values(), *kind.names, kind.source)}
    return names | {fold(key): key for key in KINDS} | {fold(UNACCEPTED_SOURCE): "filing", "account": "handler"}


@lru_cache(maxsize=1)
def _subjects() -> dict[str, str]:
    return {fold(w): kind for kind, words in _words()["subjects"].items() for w in (kind, *words)}


@lru_cache(maxsize=1)
def known_concepts() -> frozenset[str]:
    """The concepts of the vocabulary and those that a form asks for: the value columns a file may have."""
    return frozenset(CONCEPTS) | {
        one.concept for form in forms.list_forms() for one in form.list_fields() if one.concept
    }


@lru_cache(maxsize=1)
def concepts_by_name() -> dict[str, str]:
    """Folded heading → concept: its names in the vocabulary, then the labels of fields that mean only one concept."""
    labels: dict[str, set[str]] = {}
    for form in forms.list_forms():
        for one in form.list_fields():
            for label in one.label.values() if one.concept else ():
                labels.setdefault(fold(label), set()).add(one.concept)
    names = {label: concepts.pop() for label, concepts in labels.items() if len(concepts) == 1}
    names |= {fold(word): name for name, one in CONCEPTS.items() for word in (*one.zh, *one.en)}
    return names | {fold(name): name for name in known_concepts()}


def read_mapping(text: str) -> Mapped:
    """A mapping file; BadMapping says what is wrong with it."""
    try:
        data = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise BadMapping(_("The mapping cannot be read as YAML or JSON: %(error)s", error=str(error)[:200])) from error
    if not isinstance(data, dict) or set(data) - set(PARTS):
        raise BadMapping(_("A mapping holds %(parts)s and nothing else.", parts=", ".join(PARTS)))
    columns = {fold(k): str(v) for k, v in (data.get("columns") or {}).items()}
    known = known_concepts() | set(_words()["columns"])
    wrong = sorted((set(columns.values()) | set(data.get("defaults") or {}) | set(data.get("values") or {})) - known)
    if wrong:
        raise BadMapping(_("The mapping names “%(column)s”, which is no column of ours.", column=wrong[0]))
    return Mapped(
        columns,
        data.get("defaults") or {},
        {k: {fold(w): v for w, v in words.items()} for k, words in (data.get("values") or {}).items()},
        frozenset(fold(name) for name in data.get("ignore") or ()),
    )


def name_columns(headings: Iterable[str], mapped: Mapped) -> dict[str, str]:
    """Outside heading → our column or concept ("" for one left out, itself for one nobody knows).

    A heading that could be a fixed column and a concept (企业名称) is the fixed column, unless another is that already.
    """
    headings = [str(heading) for heading in headings]
    fixed, concepts = columns_by_name(), concepts_by_name()
    named: dict[str, str] = {}
    for heading in headings:
        folded = fold(heading)
        if folded in mapped.ignore:
            named[heading] = ""
        elif folded in mapped.columns:
            named[heading] = mapped.columns[folded]
        elif heading.strip() in _words()["columns"] or heading.strip() in known_concepts():
            named[heading] = heading.strip()
    for heading in headings:
        column = fixed.get(fold(heading), "")
        if heading not in named:
            taken = column in named.values() or column in mapped.defaults
            named[heading] = column if column and not taken else concepts.get(fold(heading), heading.strip())
    return named


def read_word(column: str, value: Any, mapped: Mapped) -> Any:
    """A cell in our words: the mapping's first, then the names of kinds and states."""
    if not isinstance(value, str):
        return value
    known = mapped.values.get(column, {})
    if fold(value) in known:
        return known[fold(value)]
    words = {"kind": _kinds, "status": _states}.get(column)
    return words().get(fold(value), value) if words else value


def is_open_end(text: str) -> bool:
    """Whether a date column says that there is no end."""
    return fold(text) in {fold(word) for word in _words()["open_ends"]}


def read_subject(text: str) -> str:
    """``licence:<number>`` of what people write (许可证：…); unchanged when it does not look so."""
    kind, colon, name = text.replace("：", ":").partition(":")
    known = _subjects().get(fold(kind))
    return f"{known}:{name.strip()}" if colon and known else (known or text)
