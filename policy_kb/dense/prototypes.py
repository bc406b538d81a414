"""The point towards which the questions of one clause lie: one vector a card, learned so that each question of a card is
nearer to its own card's than to those of all others.

A question rarely resembles one phrasing closely; it resembles all that a clause is asked. The points are trained by
``python -m policy_kb train-turn`` from the phrasings of all cards at once, in the turned vectors of the model they were
trained with. A card that was not there then (a new one, an entry of the catalogue) has the middle of its own phrasings.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

Vectors = np.ndarray[Any, np.dtype[np.float32]]
HEAT = 20.0  # what a nearness is multiplied with before it becomes a share; the run that chose it is in evaluation.prototypes
_STEPS = 127  # of a number kept in one byte
_HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True, eq=False)
class Prototypes:
    """Points learned, by the key of their card. A question's product with one is its nearness, about -0.3 to 1."""

    points: dict[str, Vectors]

    def of(self, keys: Sequence[str], middles: Vectors) -> Vectors:
        """One row a key: the point learned, else the middle given at the same place."""
        learned = [self.points.get(key) for key in keys]
        rows = [middle if point is None else point for point, middle in zip(learned, middles, strict=True)]
        return np.array(rows, np.float32) if rows else middles


def middles_of(phrasings: Vectors, owners: np.ndarray, answers: Vectors) -> Vectors:
    """The middle of each card's phrasings and answer, of length 1. ``owners`` says whose phrasing each is."""
    summed = answers.astype(np.float32)
    np.add.at(summed, owners, phrasings)
    return np.asarray(summed / np.maximum(np.linalg.norm(summed, axis=1, keepdims=True), 1e-6), np.float32)


def prototypes_file(language: str) -> Path:
    return _HERE / f"prototypes-{language}.npz"


def find_prototypes(language: str, model: str) -> Prototypes:
    """What was learned with the ``model`` of that name; nothing for another one, whose middles are then used."""
    file = prototypes_file(language)
    if not file.exists():
        return Prototypes({})
    with np.load(file, allow_pickle=False) as kept:
        if str(kept["model"]) != model:
            return Prototypes({})
        points = kept["points"].astype(np.float32) * kept["steps"].astype(np.float32)[:, None]
        return Prototypes(dict(zip(map(str, kept["keys"]), points, strict=True)))


def save_prototypes(file: Path, keys: Sequence[str], points: Vectors, model: str) -> None:
    """Numbers in one byte each: nearness moves by less than 0.005."""
    steps = (np.abs(points).max(axis=1) / _STEPS).astype(np.float16)
    rounded = np.rint(points / np.maximum(steps.astype(np.float32), 1e-6)[:, None]).clip(-_STEPS, _STEPS)
    np.savez_compressed(
        file, points=rounded.astype(np.int8), steps=steps, keys=np.array(keys), model=np.array(model, dtype="U64")
    )
