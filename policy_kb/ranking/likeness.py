"""Past questions and how like them a new one is, without their answers."""

from collections.abc import Mapping, Sequence
from copy import copy
from functools import cached_property

import numpy as np
import scipy.sparse as sp

from policy_kb.ranking.collection import Collection, Reading
from policy_kb.ranking.fields import Places, Row, Vector, Vocabulary, best, stack, unit_rows
from policy_kb.ranking.sayings import count_matters
from policy_kb.text import grams, words

_FOUND = 60  # articles that stand for what a search finds
_BATCH = 200  # questions searched for at once: 200 x 55,000 scores are 44 MB
_MIXED = {"said": 0.35, "asked": 0.3, "topic": 0.1, "found": 0.15, "moved": 0.1}


class Questions:
    """Past questions as vectors: in the words of the law (``said``), in people's words (``asked``), by topic, by the articles
    a search finds for each (``found``), and by topic moved towards these (``moved``)."""

    def __init__(self, collection: Collection, questions: Sequence[str]) -> None:
        self._cut = [(words(question), grams(question)) for question in questions]
        self.words = collection.fields["words"].vocabulary.count(w for w, _ in self._cut)
        self.body = collection.fields["body"].vocabulary.count(g for _, g in self._cut)
        by_grams = collection.fields["grams"].vocabulary.count(g for _, g in self._cut)
        self.topical = collection.place_topically(self.words, by_grams)
        self.latent = collection.latent.place(self.topical)
        self._found, self._moved = self._search(collection, by_grams)
        self._told = count_matters(questions)
        self._weigh_all()

    def only(self, rows: Places) -> "Questions":
        """Some of them, as if the others had never been asked: how rare a word is among them tells nothing of the others."""
        some = copy(self)
        some.__dict__.pop("_across", None)
        some.__dict__.pop("kernel", None)
        some._cut = [self._cut[row] for row in rows]
        for name in ("words", "body", "topical", "latent", "_found", "_moved", "_told"):
            setattr(some, name, getattr(self, name)[rows])
        some._weigh_all()
        return some

    def _weigh_all(self) -> None:
        """How much words and matters weigh, rare ones more, and the questions weighed so."""
        number, held = len(self._cut), np.bincount(self._told.indices, minlength=self._told.shape[1])
        self._matter_weights = np.log(1 + number / (held + 1)).astype(np.float32)
        matters = self._told.copy()
        matters.data = self._matter_weights[matters.indices]
        self.matters = unit_rows(matters)
        self._vocabulary = Vocabulary()
        counts = self._vocabulary.count([w + [pair for pair in g if len(pair) > 1] for w, g in self._cut])
        self._vocabulary.open = False
        held = np.bincount(counts.indices, minlength=len(self._vocabulary))
        self._weights = np.log(1 + number / (held + 0.5)).astype(np.float32)
        counts.data = self._weigh(Row(counts.indices, counts.data)).values
        self.asked = unit_rows(counts)

    def _search(self, collection: Collection, by_grams: sp.csr_matrix) -> tuple[sp.csr_matrix, Vector]:
        found, moved = list[Row](), list[Vector]()
        for start in range(0, by_grams.shape[0], _BATCH):
            every = (by_grams[start : start + _BATCH] @ collection.fields["grams"].by_token).toarray()
            for row, scores in enumerate(every, start):
                leading = best(scores, _FOUND)
                found.append(_as_found(scores, leading))
                moved.append(collection.move(self.latent[row], leading))
        return stack(found, len(collection.articles)), np.array(moved)

    def weigh_tokens(self, tokens: Sequence[str]) -> Vector:
        """How rare tokens are among past questions: 是否 and 如何 ask, and tell nothing of the matter."""
        known = self._vocabulary.numbers
        unseen = np.float32(np.log(1 + 2 * self.asked.shape[0]))
        return np.array([self._weights[known[t]] if t in known else unseen for t in tokens], np.float32)

    def weigh_matters(self, matters: Sequence[int]) -> Row:
        """Matters that a question tells of, those seldom asked about heavier; of length one."""
        columns = np.array(matters, np.int64)
        return Row(columns, self._matter_weights[columns]).unit()

    def _weigh(self, counts: Row) -> Row:
        return Row(counts.columns, np.minimum(counts.values, 2) * self._weights[counts.columns])

    def compare(self, reading: Reading) -> dict[str, Vector]:
        """Cosines of one question with all past ones, and ``meant``, their mixture."""
        cut = [*words(reading.text), *(pair for pair in grams(reading.text) if len(pair) > 1)]
        found = _as_found(reading.channels["grams"], reading.leading["grams"][:_FOUND])
        return _mix(
            {
                "said": reading.topical.times(self._across["said"]),
                "asked": self._weigh(self._vocabulary.read(cut)).unit().times(self._across["asked"]),
                "topic": self.latent @ reading.latent,
                "found": found.times(self._across["found"]),
                "moved": self._moved @ reading.moved,
            }
        )

    @cached_property
    def _across(self) -> dict[str, sp.csr_matrix]:
        """Past questions by token, by token, by article: turned about once, not for every question."""
        return {
            name: rows.T.tocsr()
            for name, rows in (("said", self.topical), ("asked", self.asked), ("found", self._found))
        }

    @cached_property
    def kernel(self) -> dict[str, Vector]:
        """The same of all past questions with each other, questions × questions."""
        return _mix(
            {
                "said": (self.topical @ self.topical.T).toarray(),
                "asked": (self.asked @ self.asked.T).toarray(),
                "topic": self.latent @ self.latent.T,
                "found": (self._found @ self._found.T).toarray(),
                "moved": self._moved @ self._moved.T,
            }
        )


def _mix(likeness: Mapping[str, Vector]) -> dict[str, Vector]:
    meant = np.sum([weight * likeness[name] for name, weight in _MIXED.items()], axis=0).astype(np.float32)
    return {**likeness, "meant": meant}


def _as_found(scores: Vector, leading: Places) -> Row:
    """The articles found, the better ones much heavier, as one row of length one."""
    return Row(leading, (scores[leading] / (scores[leading[0]] + 1e-6)) ** 3).unit()
