"""Reads service items and FAQs from catalogue data, strictly (``fields``)."""

from typing import Any

from policy_kb.catalogue.entries import (
    AUDIENCES,
    DOMAINS,
    KINDS,
    LEVELS,
    NATURES,
    UNITS,
    VERIFIED,
    Authority,
    Condition,
    Faq,
    ItemFact,
    Material,
    Mistake,
    ServiceItem,
    Step,
    Value,
    Variant,
    Window,
)
from policy_kb.catalogue.fields import Fields, shown
from policy_kb.errors import CatalogueError

_SOURCES = ("shipped", "curated")


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
        source=fields.string("source", _SOURCES, "shipped"),
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
        source=fields.string("source", _SOURCES, "shipped"),
        general=fields.flag("general"),
    )
    fields.done()
    return faq


def _read_value(fields: Fields) -> Value:
    number = fields.take("number")
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise fields.fail("number", f"must be a number, not {shown(number)}")
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
    # What to do next states no law, so a step, unlike a fact, may stand without a clause.
    step = Step(fields.text("text"), fields.cites("memory"), fields.strings("variants"))
    fields.done()
    return step


def _read_mistake(fields: Fields) -> Mistake:
    verified = fields.string("verified", VERIFIED)
    mistake = Mistake(fields.text("text"), fields.cites(verified), verified, fields.strings("variants"))
    fields.done()
    return mistake
