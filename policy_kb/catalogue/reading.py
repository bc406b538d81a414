"""Reads catalogue data strictly: what is not in the format is refused with file, field and remedy.

A field that is misspelt would otherwise be a fact that silently never shows.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from policy_kb.catalogue.entries import (
    AUDIENCES,
    DOMAINS,
    KINDS,
    LEVELS,
    NATURES,
    UNITS,
    VERIFIED,
    Authority,
    Cite,
    Condition,
    Faq,
    ItemFact,
    Material,
    Mistake,
    Phrases,
    ServiceItem,
    Step,
    Text,
    Value,
    Variant,
    Window,
)
from policy_kb.errors import CatalogueError

_MISSING: Any = object()
Entry = TypeVar("Entry")


class Fields:
    """One mapping being read. Each field is taken once; ``done`` refuses what was not taken.

    ``where`` is the file and the path inside it, e.g. ``items/A11.yml: facts[renewal_window]``.
    """

    def __init__(self, raw: Any, where: str) -> None:
        if not isinstance(raw, dict):
            raise CatalogueError(f"{where}: must be a mapping of fields, not {_shown(raw)}")
        self.raw: dict[str, Any] = dict(raw)
        self.known: list[str] = []
        self.where = where

    def fail(self, name: str, complaint: str) -> CatalogueError:
        join = "" if self.where.endswith(": ") else "."
        return CatalogueError(f"{self.where}{join}{name}: {complaint}")

    def at(self, name: str) -> str:
        return f"{self.where}{'' if self.where.endswith(': ') else '.'}{name}"

    def take(self, name: str, default: Any = _MISSING) -> Any:
        self.known.append(name)
        value = self.raw.pop(name, default)
        if value is _MISSING:
            raise self.fail(name, "is missing")
        return value

    def string(self, name: str, allowed: tuple[str, ...] = (), default: Any = _MISSING) -> str:
        value = self.take(name, default)
        if value is None and default == "":
            return ""
        if not isinstance(value, str) or (not value.strip() and default != ""):
            raise self.fail(name, f"must be a non-empty text, not {_shown(value)}")
        if allowed and value not in allowed:
            raise self.fail(name, f"{value!r} is not one of {', '.join(allowed)}")
        return value.strip()

    def whole(self, name: str, default: Any = _MISSING) -> int:
        value = self.take(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or (value < 1 and value != default):
            raise self.fail(name, f"must be a whole number from 1, not {_shown(value)}")
        return value

    def text(self, name: str) -> Text:
        """A text with zh and en, neither empty."""
        inner = Fields(self.take(name), self.at(name))
        found = {language: inner.raw.pop(language, None) for language in ("zh", "en")}
        for language, value in found.items():
            if not isinstance(value, str) or not value.strip():
                raise inner.fail(language, "is missing or empty; every text has zh and en")
        inner.known = ["zh", "en"]
        inner.done()
        return Text(zh=_joined(found["zh"], ""), en=_joined(found["en"], " "))

    def phrases(self, name: str) -> Phrases:
        inner = Fields(self.take(name, {}) or {}, self.at(name))
        found = Phrases(zh=inner.strings("zh"), en=inner.strings("en"))
        inner.done()
        return found

    def strings(self, name: str) -> tuple[str, ...]:
        value = self.take(name, ()) or ()
        if not isinstance(value, list | tuple) or not all(isinstance(each, str) and each.strip() for each in value):
            raise self.fail(name, f"must be a list of non-empty texts, not {_shown(value)}")
        return tuple(value)

    def entries(self, name: str, read: "Callable[[Fields], Entry]") -> "tuple[Entry, ...]":
        """A list of mappings, each read by ``read``; an entry is called by its id in messages when it has one."""
        value = self.take(name, ()) or ()
        if not isinstance(value, list | tuple):
            raise self.fail(name, f"must be a list, not {_shown(value)}")
        return tuple(read(Fields(each, f"{self.at(name)}[{_label(each, place)}]")) for place, each in enumerate(value))

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


def read_item(raw: Any, file: str) -> ServiceItem:
    """One service item from the content of ``items/<ID>.yml``."""
    fields = Fields(raw, f"{file}: ")
    variants = fields.entries("variants", _read_variant)
    item = ServiceItem(
        id=fields.string("id"),
        name=fields.text("name"),
        aliases=fields.phrases("aliases"),
        domain=fields.string("domain", DOMAINS),
        audience=fields.string("audience", AUDIENCES),
        nature=fields.string("nature", NATURES),
        summary=fields.text("summary"),
        authority=_read_authority(Fields(fields.take("authority"), fields.at("authority"))),
        variants=variants,
        facts=fields.entries("facts", read_fact),
        conditions=fields.entries("conditions", _read_condition),
        materials=fields.entries("materials", _read_material),
        steps=fields.entries("steps", _read_step),
        mistakes=fields.entries("mistakes", _read_mistake),
        related=fields.strings("related"),
    )
    fields.done()
    check_item(item, file)
    return item


def check_item(item: ServiceItem, file: str) -> None:
    """Ids within an item are unique, and every variant named exists."""
    known = [variant.id for variant in item.variants]
    for name, ids in (
        ("variants", known),
        ("facts", [fact.id for fact in item.facts]),
        ("materials", [material.id for material in item.materials]),
    ):
        doubled = sorted({each for each in ids if ids.count(each) > 1})
        if doubled:
            raise CatalogueError(f"{file}: {name}: the id {', '.join(doubled)} is used twice")
    for name in ("facts", "conditions", "materials", "steps", "mistakes"):
        for place, entry in enumerate(getattr(item, name)):
            strange = [each for each in entry.variants if each not in known]
            if strange:
                label = getattr(entry, "id", place)
                raise CatalogueError(
                    f"{file}: {name}[{label}].variants: {', '.join(strange)} is not a variant; "
                    f"there are {', '.join(known) or 'none'}"
                )


def read_fact(fields: Fields) -> ItemFact:
    """One fact of an item."""
    verified = fields.string("verified", VERIFIED)
    window = fields.take("window", None)
    fact = ItemFact(
        id=fields.string("id"),
        kind=fields.string("kind", KINDS),
        label=fields.text("label"),
        text=fields.text("text"),
        variants=fields.strings("variants"),
        values=fields.entries("values", _read_value),
        cites=fields.cites(verified),
        verified=verified,
        asks=fields.phrases("asks"),
        window=_read_window(Fields(window, fields.at("window"))) if window else None,
        source=fields.string("source", ("shipped", "curated"), "shipped"),
    )
    fields.done()
    return fact


def read_faq(fields: Fields, topic: str) -> Faq:
    """One frequently asked question; ``topic`` is the stem of its file."""
    verified = fields.string("verified", VERIFIED)
    faq = Faq(
        id=fields.string("id"),
        question=fields.text("question"),
        asks=fields.phrases("asks"),
        answer=fields.text("answer"),
        cites=fields.cites(verified),
        item=fields.string("item", default=""),
        verified=verified,
        values=fields.entries("values", _read_value),
        topic=fields.string("topic", default=topic),
        source=fields.string("source", ("shipped", "curated"), "shipped"),
    )
    fields.done()
    return faq


def _read_cite(fields: Fields) -> Cite:
    cite = Cite(
        title=fields.string("title"),
        article=fields.whole("article"),
        paragraph=fields.whole("paragraph", 0),
        item=fields.whole("item", 0),
        as_of=_read_day(fields),
    )
    fields.done()
    return cite


def _read_day(fields: Fields) -> date | None:
    value = fields.take("as_of", None)
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise fields.fail("as_of", f"{value!r} is not a day like 2026-04-14") from None
    if value is not None and not isinstance(value, date):
        raise fields.fail("as_of", f"must be a day like 2026-04-14, not {_shown(value)}")
    return value


def _read_value(fields: Fields) -> Value:
    number = fields.take("number")
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise fields.fail("number", f"must be a number, not {_shown(number)}")
    value = Value(number=number, unit=fields.string("unit", UNITS))
    fields.done()
    return value


def _read_window(fields: Fields) -> Window:
    ends = {}
    for name in ("opens", "closes"):
        raw = fields.take(name, None)
        ends[name] = _read_value(Fields(raw, fields.at(name))) if raw else None
    window = Window(**ends, before=fields.string("before", default="valid_to"))
    fields.done()
    return window


def _read_authority(fields: Fields) -> Authority:
    verified = fields.string("verified", VERIFIED)
    authority = Authority(
        level=fields.string("level", LEVELS),
        text=fields.text("text"),
        cites=fields.cites(verified),
        verified=verified,
    )
    fields.done()
    return authority


def _read_variant(fields: Fields) -> Variant:
    variant = Variant(id=fields.string("id"), name=fields.text("name"))
    fields.done()
    return variant


def _read_condition(fields: Fields) -> Condition:
    verified = fields.string("verified", VERIFIED)
    condition = Condition(fields.text("text"), fields.cites(verified), verified, fields.strings("variants"))
    fields.done()
    return condition


def _read_material(fields: Fields) -> Material:
    verified = fields.string("verified", VERIFIED)
    material = Material(
        id=fields.string("id"),
        name=fields.text("name"),
        why=fields.text("why"),
        cites=fields.cites(verified),
        verified=verified,
        variants=fields.strings("variants"),
    )
    fields.done()
    return material


def _read_step(fields: Fields) -> Step:
    step = Step(fields.text("text"), fields.cites("memory"), fields.strings("variants"))
    fields.done()
    return step


def _read_mistake(fields: Fields) -> Mistake:
    verified = fields.string("verified", VERIFIED)
    mistake = Mistake(fields.text("text"), fields.cites(verified), verified, fields.strings("variants"))
    fields.done()
    return mistake


def _joined(text: str, between: str) -> str:
    return between.join(line.strip() for line in text.strip().splitlines())


def _label(raw: Any, place: int) -> str:
    return str(raw["id"]) if isinstance(raw, dict) and raw.get("id") else str(place)


def _shown(value: Any) -> str:
    return repr(value) if len(repr(value)) < 60 else repr(value)[:57] + "..."
