"""What past questions teach about a new one: which articles, laws and neighbourhoods answered its like.

Everything here is learned from labels, so a question must never be among the pairs it is judged by: training
fits one Experience a fold (``search.judge_apart``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from policy_kb.ranking.collection import Collection, Reading
from policy_kb.ranking.fields import Places, Row, Vector, best, unit, unit_rows
from policy_kb.ranking.likeness import Questions
from policy_kb.ranking.translating import Texts, Translation

_REACH = np.arange(-12, 13)
_REACH_WEIGHT = np.exp(-np.abs(_REACH) / 4.0).astype(np.float32)
_RIDGE = 0.3
_FAR = 200  # articles; farther is all the same
_PRIOR = 3.0  # questions that a token's mean weight counts for
# name of the similarity: (how many past questions speak, how much the nearest count more)
_VOICES = {"said": (25, 2), "asked": (25, 2), "meant": (40, 2)}
_MATTER_VOICES = 30  # past questions nearest by matters


@dataclass(frozen=True, slots=True)
class Pairs:
    """Past questions and, for each, the places of the articles that answered it."""

    questions: tuple[str, ...]
    answers: tuple[tuple[int, ...], ...]

    def only(self, rows: Sequence[int] | Places) -> "Pairs":
        return Pairs(tuple(self.questions[row] for row in rows), tuple(self.answers[row] for row in rows))


class Experience:
    """Learned from pairs; ``signs`` judges the candidates of a new question, ``candidates`` adds to them."""

    def __init__(self, collection: Collection, questions: Questions, answers: Sequence[Sequence[int]]) -> None:
        """``answers`` are places of articles, a row for each of the questions."""
        self._collection, self._questions = collection, questions
        self._cited = _incidence(answers, len(collection.articles))
        self._laws = (self._cited @ _owners(collection)).tocsr()
        self._laws.data[:] = 1
        self._shares = (
            sp.diags(1 / np.maximum(np.diff(self._cited.indptr), 1)).astype(np.float32) @ self._cited
        ).tocsr()
        self._topics = unit(np.asarray(self._shares @ collection.latent.articles))
        self._sparse_topics = (self._shares @ collection.topical).tocsr()
        kernel = questions.kernel["meant"]
        self._solved = np.linalg.inv(kernel + _RIDGE * np.eye(len(kernel), dtype=np.float32)).astype(np.float32)
        self._asked_of = unit_rows((self._cited.T @ questions.topical).tocsr())
        self._translation = _translation(collection, questions, answers)
        self._told = self._count()
        self._matters = questions.matters
        self._told_of = (self._matters.T @ self._cited).tocsr(), (self._matters.T @ self._laws).tocsr()
        self._asked_of_matter = np.asarray(self._matters.sum(axis=0)).ravel()
        self._trust = weigh_trust(questions.body, self._cited, collection.fields["body"].counts)

    def _count(self) -> dict[str, Vector]:
        """How often each article, its neighbours and its law were the answer."""
        often = np.asarray(self._cited.sum(axis=0)).ravel().astype(np.float32)
        of_law = np.asarray(self._laws.sum(axis=0)).ravel()[self._collection.law]
        near = _spread(often)
        sizes = self._collection.law_sizes[self._collection.law]
        return {
            "cited": often,
            "law_cited": np.log1p(of_law),
            "near_cited": (near - often).astype(np.float32),
            **vicinity(often, self._collection.law),
            "law_rate": of_law / sizes,
        }

    # Judging -----------------------------------------------------------------

    def judge(self, reading: Reading) -> "Judgement":
        """One question against the past ones."""
        likeness = self._questions.compare(reading)
        weights = self._solved @ likeness["meant"]
        articles = self._cited.T @ weights
        return Judgement(likeness, weights, articles, _spread(articles), self._laws.T @ weights)

    def candidates(self, judged: "Judgement") -> Places:
        """Articles that past questions speak for, by place."""
        voices, power = _VOICES["meant"]
        leading = best(judged.likeness["meant"], voices)
        told = Named.by(self._cited, leading).add(np.clip(judged.likeness["meant"][leading], 0, 1) ** power)
        topical = self._collection.latent.articles @ unit(judged.weights @ self._topics)
        return np.unique(np.concatenate([best(each, 60) for each in (judged.articles, told, judged.around, topical)]))

    def signs(self, reading: Reading, judged: "Judgement", pool: Places, counts: Vector) -> dict[str, Vector]:
        """What past questions say for each article of ``pool``. ``counts`` as of ``Collection.tokens_held``."""
        found: dict[str, Vector] = {}
        for name, (number, power) in _VOICES.items():
            found |= self._voiced(name, judged.likeness[name], number, power, pool)
        found |= self._regressed(judged, pool)
        leading = best(judged.likeness["meant"], 10)
        weights = np.clip(judged.likeness["meant"][leading], 0, 1) ** 2
        centre = Row(leading, weights / (weights.sum() + 1e-6)).times(self._sparse_topics)
        found["like_cited"] = self._collection.topical[pool] @ centre
        found["asked_before"] = self._asked_of[pool] @ reading.topical.dense(len(centre))
        found |= self._translation.signs(reading.words, pool)
        found |= self._held_signs(reading, counts)
        found |= self._matter_signs(reading, pool)
        return found | {name: values[pool] for name, values in self._told.items()}

    def _held_signs(self, reading: Reading, counts: Vector) -> dict[str, Vector]:
        """How much of the question stands in the article: by words that few questions use, and by words that answers held."""
        body, tokens, held = self._collection.fields["body"], reading.body.columns, counts > 0
        rare = self._questions.weigh_tokens([body.vocabulary.tokens[token] for token in tokens]) * body.rarity[tokens]
        trusted = held @ self._trust[tokens]
        return {
            "asked_covered": held @ (rare / (rare.sum() + 1e-6)),
            "trusted": trusted,
            "trusted_covered": trusted / (self._trust[tokens].sum() + 1e-6),
        }

    def _matter_signs(self, reading: Reading, pool: Places) -> dict[str, Vector]:
        """Which articles and laws answered the matters that the question tells of, and the nearest questions by matters."""
        asked, law = self._questions.weigh_matters(reading.matters), self._collection.law[pool]
        articles, laws = (asked.times(each) for each in self._told_of)
        often = float(asked.values @ self._asked_of_matter[asked.columns]) + 0.5
        likeness = self._matters @ asked.dense(self._matters.shape[1])
        leading = best(likeness, _MATTER_VOICES)
        near = likeness[leading]
        cited, whole = Named.by(self._cited, leading), float((near**2).sum()) + 0.3
        told = cited.add(near**2)
        found = {
            "matter_cited": articles[pool] / often,
            "matter_law": laws[law] / often,
            "matter_around": _around(articles, pool) / often,
            "matter_told": told[pool] / whole,
            "matter_told_law": Named.by(self._laws, leading).add(near**2)[law] / whole,
            "matter_nearest": cited.most(near)[pool],
            "matter_told_around": _around(told, pool) / whole,
        }
        return {name: np.asarray(values, np.float32) for name, values in found.items()}

    def _voiced(self, name: str, likeness: Vector, number: int, power: int, pool: Places) -> dict[str, Vector]:
        """The nearest past questions speak for the articles they cited, for their neighbours, laws and topics."""
        leading = best(likeness, number)
        near = np.clip(likeness[leading], 0, 1)
        voice = near**power
        whole, law = float(voice.sum()) + 1e-6, self._collection.law[pool]
        cited, laws = Named.by(self._cited, leading), Named.by(self._laws, leading)
        told = cited.add(voice)
        return {
            f"{name}_cited": told[pool] / whole,
            f"{name}_nearest": cited.most(near)[pool],
            f"{name}_law": laws.add(voice)[law] / whole,
            f"{name}_law_nearest": laws.most(near)[law],
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
            "ridge_around": judged.around[pool],
            "ridge_law": judged.laws[law],
            "ridge_law_rank": order[law],
            "ridge_topic": self._collection.latent.articles[pool] @ unit(judged.weights @ self._topics),
        }


@dataclass(frozen=True, slots=True)
class Judgement:
    """A question's likeness to each past one, their weights in the regression, and what it says of articles, of what is
    printed around each, and of laws."""

    likeness: dict[str, Vector]
    weights: Vector
    articles: Vector
    around: Vector
    laws: Vector


def _incidence(answers: Sequence[Sequence[int]], articles: int) -> sp.csr_matrix:
    ends = np.cumsum([0, *(len(row) for row in answers)])
    columns = np.array([place for row in answers for place in row], np.int64)
    return sp.csr_matrix((np.ones(len(columns), np.float32), columns, ends), shape=(len(answers), articles))


@dataclass(frozen=True, slots=True)
class Named:
    """What some rows of an incidence matrix name: row by row the columns, of ``size``. A matrix of a few rows would cost scipy
    five times as much."""

    size: int
    rows: Places
    columns: Places

    @classmethod
    def by(cls, incidence: sp.csr_matrix, chosen: Places) -> "Named":
        """``rows`` are places in ``chosen``."""
        starts, sizes = incidence.indptr[chosen], incidence.indptr[chosen + 1] - incidence.indptr[chosen]
        entries = np.repeat(starts - np.cumsum(sizes) + sizes, sizes) + np.arange(sizes.sum())
        return cls(incidence.shape[1], np.repeat(np.arange(len(chosen)), sizes), incidence.indices[entries])

    def add(self, values: Vector) -> Vector:
        """The sum of the values, one a chosen row, of the rows that name each column."""
        return np.bincount(self.columns, values[self.rows], minlength=self.size).astype(np.float32)

    def most(self, values: Vector) -> Vector:
        """The highest value among the rows that name each column; zero where none does."""
        most = np.zeros(self.size, np.float32)
        np.maximum.at(most, self.columns, values[self.rows].astype(np.float32))
        return most


def _owners(collection: Collection) -> sp.csr_matrix:
    """Articles × laws, one where the article is the law's."""
    places = np.arange(len(collection.law))
    return sp.csr_matrix(
        (np.ones(len(places), np.float32), (places, collection.law)), shape=(len(places), len(collection.law_sizes))
    )


def _translation(collection: Collection, questions: Questions, answers: Sequence[Sequence[int]]) -> Translation:
    asked = np.repeat(np.arange(len(answers)), [len(row) for row in answers])
    answered = np.array([place for row in answers for place in row], np.int64)
    return Translation(Texts(collection.fields["words"].counts, questions.words), asked, answered)


def vicinity(often: Vector, law: Places) -> dict[str, Vector]:
    """How far away in its law the nearest article is that was ever an answer, and how many answers stand around."""
    places, cited = np.arange(len(often)), np.flatnonzero(often)

    def away(nearest: Places) -> Places:
        same = (nearest >= 0) & (law[nearest] == law)
        return np.where(same, np.abs(places - nearest), _FAR).clip(max=_FAR)

    before = away(np.insert(cited, 0, -1)[np.searchsorted(cited, places, side="right")])
    after = away(np.append(cited, -1)[np.searchsorted(cited, places)])
    return {
        "cited_away": np.log1p(np.minimum(before, after)).astype(np.float32),
        "cited_before": np.log1p(before).astype(np.float32),
        "cited_after": np.log1p(after).astype(np.float32),
        "cited_within_3": _sum_within(often, 3),
        "cited_within_10": _sum_within(often, 10),
    }


def _sum_within(values: Vector, reach: int) -> Vector:
    return np.convolve(values, np.ones(2 * reach + 1))[reach : reach + len(values)].astype(np.float32)


def weigh_trust(asked: sp.csr_matrix, cited: sp.csr_matrix, articles: sp.csr_matrix) -> Vector:
    """Relevance weights of Robertson and Spärck Jones (1976): how much oftener a token of a question stands in its answer
    than in any article. Tokens seldom asked weigh as the mean of all; none weighs less than nothing."""
    asked, held = asked.copy(), articles.copy()
    asked.data[:] = held.data[:] = 1
    answers = (cited @ held).tocsr()
    answers.data[:] = 1
    times = np.asarray(asked.sum(axis=0)).ravel()
    answered = np.asarray(asked.multiply(answers).sum(axis=0)).ravel()
    mean = answered.sum() / max(times.sum(), 1.0)
    share = ((answered + _PRIOR * mean) / (times + _PRIOR)).clip(1e-6, 1 - 1e-6)
    usual = (np.asarray(held.sum(axis=0)).ravel() + 0.5) / (held.shape[0] + 1)
    return np.maximum(np.log(share / (1 - share)) - np.log(usual / (1 - usual)), 0).astype(np.float32)


def _spread(values: Vector) -> Vector:
    """``_around`` of every article at once; most values are zero."""
    told = np.flatnonzero(values)
    places = told[:, None] + _REACH
    inside = (places >= 0) & (places < len(values))
    weights = values[told][:, None] * _REACH_WEIGHT
    return np.bincount(places[inside], weights[inside], minlength=len(values)).astype(np.float32)


def _around(values: Vector, pool: Places) -> Vector:
    """``values`` of the articles printed nearby, nearer ones heavier. The law's edge is not minded."""
    places = pool[:, None] + _REACH
    inside = (places >= 0) & (places < len(values))
    found: Vector = np.where(inside, values[np.clip(places, 0, len(values) - 1)], 0) @ _REACH_WEIGHT
    return found
