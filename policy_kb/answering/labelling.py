"""What kind of message this is, by a small statistical model beside the patterns of ``routing``.

Patterns say exactly what they mean and miss what nobody thought of; the model has seen several hundred messages of our
own (catalogue/routing/examples) and hears dialect, English and half sentences. It is a logistic regression over hashed
character n-grams, trained by ``python -m policy_kb train-labels`` and read from ``labels.npz``; with a text model
(``policy_kb.dense``) over these and the message's meaning, read from ``labels-dense.npz``.
"""

import math
import re
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from policy_kb.dense import Dense, Vectors, find_dense

_HERE = Path(__file__).resolve().parent
MEANING = 2.0  # what a vector of length 1 weighs beside the n-grams; run of 2026-11-26: macro F1 .715, at 1.0 .677, n-grams alone .474
BUCKETS = 1 << 14  # of the hash; 618 own sentences and the catalogue's questions fill about half
LONGEST = 400  # characters of a message heard; the beginning and the end of a longer one
_LENGTHS = (1, 2, 3, 4)  # of the n-grams
_DIGIT = re.compile(r"\d")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[a-z]{2,}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LabelModel:
    """``weights`` is labels × buckets, ``idf`` one number a bucket, ``bias`` one a label, ``meaning`` labels × numbers of
    the two vectors (Chinese, then English; without columns when there is no text model)."""

    labels: tuple[str, ...]
    weights: np.ndarray
    idf: np.ndarray
    bias: np.ndarray
    meaning: np.ndarray


def labels_file(meant: bool) -> Path:
    """The model with a text model (``meant``) or without."""
    return _HERE / ("labels-dense.npz" if meant else "labels.npz")


@lru_cache(maxsize=2)
def _model(meant: bool) -> LabelModel:
    with np.load(labels_file(meant), allow_pickle=False) as kept:
        return LabelModel(
            tuple(str(label) for label in kept["labels"]),
            kept["weights"].astype(np.float32),
            kept["idf"].astype(np.float32),
            kept["bias"].astype(np.float32),
            kept["meaning"].astype(np.float32) if meant else np.zeros((len(kept["labels"]), 0), np.float32),
        )


def score_labels(text: str) -> Mapping[str, float]:
    """The probability of every label for a message in lower case; together they are 1."""
    return _score_labels(text, find_dense())


@lru_cache(maxsize=512)
def _score_labels(text: str, dense: Dense | None) -> Mapping[str, float]:
    model = _model(dense is not None)
    buckets, counts = count_grams(text)
    values = counts * model.idf[buckets]
    values /= float(np.linalg.norm(values)) or 1.0
    scores = model.weights[:, buckets] @ values + model.bias
    if dense:
        scores += model.meaning @ (MEANING * place_meanings(dense, [text])[0])
    scores = np.exp(scores - scores.max())
    return dict(zip(model.labels, (scores / scores.sum()).tolist(), strict=True))


def count_grams(text: str) -> tuple[np.ndarray, np.ndarray]:
    """The buckets of a text's n-grams and their damped counts (1 + ln n)."""
    plain = _DIGIT.sub("0", text)
    if len(plain) > LONGEST:
        plain = plain[: LONGEST // 2] + " " + plain[-LONGEST // 2 :]
    plain = f" {plain} "
    found = Counter(
        zlib.crc32(plain[at : at + length].encode()) % BUCKETS
        for length in _LENGTHS
        for at in range(len(plain) - length + 1)
    )
    damped = [1 + math.log(count) for count in found.values()]
    return np.fromiter(found, dtype=np.int64, count=len(found)), np.asarray(damped, dtype=np.float32)


def is_chinese(text: str) -> bool:
    """Whether the Chinese model reads it: it has as many Chinese characters as Latin words. An English message with a term
    in Chinese sounds like nothing at all to the Chinese model."""
    characters = len(_HAN.findall(text))
    return characters > 0 and characters >= len(_LATIN.findall(text))


def place_meanings(dense: Dense, texts: Sequence[str], *, keep: bool = False) -> Vectors:
    """Texts × (Chinese numbers, English numbers): each message in the half of its language, zeros in the other.

    ``keep``: training examples are kept beside the model, messages of people never are.
    """
    halves = []
    for language, wanted in ((dense.zh, True), (dense.en, False)):
        places = [place for place, text in enumerate(texts) if is_chinese(text) == wanted]
        half = np.zeros((len(texts), language.model.width), np.float32)
        own = [texts[place] for place in places]
        if own:
            half[places] = language.embed_all(own) if keep else [language.embed_question(text) for text in own]
        halves.append(half)
    return np.hstack(halves)
