"""What may lead an answer, and the numbers that describe each to the chooser.

Every candidate is described by how its phrasing, text, item and kind fit, how well the search found its clause, and what
its rivals have.
"""

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

import numpy as np

from policy_kb.answering.clauses import Ranked
from policy_kb.answering.entries import Found
from policy_kb.answering.items import domain_of_title
from policy_kb.answering.passages import units_asked
from policy_kb.answering.question import Question
from policy_kb.catalogue.quantities import list_quantities
from policy_kb.text import grams

ENTRIES, CLAUSES = 24, 12  # candidates of each sort, best by words and weights

ALIKE = 8  # further ones of each sort whose phrasings are most like the question

_FACTS = ("faq", "time_limit", "authority", "materials", "conditions", "steps", "summary", "fee", "penalty", "who")

# Of the clause (of an entry: the one it cites first), what ``clauses.read_signs`` and the other clauses found say of it.
_SIGNS = (
    "bm25", "coverage", "paragraph", "body", "kind", "named_document", "item_document", "penalty_chapter", "wrong_domain",
    "unasked_domain", "title", "amending", "length", "card", "law_found", "law_asked", "near_card", "card_of_best", "told", "share",
)  # fmt: skip

FEATURES = (
    "is_clause", "score", "behind", "place", "phrase", "covered", "item", "kind", "special", "like", "like_place", "behind_like", "grams",
    "meant", "meant_place", "behind_meant", "best_meant", "behind_told", "best_told",
    "search_score", "search_place", "search_coverage", "backed_score", "backed_phrase", "backed_like",
    "domain", "counted",
    "ended", "best_entry", "best_like", "best_coverage", "margin_entry", "margin_clause", "length", "english", "past", "kinds",
    *(f"is_{kind}" for kind in _FACTS),
    *(f"clause_{sign}" for sign in _SIGNS),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry or a clause that may answer, with the model's raw ``score`` (comparable between questions)."""

    found: Found | None = None
    ranked: Ranked | None = None
    score: float = 0.0

    @property
    def cited(self) -> tuple[str, int] | None:
        """Title and article of the clause it would cite first."""
        if self.ranked:
            return self.ranked.hit.version.title, self.ranked.hit.clause.article
        cites = self.found.entry.cites if self.found else ()
        return (cites[0].title, cites[0].article) if cites else None


def list_candidates(entries: Sequence[Found], ranked: Sequence[Ranked]) -> list[Candidate]:
    """Everything that may lead the answer, unscored."""
    return [
        *(Candidate(found=found) for _, found in _entries_of(entries)),
        *(Candidate(ranked=each) for _, each in _clauses_of(ranked)),
    ]


def _entries_of(entries: Sequence[Found]) -> list[tuple[int, Found]]:
    """Entries that are candidates, with their places."""
    return [(place, entries[place]) for place in _places_of([found.like for found in entries], ENTRIES)]


def _clauses_of(ranked: Sequence[Ranked]) -> list[tuple[int, Ranked]]:
    """Clauses that are candidates, with their places."""
    return [(place, ranked[place]) for place in _places_of([_like(each) for each in ranked], CLAUSES)]


def _places_of(likes: Sequence[float], first: int) -> list[int]:
    """The ``first`` places, and of the others those of the greatest likeness."""
    others = sorted(range(first, len(likes)), key=lambda place: -likes[place])[:ALIKE]
    return [*range(min(first, len(likes))), *others]


def describe(
    question: Question, entries: Sequence[Found], ranked: Sequence[Ranked], names: Sequence[str] = FEATURES
) -> np.ndarray:
    """One row of ``names`` a candidate, in the order of ``list_candidates``."""
    shared = describe_question(question, entries, ranked)
    asked = frozenset(grams(question.focus.lower()))
    places = _places(ranked)
    chosen, clauses = _entries_of(entries), _clauses_of(ranked)
    rows = [_of_entry(found, place, entries, places) for place, found in chosen]
    backing, likes, meant = _backing(entries), _likes(entries, ranked), _meant(entries, ranked)
    rows += [_of_clause(each, place, ranked, backing, asked) for place, each in clauses]
    texts = [*(found.entry.text.zh for _, found in chosen), *(_said(each) for _, each in clauses)]
    titles = [*(_title_of(found) for _, found in chosen), *(each.hit.version.title for _, each in clauses)]
    units = units_asked(question.focus.lower())
    for row, text, title in zip(rows, texts, titles, strict=True):
        row["domain"] = _fits_domain(question.domain, title)
        row["counted"] = _counts(units, text)
    signs = _signs_of_clauses(ranked)
    for row, candidate in zip(rows, list_candidates(entries, ranked), strict=True):
        row |= signs.get(candidate.cited, {}) if candidate.cited else {}
    told = max((each.signs["told"] for each in ranked), default=0.0)
    for row in rows:
        row["behind_told"], row["best_told"] = told - row.get("clause_told", 0.0), told
        row["like_place"] = _count_above(likes, row["like"])
        row["behind_like"] = likes[0] - row["like"]
        row["meant_place"] = _count_above(meant, row["meant"])
        row["behind_meant"] = meant[0] - row["meant"]
    read, none = itemgetter(*names), dict.fromkeys(names, 0.0) | shared
    return np.array([read(none | row) for row in rows], dtype=np.float64)


def _count_above(falling: Sequence[float], value: float) -> float:
    """How many of the numbers, greatest first, are greater than ``value``."""
    return float(bisect_left(falling, -value, key=lambda each: -each))


def _signs_of_clauses(ranked: Sequence[Ranked]) -> dict[tuple[str, int], dict[str, float]]:
    """``_SIGNS`` of every clause found, by title and article; of two with the same number the one ranked higher."""
    return {
        (each.hit.version.title, each.hit.clause.article): {f"clause_{sign}": each.signs[sign] for sign in _SIGNS}
        for each in reversed(ranked)
    }


def _said(ranked: Ranked) -> str:
    """What a clause would be answered with: its card's answer, else its own words."""
    return ranked.card.card.answer.zh if ranked.card else ranked.hit.clause.text


def _title_of(found: Found) -> str:
    return found.entry.cites[0].title if found.entry.cites else ""


def _fits_domain(domain: str, title: str) -> float:
    """1 when a law is of the products the question names, -1 when it is of others, 0 when either is of none."""
    of_law = domain_of_title(title)
    return 0.0 if not (domain and of_law) else 1.0 if domain == of_law else -1.0


def _counts(units: frozenset[str], text: str) -> float:
    """1 when a text states a number of the kind asked for, -1 when it does not, 0 when none is asked for."""
    if not units:
        return 0.0
    return 1.0 if units & _units_of(text) else -1.0


@lru_cache(maxsize=16384)
def _units_of(text: str) -> frozenset[str]:
    return frozenset(unit for _, unit in list_quantities(text))


def describe_question(question: Question, entries: Sequence[Found], ranked: Sequence[Ranked]) -> dict[str, float]:
    """What the candidates of one question share: the best of each sort, how far ahead it is, how the question is."""
    scores = [found.score for found in entries[:2]] + [0.0, 0.0]
    likes = _likes(entries, ranked)
    tops = [each.score for each in ranked[:2]] + [0.0, 0.0]
    return {
        "best_entry": scores[0],
        "margin_entry": scores[0] - scores[1],
        "best_like": likes[0],
        "best_meant": _meant(entries, ranked)[0],
        "best_coverage": ranked[0].coverage if ranked else 0.0,
        "margin_clause": tops[0] - tops[1],
        "length": math.log(1 + len(question.focus)),
        "english": float(bool(question.english)),
        "past": float(question.past),
        "kinds": float(len(question.kinds)),
    }


def _likes(entries: Sequence[Found], ranked: Sequence[Ranked]) -> list[float]:
    """How like the question is to the phrasings of every candidate, the likest first."""
    likes = [found.like for found in entries] + [_like(each) for each in ranked]
    return sorted(likes, reverse=True) or [0.0]


def _meant(entries: Sequence[Found], ranked: Sequence[Ranked]) -> list[float]:
    """The same by meaning alone."""
    near = [found.meant for found in entries] + [each.card.meant if each.card else 0.0 for each in ranked]
    return sorted(near, reverse=True) or [0.0]


def _like(ranked: Ranked) -> float:
    return ranked.card.score if ranked.card else 0.0


_Found = tuple[float, float, float]  # relative score, place, coverage of a clause in the search


def _places(ranked: Sequence[Ranked]) -> dict[tuple[str, int], _Found]:
    top = ranked[0].score if ranked else 1.0
    places: dict[tuple[str, int], _Found] = {}
    for place, each in enumerate(ranked):
        key = (each.hit.version.title, each.hit.clause.article)
        places.setdefault(key, (each.score / top if top else 0.0, float(place), each.coverage))
    return places


_UNFOUND: _Found = (0.0, 40.0, 0.0)


def _of_entry(
    found: Found,
    place: int,
    entries: Sequence[Found],
    places: Mapping[tuple[str, int], _Found],
) -> dict[str, float]:
    entry = found.entry
    searched = min(
        (places.get((cite.title, cite.article), _UNFOUND) for cite in entry.cites[:2]),
        key=lambda each: each[1],
        default=_UNFOUND,
    )
    return {
        "score": found.score,
        "behind": entries[0].score - found.score,
        "place": float(place),
        "phrase": found.phrase,
        "covered": found.covered,
        "item": found.item,
        "kind": found.kind,
        "special": found.special,
        "like": found.like,
        "meant": found.meant,
        "search_score": searched[0],
        "search_place": searched[1],
        "search_coverage": searched[2],
        "ended": float(any(cite.as_of for cite in entry.cites)),
        f"is_{entry.kind}": 1.0,
    }


def _of_clause(
    ranked: Ranked,
    place: int,
    all_ranked: Sequence[Ranked],
    backing: Mapping[tuple[str, int], Found],
    asked: frozenset[str],
) -> dict[str, float]:
    backed = backing.get((ranked.hit.version.title, ranked.hit.clause.article))
    held = frozenset(grams(ranked.hit.clause.text))
    return {
        "is_clause": 1.0,
        "score": ranked.score,
        "behind": all_ranked[0].score - ranked.score,
        "place": float(place),
        "covered": ranked.coverage,
        "like": _like(ranked),
        "meant": ranked.card.meant if ranked.card else 0.0,
        "grams": len(asked & held) / len(asked) if asked else 0.0,
        "search_score": ranked.score / all_ranked[0].score if all_ranked[0].score else 0.0,
        "search_place": float(place),
        "search_coverage": ranked.coverage,
        "ended": float(ranked.hit.version.in_force_to is not None),
        "backed_score": backed.score if backed else 0.0,
        "backed_phrase": backed.phrase if backed else 0.0,
        "backed_like": backed.like if backed else 0.0,
    }


def _backing(entries: Sequence[Found]) -> dict[tuple[str, int], Found]:
    """The best entry that cites a clause."""
    backing: dict[tuple[str, int], Found] = {}
    for found in entries:
        for cite in found.entry.cites[:2]:
            backing.setdefault((cite.title, cite.article), found)
    return backing


__all__ = ["ENTRIES", "FEATURES", "Candidate", "describe", "describe_question", "list_candidates"]
