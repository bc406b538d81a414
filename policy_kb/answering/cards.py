"""Clauses found through their cards: the questions people ask that a clause answers, matched with the question asked.

Every phrasing and every answer is a weighted bag of units (words, the law's words for them, character pairs,
aspects), rare units weighing more; a question is compared with all of them in one sparse product. Where the operator
gave a text model, nearness of meaning counts beside it.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from scipy import sparse

from policy_kb.answering.items import fold_name
from policy_kb.answering.question import Question
from policy_kb.answering.stemming import stems
from policy_kb.answering.vocabulary import load_vocabulary
from policy_kb.catalogue import Card
from policy_kb.dense import Dense, Language, find_dense
from policy_kb.dense.prototypes import HEAT, middles_of
from policy_kb.text import words

_PHRASE, _BODY = 0.65, 0.35  # of a match: likeness to the best phrasing, likeness to all the card says
_PAIR, _ASPECT = 0.5, 1.5  # weight of a character pair and of an aspect beside that of a word
_UNSEEN = 1.0  # share of the rarest unit's weight that a unit no card holds has: it keeps likeness honest
_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")
_LEAST = 0.15  # less is chance: a pair or two of characters
_STORY = 0.35  # what the story around the asking part counts
# Run of 2026-11-26, 361 questions of the development sets, cards alone: right clause first .60 and among three .83 with
# .48, .49 and .69 by words alone, .60 and .78 by meaning alone. With turned vectors (451 questions) .69 and .92 at .6,
# and .77 and .89 in English where they had been .67 and .84.
_MEANT = 0.6  # of likeness by words and by meaning, the share of meaning
# Run of 2026-11-26, 711 development questions, cards alone: first .751 zh and .705 en without the points, .806 and .790 so.
_TOLD = 0.45  # of likeness, the share of nearness to the point of the card's questions
_PHRASE_MEANT = 0.7  # of meaning: the best phrasing, the rest is the answer
_ASKED_LAST = 32  # wordings whose nearness is kept: several readings of one message share theirs

Units = Mapping[str, float]
_Scores = np.ndarray[Any, np.dtype[np.float32]]
_Places = np.ndarray[Any, np.dtype[np.intp]]


@dataclass(frozen=True, slots=True)
class CardMatch:
    """``score`` 0 to 1: how like the question is to what the card's clause is asked; ``meant`` its part of meaning alone,
    ``told`` how near it is to the point of the card's questions, ``share`` the card's part of that among all cards."""

    card: Card
    score: float
    meant: float = 0.0
    told: float = 0.0
    share: float = 0.0


class _Likeness:
    """Bags of units as rows of unit length; ``of`` gives the cosine of a question with each."""

    def __init__(self, bags: Sequence[Units]) -> None:
        counts = Counter(unit for bag in bags for unit in bag)
        self._places = {unit: place for place, unit in enumerate(counts)}
        self._rarity = {unit: math.log(1 + len(bags) / (count + 0.5)) for unit, count in counts.items()}
        self._unseen = _UNSEEN * math.log(1 + 2 * max(1, len(bags)))
        rows, columns, values = list[int](), list[int](), list[float]()
        for row, bag in enumerate(bags):
            weighted = self._weigh(bag)
            rows += [row] * len(weighted)
            columns += [self._places[unit] for unit in weighted]
            values += weighted.values()
        shape = (len(bags), len(self._places))
        self._matrix = sparse.csr_matrix((np.array(values, np.float32), (rows, columns)), shape=shape)

    def _weigh(self, bag: Units) -> dict[str, float]:
        weighted = {unit: weight * self._rarity.get(unit, self._unseen) for unit, weight in bag.items()}
        length = math.sqrt(sum(weight * weight for weight in weighted.values())) or 1.0
        return {unit: weight / length for unit, weight in weighted.items()}

    def of(self, bag: Units) -> _Scores:
        asked = np.zeros(len(self._places), np.float32)
        for unit, weight in self._weigh(bag).items():
            if unit in self._places:
                asked[self._places[unit]] = weight
        return self._matrix @ asked


class _Meanings:
    """Phrasings and answers of one language as vectors; ``of`` gives each card's nearness to a question, 0 to 1, and
    ``point`` its nearness to the point of the card's questions."""

    def __init__(
        self, language: Language, keys: Sequence[str], owners: _Places, phrasings: Sequence[str], answers: Sequence[str]
    ) -> None:
        self._language, self._owners = language, owners
        self._phrasings, self._answers = language.place_all(phrasings), language.place_all(answers)
        self._points = language.prototypes.of(keys, middles_of(self._phrasings, owners, self._answers))

    def of(self, *wordings: str) -> _Scores:
        """``wordings`` of one question count alike."""
        asked = [_near_one(self, wording) for wording in dict.fromkeys(wordings)]
        return self._language.scale(np.mean(asked, axis=0))

    def point(self, *wordings: str) -> _Scores:
        return _near_points(self, wordings)

    def point_of(self, wordings: Sequence[str]) -> _Scores:
        """Like ``point``, computed."""
        vector = np.mean([self._language.place_question(wording) for wording in dict.fromkeys(wordings)], axis=0)
        return np.asarray(self._points @ (vector / np.linalg.norm(vector)), np.float32)

    def of_one(self, wording: str) -> _Scores:
        """Cosines of one wording with each card, not scaled."""
        vector = self._language.place_question(wording)
        best = np.full(len(self._answers), -1.0, np.float32)
        np.maximum.at(best, self._owners, self._phrasings @ vector)
        return np.asarray(_PHRASE_MEANT * best + (1 - _PHRASE_MEANT) * (self._answers @ vector), np.float32)


@lru_cache(maxsize=_ASKED_LAST)
def _near_one(meanings: _Meanings, wording: str) -> _Scores:
    return meanings.of_one(wording)


@lru_cache(maxsize=_ASKED_LAST)
def _near_points(meanings: _Meanings, wordings: tuple[str, ...]) -> _Scores:
    return meanings.point_of(wordings)


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """Of a question to every card: ``score`` 0 to 1, ``meant`` its part of meaning alone and ``told`` its nearness to the
    points of the cards (both 0 without a text model)."""

    score: _Scores
    meant: _Scores
    told: _Scores


class CardIndex:
    """All cards of one state of the catalogue, ready to be matched. Built once a catalogue fingerprint."""

    def __init__(self, cards: Sequence[Card], dense: Dense | None = None) -> None:
        self._cards = tuple(cards)
        phrasings = [(place, phrase) for place, card in enumerate(cards) for phrase in card.asks.zh]
        english = [(place, phrase) for place, card in enumerate(cards) for phrase in card.asks.en]
        self._owners = np.array([place for place, _ in phrasings], dtype=np.intp)
        self._owners_en = np.array([place for place, _ in english], dtype=np.intp)
        self._phrasings = _Likeness([read_units(phrase) for _, phrase in phrasings])
        self._phrasings_en = _Likeness([_read_english(phrase) for _, phrase in english])
        self._bodies = _Likeness([read_units(f"{c.title} {' '.join(c.asks.zh)} {c.answer.zh}") for c in cards])
        self._bodies_en = _Likeness([_read_english(f"{' '.join(c.asks.en)} {c.answer.en}") for c in cards])
        self._meanings = self._meanings_en = None
        if dense and cards:
            texts, texts_en = [phrase for _, phrase in phrasings], [phrase for _, phrase in english]
            keys = [card.key for card in cards]
            self._meanings = _Meanings(dense.zh, keys, self._owners, texts, [c.answer.zh for c in cards])
            self._meanings_en = _Meanings(dense.en, keys, self._owners_en, texts_en, [c.answer.en for c in cards])

    def match(self, question: Question, limit: int = 40) -> list[CardMatch]:
        """The cards most like the question, best first."""
        if not self._cards:
            return []
        near = self.likeness(question)
        shares = _shares(near.told) if self._meanings else near.told
        best = np.argsort(-near.score, kind="stable")[:limit]
        return [
            CardMatch(
                self._cards[place],
                *(float(each[place]) for each in (near.score, near.meant, near.told, shares)),
            )
            for place in best
            if near.score[place] >= _LEAST
        ]

    def likeness(self, question: Question) -> "Likeness":
        """How like the question is to every card, in their order."""
        said, none = self._likeness(question), np.zeros(len(self._cards), np.float32)
        if self._meanings is None or self._meanings_en is None:
            return Likeness(said, none, none)
        wordings = (question.english,) if question.english else (question.text, question.focus or question.text)
        meanings = self._meanings_en if question.english else self._meanings
        meant, told = meanings.of(*wordings), meanings.point(*wordings)
        near = (1 - _MEANT) * said + _MEANT * meant
        return Likeness(np.asarray((1 - _TOLD) * near + _TOLD * told.clip(0, 1), np.float32), meant, told)

    def _likeness(self, question: Question) -> _Scores:
        asked = _merge(read_units(question.focus or question.text), read_units(question.text))
        scores = self._score(asked, self._owners, self._phrasings, self._bodies)
        if question.english:
            own = self._score(_read_english(question.english), self._owners_en, self._phrasings_en, self._bodies_en)
            scores = (0.7 * np.maximum(own, scores) + 0.3 * np.minimum(own, scores)).astype(np.float32)
        return scores

    def _score(self, asked: Units, owners: _Places, phrasings: _Likeness, bodies: _Likeness) -> _Scores:
        best = np.zeros(len(self._cards), np.float32)
        np.maximum.at(best, owners, phrasings.of(asked))
        return np.asarray(_PHRASE * best + _BODY * bodies.of(asked), np.float32)


_built: tuple[tuple[Card, ...], Dense | None, CardIndex] | None = None


def index_of(cards: tuple[Card, ...]) -> CardIndex:
    """The index of the shipped cards, built at the first call: a curator's overlay leaves the cards as they are."""
    global _built
    dense = find_dense()
    if _built is None or _built[0] is not cards or _built[1] is not dense:
        _built = (cards, dense, CardIndex(cards, dense))
    return _built[2]


def read_units(text: str) -> dict[str, float]:
    """Words, the law's words for them, character pairs and aspects of a Chinese text, each with its weight."""
    vocabulary, plain = load_vocabulary(), fold_name(text)
    found = dict[str, float]()
    for word in words(plain):
        if len(word) > 1 and word not in vocabulary.stop:
            found[word] = 1.0
            for form in vocabulary.synonyms.get(word, ())[:2]:
                found.setdefault(form, 0.7)
    for run in _HAN_RUN.findall(plain):
        for start in range(len(run) - 1):
            found.setdefault(run[start : start + 2], _PAIR)
    found.update((f"~{aspect}", _ASPECT) for aspect in _find_aspects(plain))
    return found


def _shares(told: _Scores) -> _Scores:
    """Each card's part of the nearness to all, as the points were learned; together 1."""
    risen = np.exp(HEAT * (told - told.max()))
    return np.asarray(risen / risen.sum(), np.float32)


def _find_aspects(text: str) -> Iterable[str]:
    """Like ``understanding.find_aspects``, in one pass: thousands of phrasings are read at the start."""
    pattern, owners = _aspect_pattern()
    return {owners[way] for way in pattern.findall(text)}


@lru_cache(maxsize=1)
def _aspect_pattern() -> tuple[re.Pattern[str], dict[str, str]]:
    owners = {way: name for name, ways in load_vocabulary().aspects.items() for way in ways}
    longest = sorted(owners, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest))), owners


def _read_english(text: str) -> dict[str, float]:
    return dict.fromkeys(stems(text), 1.0)


def _merge(asking: Units, whole: Units) -> dict[str, float]:
    """The asking part with full weight, the story around it with a part of it."""
    return {unit: asking.get(unit, _STORY * weight) for unit, weight in (*whole.items(), *asking.items())}


__all__ = ["CardIndex", "CardMatch", "index_of"]
