"""What the conversation says about a follow-up's answer: its item, the kind asked for, the law spoken of before."""

from collections.abc import Sequence
from dataclasses import replace

from policy_kb.answering.candidates import Candidate
from policy_kb.answering.entries import Entry
from policy_kb.answering.question import Question
from policy_kb.answering.vocabulary import load_vocabulary

# Raw score of the chooser (3 is sure, 1 a guess); chosen on evaluation/questions/follow-ups.jsonl, 2026-11-26.
_ITEM, _VARIANT, _TITLE, _ARTICLE = 0.5, 0.8, 0.3, 0.3
_SAID = 0.6  # what the clause of the answer before is behind
_KIND = 2.0  # of an entry of the kind asked for
_AGAIN = 1.0  # what an entry of the kind just answered is behind, when another kind is asked for
_BESIDE = 0.3  # what all this counts where the follow-up says something of its own
_BREACH = 2.0  # of a clause that refers to the duty just told, for who asks what breaking it costs
_NEIGHBOURS = 4  # articles that are near


def in_context(question: Question, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates with what the conversation adds to their scores, best first."""
    if not (question.follow_up and (question.about or question.near[0])):
        return list(candidates)
    raised = [replace(each, score=each.score + _added(question, each)) for each in candidates]
    return sorted(raised, key=lambda each: -each.score)


def _added(question: Question, candidate: Candidate) -> float:
    entry = candidate.found.entry if candidate.found else None
    own = entry if entry and entry.item and entry.item.id == question.about else None
    said = _of_law(question, candidate) + (_of_kind(question, own) if own else 0.0)
    fixed = (_ITEM + _of_variant(question, own)) if own else 0.0
    if own and question.reading == "joined" and _is_answered(question, own):
        fixed -= _AGAIN
    breach = candidate.ranked.signs.get("breach", 0.0) if candidate.ranked else 0.0
    return fixed + _BREACH * breach + said * (1.0 if question.plain else _BESIDE)


def _of_law(question: Question, candidate: Candidate) -> float:
    """Near the clause of the answer before; that clause itself has been said."""
    title, article = question.near
    cited = candidate.cited or ("", 0)
    if not title or cited[0] != title:
        return 0.0
    if cited[1] == article:
        return -_SAID
    return _TITLE + _ARTICLE * (abs(cited[1] - article) <= _NEIGHBOURS)


def _of_variant(question: Question, entry: Entry) -> float:
    if not question.variant or not entry.variants:
        return 0.0
    return _VARIANT if question.variant in entry.variants else -2 * _VARIANT


def _of_kind(question: Question, entry: Entry) -> float:
    kind = load_vocabulary().kinds.get(question.kinds[0]) if question.kinds else None
    if kind is None:
        return 0.0
    if _is_answered(question, entry):
        return -_AGAIN
    if entry.kind in kind.facts[:1]:
        return _KIND
    return _KIND / 2 if entry.kind in kind.facts and kind.clause.search(entry.text.zh) else 0.0


def _is_answered(question: Question, entry: Entry) -> bool:
    """Whether an entry is of the kind just answered when another kind is asked for."""
    return bool(question.kinds) and entry.kind == question.answered and question.kinds[0] != question.answered
