"""Reads one mapping of a data file strictly: what is not in the format is refused with file, field and remedy.

A field that is misspelt would otherwise be a fact that silently never shows.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from policy_kb.catalogue.entries import Cite, Phrases, Text
from policy_kb.errors import CatalogueError

_MISSING: Any = object()
Entry = TypeVar("Entry")


class Fields:
    """One mapping being read. Each field is taken once; ``done`` refuses what was not taken.

    ``where`` is the file and the path inside it, e.g. ``items/A11.yml: facts[renewal_window]``.
    """

    def __init__(self, raw: Any, where: str) -> None:
        if not isinstance(raw, dict):
            raise CatalogueError(f"{where}: must be a mapping of fields, not {shown(raw)}")
        self.raw: dict[str, Any] = dict(raw)
        self.known: list[str] = []
        self.where = where

    def fail(self, name: str, complaint: str) -> CatalogueError:
        """The error to raise about a field."""
        return CatalogueError(f"{self.at(name)}: {complaint}")

    def at(self, name: str) -> str:
        """The whole path of a field, as messages name it."""
        return f"{self.where}{'' if self.where.endswith(': ') else '.'}{name}"

    def take(self, name: str, default: Any = _MISSING) -> Any:
        """The field as it is; an error when it is missing and there is no ``default``."""
        self.known.append(name)
        value = self.raw.pop(name, default)
        if value is _MISSING:
            raise self.fail(name, "is missing")
        return value

    def string(self, name: str, allowed: tuple[str, ...] = (), default: Any = _MISSING) -> str:
        """A text, trimmed, one of ``allowed`` when there are any; empty or null only where ``default`` is ""."""
        value = self.take(name, default)
        if value is None and default == "":
            return ""
        if not isinstance(value, str) or (not value.strip() and default != ""):
            raise self.fail(name, f"must be a non-empty text, not {shown(value)}")
        if allowed and value not in allowed:
            raise self.fail(name, f"{value!r} is not one of {', '.join(allowed)}")
        return value.strip()

    def whole(self, name: str, default: Any = _MISSING) -> int:
        """A whole number from 1."""
        value = self.take(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or (value < 1 and value != default):
            raise self.fail(name, f"must be a whole number from 1, not {shown(value)}")
        return value

    def flag(self, name: str) -> bool:
        """True or false; false when it is left out."""
        value = self.take(name, False)
        if not isinstance(value, bool):
            raise self.fail(name, f"must be true or false, not {shown(value)}")
        return value

    def day(self, name: str) -> date:
        """A day like 2026-04-14, as YAML reads it or as text (the overlay is JSON)."""
        value = self.find_day(name)
        if value is None:
            raise self.fail(name, "is missing")
        return value

    def find_day(self, name: str) -> date | None:
        """The same; None when it is not given."""
        value = self.take(name, None)
        try:
            found = date.fromisoformat(value) if isinstance(value, str) else value
        except ValueError:
            found = value
        if found is not None and not isinstance(found, date):
            raise self.fail(name, f"must be a day like 2026-04-14, not {shown(value)}")
        return found

    def text(self, name: str) -> Text:
        """A text with zh and en, neither empty."""
        inner = Fields(self.take(name), self.at(name))
        found = {language: inner.take(language, None) for language in ("zh", "en")}
        for language, value in found.items():
            if not isinstance(value, str) or not value.strip():
                raise inner.fail(language, "is missing or empty; every text has zh and en")
        inner.done()
        return Text(zh=_joined(found["zh"], ""), en=_joined(found["en"], " "))

    def phrases(self, name: str) -> Phrases:
        """Lists of texts in both languages, each of which may be left out."""
        inner = Fields(self.take(name, {}) or {}, self.at(name))
        found = Phrases(zh=inner.strings("zh"), en=inner.strings("en"))
        inner.done()
        return found

    def strings(self, name: str) -> tuple[str, ...]:
        """A list of non-empty texts; empty when it is not given."""
        value = self.take(name, ()) or ()
        if not isinstance(value, list | tuple) or not all(isinstance(each, str) and each.strip() for each in value):
            raise self.fail(name, f"must be a list of non-empty texts, not {shown(value)}")
        return tuple(value)

    def entries(self, name: str, read: "Callable[[Fields], Entry]") -> tuple[Entry, ...]:
        """A list of mappings, each read by ``read``; an entry is called by its id in messages when it has one."""
        value = self.take(name, ()) or ()
        if not isinstance(value, list | tuple):
            raise self.fail(name, f"must be a list, not {shown(value)}")
        return tuple(
            read(Fields(each, f"{self.at(name)}[{label_of(each, place)}]")) for place, each in enumerate(value)
        )

    def cites(self, verified: str) -> tuple[Cite, ...]:
        """The clauses named; at least one when the statement claims to have been read in the text."""
        found = self.entries("cites", _read_cite)
        if verified == "text" and not found:
            raise self.fail("cites", "verified: text needs at least one clause (title and article)")
        return found

    def done(self) -> None:
        """Refuse what nobody took."""
        if self.raw:
            surplus, known = ", ".join(map(str, self.raw)), ", ".join(self.known)
            raise CatalogueError(f"{self.where.removesuffix(': ')}: unknown field {surplus}; known are {known}")


def _read_cite(fields: Fields) -> Cite:
    cite = Cite(
        title=fields.string("title"),
        article=fields.whole("article"),
        paragraph=fields.whole("paragraph", 0),
        item=fields.whole("item", 0),
        as_of=fields.find_day("as_of"),
    )
    fields.done()
    return cite


def _joined(text: str, between: str) -> str:
    """Folded lines of YAML as one: Chinese has no space between them."""
    return between.join(line.strip() for line in text.strip().splitlines())


def label_of(raw: Any, place: int) -> str:
    """What messages call an entry of a list: its id, else its place from 0."""
    return str(raw["id"]) if isinstance(raw, dict) and raw.get("id") else str(place)


def shown(value: Any) -> str:
    """A value as messages quote it, at most 60 characters."""
    quoted = repr(value)
    return quoted if len(quoted) <= 60 else f"{quoted[:57]}..."


__all__ = ["Fields", "label_of", "shown"]
