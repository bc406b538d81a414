"""What past questions teach about a new one: which articles, laws and neighbourhoods answered its like.

Everything here is learned from labels, so a question must never be among the pairs it is judged by: ``training``
fits one Experience a fold.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from policy_kb.ranking.collection import Collection, Reading
from policy_kb.ranking.fields import Places, Vector, Vocabulary, best, unit, unit_rows
from policy_kb.ranking.translating import Texts, Translation
from policy_kb.text import grams, words

_REACH = np.arange(-12, 13)
_REACH_WEIGHT = np.exp(-np.abs(_REACH) / 4.0).astype(np.float32)
_RIDGE = 0.3
# name of the similarity: (how many past questions speak, how much the nearest count more)
_VOICES = {"said": (25, 2), "asked": (25, 2), "meant": (40, 2)}


@dataclass(frozen=True, slots=True)
class Pairs:
    """Past questions and, for each, the places of the articles that answered it."""

    questions: tuple[str, ...]
    answers: tuple[tuple[int, ...], ...]

    def only(self, rows: Sequence[int] | Places) -> "Pairs":
        return Pairs(tuple(self.questions[row] for row in rows), tuple(self.answers[row] for row in rows))


class Questions:
    """Past questions as vectors, without their answers: in the words of the law, in people's words, by topic."""

    def __init__(self, collection: Collection, questions: Sequence[str]) -> None:
        self._vocabulary, self._law_words = Vocabulary(), collection.fields["words"].vocabulary
        cut = [(words(question), grams(question)) for question in questions]
        self.topical = collection.place_topically(
            collection.fields["words"].vocabulary.count(w for w, _ in cut),
            collection.fields["grams"].vocabulary.count(g for _, g in cut),
        )
        self.latent = collection.latent.place(self.topical)
        counts = self._vocabulary.count([w + [pair for pair in g if len(pair) > 1] for w, g in cut])
        self._vocabulary.open = False
        held = np.bincount(counts.indices, minlength=len(self._vocabulary))
        self._weights = np.log(1 + len(cut) / (held + 0.5)).astype(np.float32)
        self.asked = self._weigh(counts)
        self.words = self._law_words.count(w for w, _ in cut)

    def weigh_tokens(self, tokens: Sequence[str]) -> Vector:
        """How rare tokens are among past questions: 是否 and 如何 ask, and tell nothing of the matter."""
        known = self._vocabulary.numbers
        unseen = np.float32(np.log(1 + 2 * self.asked.shape[0]))
        return np.array([self._weights[known[t]] if t in known else unseen for t in tokens], np.float32)

    def _weigh(self, counts: sp.csr_matrix) -> sp.csr_matrix:
        weighed = counts.copy()
        weighed.data = np.minimum(weighed.data, 2) * self._weights[weighed.indices]
        return unit_rows(weighed)

    def likeness(self, reading: Reading) -> dict[str, Vector]:
        """Cosines of one question with all past ones."""
        cut = [*words(reading.text), *(pair for pair in grams(reading.text) if len(pair) > 1)]
        said = (reading.topical @ self.topical.T).toarray()[0]
        asked = (self._weigh(self._vocabulary.count([cut])) @ self.asked.T).toarray()[0]
        return {"said": said, "asked": asked, "topic": self.latent @ reading.latent}

    def kernel(self) -> dict[str, Vector]:
        """Cosines of all past questions with each other."""
        return {
            "said": (self.topical @ self.topical.T).toarray(),
            "asked": (self.asked @ self.asked.T).toarray(),
            "topic": self.latent @ self.latent.T,
        }


def _mixed(likeness: dict[str, Vector]) -> Vector:
    mixed: Vector = (0.45 * likeness["said"] + 0.4 * likeness["asked"] + 0.15 * likeness["topic"]).astype(np.float32)
    return mixed


class Experience:
    """Learned from pairs; ``signs`` judges the candidates of a new question, ``candidates`` adds to them."""

    def __init__(self, collection: Collection, questions: Questions, pairs: Pairs, rows: Places) -> None:
        """``rows`` are the questions learned from; the others are there only so that folds share one ``Questions``."""
        self._collection, self._questions, self._rows = collection, questions, rows
        answers = [pairs.answers[row] for row in rows]
        self._cited = _incidence(answers, len(collection.articles))
        self._laws = np.minimum((self._cited @ _owners(collection)).toarray(), 1).astype(np.float32)
        self._shares = (
            sp.diags(1 / np.maximum(np.diff(self._cited.indptr), 1)).astype(np.float32) @ self._cited
        ).tocsr()
        self._topics = unit(np.asarray(self._shares @ collection.latent.articles))
        self._sparse_topics = (self._shares @ collection.topical).tocsr()
        kernel = _mixed(questions.kernel())[np.ix_(rows, rows)]
        self._solved = np.linalg.inv(kernel + _RIDGE * np.eye(len(rows), dtype=np.float32)).astype(np.float32)
        self._asked_of = unit_rows((self._cited.T @ questions.topical[rows]).tocsr())
        self._translation = _translation(collection, questions, answers, rows)
        self._told = self._count()

    def _count(self) -> dict[str, Vector]:
        """How often each article, its neighbours and its law were the answer."""
        often = np.asarray(self._cited.sum(axis=0)).ravel().astype(np.float32)
        of_law = self._laws.sum(axis=0)[self._collection.law]
        near = _spread(often)
        sizes = self._collection.law_sizes[self._collection.law]
        return {
            "cited": often,
            "law_cited": np.log1p(of_law),
            "near_cited": (near - often).astype(np.float32),
            "law_rate": of_law / sizes,
        }

    # Judging -----------------------------------------------------------------

    def judge(self, reading: Reading) -> "Judgement":
        """One question against the past ones."""
        likeness = {name: values[self._rows] for name, values in self._questions.likeness(reading).items()}
        likeness["meant"] = _mixed(likeness)
        weights = self._solved @ likeness["meant"]
        return Judgement(likeness, weights, np.asarray(self._cited.T @ weights).ravel(), self._laws.T @ weights)

    def candidates(self, judged: "Judgement") -> Places:
        """Articles that past questions speak for, by place."""
        voices, power = _VOICES["meant"]
        leading = best(judged.likeness["meant"], voices)
        told = np.asarray(self._cited[leading].T @ np.clip(judged.likeness["meant"][leading], 0, 1) ** power).ravel()
        around = _spread(judged.articles)
        topical = self._collection.latent.articles @ unit(judged.weights @ self._topics)
        return np.unique(np.concatenate([best(values, 60) for values in (judged.articles, told, around, topical)]))

    def signs(self, reading: Reading, judged: "Judgement", pool: Places) -> dict[str, Vector]:
        """What past questions say for each article of ``pool``."""
        found: dict[str, Vector] = {}
        for name, (number, power) in _VOICES.items():
            found |= self._voiced(name, judged.likeness[name], number, power, pool)
        found |= self._regressed(judged, pool)
        leading = best(judged.likeness["meant"], 10)
        weights = np.clip(judged.likeness["meant"][leading], 0, 1) ** 2
        centre = sp.csr_matrix(weights / (weights.sum() + 1e-6)) @ self._sparse_topics[leading]
        found["like_cited"] = (self._collection.topical[pool] @ centre.T).toarray().ravel()
        found["asked_before"] = (self._asked_of[pool] @ reading.topical.T).toarray().ravel()
        found |= self._translation.signs(reading.words, pool)
        found["asked_covered"] = self._asked_covered(reading, pool)
        return found | {name: values[pool] for name, values in self._told.items()}

    def _asked_covered(self, reading: Reading, pool: Places) -> Vector:
        """How much of the question stands in the article, words that every question uses weighing little."""
        body = self._collection.fields["body"]
        tokens = reading.body.indices
        weights = (
            self._questions.weigh_tokens([body.vocabulary.tokens[token] for token in tokens]) * body.rarity[tokens]
        )
        return (self._collection.tokens_held(reading, pool) > 0) @ (weights / (weights.sum() + 1e-6))

    def _voiced(self, name: str, likeness: Vector, number: int, power: int, pool: Places) -> dict[str, Vector]:
        """The nearest past questions speak for the articles they cited, for their neighbours, laws and topics."""
        leading = best(likeness, number)
        near = np.clip(likeness[leading], 0, 1)
        voice = near**power
        whole, law, cited = float(voice.sum()) + 1e-6, self._collection.law[pool], self._cited[leading]
        told = np.asarray(cited.T @ voice).ravel()
        most = np.zeros(len(told), np.float32)
        np.maximum.at(most, cited.indices, np.repeat(near, np.diff(cited.indptr)).astype(np.float32))
        return {
            f"{name}_cited": told[pool] / whole,
            f"{name}_nearest": most[pool],
            f"{name}_law": (voice @ self._laws[leading] / whole)[law],
            f"{name}_law_nearest": (self._laws[leading] * near[:, None]).max(axis=0)[law],
            f"{name}_around": (_around(told, pool) - told[pool]) / whole,
            f"{name}_topic": self._collection.latent.articles[pool] @ unit(voice @ self._topics[leading]),
            f"{name}_best": np.full(len(pool), near[0] if len(near) else 0.0, np.float32),
        }

    def _regressed(self, judged: "Judgement", pool: Places) -> dict[str, Vector]:
        """Kernel ridge regression from questions to articles, laws and topics."""
        law = self._collection.law[pool]
        order = np.empty(len(judged.laws), np.float32)
        order[np.argsort(-judged.laws, kind="stable")] = np.log1p(np.arange(len(judged.laws)))
        return {
            "ridge": judged.articles[pool],
            "ridge_around": _around(judged.articles, pool),
            "ridge_law": judged.laws[law],
            "ridge_law_rank": order[law],
            "ridge_topic": self._collection.latent.articles[pool] @ unit(judged.weights @ self._topics),
        }


@dataclass(frozen=True, slots=True)
class Judgement:
    """A question's likeness to each past one, their weights in the regression, and what it says of articles and laws."""

    likeness: dict[str, Vector]
    weights: Vector
    articles: Vector
    laws: Vector


def _incidence(answers: Sequence[Sequence[int]], articles: int) -> sp.csr_matrix:
    ends = np.cumsum([0, *(len(row) for row in answers)])
    columns = np.array([place for row in answers for place in row], np.int64)
    return sp.csr_matrix((np.ones(len(columns), np.float32), columns, ends), shape=(len(answers), articles))


def _owners(collection: Collection) -> sp.csr_matrix:
    """Articles × laws, one where the article is the law's."""
    places = np.arange(len(collection.law))
    return sp.csr_matrix(
        (np.ones(len(places), np.float32), (places, collection.law)), shape=(len(places), len(collection.law_sizes))
    )


def _translation(
    collection: Collection, questions: Questions, answers: Sequence[Sequence[int]], rows: Places
) -> Translation:
    asked = np.repeat(rows, [len(row) for row in answers])
    answered = np.array([place for row in answers for place in row], np.int64)
    return Translation(Texts(collection.fields["words"].counts, questions.words), asked, answered)


def _spread(values: Vector) -> Vector:
    """``_around`` of every article at once."""
    reach = len(_REACH) // 2
    return np.convolve(values, _REACH_WEIGHT)[reach : reach + len(values)].astype(np.float32)


def _around(values: Vector, pool: Places) -> Vector:
    """``values`` of the articles printed nearby, nearer ones heavier. The law's edge is not minded."""
    places = pool[:, None] + _REACH
    inside = (places >= 0) & (places < len(values))
    found: Vector = np.where(inside, values[np.clip(places, 0, len(values) - 1)], 0) @ _REACH_WEIGHT
    return found
