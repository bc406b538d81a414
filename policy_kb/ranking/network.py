"""A small network that puts a list of candidates in order, beside the trees: it errs on other questions than they do.

One hidden layer over the signs, each twice: beside those of all training candidates and beside those of its own list. Trained
so that the right candidates take all of the list's softmax (ListNet, Cao et al. 2007) with Adam; numpy alone is enough.
"""

from collections.abc import Sequence

import numpy as np

from policy_kb.ranking.fields import Vector
from policy_kb.ranking.lambdamart import Judged

_HIDDEN = 32
_ROUNDS = 25  # STARD, fold 1: MRR .656 after 12 rounds, .662 after 25, .657 after 50 (2026-11-26)
_LISTS = 32  # questions a step
_RATE, _DECAY, _DROPPED, _LEAK = 2e-3, 0.03, 0.2, 0.05
_FAR = np.array([3.0, -4.0, 6.0])  # standard deviations: of all candidates, and of the own list below and above


class Network:
    """``bags`` networks with different seeds whose scores are averaged."""

    def __init__(self, lists: Sequence[Judged], bags: int) -> None:
        told = [each for each in lists if 0 < each.right.sum() < len(each.right)]
        every = np.vstack([each.signs[::5] for each in told])
        self._middle, self._width = every.mean(axis=0), every.std(axis=0) + 1e-6
        signs = [self._place(each.signs) for each in told]
        wanted = [(each.right / each.right.sum()).astype(np.float32) for each in told]
        self._bags = [_train(signs, wanted, seed) for seed in range(bags)]

    def score(self, signs: Vector) -> Vector:
        """One score a row; rows are all candidates of one question."""
        placed = self._place(signs)
        scores: Vector = np.mean([_ask(weights, placed)[1] for weights in self._bags], axis=0)
        return scores

    def _place(self, signs: Vector) -> Vector:
        """Candidates × twice the signs; a sign that is alike for the whole list is zero there."""
        among = np.clip((signs - self._middle) / self._width, -_FAR[0], _FAR[0])
        middle, width = signs.mean(axis=0), signs.std(axis=0)
        within = np.clip((signs - middle) / (width + 1e-6), _FAR[1], _FAR[2])
        within[:, width < 1e-6 * np.maximum(1, np.abs(middle))] = 0
        return np.hstack([among, within]).astype(np.float32)


Weights = list[Vector]  # of the hidden layer, its biases, of the output


def _ask(weights: Weights, placed: Vector) -> tuple[Vector, Vector]:
    hidden = placed @ weights[0] + weights[1]
    hidden = np.maximum(hidden, _LEAK * hidden)
    return hidden, (hidden @ weights[2]).ravel()


def _train(signs: Sequence[Vector], wanted: Sequence[Vector], seed: int) -> Weights:
    rng, width = np.random.default_rng(seed), signs[0].shape[1]
    weights = [
        rng.normal(size=(width, _HIDDEN)).astype(np.float32) / np.float32(np.sqrt(width)),
        np.zeros(_HIDDEN, np.float32),
        rng.normal(size=(_HIDDEN, 1)).astype(np.float32) / np.float32(np.sqrt(_HIDDEN)),
    ]
    moments = [(np.zeros_like(each), np.zeros_like(each)) for each in weights]
    rounds = (rng.permutation(len(signs)) for _ in range(_ROUNDS))
    batches = [order[start : start + _LISTS] for order in rounds for start in range(0, len(order), _LISTS)]
    for step, rows in enumerate(batches):
        kept = np.where(rng.random(width) > _DROPPED, 1 / (1 - _DROPPED), 0).astype(np.float32)
        slopes = _slopes(weights, kept[:, None], [signs[row] for row in rows], [wanted[row] for row in rows])
        _step(weights, moments, slopes, step, len(batches))
    return weights


def _slopes(weights: Weights, kept: Vector, signs: Sequence[Vector], wanted: Sequence[Vector]) -> list[Vector]:
    """How the loss of some lists changes with each weight; ``kept`` is zero for the signs that this step drops."""
    stacked, starts = np.vstack(signs), np.cumsum([0, *(len(each) for each in signs)])[:-1]
    sizes = [len(each) for each in signs]
    # dropping rows of the weights equals dropping columns of the signs, and there are a hundred times fewer of them
    hidden, scores = _ask([kept * weights[0], *weights[1:]], stacked)
    likely = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts), sizes))
    likely /= np.repeat(np.add.reduceat(likely, starts), sizes)
    wrong = ((likely - np.concatenate(wanted)) / len(signs))[:, None].astype(np.float32)
    back = (wrong @ weights[2].T) * np.where(hidden > 0, np.float32(1), np.float32(_LEAK))
    return [kept * (stacked.T @ back), back.sum(axis=0), hidden.T @ wrong]


def _step(
    weights: Weights, moments: Sequence[tuple[Vector, Vector]], slopes: Sequence[Vector], step: int, steps: int
) -> None:
    """One step of Adam, weights drawn towards zero, the rate falling to zero; changes ``weights`` and ``moments``."""
    rate = _RATE * (1 - step / steps) + 1e-5
    for weight, (first, second), slope in zip(weights, moments, slopes, strict=True):
        first += 0.1 * (slope - first)
        second += 0.001 * (slope * slope - second)
        size = np.sqrt(second / (1 - 0.999 ** (step + 1))) + 1e-8
        weight -= rate * (first / (1 - 0.9 ** (step + 1)) / size + _DECAY * weight)
