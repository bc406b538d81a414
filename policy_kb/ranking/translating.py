"""Which words of the law stand for which words of people, learned from questions and the articles that answered them.

IBM's first alignment model (Brown et al. 1993), the table that Berger and Lafferty (1999) used for retrieval.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from policy_kb.ranking.fields import Places, Row, Vector, rarity

_ROUNDS = 5
_KEPT = 0.01  # translations less likely than this are dropped
_LONGEST = 60  # of a long article its rarest words
_COMMON = 0.2  # words of more than this share of the articles translate nothing
_TRUST = 0.7  # share of the table against the language of all articles


@dataclass(frozen=True, slots=True)
class Texts:
    """Word counts of articles and questions over one vocabulary."""

    articles: sp.csr_matrix
    questions: sp.csr_matrix


class Translation:
    """T(question word | article word). ``asked`` and ``answered`` are parallel row numbers, a pair each."""

    def __init__(self, texts: Texts, asked: Places, answered: Places) -> None:
        self.table = _align(texts, asked, answered)
        self._rarity = rarity(texts.articles)
        self._held = texts.articles.copy()
        self._held.data[:] = 1
        total = np.asarray(texts.articles.sum(axis=0)).ravel() + 0.5
        self._common = (total / total.sum()).astype(np.float32)
        self._lengths = np.maximum(np.diff(self._held.indptr), 1).astype(np.float32)

    def signs(self, question: Row, pool: Places) -> dict[str, Vector]:
        """How likely each article of the pool would be asked for in these words; and how much of it they speak of."""
        said = question.columns
        held, lengths = self._held[pool], self._lengths[pool]
        asked = self.table[said]
        likely = (held @ asked.T.toarray()) / lengths[:, None]
        common, rare = self._common[said] * (1 - _TRUST), self._rarity[said]
        gain = np.log(_TRUST * likely + common) - np.log(common)
        expanded = np.asarray(asked.T @ rare).ravel()
        return {
            "translated": (gain @ (rare / (rare.sum() + 1e-6))).astype(np.float32),
            "translated_back": ((held @ expanded) / np.sqrt(lengths + 5)).astype(np.float32),
        }


def _align(texts: Texts, asked: Places, answered: Places) -> sp.csr_matrix:
    """Question words × article words after a few rounds of expectation and maximisation."""
    size = texts.articles.shape[1]
    common = np.bincount(texts.articles.indices, minlength=size)
    sides = [_pair(texts, common, int(a), int(b)) for a, b in zip(asked, answered, strict=True)]
    if not sides:
        return sp.csr_matrix((size, size), dtype=np.float32)
    place = np.concatenate([np.repeat(number * size + said, len(law)) for number, (said, law) in enumerate(sides)])
    cell = np.concatenate([np.repeat(said, len(law)) + size * np.tile(law, len(said)) for said, law in sides])
    cells, of_cell = np.unique(cell, return_inverse=True)
    _, of_place = np.unique(place, return_inverse=True)
    law, said = cells // size, cells % size
    likely = np.ones(len(cells))
    for _ in range(_ROUNDS):
        share = likely[of_cell]
        share /= np.bincount(of_place, share)[of_place]
        count = np.bincount(of_cell, share)
        likely = count / (np.bincount(law, count, minlength=size) + 1.0)[law]
    kept = likely > _KEPT
    return sp.csr_matrix((likely[kept].astype(np.float32), (said[kept], law[kept])), shape=(size, size))


def _pair(texts: Texts, common: Places, asked: int, answered: int) -> tuple[Places, Places]:
    said = _row(texts.questions, asked)
    law = _row(texts.articles, answered)
    law = law[common[law] < max(2.0, texts.articles.shape[0] * _COMMON)]
    return said, law[np.argsort(common[law], kind="stable")[:_LONGEST]]


def _row(counts: sp.csr_matrix, row: int) -> Places:
    return counts.indices[counts.indptr[row] : counts.indptr[row + 1]].astype(np.int64)
