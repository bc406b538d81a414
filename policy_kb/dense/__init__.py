"""Meaning beside words: how near two texts are by a small text model that the operator gives.

Off unless ``WENBAN_DENSE_MODEL`` names a folder (docs/operating.md says what is in it and where to get one). Nothing is
fetched here and nothing is generated: a model only turns a text into numbers, and all that is answered stays ours.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from policy_kb.dense.kept import KeptVectors
from policy_kb.dense.prototypes import Prototypes, find_prototypes
from policy_kb.dense.text_model import DenseModelError, TextModel, Vectors
from policy_kb.dense.turning import Turn, find_turn

SETTING, OFF = "WENBAN_DENSE_MODEL", "off"
LANGUAGES = ("zh", "en")
_ASKED = 256  # questions kept: one question is compared with several indexes


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """One language's model, what it has already made numbers of, and what was learned of their nearness (None for a model
    that nothing was learned with) and of the cards."""

    model: TextModel
    kept: KeptVectors
    turn: Turn | None = None
    prototypes: Prototypes = field(default_factory=lambda: Prototypes({}))

    def embed_all(self, texts: Sequence[str]) -> Vectors:
        """Texts × numbers, each row of length 1; what was ever seen is read from the kept vectors."""
        return self.kept.get_all(texts, self.model.embed)

    def embed_question(self, text: str) -> Vectors:
        """One row, not kept on disk."""
        return _embed_question(self, text)

    def place_all(self, texts: Sequence[str]) -> Vectors:
        """Like ``embed_all``, as near to each other as what is learned of our field says."""
        vectors = self.embed_all(texts)
        return self.turn.of(vectors) if self.turn and len(vectors) else vectors

    def place_question(self, text: str) -> Vectors:
        """Like ``embed_question``, to be compared with what ``place_all`` gives."""
        vector = self.embed_question(text)
        return self.turn.of(vector) if self.turn else vector

    def scale(self, cosines: Vectors) -> Vectors:
        """Cosines of placed texts on a scale from strangers (0) to the same said otherwise (1)."""
        told = self.turn or self.model
        low, high = told.strangers, told.same
        return np.clip((cosines - low) / (high - low), 0.0, 1.0).astype(np.float32)


@lru_cache(maxsize=_ASKED)
def _embed_question(language: Language, text: str) -> Vectors:
    return language.model.embed([text])[0]


@dataclass(frozen=True, slots=True, eq=False)
class Dense:
    """The models of both languages."""

    zh: Language
    en: Language


def find_dense() -> Dense | None:
    """The models of this process, None when the operator gave none.

    DenseModelError, with what to do, when the folder is not what it should be.
    """
    folder = os.environ.get(SETTING, "").strip()
    return _open(folder) if folder and folder != OFF else None


def with_turn(language: Language, name: str) -> Language:
    """The language as it stands after its turn was learned anew."""
    return replace(language, turn=find_turn(name, language.model.name))


@lru_cache(maxsize=2)
def _open(folder: str) -> Dense:
    parts = {name: Path(folder) / name for name in LANGUAGES}
    models = {name: TextModel(part) for name, part in parts.items()}
    opened = {
        name: Language(
            model,
            KeptVectors(parts[name], model.width),
            find_turn(name, model.name),
            find_prototypes(name, model.name),
        )
        for name, model in models.items()
    }
    return Dense(**opened)


__all__ = ["SETTING", "Dense", "DenseModelError", "Language", "Vectors", "find_dense", "with_turn"]
