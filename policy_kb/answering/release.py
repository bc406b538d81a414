"""The chooser's model and its calibration as released: one pair of files with a text model and one without.

Written by ``python -m policy_kb calibrate``; nothing here depends on how many pairs of question and clause there were.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from policy_kb.dense import find_dense
from policy_kb.ranking.lambdamart import Model

_HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Release:
    """A calibration: the curve from score to probability, the thresholds, and the run that chose them.

    ``weights`` and ``intercept`` make of ``SIGNS`` the probability that a question can be answered at all.
    """

    scores: tuple[float, ...]
    probabilities: tuple[float, ...]
    thresholds: Mapping[str, float]
    weights: tuple[float, ...]
    intercept: float
    run: Mapping[str, object]


def release() -> Release:
    """The calibration in force, written by the ``calibrate`` command: one with a text model and one without."""
    return _read_release(bool(find_dense()))


def model_file(meant: bool) -> Path:
    """The model that chooses, with a text model (``meant``) or without."""
    return _HERE / ("chooser-dense.json" if meant else "chooser.json")


def release_file(meant: bool) -> Path:
    """Its calibration."""
    return _HERE / ("calibration-dense.json" if meant else "calibration.json")


@lru_cache(maxsize=2)
def _read_release(meant: bool) -> Release:
    kept = json.loads(release_file(meant).read_text(encoding="utf-8"))
    curve = kept["curve"]
    scope = kept["answerable"]
    return Release(
        tuple(curve["score"]),
        tuple(curve["probability"]),
        kept["thresholds"],
        tuple(scope["weights"]),
        scope["intercept"],
        kept["run"],
    )


def thresholds_in_force() -> Mapping[str, float]:
    """``answerable``: below this probability that a source answers at all, nothing is said. ``answer``: from this
    probability of being right the best candidate answers; below, the person is asked which is meant."""
    return release().thresholds


@lru_cache(maxsize=2)
def load_chooser(meant: bool) -> Model:
    """The model that chooses, read once."""
    return Model.read(model_file(meant))


def forget_release() -> None:
    """Read model and calibration again at the next question."""
    _read_release.cache_clear()
    load_chooser.cache_clear()


__all__ = ["Release", "forget_release", "load_chooser", "model_file", "release", "release_file", "thresholds_in_force"]
