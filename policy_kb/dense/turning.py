"""What lies near what in our field: each language's vectors turned by a matrix that the clause cards have taught.

The text models were made for texts of every sort: to them 延续 of a licence and 补发 of the same one are nearly the same
thing. One square matrix a model, trained by ``python -m policy_kb train-turn`` so that the phrasings and the answer of
one card lie nearer to each other than to those of other cards, puts that right. It belongs to the model it was trained
with and is not used with another.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

Vectors = np.ndarray[Any, np.dtype[np.float32]]
_HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True, eq=False)
class Turn:
    """``matrix`` is square, as wide as the model's vectors, and is added to the identity; ``strangers`` and ``same`` are
    the cosines that unlike texts and texts of one meaning have afterwards."""

    matrix: Vectors
    strangers: float
    same: float

    def of(self, vectors: Vectors) -> Vectors:
        """Rows of length 1, turned, of length 1 again."""
        turned = vectors + vectors @ self.matrix
        return np.asarray(turned / np.linalg.norm(turned, axis=-1, keepdims=True), np.float32)


def turn_file(language: str) -> Path:
    return _HERE / f"turn-{language}.npz"


def find_turn(language: str, model: str) -> Turn | None:
    """What was learned for the ``model`` of that name; None for another model, whose own cosines are then used."""
    file = turn_file(language)
    if not file.exists():
        return None
    with np.load(file, allow_pickle=False) as kept:
        if str(kept["model"]) != model:
            return None
        return Turn(kept["matrix"].astype(np.float32), float(kept["strangers"]), float(kept["same"]))


def save_turn(file: Path, turn: Turn, model: str) -> None:
    np.savez_compressed(
        file,
        matrix=turn.matrix.astype(np.float16),
        strangers=np.float32(turn.strangers),
        same=np.float32(turn.same),
        model=np.array(model, dtype="U64"),
    )
