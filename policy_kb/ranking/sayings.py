"""What people say, in the words of the law: 房东卖房 asks for 承租人 and 优先购买, which a matching of words never finds.

The table (``catalogue/dictionaries/sayings.yml``) is written by hand and knows no question set. A line of it is a *matter*:
the phrases an article of it should hold, and the sayings that tell of it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import scipy.sparse as sp
import yaml

from policy_kb.ranking.fields import Field, Places, Row, Vector, best
from policy_kb.text import grams, words

SAYINGS = Path(__file__).resolve().parent.parent / "catalogue" / "dictionaries" / "sayings.yml"
_LEADING = 100  # articles whose laws a question's matters speak for
_THREE, _FOUR = 2, 3  # pairs of characters in a row that make three and four characters


@dataclass(frozen=True, slots=True)
class Matter:
    phrases: tuple[str, ...]
    told: re.Pattern[str]


@lru_cache(maxsize=1)
def load_matters() -> tuple[Matter, ...]:
    """The lines of the table in order."""
    table: dict[str, list[str]] = yaml.safe_load(SAYINGS.read_text(encoding="utf-8"))
    return tuple(
        Matter(tuple(phrases.split()), re.compile("|".join(map(re.escape, said)))) for phrases, said in table.items()
    )


def find_matters(question: str) -> list[int]:
    """Numbers of the matters that a question tells of; most tell of one or none."""
    return [number for number, matter in enumerate(load_matters()) if matter.told.search(question)]


def count_matters(questions: Sequence[str]) -> sp.csr_matrix:
    """Questions × matters, one where the question tells of it."""
    found = [find_matters(question) for question in questions]
    ends, columns = np.cumsum([0, *map(len, found)]), np.array([each for row in found for each in row], np.int32)
    return sp.csr_matrix((np.ones(len(columns), np.float32), columns, ends), shape=(len(found), len(load_matters())))


class Sayings:
    """The matters against all articles: which of their phrases each article or its law's name holds, and BM25 of their words."""

    def __init__(self, texts: Sequence[str], by_words: Field, by_grams: Field) -> None:
        """``texts`` are the articles with their law's name; the fields are theirs too."""
        matters = load_matters()
        names = list(dict.fromkeys(phrase for matter in matters for phrase in matter.phrases))
        numbers = {name: number for number, name in enumerate(names)}
        self._phrases = [np.array([numbers[phrase] for phrase in matter.phrases]) for matter in matters]
        self._held = _find_phrases(names, texts)
        self._rarity = np.log(1 + len(texts) / (np.diff(self._held.indptr) + 1)).astype(np.float32)
        self._fields = {
            "words": (by_words, [by_words.read(words(" ".join(matter.phrases))) for matter in matters]),
            "grams": (by_grams, [by_grams.read(grams(" ".join(matter.phrases))) for matter in matters]),
        }
        self._articles = len(texts)

    def score(self, found: Sequence[int]) -> dict[str, Vector]:
        """A score for every article by channel; ``found`` are a question's matters, and without any all is zero."""
        if not found:
            return dict.fromkeys(
                ("saying_phrases", "saying_best", "saying_words", "saying_most", "saying_grams"), self._nothing()
            )
        phrases = np.unique(np.concatenate([self._phrases[each] for each in found]))
        by_words = [self._search("words", each) for each in found]
        return {
            "saying_phrases": self._sum(phrases),
            "saying_best": np.max([self._sum(self._phrases[each], share=True) for each in found], axis=0),
            "saying_words": np.mean(by_words, axis=0),
            "saying_most": np.max([scores / (scores.max() + 1e-6) for scores in by_words], axis=0),
            "saying_grams": np.mean([self._search("grams", each) for each in found], axis=0),
        }

    def _nothing(self) -> Vector:
        return np.zeros(self._articles, np.float32)

    def _search(self, name: str, matter: int) -> Vector:
        field, read = self._fields[name]
        return field.score(read[matter])

    def _sum(self, phrases: Places, *, share: bool = False) -> Vector:
        rare = self._rarity[phrases]
        return Row(phrases, rare / rare.sum() if share else rare).times(self._held)


def _find_phrases(phrases: Sequence[str], texts: Sequence[str]) -> sp.csr_matrix:
    """Phrases × texts, one where the text holds the phrase."""
    found = [[place for place, text in enumerate(texts) if phrase in text] for phrase in phrases]
    ends, columns = np.cumsum([0, *map(len, found)]), np.array([each for row in found for each in row], np.int32)
    return sp.csr_matrix((np.ones(len(columns), np.float32), columns, ends), shape=(len(phrases), len(texts)))


def said_signs(channels: dict[str, Vector], pool: Places, law: Places, law_starts: Places) -> dict[str, Vector]:
    """What the channels of ``Sayings.score`` say of the candidates and of their laws."""
    found: dict[str, Vector] = {}
    for name, scores in channels.items():
        own = scores[pool]
        order = np.argsort(np.argsort(-own, kind="stable"), kind="stable")
        found |= {name: own, f"{name}_share": own / (scores.max() + 1e-6), f"{name}_place": np.log1p(order)}
    phrases = channels["saying_phrases"]
    tops, leading = np.maximum.reduceat(phrases, law_starts), best(phrases, _LEADING)
    share = np.bincount(law[leading], weights=phrases[leading], minlength=len(tops))
    found["saying_phrases_law_top"] = tops[law[pool]] / (phrases.max() + 1e-6)
    found["saying_phrases_law_share"] = (share / (share.sum() + 1e-6))[law[pool]]
    return {name: values.astype(np.float32) for name, values in found.items()}


def run_signs(question: str, field: Field, tokens: Places, held: Vector) -> dict[str, Vector]:
    """How long the runs of the question's characters are that stand in an article too. ``tokens`` are the question's columns
    of ``field`` and ``held`` which of them each candidate holds; that two pairs stand side by side there is taken for granted."""
    place = {token: number for number, token in enumerate(tokens.tolist())}
    longest, threes, fours = (np.zeros(len(held), np.float32) for _ in range(3))
    run, pairs = np.zeros(len(held), np.float32), [gram for gram in grams(question) if len(gram) == 2]
    for before, pair in zip(["", *pairs], pairs, strict=False):
        number = place.get(field.vocabulary.numbers.get(pair, -1))
        if before[-1:] != pair[0] or number is None:
            run = np.zeros_like(run)
        if number is not None:
            run = (run + 1) * held[:, number]
        longest = np.maximum(longest, run)
        threes += run >= _THREE
        fours += run >= _FOUR
    shares = np.float32(1 / max(1, len(pairs) - 1))
    return {
        "run_longest": longest,
        "run_threes": threes * shares,
        "run_fours": fours,
        "run_fours_share": fours * shares,
    }
