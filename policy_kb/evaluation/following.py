"""Trains what tells which reading of a message in a conversation was meant (``answering.readings``).

On follow-ups with known clauses, and on questions of their own put into the middle of a conversation about something
else: these must be read alone. Figures are of five folds, each conversation tried by a model that has not seen it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import lightgbm
import numpy as np

from policy_kb.answering import read_and_answer
from policy_kb.answering.readings import READING_FEATURES, describe_readings, load_readings, readings_file
from policy_kb.base import PolicyBase
from policy_kb.dense import find_dense
from policy_kb.errors import PolicyBaseError
from policy_kb.evaluation.asking import topic_before
from policy_kb.evaluation.gold import GoldQuestion
from policy_kb.evaluation.judging import judge
from policy_kb.model import Topic

_FOLDS = 5
_STRAY = 250  # questions of their own put into a conversation about something else
_FOLLOWS = 2.0  # weight of a follow-up beside one of those
_ROUNDS = 120
_FIT = {
    "objective": "lambdarank", "num_leaves": 6, "learning_rate": 0.05, "min_data_in_leaf": 15, "feature_fraction": 0.5,
    "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 3.0, "verbose": -1, "seed": 1, "deterministic": True,
    "num_threads": 1,
}  # fmt: skip
_FEWEST = 40  # follow-ups from which anything can be learned


@dataclass(frozen=True, slots=True)
class _Case:
    """One message with its readings: a row of features each, and how right each was answered (0 to 4)."""

    rows: np.ndarray
    worth: tuple[int, ...]
    among_three: tuple[bool, ...]
    follows: bool


def train_readings(base: PolicyBase, questions: Sequence[GoldQuestion]) -> dict[str, object]:
    """Fit, write the release's file, and return how often the chosen reading cites a right clause among three, on folds."""
    cases = [*_follow_ups(base, questions), *_strays(base, questions)]
    several = [case for case in cases if len(case.worth) > 1]
    if sum(case.follows for case in several) < _FEWEST:
        raise PolicyBaseError(f"too few follow-ups to learn from: give questions with a history, at least {_FEWEST}")
    order = np.random.default_rng(1).permutation(len(several)).tolist()
    chosen: dict[int, int] = {}
    for fold in range(_FOLDS):
        taught = [several[at] for place, at in enumerate(order) if place % _FOLDS != fold]
        model = _fit(taught)
        for at in order[fold::_FOLDS]:
            chosen[at] = int(np.argmax(model.predict(several[at].rows, num_threads=1)))
    _fit(several).save_model(readings_file(bool(find_dense())))
    load_readings.cache_clear()
    return {
        "follow_ups": _figures([(several[at], place) for at, place in chosen.items() if several[at].follows]),
        "own_questions": _figures([(several[at], place) for at, place in chosen.items() if not several[at].follows]),
    }


def _figures(chosen: Sequence[tuple[_Case, int]]) -> dict[str, float]:
    tried = len(chosen)
    return {
        "cases": tried,
        "among_three": round(sum(case.among_three[place] for case, place in chosen) / tried, 3),
        "best_possible": round(sum(any(case.among_three) for case, _ in chosen) / tried, 3),
    }


def _fit(cases: Sequence[_Case]) -> lightgbm.Booster:
    sizes = [len(case.worth) for case in cases]
    weights = np.repeat([_FOLLOWS if case.follows else 1.0 for case in cases], sizes)
    data = lightgbm.Dataset(
        np.vstack([case.rows for case in cases]),
        [worth for case in cases for worth in case.worth],
        group=sizes,
        weight=weights,
        feature_name=list(READING_FEATURES),
    )
    return lightgbm.train(dict(_FIT), data, _ROUNDS)


def _follow_ups(base: PolicyBase, questions: Sequence[GoldQuestion]) -> list[_Case]:
    asked = [each for each in questions if each.history and each.answerable and each.clauses]
    return [_case_of(base, each, topic_before(base, each), follows=True) for each in asked]


def _strays(base: PolicyBase, questions: Sequence[GoldQuestion]) -> list[_Case]:
    """Whole questions, each after another one of the same language."""
    whole = [each for each in questions if each.answerable and each.clauses and not each.history]
    taken = np.random.default_rng(3).permutation(len(whole))[: 2 * _STRAY]
    order = [whole[at] for at in taken]
    pairs = zip(order[: len(order) // 2], order[len(order) // 2 :], strict=False)
    return [
        _case_of(base, asked, base.answer(before.question, language=before.language).topic, follows=False)
        for asked, before in pairs
        if asked.language == before.language and not _share_a_clause(asked, before)
    ]


def _share_a_clause(one: GoldQuestion, other: GoldQuestion) -> bool:
    return bool({clause.title for clause in one.clauses} & {clause.title for clause in other.clauses})


def _case_of(base: PolicyBase, question: GoldQuestion, topic: Topic | None, *, follows: bool) -> _Case:
    readings = read_and_answer(base, question.question, language=question.language, topic=topic)
    verdicts = [judge(replace(question, statuses=("answer",)), each.answer, 0.0) for each in readings]
    worth = tuple(2 * bool(each.first) + bool(each.among_three) + each.passed for each in verdicts)
    return _Case(describe_readings(readings, topic), worth, tuple(bool(each.among_three) for each in verdicts), follows)


__all__ = ["train_readings"]
