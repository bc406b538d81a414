"""Catalogue entries ranked against a question, by phrasing, subject, item and kind of question.

Phrasings and texts are kept as an inverted index of units: words, character pairs, aspects (``~``) and kinds (``#``).
An item's own name counts little for its facts: whether the item is meant is judged by itself.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from policy_kb.answering.asked import find_domain, find_kinds
from policy_kb.answering.cards import CardIndex
from policy_kb.answering.entries import (
    Entry,
    Found,
    all_names,
    as_card,
    first_of_kind,
    list_entries,
    variant_words,
)
from policy_kb.answering.entries_asked import Asked
from policy_kb.answering.items import NAMED, ItemMatch, fold_name, profile_items, rank_items, spoken
from policy_kb.answering.question import Question, Term
from policy_kb.answering.settings import thresholds
from policy_kb.answering.stemming import stems
from policy_kb.answering.terms import find_aspects, make_terms
from policy_kb.answering.units import rarity, units_of
from policy_kb.answering.vocabulary import load_vocabulary
from policy_kb.answering.weighing import is_known
from policy_kb.catalogue import Catalogue
from policy_kb.dense import find_dense

_NAME = 0.15  # what is left of a word's weight for an item whose own name holds it
_ENOUGH = 4.5  # a phrasing of twice this weight counts nearly fully; shorter ones are less sure
_COMMON = frozenset({"decision", "acceptance", "certificate"})  # aspects of every procedure: not special
_CLEAR = frozenset(
    {"penalty", "fee", "materials", "validity", "renewal_window", "authority", "annual_report", "numbering"}
)
# Asked of an item as such, these are answered by its own authority, papers, conditions or summary.
_STRUCTURE = {
    "which_service": "summary",
    "authority": "authority",
    "materials": "materials",
    "conditions": "conditions",
}
_RARE = 5.5  # a word of a label this rare is its key
_LOOKED_AT = 160  # entries weighed in full, by phrasing and text alone
_ALIKE = 8  # entries beyond the limit that are kept for the likeness of their phrasings
_NEAR_ITEMS = 3  # all entries of this many likeliest items are, too
_UNKNOWN_EN = 0.5  # weight of an English word no entry holds, of the rarest one's
_COVERED_EN = 0.85  # of a question's English words held by an entry, beside its Chinese ones
_ENOUGH_EN = 6.0  # an English phrasing of twice this weight counts nearly fully


@dataclass(frozen=True, slots=True)
class _Phrasing:
    """One phrasing of an entry: its place among the entries, its weight and how far its length lets it count."""

    entry: int
    whole: float
    trust: float


class Shelf:
    """All entries of one state of the catalogue, ready to be ranked. Built once a catalogue fingerprint."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.profiles = profile_items(catalogue)
        self.entries = list_entries(catalogue)
        self._names = {
            item.id: frozenset(units_of(all_names(item.name.zh, item.aliases.zh))) for item in catalogue.items.values()
        }
        self._phrasings: list[_Phrasing] = []
        self._in_phrasings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        self._in_bodies: dict[str, list[int]] = defaultdict(list)
        self._phrases_en: list[tuple[frozenset[str], ...]] = []
        self._bodies_en: list[frozenset[str]] = []
        self._kinds: list[frozenset[str]] = []
        self._variants: list[tuple[str, ...]] = []
        self._domains: list[str] = []  # of FAQs: the product field they speak of
        self._aspects: list[frozenset[str]] = []  # of the label: what the entry is especially about
        self._keys: list[tuple[tuple[str, ...], ...]] = []  # rare words of the label: what must be spoken of
        self._body_aspects: list[frozenset[str]] = []
        self.asked = Asked(self.entries)
        self._first = first_of_kind(self.entries)
        for place, entry in enumerate(self.entries):
            self._add(place, entry)
        self._rarity_en = rarity(self._bodies_en)
        self._likeness = CardIndex([as_card(entry) for entry in self.entries], find_dense())

    def _add(self, place: int, entry: Entry) -> None:
        names = self._own_names(entry)
        general = load_vocabulary().lists.get(entry.kind, {}) if ":" in entry.id and not entry.asks else {}
        phrases = tuple(dict.fromkeys((entry.label.zh, *entry.asks, *general.get("zh", ()))))
        phrases_en = (entry.label.en, *entry.asks_en, *general.get("en", ()))
        for phrase in phrases:
            self._add_phrasing(place, units_of(fold_name(phrase)), names)
        item_name = entry.item.name if entry.item else None
        body = " ".join(
            (
                *phrases,
                entry.text.zh,
                all_names(item_name.zh, entry.item.aliases.zh) if item_name and entry.item else "",
            )
        )
        for unit in units_of(fold_name(body)):
            self._in_bodies[unit].append(place)
        self._phrases_en.append(tuple(frozenset(stems(phrase)) for phrase in phrases_en))
        self._bodies_en.append(
            frozenset(stems(" ".join((*phrases_en, entry.text.en, item_name.en if item_name else ""))))
        )
        self._kinds.append(frozenset(find_kinds(" ".join(phrases))[:3]) if entry.kind == "faq" else frozenset())
        self._variants.append(variant_words(entry))
        self._domains.append(find_domain(" ".join(phrases)) if entry.kind == "faq" else "")
        own = frozenset(find_aspects(all_names(item_name.zh, ()))) if item_name else frozenset()
        self._aspects.append(frozenset(find_aspects(entry.label.zh)) - own - _COMMON)
        self._keys.append(
            tuple(term.forms for term in make_terms(fold_name(entry.label.zh)) if self._is_key(term, names))
        )
        self._body_aspects.append(frozenset(find_aspects(body)))

    @staticmethod
    def _is_key(term: Term, names: frozenset[str]) -> bool:
        return (
            term.weight >= _RARE
            and len(term.word) > 1
            and term.word not in names
            and is_known(term.word)
            and not term.word.isdigit()
        )

    def _own_names(self, entry: Entry) -> frozenset[str]:
        return self._names[entry.item.id] if entry.item and entry.kind != "faq" else frozenset()

    def _add_phrasing(self, place: int, units: Mapping[str, float], names: frozenset[str]) -> None:
        weighted = {unit: weight * (_NAME if unit in names else 1.0) for unit, weight in units.items()}
        whole = sum(weighted.values())
        if not whole:
            return
        number = len(self._phrasings)
        self._phrasings.append(_Phrasing(place, whole, 1 - math.exp(-whole / _ENOUGH)))
        for unit, weight in weighted.items():
            self._in_phrasings[unit].append((number, weight))

    def rank_items(self, question: Question) -> list[ItemMatch]:
        """Items the question may mean, best first."""
        return rank_items(question, self.profiles)

    def rank(self, question: Question, items: Sequence[ItemMatch], limit: int = 8) -> list[Found]:
        """The best entries, best first; and a few more whose phrasings are most like the question."""
        units = units_of(question.focus)
        said = units.keys() | units_of(question.text).keys() | spoken(question)
        phrase, covered = self._match_phrasings(said), self._match_bodies(units)
        if question.english:
            self._match_english(frozenset(stems(question.english)), phrase, covered)
        aspects = frozenset(find_aspects(question.focus))
        matches = {match.item.id: match.score for match in items}
        top = items[0].score if items else 0.0
        near = self._likeness.likeness(question)
        likes, meant = near.score.tolist(), near.meant.tolist()
        shares = [each[0] + each[1] for each in zip(phrase, covered, strict=True)]
        likely = sorted(range(len(shares)), key=lambda place: -shares[place] - likes[place])[:_LOOKED_AT]
        near_items = {match.item.id for match in items[:_NEAR_ITEMS]}
        places = {
            *likely,
            *(place for place, entry in enumerate(self.entries) if entry.item and entry.item.id in near_items),
        }
        found = [
            replace(
                self._find(question, place, (phrase[place], covered[place]), matches, top, aspects, said),
                like=likes[place],
                meant=meant[place],
            )
            for place in sorted(places)
        ]
        found.sort(key=lambda each: -each.score)
        return found[:limit] + sorted(found[limit:], key=lambda each: -each.like)[:_ALIKE]

    def _find(
        self,
        question: Question,
        place: int,
        shares: tuple[float, float],
        matches: Mapping[str, float],
        top: float,
        aspects: frozenset[str],
        said: Set[str],
    ) -> Found:
        entry, special = self.entries[place], self._aspect_part(question, aspects, said, place)
        score = self._score(question, place, *shares, matches, top) + special + self._domain_part(question, place)
        item = 1.0 if entry.kind == "faq" or entry.item is None else matches.get(entry.item.id, 0.0)
        kind = self._kind_part(question, place, thresholds()["entry"])
        return Found(entry, score, *shares, item, kind, special)

    def _match_phrasings(self, said: Iterable[str]) -> list[float]:
        """For every entry, the share of its best phrasing that was said."""
        sums: dict[int, float] = defaultdict(float)
        for unit in said:
            for number, weight in self._in_phrasings.get(unit, ()):
                sums[number] += weight
        best = [0.0] * len(self.entries)
        for number, value in sums.items():
            phrasing = self._phrasings[number]
            best[phrasing.entry] = max(best[phrasing.entry], value / phrasing.whole * phrasing.trust)
        return best

    def _match_bodies(self, units: Mapping[str, float]) -> list[float]:
        """For every entry, the share of the question its text holds."""
        wholes = {
            item_id: sum(w * (_NAME if u in names else 1.0) for u, w in units.items())
            for item_id, names in self._names.items()
        }
        plain = sum(units.values())
        sums = [0.0] * len(self.entries)
        for unit, weight in units.items():
            for place in self._in_bodies.get(unit, ()):
                sums[place] += weight * (_NAME if unit in self._own_names(self.entries[place]) else 1.0)
        for place, entry in enumerate(self.entries):
            whole = wholes[entry.item.id] if entry.item and entry.kind != "faq" else plain
            sums[place] = sums[place] / whole if whole else 0.0
        return sums

    def _match_english(self, asked: frozenset[str], phrase: list[float], covered: list[float]) -> None:
        """Raise both shares where the English wording fits better than its translation; rare words weigh more."""
        unknown = max(self._rarity_en.values(), default=1.0) * _UNKNOWN_EN
        whole = sum(self._rarity_en.get(stem, unknown) for stem in asked)
        for place, phrases in enumerate(self._phrases_en):
            phrase[place] = max([phrase[place], *(self._share_en(each, asked) for each in phrases)])
            if whole:
                held = sum(self._rarity_en[stem] for stem in asked & self._bodies_en[place])
                covered[place] = max(covered[place], _COVERED_EN * held / whole)

    def _share_en(self, phrase: frozenset[str], asked: frozenset[str]) -> float:
        whole = sum(self._rarity_en[stem] for stem in phrase)
        said = sum(self._rarity_en[stem] for stem in phrase & asked)
        return said / whole * (1 - math.exp(-whole / _ENOUGH_EN)) if whole else 0.0

    def _score(
        self, question: Question, place: int, phrase: float, covered: float, matches: Mapping[str, float], top: float
    ) -> float:
        weights, entry = thresholds()["entry"], self.entries[place]
        score = weights["phrase"] * phrase + weights["question"] * covered
        score += _item_part(entry, matches, top, weights) + self._kind_part(question, place, weights)
        if any(word in question.text for word in self._variants[place]):
            score += weights["variant"]
        if place in self._first:
            score += weights["first"]
        if entry.item and question.kinds and _STRUCTURE.get(question.kinds[0]) == entry.kind:
            score += weights["structure"] * matches.get(entry.item.id, 0.0)
        return score

    def _kind_part(self, question: Question, place: int, weights: Mapping[str, float]) -> float:
        vocabulary, entry = load_vocabulary(), self.entries[place]
        for rank, kind in enumerate(question.kinds[:4]):
            answers = kind in self._kinds[place] if entry.kind == "faq" else entry.kind in vocabulary.kinds[kind].facts
            if answers:
                return weights["kind"] * (1.0 - 0.2 * rank)
        if entry.kind == "summary" and question.kinds:
            return -weights["kind"]
        return -weights["other_kind"] if self._answers_other(question, place) else 0.0

    def _answers_other(self, question: Question, place: int) -> bool:
        """Whether the entry answers one of the clear-cut kinds and another kind (or none of them) was asked."""
        kind = self.entries[place].kind
        if kind == "faq":
            return "penalty" in self._kinds[place] and "penalty" not in question.kinds
        return kind == "penalty" or (kind in _CLEAR and bool(question.kinds) and question.kinds[0] in _CLEAR)

    def _domain_part(self, question: Question, place: int) -> float:
        other = question.domain and self._domains[place] and self._domains[place] != question.domain
        return -thresholds()["entry"]["wrong_domain"] if other else 0.0

    def _aspect_part(self, question: Question, asked: frozenset[str], said: Set[str], place: int) -> float:
        """Less for an entry about something special that was not asked, and for one that leaves out what was."""
        weights = thresholds()["entry"]
        special = min(2, len(self._aspects[place] - asked) + self._is_other_variant(place, asked, question)) / 2
        missing = len(asked - self._body_aspects[place]) / len(asked) if asked else 0.0
        keys = self._keys[place]
        unsaid = sum(not any(form in said for form in forms) for forms in keys) / len(keys) if keys else 0.0
        return -weights["special"] * special - weights["missing"] * missing - weights["unsaid"] * unsaid

    def _is_other_variant(self, place: int, asked: frozenset[str], question: Question) -> bool:
        """Whether an entry is only for variants that the question does not name; the item's first one needs no naming."""
        entry = self.entries[place]
        if not entry.item or not entry.variants or entry.item.variants[0].id in entry.variants:
            return False
        if any(word in question.text for word in self._variants[place]):
            return False
        return not any(asked & frozenset(find_aspects(word)) for word in self._variants[place])


def _item_part(entry: Entry, matches: Mapping[str, float], top: float, weights: Mapping[str, float]) -> float:
    """An item's fact needs its item in the question; a FAQ carries its subject in its own words."""
    own = matches.get(entry.item.id, 0.0) if entry.item else 0.0
    if entry.kind == "faq":
        return weights["faq"] - (weights["wrong_item"] * 0.3 if entry.item and top >= NAMED > own else 0.0)
    part = weights["item"] * own
    if top >= NAMED > own:
        part -= weights["wrong_item"] * (top - own)
    return part
