"""Which of all that was found answers the question: catalogue entries and clauses on one scale.

A small gradient-boosted model, trained on questions with known clauses by ``python -m policy_kb calibrate``, turns what
describes a candidate (``candidates``) into a score, and an isotonic curve the best score into the probability that it is
right (``release``).
"""

import math
import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from policy_kb.answering.asked import find_kinds
from policy_kb.answering.candidates import Candidate, describe, describe_question, list_candidates
from policy_kb.answering.clauses import Ranked
from policy_kb.answering.entries import Found
from policy_kb.answering.items import NAMED
from policy_kb.answering.labelling import score_labels
from policy_kb.answering.question import Question
from policy_kb.answering.release import load_chooser, release
from policy_kb.answering.vocabulary import load_vocabulary
from policy_kb.dense import find_dense

_OWN_FACT = {"fee"}  # kinds of question that an item's own fact answers better than any clause
_CLASS = re.compile(r"第([一二三])类")
_CLASSES = {"一": "1", "二": "2", "三": "3"}
_AHEAD, _MOST_AHEAD = 0.5, 2.0  # how far, and up to what, being ahead of the next clause counts beside the score


def choose(question: Question, entries: Sequence[Found], ranked: Sequence[Ranked]) -> list[Candidate]:
    """The candidates, best first."""
    candidates = list_candidates(entries, ranked)
    if not candidates:
        return []
    model = load_chooser(bool(find_dense()))
    scores = model.score(describe(question, entries, ranked, model.signs))
    scored = [Candidate(each.found, each.ranked, float(score)) for each, score in zip(candidates, scores, strict=True)]
    kept = [
        each for each in scored if not _is_of_other_class(question, each) and not _is_of_other_product(question, each)
    ]
    kept = kept or scored
    return _facts_first(question, sorted(kept, key=lambda each: -each.score))


def _is_of_other_class(question: Question, candidate: Candidate) -> bool:
    """Whether an entry speaks of device classes and not of the one asked about: no filing for class I says nothing of masks."""
    if not question.device_class or candidate.found is None:
        return False
    entry = candidate.found.entry
    classes = {_CLASSES[match] for match in _CLASS.findall(entry.label.zh + entry.text.zh)}
    return bool(classes) and question.device_class not in classes


def _facts_first(question: Question, scored: Sequence[Candidate]) -> list[Candidate]:
    """What a named item costs is answered by its own fact: a clause near the question tells who needs the licence, not its price."""
    if not question.kinds or question.kinds[0] not in _OWN_FACT:
        return list(scored)
    scored = [each for each in scored if "penalty" in question.kinds or not _is_penalty(each)] or scored
    wanted = load_vocabulary().kinds[question.kinds[0]].facts
    own = next((each for each in scored if each.found and each.found.entry.kind in wanted), None)
    if own is None or not own.found or own.found.item < NAMED:
        return list(scored)
    return [replace(own, score=scored[0].score), *(each for each in scored if each is not own)]


def _is_penalty(candidate: Candidate) -> bool:
    """Whether it tells a fine: that is no price."""
    if candidate.found:
        entry = candidate.found.entry
        return entry.kind == "penalty" or (entry.kind == "faq" and "penalty" in find_kinds(entry.label.zh))
    return bool(candidate.ranked and candidate.ranked.signs.get("penalty_chapter"))


def _is_of_other_product(question: Question, candidate: Candidate) -> bool:
    """Whether an entry is about a product with rules of its own (soap), or a card begins with one, and the question about another."""
    own = load_vocabulary().own_rules
    if not question.domain or any(word in question.text for word in own):
        return False
    if candidate.found:
        return any(word in candidate.found.entry.label.zh for word in own)
    match = candidate.ranked.card if candidate.ranked else None
    return match is not None and match.card.answer.zh.startswith(own)


def sureness(candidates: Sequence[Candidate]) -> float:
    """The probability that the first of the candidates is right, by the curve of the release."""
    kept = release()
    return float(np.interp(lead_of(candidates), kept.scores, kept.probabilities))


def lead_of(candidates: Sequence[Candidate]) -> float:
    """The best score, and part of what it is ahead of the next candidate with another clause."""
    best = candidates[0]
    second = next((each.score for each in candidates if each.cited != best.cited), best.score - _MOST_AHEAD)
    return best.score + _AHEAD * min(_MOST_AHEAD, best.score - second)


SIGNS = ("lead", "question", "elsewhere", "ours", "best_like", "best_coverage", "best_entry", "length", "english")
SIGNS_MEANT = (*SIGNS, "best_meant")  # with a text model


def signs_in_force() -> tuple[str, ...]:
    """Names of what ``signs_of`` gives."""
    return SIGNS_MEANT if find_dense() else SIGNS


def signs_of(
    question: Question, candidates: Sequence[Candidate], entries: Sequence[Found], ranked: Sequence[Ranked], ours: bool
) -> list[float]:
    """What tells whether any source can answer (``signs_in_force``): how well the best fits, how the message sounds, its subject."""
    heard = score_labels(question.sound)
    known = {
        **describe_question(question, entries, ranked),
        "lead": lead_of(candidates),
        "question": math.log(max(heard["question"], 0.001)),
        "elsewhere": math.log(max(1 - heard["question"] - heard["complaint"] - heard["report"], 0.001)),
        "ours": float(ours),
    }
    return [known[name] for name in signs_in_force()]


def answerability(signs: Sequence[float]) -> float:
    """The probability that a source answers the question at all (logistic, by the release)."""
    kept = release()
    lean = kept.intercept + sum(weight * sign for weight, sign in zip(kept.weights, signs, strict=True))
    return 1 / (1 + math.exp(-lean))


__all__ = ["answerability", "choose", "lead_of", "signs_in_force", "signs_of", "sureness"]
