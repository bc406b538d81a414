"""Clauses found by the search, put in the order in which they answer the question.

The store's score knows words; here it is joined by how much of the question's weight stands in the clause (and in
one paragraph of it), by what kind of answer is asked for, and by the law, product and item the question names.
"""

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

from policy_kb.answering.cards import CardMatch
from policy_kb.answering.items import domain_of_title
from policy_kb.answering.question import Question, Term
from policy_kb.answering.settings import thresholds
from policy_kb.answering.understanding import make_terms
from policy_kb.answering.vocabulary import load_vocabulary
from policy_kb.model import Hit

_AMENDING = re.compile(r"关于(修改|废止|调整|公布)|决定$")
_PENALTY = re.compile(r"法律责任|罚则|处罚")
_TITLE_SHARE = 0.6  # a word found only in title or headings counts less than one in the clause
CANDIDATES = 30


@dataclass(frozen=True, slots=True)
class Ranked:
    """``coverage`` is the share of the question's weight found (0 to 1); ``score`` orders, comparable within a question."""

    hit: Hit
    score: float
    coverage: float
    card: CardMatch | None = None


Cards = Mapping[tuple[str, int, int], CardMatch]


def rank_clauses(
    question: Question,
    hits: Sequence[Hit],
    documents: Set[str],
    item_titles: Set[str],
    cards: Cards = MappingProxyType({}),
) -> list[Ranked]:
    """Hits, best first. ``documents`` are ids named in the question, ``item_titles`` laws its item rests on.

    ``cards`` holds the best matching card of a clause by title, article and sub.
    """
    if not hits:
        return []
    top = max(hit.score for hit in hits) or 1.0
    ranked = [
        _with_card(_rank(question, hit, hit.score / top, documents, item_titles), cards.get(key_of(hit)))
        for hit in hits
    ]
    return sorted(ranked, key=lambda each: -each.score)


def key_of(hit: Hit) -> tuple[str, int, int]:
    """What a card names its clause by."""
    return hit.version.title, hit.clause.article, hit.clause.sub


def _with_card(ranked: Ranked, match: CardMatch | None) -> Ranked:
    """Raised by how like the question is to what the clause is asked; a very like one counts as covered."""
    if match is None:
        return ranked
    weights = thresholds()["card"]
    known = min(1.0, match.score / weights["sure"])
    return replace(
        ranked,
        score=ranked.score + weights["weight"] * match.score,
        coverage=max(ranked.coverage, known),
        card=match,
    )


def _rank(question: Question, hit: Hit, strength: float, documents: Set[str], item_titles: Set[str]) -> Ranked:
    weights = thresholds()["clause"]
    text = hit.clause.text.lower()
    above = (hit.version.title + " " + " ".join(hit.clause.headings)).lower()
    coverage = cover(question.terms, text, above)
    paragraphs = [paragraph.text.lower() + "".join(paragraph.items).lower() for paragraph in hit.clause.paragraphs] or [
        text
    ]
    best = max(cover(question.terms, paragraph, above) for paragraph in paragraphs)
    score = weights["bm25"] * strength + weights["coverage"] * coverage + weights["paragraph"] * best
    score += _signs(question, hit, text, documents, item_titles, weights)
    return Ranked(hit, score, coverage)


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


def _signs(
    question: Question, hit: Hit, text: str, documents: Set[str], item_titles: Set[str], weights: Mapping[str, float]
) -> float:
    score = 0.0
    for place, kind in enumerate(question.kinds[:3]):
        if load_vocabulary().kinds[kind].clause.search(text):
            score += weights["kind"] * (1.0, 0.5, 0.3)[place]
    penal = bool(_PENALTY.search(" ".join(hit.clause.headings)))
    if hit.version.document_id in documents and (penal or "penalty" not in question.kinds):
        score += weights["named_document"]
        if hit.clause.article in question.articles:
            score += weights["named_article"]
    elif "实施条例" in question.text and "实施条例" in hit.version.title:
        score += weights["named_document"] / 2
    if hit.version.title in item_titles:
        score += weights["item_document"]
    if penal:
        score += weights["penalty_chapter"] * (1 if "penalty" in question.kinds else -1)
    domain = domain_of_title(hit.version.title)
    if domain and question.domain and domain != question.domain:
        score -= weights["wrong_domain"]
    elif domain and not question.domain:
        score -= weights["unasked_domain"]
    score += weights["title"] * _share_of_title(question, hit.version.title)
    if _AMENDING.search(hit.version.title):
        score -= weights["amending"]
    return score
