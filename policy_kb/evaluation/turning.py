"""Trains the turn of a language's vectors (``dense.turning``) from the clause cards, and tells what it is worth.

Contrastive: of a few hundred cards at once, each phrasing is to lie nearer to another phrasing of its own card (or to
its answer) than to those of the others, and the other way round. The figures are of cards that were not learned from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from policy_kb.catalogue import Card
from policy_kb.dense import Language, Vectors
from policy_kb.dense.turning import Turn, save_turn, turn_file

# Run of 2026-11-26 on 451 development questions, which teach nothing here: temperatures .03 to .1, 4 to 16 rounds and
# strengths .0001 to .01 differ by a hundredth; without the answers as well.
_HEAT, _ROUNDS, _TOGETHER, _RATE, _STRENGTH, _ANSWERS = 0.1, 8, 512, 5e-4, 3e-3, 0.3
_HELD_OUT = 5  # one card in this many is left out for the figures
_SAME = 0.97  # of the cosines of two phrasings of one card, the quantile that counts as saying the same
_PAIRS = 4000  # strangers looked at


@dataclass(frozen=True, slots=True)
class Asked:
    """Phrasings × numbers, cards × numbers of their answers, and each phrasing's card; phrasings stand by card."""

    phrasings: Vectors
    answers: Vectors
    owners: np.ndarray

    def part(self, cards: np.ndarray) -> "Asked":
        """Those of the given cards (sorted) alone."""
        taken = np.isin(self.owners, cards)
        return Asked(self.phrasings[taken], self.answers[cards], np.searchsorted(cards, self.owners[taken]))


def train_turn(language: str, model: Language, cards: Sequence[Card], file: Path | None = None) -> dict[str, object]:
    """Fit, write ``file`` (else the release's) and return how often a phrasing finds its own card among all others:
    on cards held out of the fit, before and after."""
    asked = _embed(language, model, cards)
    held = np.arange(len(cards)) % _HELD_OUT == 0
    tried = _fit(asked.part(np.flatnonzero(~held)))
    found = {
        "before": _found(asked, np.flatnonzero(held), asked.phrasings),
        "after": _found(asked, np.flatnonzero(held), tried.of(asked.phrasings)),
    }
    save_turn(file or turn_file(language), _fit(asked), model.model.name)
    return {"language": language, "cards": len(cards), "phrasings": len(asked.owners), "found": found}


def _embed(language: str, model: Language, cards: Sequence[Card]) -> Asked:
    asks = [(place, ask) for place, card in enumerate(cards) for ask in getattr(card.asks, language)]
    return Asked(
        model.embed_all([ask for _, ask in asks]),
        model.embed_all([getattr(card.answer, language) for card in cards]),
        np.array([place for place, _ in asks], dtype=np.intp),
    )


def _fit(asked: Asked) -> Turn:
    """Adam over the mean of both directions' cross-entropy."""
    rng, width = np.random.default_rng(1), asked.phrasings.shape[1]
    matrix, mean, square = (np.zeros((width, width), np.float32) for _ in range(3))
    step, together = 0, min(_TOGETHER, len(asked.owners))
    for _ in range(_ROUNDS):
        order = rng.permutation(len(asked.owners))
        for start in range(0, len(order) - together + 1, together):
            places = order[start : start + together]
            slope = _slope(matrix, asked.phrasings[places], _partners(asked, places, rng), asked.owners[places])
            slope += _STRENGTH * matrix
            step += 1
            mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
            matrix -= _RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return _scaled(Turn(matrix, 0.0, 1.0), asked)


def _partners(asked: Asked, places: np.ndarray, rng: np.random.Generator) -> Vectors:
    """For each phrasing another one of its card, or (also where it is the only one) the answer."""
    owners = asked.owners[places]
    first = np.searchsorted(asked.owners, owners)
    count = np.searchsorted(asked.owners, owners, side="right") - first
    other = first + (places - first + 1 + rng.integers(0, np.maximum(count - 1, 1))) % count
    answer = (rng.random(len(places)) < _ANSWERS) | (count == 1)
    return np.where(answer[:, None], asked.answers[owners], asked.phrasings[other])


def _slope(matrix: Vectors, left: Vectors, right: Vectors, owners: np.ndarray) -> Vectors:
    """The gradient of the loss by the matrix. Two rows of one card are no strangers to each other: they do not count."""
    (one, length_one), (two, length_two) = _turned(left, matrix), _turned(right, matrix)
    near, own = one @ two.T / _HEAT, np.eye(len(owners), dtype=bool)
    near = np.where((owners[:, None] == owners[None, :]) & ~own, -np.inf, near)
    blame: Vectors = np.asarray((_softmax(near, 1) + _softmax(near, 0)) / 2 - own, np.float32)
    blame /= len(owners) * _HEAT
    of_left, of_right = _along(blame @ two, one, length_one), _along(blame.T @ one, two, length_two)
    return np.asarray(left.T @ of_left + right.T @ of_right, np.float32)


def _turned(rows: Vectors, matrix: Vectors) -> tuple[Vectors, Vectors]:
    turned = rows + rows @ matrix
    length = np.linalg.norm(turned, axis=1, keepdims=True)
    return turned / length, length


def _along(slope: Vectors, rows: Vectors, length: Vectors) -> Vectors:
    """Through the scaling to length 1."""
    return np.asarray((slope - rows * (slope * rows).sum(1, keepdims=True)) / length, np.float32)


def _softmax(scores: Vectors, axis: int) -> Vectors:
    risen = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return np.asarray(risen / risen.sum(axis=axis, keepdims=True), np.float32)


def _scaled(turn: Turn, asked: Asked) -> Turn:
    turned, rng = turn.of(asked.phrasings), np.random.default_rng(0)
    one, two = rng.integers(len(turned), size=(2, _PAIRS))
    beside = np.flatnonzero(asked.owners[:-1] == asked.owners[1:])
    strangers = float((turned[one] * turned[two]).sum(1).mean())
    same = float(np.quantile((turned[beside] * turned[beside + 1]).sum(1), _SAME)) if len(beside) else 1.0
    return Turn(turn.matrix, max(0.0, strangers), max(same, strangers + 0.1))


def _found(asked: Asked, cards: np.ndarray, phrasings: Vectors) -> Mapping[str, float]:
    """How often the nearest other phrasing is of the same card, and one of the three nearest."""
    first = three = count = 0
    for card in cards:
        own = np.flatnonzero(asked.owners == card)
        if len(own) < 2:
            continue
        near = phrasings @ phrasings[own[0]]
        near[own[0]] = -1.0
        best = asked.owners[np.argsort(-near)[:3]]
        first, three, count = first + int(best[0] == card), three + int(card in best), count + 1
    return {"first": round(first / count, 4), "among_three": round(three / count, 4), "asked": count} if count else {}
