"""What the catalogue can answer by itself, in one shape: facts, FAQs, and an item's papers, conditions, steps and summary.

Every entry is matched by its phrasings, its item, the kind of question it answers and its own words.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from policy_kb.answering.items import NAMED, ItemMatch, fold_name, rank_items, spoken
from policy_kb.answering.items import profile_items as profile_items
from policy_kb.answering.question import Question
from policy_kb.answering.settings import thresholds
from policy_kb.answering.understanding import find_aspects, find_kinds, make_terms
from policy_kb.answering.vocabulary import load_vocabulary
from policy_kb.catalogue import Catalogue, Cite, Faq, ItemFact, ServiceItem, Text, Window
from policy_kb.text import normalise
from policy_kb.wording import gettext_for

_PAIR = 1.2  # weight of a character pair beside the words
_ASKED = 3.0  # weight of the way of asking, alike in question and phrasing
_NAME = 0.15  # what is left of a word's weight for an item whose own name holds it
_ENOUGH = 9.0  # a phrasing of this weight counts fully; shorter ones are less sure
_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")
_EN_WORD = re.compile(r"[a-z]+|\d+")


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


@dataclass(frozen=True, slots=True)
class Found:
    """An entry with its score against a question; ``phrase`` is the share of its best phrasing that was matched."""

    entry: Entry
    score: float
    phrase: float
    covered: float


@dataclass(frozen=True, slots=True)
class _Prepared:
    entry: Entry
    phrases: tuple[Mapping[str, float], ...]
    phrases_en: tuple[frozenset[str], ...]
    body: frozenset[str]
    body_en: frozenset[str]
    names: frozenset[str]
    kinds: frozenset[str]
    variant_words: tuple[str, ...]


class Shelf:
    """All entries of one state of the catalogue, ready to be ranked. Built once a catalogue fingerprint."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.profiles = profile_items(catalogue)
        self._prepared = [_prepare(entry) for entry in _list_entries(catalogue)]

    def rank_items(self, question: Question) -> list[ItemMatch]:
        return rank_items(question, self.profiles)

    def rank(self, question: Question, items: Sequence[ItemMatch], limit: int = 8) -> list[Found]:
        """The best entries, best first."""
        units = _units(question.text)
        english = frozenset(_stems(question.english)) if question.english else frozenset()
        present = frozenset(units) | spoken(question)
        scored = [_score(question, prepared, items, units, english, present) for prepared in self._prepared]
        return sorted(scored, key=lambda found: -found.score)[:limit]

    def list_of(self, item_id: str) -> list[Entry]:
        return [
            prepared.entry for prepared in self._prepared if prepared.entry.item and prepared.entry.item.id == item_id
        ]


def _list_entries(catalogue: Catalogue) -> list[Entry]:
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


def _prepare(entry: Entry) -> _Prepared:
    names = " ".join(fold_name(name) for name in (entry.item.name.zh, *entry.item.aliases.zh)) if entry.item else ""
    phrases = (entry.label.zh, *entry.asks)
    whole = " ".join((*phrases, entry.text.zh, names))
    english = " ".join((entry.label.en, *entry.asks_en, entry.text.en, entry.item.name.en if entry.item else ""))
    return _Prepared(
        entry,
        tuple(_units(fold_name(phrase)) for phrase in phrases),
        tuple(frozenset(_stems(phrase)) for phrase in (entry.label.en, *entry.asks_en)),
        frozenset(_units(whole)),
        frozenset(_stems(english)),
        frozenset(_units(names)) if entry.item and entry.kind != "faq" else frozenset(),
        frozenset(find_kinds(" ".join(phrases))[:3]) if entry.kind == "faq" else frozenset(),
        _variant_words(entry),
    )


def _variant_words(entry: Entry) -> tuple[str, ...]:
    if not entry.item or not entry.variants:
        return ()
    return tuple(variant.name.zh for variant in entry.item.variants if variant.id in entry.variants)


def _units(text: str) -> dict[str, float]:
    """Content words and character pairs of a Chinese text with their weights."""
    vocabulary = load_vocabulary()
    plain = normalise(text).lower()
    found = {term.word: term.weight for term in make_terms(plain) if len(term.word) > 1}
    for run in _HAN_RUN.findall(plain):
        for index in range(len(run) - 1):
            pair = run[index : index + 2]
            if pair not in vocabulary.stop:
                found.setdefault(pair, _PAIR)
    found.update((f"#{kind}", _ASKED) for kind in find_kinds(plain)[:2])
    found.update((f"~{aspect}", _ASKED) for aspect in find_aspects(plain))
    return found


def _stems(text: str) -> list[str]:
    vocabulary = load_vocabulary()
    plain = text.lower().replace("license", "licence")
    return [
        re.sub(r"(ing|ed|es|s)$", "", word) if len(word) > 4 else word
        for word in _EN_WORD.findall(plain)
        if word not in vocabulary.stop
    ]


def _score(
    question: Question, prepared: _Prepared, items: Sequence[ItemMatch], units: Mapping[str, float],
    english: frozenset[str], present: frozenset[str],
) -> Found:  # fmt: skip
    weights = thresholds()["entry"]
    entry = prepared.entry
    phrase = max((_covered(phrase, present, prepared.names) for phrase in prepared.phrases), default=0.0)
    covered = _share(units, prepared.body, prepared.names)
    if english:
        phrase = max([phrase, *(_covered_en(each, english) for each in prepared.phrases_en)])
        covered = max(covered, len(english & prepared.body_en) / len(english))
    score = weights["phrase"] * phrase + weights["question"] * covered
    score += _item_part(entry, items, weights) + _kind_part(question, prepared, weights)
    if any(word in question.text for word in prepared.variant_words):
        score += weights["variant"]
    return Found(entry, score, phrase, covered)


def _covered(phrase: Mapping[str, float], present: frozenset[str], names: frozenset[str]) -> float:
    """How much of a phrasing stands in the question; the item's own name counts little, it is judged by itself."""
    weighted = {unit: weight * (_NAME if unit in names else 1.0) for unit, weight in phrase.items()}
    whole = sum(weighted.values())
    if not whole:
        return 0.0
    return (
        sum(weight for unit, weight in weighted.items() if unit in present)
        / whole
        * (1 - math.exp(-2 * whole / _ENOUGH))
    )


def _covered_en(phrase: frozenset[str], english: frozenset[str]) -> float:
    return len(phrase & english) / len(phrase) * (1 - math.exp(-len(phrase))) if phrase else 0.0


def _share(units: Mapping[str, float], body: frozenset[str], names: frozenset[str]) -> float:
    """How much of the question stands in an entry."""
    weighted = {unit: weight * (_NAME if unit in names else 1.0) for unit, weight in units.items()}
    whole = sum(weighted.values())
    return sum(weight for unit, weight in weighted.items() if unit in body) / whole if whole else 0.0


def _item_part(entry: Entry, items: Sequence[ItemMatch], weights: Mapping[str, float]) -> float:
    """An item's fact needs its item in the question; a FAQ carries its subject in its own words."""
    match = next((match for match in items if entry.item and match.item.id == entry.item.id), None)
    own = match.score if match else 0.0
    top = items[0].score if items else 0.0
    if entry.kind == "faq":
        return weights["faq"] - (weights["wrong_item"] * 0.3 if entry.item and top >= NAMED > own else 0.0)
    part = weights["item"] * own
    if top >= NAMED and own < NAMED:
        part -= weights["wrong_item"] * (top - own)
    return part


def _kind_part(question: Question, prepared: _Prepared, weights: Mapping[str, float]) -> float:
    vocabulary = load_vocabulary()
    for place, kind in enumerate(question.kinds[:4]):
        answers = (
            kind in prepared.kinds
            if prepared.entry.kind == "faq"
            else prepared.entry.kind in vocabulary.kinds[kind].facts
        )
        if answers:
            return weights["kind"] * (1.0 - 0.2 * place)
    if prepared.entry.kind == "summary":
        return 0.1 if not question.kinds else -weights["kind"]
    return 0.0
