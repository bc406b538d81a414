"""What the catalogue can answer by itself, in one shape: facts, FAQs, and an item's papers, conditions, steps and summary."""

from collections.abc import Sequence
from dataclasses import dataclass

from policy_kb.answering.items import fold_name
from policy_kb.catalogue import Card, Catalogue, Cite, Faq, ItemFact, Phrases, ServiceItem, Text, Window
from policy_kb.wording import gettext_for


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing the catalogue says. ``kind`` is a fact kind, or faq, materials, conditions, steps, summary."""

    id: str
    kind: str
    label: Text
    text: Text
    cites: tuple[Cite, ...]
    verified: str
    item: ServiceItem | None = None
    variants: tuple[str, ...] = ()
    window: Window | None = None
    asks: tuple[str, ...] = ()
    asks_en: tuple[str, ...] = ()
    general: bool = False  # answered alike within any matter


def list_entries(catalogue: Catalogue) -> list[Entry]:
    """Every entry of a catalogue, an item's in the order of its file (what is asked most comes first)."""
    entries = [_of_faq(faq, catalogue) for faq in catalogue.faqs]
    for item in catalogue.items.values():
        entries.extend(_of_fact(fact, item) for fact in item.facts)
        entries.append(
            Entry(
                f"{item.id}:authority",
                "authority",
                _label("Who handles it"),
                item.authority.text,
                item.authority.cites,
                item.authority.verified,
                item,
            )
        )
        entries.append(
            Entry(
                f"{item.id}:summary",
                "summary",
                item.name,
                item.summary,
                item.authority.cites,
                item.authority.verified,
                item,
            )
        )
        entries.extend(_of_lists(item))
    return entries


def _of_faq(faq: Faq, catalogue: Catalogue) -> Entry:
    item = catalogue.items.get(faq.item) if faq.item else None
    return Entry(
        f"faq:{faq.id}",
        "faq",
        faq.question,
        faq.answer,
        faq.cites,
        faq.verified,
        item,
        asks=faq.asks.zh,
        asks_en=faq.asks.en,
        general=faq.general,
    )


def _of_fact(fact: ItemFact, item: ServiceItem) -> Entry:
    return Entry(
        f"{item.id}:{fact.id}", fact.kind, fact.label, fact.text, fact.cites, fact.verified, item,
        fact.variants, fact.window, fact.asks.zh, fact.asks.en,
    )  # fmt: skip


def _of_lists(item: ServiceItem) -> list[Entry]:
    """One entry for all papers, one for all conditions and one for the steps of each variant (or of the item)."""
    entries = []
    variants = [variant.id for variant in item.variants] or [""]
    for variant in variants:
        of_variant = (variant,) if variant else ()
        chosen = [material for material in item.materials if not material.variants or variant in material.variants]
        if chosen:
            names = Text(
                "；".join(material.name.zh for material in chosen), "; ".join(material.name.en for material in chosen)
            )
            text = Text(f"要准备：{names.zh}。", f"You need: {names.en}.")
            cites = _merge([material.cites for material in chosen])
            entries.append(
                Entry(
                    f"{item.id}:materials:{variant}",
                    "materials",
                    _label("Papers to hand in"),
                    text,
                    cites,
                    _weakest([m.verified for m in chosen]),
                    item,
                    of_variant,
                )
            )
        conditions = [
            condition for condition in item.conditions if not condition.variants or variant in condition.variants
        ]
        if conditions:
            text = Text("".join(c.text.zh for c in conditions), " ".join(c.text.en for c in conditions))
            entries.append(
                Entry(
                    f"{item.id}:conditions:{variant}",
                    "conditions",
                    _label("Conditions"),
                    text,
                    _merge([c.cites for c in conditions]),
                    _weakest([c.verified for c in conditions]),
                    item,
                    of_variant,
                )
            )
        steps = [step for step in item.steps if not step.variants or variant in step.variants]
        if steps:
            text = Text(
                " ".join(f"{n}. {s.text.zh}" for n, s in enumerate(steps, 1)),
                " ".join(f"{n}. {s.text.en}" for n, s in enumerate(steps, 1)),
            )
            entries.append(
                Entry(
                    f"{item.id}:steps:{variant}",
                    "steps",
                    _label("Steps of the procedure"),
                    text,
                    _merge([s.cites for s in steps]),
                    "text",
                    item,
                    of_variant,
                )
            )
    return entries


def _label(message: str) -> Text:
    return Text(gettext_for("zh")(message), gettext_for("en")(message))


def _merge(lists: Sequence[tuple[Cite, ...]]) -> tuple[Cite, ...]:
    """The cites named most often first, each article once."""
    counted: dict[tuple[str, int], int] = {}
    first: dict[tuple[str, int], Cite] = {}
    for cite in (cite for cites in lists for cite in cites):
        counted[(cite.title, cite.article)] = counted.get((cite.title, cite.article), 0) + 1
        first.setdefault((cite.title, cite.article), cite)
    return tuple(first[key] for key in sorted(counted, key=lambda key: -counted[key]))


def _weakest(verified: Sequence[str]) -> str:
    return "memory" if all(value == "memory" for value in verified) else "text"


@dataclass(frozen=True, slots=True)
class Found:
    """An entry with its score against a question.

    ``phrase`` is the matched share of its best phrasing, ``covered`` the share of the question its text holds, ``kind``
    and ``special`` what its kind and its special aspects added to the score, ``like`` its likeness on the scale of the
    clauses' cards, ``meant`` the part of meaning alone.
    """

    entry: Entry
    score: float
    phrase: float
    covered: float
    item: float = 0.0  # how surely its item is meant, 1 for a FAQ
    kind: float = 0.0
    special: float = 0.0
    like: float = 0.0
    meant: float = 0.0


def first_of_kind(entries: Sequence[Entry]) -> frozenset[int]:
    """Places of each item's first fact of a kind: what is asked most."""
    first: dict[tuple[str, str], int] = {}
    for place, entry in enumerate(entries):
        if entry.item and entry.kind not in {"faq", "other", "summary"}:
            first.setdefault((entry.item.id, entry.kind), place)
    return frozenset(first.values())


def all_names(name: str, aliases: Sequence[str]) -> str:
    return " ".join(fold_name(each) for each in (name, *aliases))


def variant_words(entry: Entry) -> tuple[str, ...]:
    if not entry.item or not entry.variants:
        return ()
    return tuple(variant.name.zh for variant in entry.item.variants if variant.id in entry.variants)


def as_card(entry: Entry) -> Card:
    """An entry in the shape of a clause's card, so that both are compared with a question on one scale."""
    name = entry.item.name if entry.item and entry.kind != "faq" else None
    asks = tuple(f"{name.zh}{ask}" if name else ask for ask in (entry.label.zh, *entry.asks))
    asks_en = tuple(f"{name.en} {ask}" if name else ask for ask in (entry.label.en, *entry.asks_en))
    title, article = (entry.cites[0].title, entry.cites[0].article) if entry.cites else ("", 0)
    return Card(title, article, Phrases(asks, asks_en), entry.text)
