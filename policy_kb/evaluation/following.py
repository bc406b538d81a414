"""Trains what tells which reading of a message in a conversation was meant (``answering.readings``).

On follow-ups with known clauses; on the catalogue's facts, one kind asked after another of the same item; and on
messages of their own put into the middle of a conversation about something else, small talk among them: these must be
read alone. Figures are of five folds, each conversation tried by a model that has not seen it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import lightgbm
import numpy as np

from policy_kb.answering import read_and_answer
from policy_kb.answering.readings import READING_FEATURES, describe_readings, load_readings, readings_file
from policy_kb.answering.translation import detect_language
from policy_kb.answering.vocabulary import AskedKind, load_vocabulary
from policy_kb.base import PolicyBase
from policy_kb.catalogue import ServiceItem
from policy_kb.dense import find_dense
from policy_kb.errors import PolicyBaseError
from policy_kb.evaluation.asking import topic_before
from policy_kb.evaluation.gold import GoldClause, GoldQuestion
from policy_kb.evaluation.judging import Verdict, judge
from policy_kb.evaluation.labels import list_examples
from policy_kb.model import Topic

_FOLDS = 5
# Messages put into a conversation about something else, of these so many asides; pairs of facts of one item.
_STRAY, _ASIDES, _FACTS = 200, 80, 100
_NOTHING = ("out_of_scope", "greeting")  # labels of asides
_WITHHELD = ("refuse", "route", "greet", "clarify", "handoff")
_WEIGHTS = {"follow_ups": 4.0, "own": 1.0, "facts": 0.5, "asides": 0.5}
_ROUNDS = 120
_FIT = {
    "objective": "lambdarank", "num_leaves": 6, "learning_rate": 0.05, "min_data_in_leaf": 15, "feature_fraction": 0.5,
    "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 3.0, "verbose": -1, "seed": 1, "deterministic": True,
    "num_threads": 1,
}  # fmt: skip
_ASKED_ON = ("那{}", "{}呢", "{}", "它{}？", "这个{}")  # how the next kind is asked for
_FEWEST = 40  # follow-ups from which anything can be learned


@dataclass(frozen=True, slots=True)
class _Case:
    """One message with its readings: a row of features each, and how right each was answered (0 to 4; ``right`` is
    a right clause among three, or the right outcome where there is none). ``sort`` is a key of ``_WEIGHTS``."""

    rows: np.ndarray
    worth: tuple[int, ...]
    right: tuple[bool, ...]
    sort: str


def train_readings(base: PolicyBase, questions: Sequence[GoldQuestion]) -> dict[str, object]:
    """Fit, write the release's file, and return how often the chosen reading cites a right clause among three, on folds."""
    cases = [*_follow_ups(base, questions), *_facts(base), *_strays(base, questions), *_asides(base, questions)]
    several = [case for case in cases if len(case.worth) > 1]
    if sum(case.sort == "follow_ups" for case in several) < _FEWEST:
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
        sort: _figures([(several[at], place) for at, place in chosen.items() if several[at].sort == sort])
        for sort in _WEIGHTS
    }


def _figures(chosen: Sequence[tuple[_Case, int]]) -> dict[str, float]:
    tried = max(1, len(chosen))
    return {
        "cases": len(chosen),
        "right": round(sum(case.right[place] for case, place in chosen) / tried, 3),
        "best_possible": round(sum(any(case.right) for case, _ in chosen) / tried, 3),
    }


def _fit(cases: Sequence[_Case]) -> lightgbm.Booster:
    sizes = [len(case.worth) for case in cases]
    weights = np.repeat([_WEIGHTS[case.sort] for case in cases], sizes)
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
    return [_case_of(base, each, topic_before(base, each), "follow_ups") for each in asked]


def _facts(base: PolicyBase) -> list[_Case]:
    """One kind of fact of an item asked for in a word or two after another kind of the same item, asked for whole."""
    kinds = load_vocabulary().kinds
    pairs = [
        (item, first, then)
        for item in base.catalogue.items.values()
        for first in kinds.values()
        for then in kinds.values()
        if first is not then and all(item.list_facts(kind) for kind in (first.id, then.id))
    ]
    taken = np.random.default_rng(5).permutation(len(pairs))[:_FACTS]
    chosen = enumerate(pairs[at] for at in taken)
    return [_of_facts(base, item, first.asked, then, place) for place, (item, first, then) in chosen]


def _of_facts(base: PolicyBase, item: ServiceItem, first: str, then: AskedKind, place: int) -> _Case:
    cites = {(cite.title, cite.article) for fact in item.list_facts(then.id) for cite in fact.cites}
    asked = GoldQuestion(
        id=f"{item.id}:{then.id}",
        question=_ASKED_ON[place % len(_ASKED_ON)].format(then.asked),
        kind="follow_up",
        statuses=("answer",),
        clauses=tuple(GoldClause(title, article) for title, article in sorted(cites)),
    )
    return _case_of(base, asked, base.answer(f"{item.name.zh}{first}").topic, "facts")


def _strays(base: PolicyBase, questions: Sequence[GoldQuestion]) -> list[_Case]:
    """Whole messages, each after a question of the same language about another law."""
    whole = [each for each in questions if not each.history]
    order = [whole[at] for at in np.random.default_rng(3).permutation(len(whole))]
    others = [each for each in reversed(order) if each.clauses]
    return [
        _case_of(base, asked, base.answer(before.question, language=before.language).topic, "own")
        for asked, before in list(zip(order, others, strict=False))[:_STRAY]
        if asked.language == before.language and not _share_a_law(asked, before)
    ]


def _asides(base: PolicyBase, questions: Sequence[GoldQuestion]) -> list[_Case]:
    """Small talk and what is nothing of ours in the middle of a conversation: whatever the topic, it is not answered."""
    said = [text for text, label in list_examples(base.catalogue) if label in _NOTHING]
    taken = [said[at] for at in np.random.default_rng(7).permutation(len(said))[:_ASIDES]]
    before = [each for each in questions if each.clauses and not each.history]
    return [
        _case_of(
            base,
            GoldQuestion(id=text, question=text, kind="aside", statuses=_WITHHELD, language=detect_language(text)),
            base.answer(before[place % len(before)].question).topic,
            "asides",
        )
        for place, text in enumerate(taken)
    ]


def _share_a_law(one: GoldQuestion, other: GoldQuestion) -> bool:
    return bool({clause.title for clause in one.clauses} & {clause.title for clause in other.clauses})


def _case_of(base: PolicyBase, question: GoldQuestion, topic: Topic | None, sort: str) -> _Case:
    readings = read_and_answer(base, question.question, language=question.language, topic=topic)
    verdicts = [judge(question, each.answer, 0.0) for each in readings]
    worth = tuple(_worth_of(each) for each in verdicts)
    right = tuple(bool(each.among_three) if question.clauses else each.status_right for each in verdicts)
    return _Case(describe_readings(readings, topic), worth, right, sort)


def _worth_of(verdict: Verdict) -> int:
    if not verdict.question.clauses:
        return 4 * verdict.status_right
    return 2 * bool(verdict.first) + bool(verdict.among_three) + verdict.passed


__all__ = ["train_readings"]
