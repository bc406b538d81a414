"""What a text model learned of our field: other weights for its last layers, put in place while it is opened.

``make tune`` (tools/tune_text_model.py) trains them from the questions of the clause cards, as whole numbers of one byte
a weight, like those of the model they replace. They belong to one file of one model and are not used with another.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

Weights = Mapping[str, np.ndarray[Any, Any]]
_HERE = Path(__file__).resolve().parent
_MARK = 8  # digits of the hash that names a tuning


@dataclass(frozen=True, slots=True, eq=False)
class Tuning:
    """``weights`` by the name of the ONNX initializer that each replaces, of its form; ``mark`` names this tuning in the
    model's name, so that what was learned from its vectors is not used with others."""

    weights: Weights
    mark: str


def tuning_file(language: str) -> Path:
    return _HERE / f"tuning-{language}.npz"


def find_tuning(language: str, model: Path) -> Tuning | None:
    """What was learned for this ``model.onnx``; None for any other file, which is then used as it is."""
    file = tuning_file(language)
    return read_tuning(file, model) if file.exists() and model.is_file() else None


def read_tuning(file: Path, model: Path) -> Tuning | None:
    """The same from a file of ``save_tuning``."""
    with np.load(file, allow_pickle=False) as kept:
        if str(kept["model"]) != digest_of(model):
            return None
        weights = {name: kept[name] for name in kept.files if name != "model"}
    return Tuning(weights, digest_of(file)[:_MARK])


def save_tuning(file: Path, weights: Weights, model: Path) -> None:
    """For the model in this ``model.onnx``."""
    kept: dict[str, Any] = {"model": np.array(digest_of(model)), **weights}
    np.savez_compressed(file, **kept)


def digest_of(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
