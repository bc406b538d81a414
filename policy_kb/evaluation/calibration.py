"""Trains what chooses the answer, and chooses the probabilities from which it is given, asked back or withheld.

All on questions with known clauses: the model of ``answering.choosing`` is fitted and, for figures and the curve from
score to probability, fitted five times without the questions it is then tried on (paraphrases stay together). The
catalogue's own phrasings help to fit, each left out of the catalogue when it is asked; they are not counted.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from policy_kb import clock
from policy_kb.answering.candidates import FEATURES, Candidate
from policy_kb.answering.choosing import lead_of, signs_in_force
from policy_kb.answering.release import forget_release, model_file, release_file
from policy_kb.base import PolicyBase
from policy_kb.dense import find_dense
from policy_kb.errors import PolicyBaseError
from policy_kb.evaluation.examples import FIRST, Example, make_examples, make_own_examples
from policy_kb.evaluation.gold import GoldQuestion
from policy_kb.ranking.lambdamart import Judged, Model, Recipe

_FOLDS = 5
_OWN_WEIGHT = 0.25  # of the catalogue's phrasings beside questions; run of 2026-11-26: 0.25 to 0.5 differ by 1 %
# Runs of 2026-11-26. On 676 questions: 15 leaves, 120 rounds and .7 of the features .803 first, 7 leaves, 250 rounds and .4 of
# them .814. On 832: these .845 first and .954 among three, three bags .851 and .957, three bags of 400 rounds with drawn
# thresholds .853 and .958.
_RECIPE = Recipe(
    rounds=400, bags=3, rate=0.05, leaves=7, least_in_leaf=40, share_of_signs=0.4, truncation=5, drawn=True
)
_REFUSED, _ASKED_BACK = 0.02, 0.01  # share of answerable questions that may fall under each threshold
_MADE_OF = ("date", "answerable", "own_phrasings")  # what the model's file says of its making
_FEWEST = 100  # answerable questions from which thresholds can be chosen
_BINS = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 1.01)


class CalibrationError(PolicyBaseError):
    """No threshold worth having can be chosen from these questions."""


def calibrate(base: PolicyBase, questions: Sequence[GoldQuestion], names: Sequence[str]) -> dict[str, object]:
    """Fit, choose, write model and calibration, and return the run: figures, thresholds, reliability."""
    meant = find_dense() is not None
    examples, own = make_examples(base, questions), list(make_own_examples(base))
    tried = [(example, scored) for example, scored in _crosswise(examples, own)]
    curve = _curve(tried)
    scope, could = _scope(tried)
    thresholds = _choose_thresholds(tried, curve, could)
    run = {
        "date": clock.today().isoformat(),
        "questions": list(names),
        "answerable": sum(example.answerable for example, _ in tried),
        "unanswerable": sum(not example.answerable for example, _ in tried),
        "own_phrasings": len(own),
        **_expected(tried, curve, thresholds, could),
    }
    _fit([each for each in examples if each.answerable], own, run).write(model_file(meant))
    release_file(meant).write_text(
        json.dumps(
            {"run": run, "thresholds": thresholds, "answerable": scope, "curve": curve}, ensure_ascii=False, indent=1
        )
        + "\n",
        encoding="utf-8",
    )
    forget_release()
    files = {"model": model_file(meant).name, "calibration": release_file(meant).name}
    return {"run": run, "thresholds": thresholds, **files}


Tried = Sequence[tuple[Example, list[Candidate]]]


def _crosswise(examples: Sequence[Example], own: Sequence[Example]) -> Iterator[tuple[Example, list[Candidate]]]:
    """Every example with its candidates scored by a model that has not seen its group, best first."""
    groups = sorted({example.group for example in examples})
    np.random.RandomState(1).shuffle(groups)
    fold = {group: place % _FOLDS for place, group in enumerate(groups)}
    for held in range(_FOLDS):
        model = _fit([each for each in examples if fold[each.group] != held and each.answerable], own)
        for example in examples:
            if fold[example.group] == held:
                scores = model.score(example.rows)
                scored = [
                    replace(each, score=float(score)) for each, score in zip(example.candidates, scores, strict=True)
                ]
                yield example, sorted(scored, key=lambda each: -each.score)


def _fit(examples: Sequence[Example], own: Sequence[Example], run: Mapping[str, object] | None = None) -> Model:
    judged = [Judged(each.rows, each.right) for each in examples]
    judged += [Judged(each.rows, each.right, _OWN_WEIGHT) for each in own]
    return Model.train(FEATURES, judged, _RECIPE, {key: (run or {})[key] for key in _MADE_OF if run})


def _is_first(example: Example, scored: Sequence[Candidate]) -> bool:
    rights = {each.cited for each, right in zip(example.candidates, example.right, strict=True) if right >= FIRST}
    return example.answerable and scored[0].cited in rights


def _is_right(example: Example, scored: Sequence[Candidate]) -> bool:
    """Whether the best says what was asked: a clause wanted is among those that a person sees at once."""
    best = scored[0]
    grades = zip(example.candidates, example.right, strict=True)
    grade = next(grade for each, grade in grades if each.found is best.found and each.ranked is best.ranked)
    return example.answerable and grade > 0


def _curve(tried: Tried) -> dict[str, list[float]]:
    """Isotonic: the probability of being right at each score, from the held-out folds."""
    scores = [lead_of(scored) for _, scored in tried]
    fitted = IsotonicRegression(y_min=0.01, y_max=0.99, out_of_bounds="clip")
    fitted.fit(scores, [float(_is_right(example, scored)) for example, scored in tried])
    return {
        "score": [round(float(each), 4) for each in fitted.X_thresholds_],
        "probability": [round(float(each), 4) for each in fitted.y_thresholds_],
    }


def _probabilities(tried: Tried, curve: dict[str, list[float]]) -> np.ndarray:
    scores = [lead_of(scored) for _, scored in tried]
    return np.interp(scores, curve["score"], curve["probability"])


def _scope(tried: Tried) -> tuple[dict[str, object], np.ndarray]:
    """The logistic of ``signs_in_force`` for "some source answers", and its probability for each when left out of the fit."""
    signs = np.array([example.sign(scored) for example, scored in tried])
    answerable = np.array([example.answerable for example, _ in tried])
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.3, class_weight="balanced"))
    could = cross_val_predict(model, signs, answerable, cv=_FOLDS, method="predict_proba")[:, 1]
    model.fit(signs, answerable)
    scaler, fitted = model[0], model[1]
    weights = fitted.coef_[0] / scaler.scale_
    intercept = float(fitted.intercept_[0] - (weights * scaler.mean_).sum())
    named = {
        "signs": list(signs_in_force()),
        "weights": [round(float(w), 5) for w in weights],
        "intercept": round(intercept, 5),
    }
    return named, could


def _choose_thresholds(tried: Tried, curve: dict[str, list[float]], could: np.ndarray) -> dict[str, float]:
    """Under ``answerable`` fall 3 % of the questions that have an answer, under ``answer`` 1 % more."""
    answerable = np.array([example.answerable for example, _ in tried])
    if answerable.sum() < _FEWEST or (~answerable).sum() < _FEWEST // 5:
        raise CalibrationError(
            f"{answerable.sum()} answerable and {(~answerable).sum()} unanswerable questions are too few to choose"
            f" thresholds; give {_FEWEST} and {_FEWEST // 5} or more"
        )
    least = float(np.quantile(could[answerable], _REFUSED))
    sure = float(np.quantile(_probabilities(tried, curve)[answerable], _ASKED_BACK))
    if least <= 0.0 or sure <= 0.0:
        raise CalibrationError("no probability parts the answerable questions from the others; nothing was written")
    return {"answerable": round(least, 4), "answer": round(sure, 4)}


def _expected(
    tried: Tried, curve: dict[str, list[float]], thresholds: dict[str, float], could: np.ndarray
) -> dict[str, object]:
    sure = _probabilities(tried, curve)
    right = np.array([_is_right(example, scored) for example, scored in tried])
    first = np.array([_is_first(example, scored) for example, scored in tried])
    answerable = np.array([example.answerable for example, _ in tried])
    given = (sure >= thresholds["answer"]) & (could >= thresholds["answerable"])
    among = np.array([_among_three(example, scored) for example, scored in tried])
    return {
        "first": round(float(first[answerable].mean()), 4),
        "among_three": round(float(among[answerable].mean()), 4),
        "unanswerable_answered": round(float(given[~answerable].mean()), 4),
        "coverage": round(float(given[answerable].mean()), 4),
        "precision": round(float(right[given].mean()), 4),
        "reliability": [
            {
                "from": low,
                "questions": int(inside.sum()),
                "said": round(float(sure[inside].mean()), 3),
                "right": round(float(right[inside].mean()), 3),
            }
            for low, high in pairwise(_BINS)
            if (inside := (sure >= low) & (sure < high)).any()
        ],
    }


def _among_three(example: Example, scored: Sequence[Candidate]) -> bool:
    rights = {each.cited for each, right in zip(example.candidates, example.right, strict=True) if right >= FIRST}
    return any(cited in rights for cited in list(dict.fromkeys(each.cited for each in scored))[:3])


__all__ = ["CalibrationError", "calibrate", "make_examples"]
