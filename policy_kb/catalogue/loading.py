"""Loads the shipped catalogue and lays the curators' published changes over it.

Shipped YAML is read and validated once a process; an overlay is validated each time, because it is small and new.
"""

import hashlib
import json
import re
from collections.abc import Hashable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from policy_kb.catalogue.catalogue import Catalogue
from policy_kb.catalogue.clause_cards import Card, load_cards
from policy_kb.catalogue.entries import Faq, ItemFact, ServiceItem
from policy_kb.catalogue.fields import Fields, label_of
from policy_kb.catalogue.mentions import list_names
from policy_kb.catalogue.reading import check_item, read_fact, read_faq, read_item
from policy_kb.errors import CatalogueError

FOLDER = Path(__file__).resolve().parent
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _StrictLoader(_LOADER):  # the C loader where there is one
    """YAML that refuses a key written twice instead of keeping the last."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        doubled = {str(key) for key in keys if keys.count(key) > 1}
        if doubled:
            line = node.start_mark.line + 1
            raise CatalogueError(f"line {line}: the field {', '.join(sorted(doubled))} is written twice")
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return mapping


def load_catalogue(overlay: dict[str, Any] | None = None, *, folder: Path = FOLDER) -> Catalogue:
    """The catalogue of ``folder`` (default: the shipped one) with the curators' published changes applied.

    ``overlay``: ``{"faqs": [faq], "facts": [{"item", "fact", ...changed fields}], "withdrawn": [id]}`` where a
    withdrawn id is a FAQ's or ``"<item>/<fact>"``. An overlaid fact keeps the shipped fields it does not name.
    Raises CatalogueError, which names file and field.
    """
    items, faqs, cards, digest = _shipped(folder)
    if overlay:
        items, faqs = _lay_over(items, faqs, overlay)
        digest = hashlib.sha256((digest + json.dumps(overlay, sort_keys=True, default=str)).encode()).hexdigest()
    return Catalogue(items=items, faqs=faqs, fingerprint=digest[:12], cards=cards, _names=list_names(items))


@lru_cache(maxsize=4)
def _shipped(folder: Path) -> tuple[dict[str, ServiceItem], tuple[Faq, ...], tuple[Card, ...], str]:
    raw_items = {f"items/{path.name}": read_yaml(path) for path in sorted(folder.glob("items/*.yml"), key=_order)}
    raw_faqs = {path: read_yaml(path) for path in sorted(folder.glob("faqs/*.yml"))}
    items: dict[str, ServiceItem] = {}
    for file, raw in raw_items.items():
        item = read_item(raw, file)
        if f"items/{item.id}.yml" != file:
            raise CatalogueError(f"{file}: id: {item.id!r} must be the name of the file")
        items[item.id] = item
    faqs = tuple(faq for path, raw in raw_faqs.items() for faq in _read_faqs(raw, f"faqs/{path.name}", path.stem))
    _check_references(items, faqs)
    cards = load_cards(folder / "cards")
    digest = hashlib.sha256(repr((items, faqs, cards)).encode()).hexdigest()
    return items, faqs, cards, digest


def _order(path: Path) -> tuple[str, int]:
    found = re.fullmatch(r"([A-Z]+)(\d+)", path.stem)
    return (found[1], int(found[2])) if found else (path.stem, 0)


def read_yaml(path: Path) -> Any:
    """A catalogue file's content; CatalogueError names the file."""
    file = f"{path.parent.name}/{path.name}"
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_StrictLoader)  # noqa: S506 (child of a safe loader)
    except (yaml.YAMLError, UnicodeDecodeError, CatalogueError) as error:
        raise CatalogueError(f"{file}: {error}") from error


def _read_faqs(raw: Any, file: str, topic: str) -> list[Faq]:
    if not isinstance(raw, list):
        raise CatalogueError(f"{file}: must be a list of questions")
    return [read_faq(Fields(each, f"{file}: [{label_of(each, place)}]"), topic) for place, each in enumerate(raw)]


def _check_references(items: dict[str, ServiceItem], faqs: tuple[Faq, ...]) -> None:
    for item in items.values():
        for other in item.related:
            if other not in items or other == item.id:
                raise CatalogueError(f"items/{item.id}.yml: related: {other} is not another item; {_listed(items)}")
    seen: set[str] = set()
    for faq in faqs:
        if faq.id in seen:
            raise CatalogueError(f"faqs/{faq.topic}.yml: [{faq.id}].id: the id is used twice")
        if faq.item and faq.item not in items:
            raise CatalogueError(f"faqs/{faq.topic}.yml: [{faq.id}].item: {faq.item} is not an item; {_listed(items)}")
        seen.add(faq.id)


def _listed(items: dict[str, ServiceItem]) -> str:
    return f"there are {', '.join(items)}"


def _lay_over(
    items: dict[str, ServiceItem], faqs: tuple[Faq, ...], overlay: dict[str, Any]
) -> tuple[dict[str, ServiceItem], tuple[Faq, ...]]:
    fields = Fields(overlay, "overlay: ")
    raw_faqs, raw_facts = fields.take("faqs", ()) or (), fields.take("facts", ()) or ()
    withdrawn = set(fields.strings("withdrawn"))
    fields.done()
    items = dict(items)
    known = {f"{item.id}/{fact.id}" for item in items.values() for fact in item.facts} | {faq.id for faq in faqs}
    for raw in raw_facts:
        item_id, fact = _overlaid_fact(items, raw)
        known.add(f"{item_id}/{fact.id}")
        items[item_id] = _with_fact(items[item_id], fact)
    by_id = {faq.id: faq for faq in faqs}
    for faq in _read_faqs(list(raw_faqs), "overlay: faqs", "curated"):
        by_id[faq.id] = replace(faq, source="curated")
    known |= set(by_id)
    unknown = sorted(withdrawn - known)
    if unknown:
        raise CatalogueError(f"overlay: withdrawn: {', '.join(unknown)} is neither a FAQ id nor <item>/<fact>")
    for item in list(items.values()):
        kept = tuple(fact for fact in item.facts if f"{item.id}/{fact.id}" not in withdrawn)
        items[item.id] = replace(item, facts=kept)
    left = tuple(faq for faq in by_id.values() if faq.id not in withdrawn)
    _check_references(items, left)
    return items, left


def _overlaid_fact(items: dict[str, ServiceItem], raw: Any) -> tuple[str, ItemFact]:
    if not isinstance(raw, dict):
        raise CatalogueError(f"overlay: facts: must be a list of mappings, not {raw!r}")
    item_id, fact_id = raw.get("item"), raw.get("fact")
    where = f"overlay: facts[{item_id}/{fact_id}]"
    if item_id not in items:
        raise CatalogueError(f"{where}.item: {item_id} is not an item; {_listed(items)}")
    changed = {name: value for name, value in raw.items() if name not in ("item", "fact")}
    shipped = items[item_id].find_fact(str(fact_id))
    fact = read_fact(Fields({**(_raw_fact(shipped) if shipped else {}), **changed, "id": fact_id}, where))
    return item_id, replace(fact, source="curated")


def _raw_fact(fact: ItemFact) -> dict[str, Any]:
    """The fact as a catalogue file would write it."""
    window = fact.window
    return {
        "kind": fact.kind,
        "label": {"zh": fact.label.zh, "en": fact.label.en},
        "text": {"zh": fact.text.zh, "en": fact.text.en},
        "variants": list(fact.variants),
        "values": [{"number": value.number, "unit": value.unit} for value in fact.values],
        "cites": [
            {"title": cite.title, "article": cite.article}
            | ({"paragraph": cite.paragraph} if cite.paragraph else {})
            | ({"item": cite.item} if cite.item else {})
            | ({"as_of": cite.as_of} if cite.as_of else {})
            for cite in fact.cites
        ],
        "verified": fact.verified,
        "asks": {"zh": list(fact.asks.zh), "en": list(fact.asks.en)},
        "window": window
        and {"before": window.before}
        | ({"opens": {"number": window.opens.number, "unit": window.opens.unit}} if window.opens else {})
        | ({"closes": {"number": window.closes.number, "unit": window.closes.unit}} if window.closes else {}),
    }


def _with_fact(item: ServiceItem, fact: ItemFact) -> ServiceItem:
    """The item with the fact in the place of the one of its id, or at the end."""
    facts = tuple(fact if known.id == fact.id else known for known in item.facts)
    changed = replace(item, facts=facts if item.find_fact(fact.id) else (*facts, fact))
    check_item(changed, f"overlay: facts[{item.id}/{fact.id}]")
    return changed
