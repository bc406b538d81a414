"""Clauses found by the search, put in the order in which they answer the question.

The store's score knows words; here it is joined by how much of the question's weight stands in the clause (and in
one paragraph of it), by what kind of answer is asked for, and by the law, product and item the question names.
"""

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType

import numpy as np

from policy_kb.answering.cards import CardMatch
from policy_kb.answering.items import domain_of_title
from policy_kb.answering.question import Question, Term
from policy_kb.answering.settings import thresholds
from policy_kb.answering.terms import make_terms
from policy_kb.answering.vocabulary import load_vocabulary
from policy_kb.model import Hit
from policy_kb.ranking.lambdamart import Model

_AMENDING = re.compile(r"关于(修改|废止|调整|公布)|决定$")
_PENALTY = re.compile(r"法律责任|罚则|处罚")
_TITLE_SHARE = 0.6  # a word found only in title or headings counts less than one in the clause
CANDIDATES = 30
# Signs with a weight in thresholds.yml; those against a clause have negative ones.
_WEIGHED = (
    "bm25", "coverage", "paragraph", "kind", "named_document", "named_article", "item_document", "penalty_chapter",
    "wrong_domain", "unasked_domain", "title", "amending",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ranked:
    """``coverage`` is the share of the question's weight found (0 to 1); ``score`` orders, comparable within a question.

    ``learned`` is what the trained model gave, None without one; ``signs`` is what both were made of.
    """

    hit: Hit
    score: float
    coverage: float
    card: CardMatch | None = None
    signs: Mapping[str, float] = field(default_factory=dict)
    learned: float | None = None


Cards = Mapping[tuple[str, int, int], CardMatch]


def rank_clauses(
    question: Question,
    hits: Sequence[Hit],
    documents: Set[str],
    item_titles: Set[str],
    cards: Cards = MappingProxyType({}),
    model: Model | None = None,
) -> list[Ranked]:
    """Hits, best first: by the trained model when there is one, else by the weights in thresholds.yml. ``documents`` are ids named in the question, ``item_titles`` laws its item rests on.

    ``cards`` holds the best matching card of a clause by title, article and sub.
    """
    if not hits:
        return []
    top, among = max(hit.score for hit in hits) or 1.0, _among(hits, cards)
    ranked = [
        _rank(question, hit, hit.score / top, documents, item_titles, cards.get(key_of(hit)), further)
        for hit, further in zip(hits, among, strict=True)
    ]
    ranked.sort(key=lambda each: -each.score)
    return _reorder(ranked, model) if model else ranked


def _reorder(ranked: Sequence[Ranked], model: Model) -> list[Ranked]:
    """In the model's order. An article called by its number stays first.

    The scores stay those of the weights, dealt out in the new order: the bands in thresholds.yml are theirs.
    """
    table = np.array([[each.signs[name] for name in model.signs] for each in ranked], np.float32)
    learned = [replace(each, learned=float(score)) for each, score in zip(ranked, model.score(table), strict=True)]
    learned.sort(key=lambda each: (-each.signs["named_article"], -(each.learned or 0.0)))
    return [replace(each, score=place.score) for each, place in zip(learned, ranked, strict=True)]


def key_of(hit: Hit) -> tuple[str, int, int]:
    """What a card names its clause by."""
    return hit.version.title, hit.clause.article, hit.clause.sub


def _rank(
    question: Question, hit: Hit, strength: float, documents: Set[str], item_titles: Set[str], match: CardMatch | None,
    among: Mapping[str, float],
) -> Ranked:  # fmt: skip
    signs = {**read_signs(question, hit, strength, documents, item_titles, match), **among}
    score = sum(weigh_signs(signs).values())
    known = max(signs["coverage"], min(1.0, signs["card"] / thresholds()["card"]["sure"]))
    return Ranked(hit, score, known, match, {**signs, "hand": score, "known": known})


def weigh_signs(signs: Mapping[str, float]) -> dict[str, float]:
    """What each weighed sign adds to the score of the weights in thresholds.yml."""
    weights = thresholds()["clause"]
    return {name: weights[name] * signs[name] for name in _WEIGHED} | {
        "card": thresholds()["card"]["weight"] * signs["card"]
    }


def cover(terms: Sequence[Term], text: str, above: str = "") -> float:
    """The share of the terms' weight that stands in ``text`` (wholly) or in ``above`` (in part)."""
    whole = sum(term.weight for term in terms)
    if not whole:
        return 0.0
    found = 0.0
    for term in terms:
        if any(form in text for form in term.forms):
            found += term.weight
        elif above and any(form in above for form in term.forms):
            found += term.weight * _TITLE_SHARE
    return found / whole


def _share_of_title(question: Question, title: str) -> float:
    """How much of a law's own name is spoken of."""
    parts = _title_words(title)
    whole = sum(weight for _, weight in parts)
    said = {form for term in question.terms for form in term.forms}
    return sum(weight for word, weight in parts if word in question.text or word in said) / whole if whole else 0.0


@lru_cache(maxsize=512)
def _title_words(title: str) -> tuple[tuple[str, float], ...]:
    plain = re.sub(r"中华人民共和国|管理|监督|办法|条例|规定|实施|暂行|试行|[()（）]", " ", title)
    return tuple((term.word, term.weight) for term in make_terms(plain) if len(term.word) > 1)


def read_signs(
    question: Question, hit: Hit, strength: float, documents: Set[str], item_titles: Set[str], match: CardMatch | None
) -> dict[str, float]:
    """What speaks for and against a hit, each about 0 to 1. ``strength`` is its share of the best hit's score."""
    text, title = hit.clause.text.lower(), hit.version.title
    above = (title + " " + " ".join(hit.clause.headings)).lower()
    paragraphs = [each.text.lower() + "".join(each.items).lower() for each in hit.clause.paragraphs] or [text]
    return {
        "bm25": strength,
        "coverage": cover(question.terms, text, above),
        "paragraph": max(cover(question.terms, paragraph, above) for paragraph in paragraphs),
        "body": cover(question.terms, text),
        "kind": _kind_answered(question, text),
        **_signs_of_law(question, hit, documents, item_titles),
        "title": _share_of_title(question, title),
        "amending": float(bool(_AMENDING.search(title))),
        "length": min(1.0, len(text) / 1000),
        "card": match.score if match else 0.0,
        "told": match.told if match else 0.0,
        "share": match.share if match else 0.0,
    }


def _kind_answered(question: Question, text: str) -> float:
    kinds = load_vocabulary().kinds
    weights = zip(question.kinds[:3], (1.0, 0.5, 0.3), strict=False)
    return sum(weight for kind, weight in weights if kinds[kind].clause.search(text))


def _signs_of_law(question: Question, hit: Hit, documents: Set[str], item_titles: Set[str]) -> dict[str, float]:
    title, penal_asked = hit.version.title, "penalty" in question.kinds
    penal = bool(_PENALTY.search(" ".join(hit.clause.headings)))
    named = hit.version.document_id in documents and (penal or not penal_asked)
    implementing = not named and "实施条例" in question.text and "实施条例" in title
    domain = domain_of_title(title)
    return {
        "named_document": 1.0 if named else 0.5 * implementing,
        "named_article": float(named and hit.clause.article in question.articles),
        "item_document": float(title in item_titles),
        "penalty_chapter": float(penal) * (1 if penal_asked else -1),
        "wrong_domain": float(bool(domain and question.domain and domain != question.domain)),
        "unasked_domain": float(bool(domain and not question.domain)),
    }


def _among(hits: Sequence[Hit], cards: Cards) -> list[dict[str, float]]:
    """What the other hits and the cards of other clauses say for each hit: its law, its neighbours, its place."""
    laws, asked = defaultdict[str, float](float), defaultdict[str, float](float)
    for hit in hits:
        laws[hit.version.title] += hit.score
    for (title, _, _), match in cards.items():
        asked[title] += match.score**2
    found, told = sum(laws.values()) or 1.0, sum(asked.values()) or 1.0
    order = sorted(range(len(hits)), key=lambda place: -hits[place].score)
    places = {place: rank for rank, place in enumerate(order)}
    best = max((match.score for match in cards.values()), default=0.0) or 1.0
    return [
        {
            "law_found": laws[hit.version.title] / found,
            "law_asked": asked[hit.version.title] / told,
            "near_card": _near_card(hit, cards),
            "card_of_best": (cards[key_of(hit)].score if key_of(hit) in cards else 0.0) / best,
            "place": math.log1p(places[place]),
        }
        for place, hit in enumerate(hits)
    ]


def _near_card(hit: Hit, cards: Cards) -> float:
    """The best match of a card of the clauses printed next to the hit, half of it two clauses away."""
    title, article = hit.version.title, hit.clause.article
    steps = ((-2, 0.5), (-1, 0.7), (1, 0.7), (2, 0.5))
    near = ((cards.get((title, article + step, 0)), share) for step, share in steps)
    return max((match.score * share for match, share in near if match), default=0.0)
