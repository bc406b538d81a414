"""What kind of message this is, by a small statistical model beside the patterns of ``routing``.

Patterns say exactly what they mean and miss what nobody thought of; the model has seen several hundred messages of our
own (catalogue/routing/examples) and hears dialect, English and half sentences. It is a logistic regression over hashed
character n-grams, trained by ``python -m policy_kb train-labels`` and read from ``labels.npz``.
"""

import math
import re
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

FILE = Path(__file__).resolve().parent / "labels.npz"
BUCKETS = 1 << 14  # of the hash; 618 own sentences and the catalogue's questions fill about half
LONGEST = 400  # characters of a message heard; the beginning and the end of a longer one
_LENGTHS = (1, 2, 3, 4)  # of the n-grams
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class LabelModel:
    """``weights`` is labels × buckets, ``idf`` one number a bucket, ``bias`` one a label."""

    labels: tuple[str, ...]
    weights: np.ndarray
    idf: np.ndarray
    bias: np.ndarray


@lru_cache(maxsize=1)
def _model() -> LabelModel:
    with np.load(FILE, allow_pickle=False) as kept:
        return LabelModel(
            tuple(str(label) for label in kept["labels"]),
            kept["weights"].astype(np.float32),
            kept["idf"].astype(np.float32),
            kept["bias"].astype(np.float32),
        )


@lru_cache(maxsize=512)
def score_labels(text: str) -> Mapping[str, float]:
    """The probability of every label for a message in lower case; together they are 1."""
    model = _model()
    buckets, counts = count_grams(text)
    values = counts * model.idf[buckets]
    values /= float(np.linalg.norm(values)) or 1.0
    scores = model.weights[:, buckets] @ values + model.bias
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
