"""Rank a collection's articles for a question, with a model or, before there are pairs, without one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from policy_kb.ranking.collection import Collection, Reading
from policy_kb.ranking.experience import Experience, Pairs
from policy_kb.ranking.fields import Places, Vector, best
from policy_kb.ranking.lambdamart import Judged, Model, Recipe
from policy_kb.ranking.likeness import Questions
from policy_kb.ranking.network import Network

# Without pairs: STARD training questions, 2026-11-25; no weight of its own was fitted.
_PLAIN = {"grams_share": 1.0, "words_share": 0.5, "latent": 0.3}
# STARD, five folds from stored signs, 2026-11-26, drawn eight times from nine networks and six bags of trees: three and two have
# MRR .6313 ± .0019, six and four .6318 ± .0013, and with the trees weighed 1.5 .6330 ± .0007.
_NETWORKS, _TREES_WEIGHT = 6, 1.5
_RECIPE = Recipe(rounds=250, bags=4, drawn=True)
_CLOSE = 30  # candidates that the trees look at: from the stored signs 20, 40 and 60 gave the same figures
_HARD, _EASY = 120, 30  # wrong candidates a training question keeps: the hardest, and some others
_HARDNESS = {
    "ridge": 1.0, "ridge_around": 1.0, "grams_share": 1.5, "words_share": 1.0, "ridge_topic": 0.7, "said_law": 0.5, "latent": 0.5,
}  # fmt: skip

# Signs that say more beside those of the rivals: STARD folds 1 and 2, MRR .620 without, .626 with (2026-11-25).
_COMPARED = (
    "ridge", "ridge_around", "ridge_topic", "meant_cited", "meant_around", "asked_cited", "said_cited", "asked_before",
    "asked_covered", "like_cited", "translated", "covered", "covered_in_law", "body_in_law", "body_full", "topical", "trigrams",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Judgements:
    """The candidates of one question, by place, and their signs by name."""

    pool: Places
    signs: Mapping[str, Vector]

    def table(self, names: Sequence[str]) -> Vector:
        """Candidates × signs in the order of ``names``."""
        return np.stack([self.signs[name] for name in names], axis=1).astype(np.float32)


def judge(collection: Collection, experience: Experience | None, question: str) -> Judgements:
    """Read a question, gather its candidates and look at every sign."""
    return judge_reading(collection, experience, collection.read(question))


def judge_reading(collection: Collection, experience: Experience | None, reading: Reading) -> Judgements:
    pool = collection.candidates(reading)
    if experience is None:
        return Judgements(pool, _with_rivals(collection.signs(reading, pool, collection.tokens_held(reading, pool))))
    judged = experience.judge(reading)
    pool = np.union1d(pool, experience.candidates(judged))
    counts = collection.tokens_held(reading, pool)
    signs = {**collection.signs(reading, pool, counts), **experience.signs(reading, judged, pool, counts)}
    return Judgements(pool, _with_rivals(signs))


def _with_rivals(signs: dict[str, Vector]) -> dict[str, Vector]:
    """The signs, and of some what they are beside the best candidate's and how many candidates have more."""
    compared = [name for name in _COMPARED if name in signs]
    values = np.stack([signs[name] for name in compared])
    shares = values / (np.abs(values.max(axis=1, keepdims=True)) + 1e-6)
    order = np.argsort(np.argsort(-values, axis=1, kind="stable"), axis=1, kind="stable")
    places = np.log1p(order).astype(np.float32)
    return (
        signs
        | {f"{name}_of_best": share for name, share in zip(compared, shares, strict=True)}
        | {f"{name}_place": place for name, place in zip(compared, places, strict=True)}
    )


class Ranker:
    """Articles for a question, best first. ``model`` and ``network`` are trained together, and their scores added."""

    def __init__(
        self,
        collection: Collection,
        experience: Experience | None = None,
        model: Model | None = None,
        network: Network | None = None,
    ) -> None:
        self.collection, self.experience, self.model, self.network = collection, experience, model, network

    def rank(self, question: str, limit: int = 10) -> list[tuple[str, float]]:
        """``(article id, score)``; scores order, they are no probabilities."""
        judged = judge(self.collection, self.experience, question)
        scores = self.score(judged)
        order = np.argsort(-scores, kind="stable")[:limit]
        return [(self.collection.articles[judged.pool[place]].id, float(scores[place])) for place in order]

    def score(self, judged: Judgements) -> Vector:
        if self.model is None:
            return np.sum([weight * judged.signs[name] for name, weight in _PLAIN.items()], axis=0).astype(np.float32)
        table = judged.table(self.model.signs)
        return self.model.score(table) if self.network is None else score_twice(table, self.model, self.network)


def score_twice(table: Vector, model: Model, network: Network, close: int = _CLOSE) -> Vector:
    """The network's scores; to those of its first ``close`` rows the trees' are added, weighed, and the other rows stay behind them."""
    scores = network.score(table)
    order = best(scores, len(scores))
    near, behind = order[:close], order[close:]
    scores[near] += _TREES_WEIGHT * model.score(table[near])
    if len(behind):
        scores[behind] -= max(0.0, float(scores[behind[0]] - scores[near].min())) + 1
    return scores


def train(
    collection: Collection, pairs: Pairs, recipe: Recipe | None = None, *, folds: int = 10, made: str = ""
) -> Ranker:
    """A ranker that has learned from ``pairs``; without any, one that knows words only.

    Every training question is judged by an experience that does not know it: ``folds`` of them are made.
    """
    if len(pairs.questions) < 2 * folds:
        return Ranker(collection, _experience(collection, pairs))
    judgements = judge_apart(collection, pairs, folds)
    names = tuple(judgements[0].signs)
    judged = [
        _sample(each, names, answers, row)
        for row, (each, answers) in enumerate(zip(judgements, pairs.answers, strict=True))
    ]
    told = {
        "questions": len(pairs.questions),
        "pairs": sum(map(len, pairs.answers)),
        "articles": len(collection.articles),
        "made": made,
    }
    model = Model.train(names, judged, recipe or _RECIPE, told)
    return Ranker(collection, _experience(collection, pairs), model, Network(judged, _NETWORKS))


def _experience(collection: Collection, pairs: Pairs) -> Experience | None:
    if not pairs.questions:
        return None
    return Experience(collection, Questions(collection, pairs.questions), pairs.answers)


def judge_apart(collection: Collection, pairs: Pairs, folds: int) -> list[Judgements]:
    """Every question of ``pairs`` judged by an experience made of the other folds alone, as if it had never been asked: when its
    words counted as past ones (until 2026-11-26) it looked less like other questions than a new question does."""
    questions = Questions(collection, pairs.questions)
    found: dict[int, Judgements] = {}
    for held in split(len(pairs.questions), folds):
        known = np.setdiff1d(np.arange(len(pairs.questions)), held)
        experience = Experience(collection, questions.only(known), pairs.only(known).answers)
        found |= {int(row): judge(collection, experience, pairs.questions[row]) for row in held}
    return [found[row] for row in range(len(pairs.questions))]


def split(number: int, folds: int, seed: int = 0) -> list[Places]:
    """``number`` questions dealt into ``folds`` at random, the same for the same seed."""
    dealt = np.random.default_rng(seed).permutation(number)
    return [np.sort(dealt[start::folds]) for start in range(folds)]


def _sample(judgements: Judgements, names: Sequence[str], answers: Sequence[int], seed: int) -> Judged:
    """The right candidates, the hardest wrong ones and a few others: training on all 400 is slower, not better."""
    right = np.isin(judgements.pool, answers)
    hardness = np.sum([weight * _standard(judgements.signs[name]) for name, weight in _HARDNESS.items()], axis=0)
    order = np.argsort(-hardness, kind="stable")
    rest = order[_HARD:]
    some = np.random.default_rng(seed).choice(rest, min(_EASY, len(rest)), replace=False)
    kept = np.unique(np.concatenate([order[:_HARD], some, np.flatnonzero(right)]))
    return Judged(judgements.table(names)[kept], right[kept].astype(np.float32))


def _standard(values: Vector) -> Vector:
    scaled: Vector = (values - values.mean()) / (values.std() + 1e-6)
    return scaled
