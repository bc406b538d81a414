"""Trains the points of the cards (``dense.prototypes``): of all cards, which one is a question put to?

One softmax over all cards, begun at the middle of each card's phrasings, fitted by Adam. The figures are of phrasings
that were not learned from; development questions teach nothing here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from policy_kb.catalogue import Card
from policy_kb.dense import Language, Vectors
from policy_kb.dense.prototypes import HEAT, middles_of, prototypes_file, save_prototypes

# Run of 2026-11-26, 711 development questions, the likeness of cards alone: right card first .751 zh and .705 en without
# points; with the middles .785 and .767; with these .806 and .790. Heats 12 to 30, 3 to 8 rounds, rates .02 to .04 and
# noise on the vectors differ by a hundredth; a linear discriminant in closed form gave .779 and .767.
_ROUNDS, _TOGETHER, _RATE = 4, 512, 0.03
_HELD_OUT = 8  # one phrasing in this many is left out for the figures


@dataclass(frozen=True, slots=True)
class Taught:
    """Texts × numbers (phrasings and answers of the cards), and the place of each one's clause among ``keys``."""

    keys: tuple[str, ...]
    rows: Vectors
    owners: np.ndarray


def train_prototypes(
    language: str, model: Language, cards: Sequence[Card], file: Path | None = None
) -> dict[str, float]:
    """Fit, write ``file`` (else the release's) and return how often a text left out finds its own clause first: by the
    middles and by the points."""
    taught = _embed(language, model, cards)
    held = np.arange(len(taught.owners)) % _HELD_OUT == 0
    kept = Taught(taught.keys, taught.rows[~held], taught.owners[~held])
    found = {
        name: _found(points, taught.rows[held], taught.owners[held])
        for name, points in (("before", _middles(kept)), ("after", _fit(kept)))
    }
    save_prototypes(file or prototypes_file(language), taught.keys, _fit(taught), model.model.name)
    return found


def _embed(language: str, model: Language, cards: Sequence[Card]) -> Taught:
    """A clause with several cards is one."""
    keys = tuple(dict.fromkeys(card.key for card in cards))
    places = {key: place for place, key in enumerate(keys)}
    texts = [
        (places[card.key], text)
        for card in cards
        for text in (getattr(card.answer, language), *getattr(card.asks, language))
    ]
    owners = np.array([place for place, _ in texts], dtype=np.intp)
    return Taught(keys, model.place_all([text for _, text in texts]), owners)


def _middles(taught: Taught) -> Vectors:
    return middles_of(taught.rows, taught.owners, np.zeros((len(taught.keys), taught.rows.shape[1]), np.float32))


def _fit(taught: Taught) -> Vectors:
    """Clauses × numbers. The rate falls to nothing by the last step."""
    rows, owners = taught.rows, taught.owners
    points = HEAT * _middles(taught)
    mean, square, rng = np.zeros_like(points), np.zeros_like(points), np.random.default_rng(0)
    together = min(_TOGETHER, len(rows))
    steps, step = _ROUNDS * (len(rows) // together), 0
    for _ in range(_ROUNDS):
        order = rng.permutation(len(rows))
        for start in range(0, len(order) - together + 1, together):
            places = order[start : start + together]
            slope = _slope(points, rows[places], owners[places])
            step += 1
            mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
            rate = _RATE * (1 - step / (steps + 1))
            points -= rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return np.asarray(points / HEAT, np.float32)


def _slope(points: Vectors, rows: Vectors, wanted: np.ndarray) -> Vectors:
    """The gradient of the cross-entropy by the points."""
    near = rows @ points.T
    near -= near.max(axis=1, keepdims=True)
    shares = np.exp(near, out=near)
    shares /= shares.sum(axis=1, keepdims=True)
    shares[np.arange(len(rows)), wanted] -= 1
    return np.asarray(shares.T @ rows / len(rows), np.float32)


def _found(points: Vectors, rows: Vectors, owners: np.ndarray) -> float:
    """Share of rows whose nearest point is their own card's."""
    if not len(rows):
        return 0.0
    return float(np.mean(np.argmax(rows @ points.T, axis=1) == owners))
