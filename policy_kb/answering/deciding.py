"""Answer, ask back or refuse: one question against catalogue and law.

Catalogue entries and clauses are gathered, put on one scale (``choosing``) and the best one answers when it is sure
enough; less sure, the person is asked which is meant; else nothing is said that no source says.
"""

import re
from collections.abc import Container, Sequence
from dataclasses import replace

from policy_kb.answering.candidates import Candidate
from policy_kb.answering.choosing import answerability, choose, signs_of, sureness
from policy_kb.answering.clauses import Ranked
from policy_kb.answering.composing import answer_from, card_answer
from policy_kb.answering.entries import Found
from policy_kb.answering.frame import SURE_ITEM, Frame
from policy_kb.answering.gathering import find_hits, gather
from policy_kb.answering.labelling import score_labels
from policy_kb.answering.leading import choose_in_context, is_named, put_right
from policy_kb.answering.release import thresholds_in_force
from policy_kb.answering.shelf import Shelf
from policy_kb.answering.splitting import MOST, split_parts
from policy_kb.answering.terms import find_aspects
from policy_kb.answering.unheard import is_ours, names_no_class, names_unheard_of
from policy_kb.answering.withholding import ask_back, ask_which, refuse
from policy_kb.catalogue import ServiceItem
from policy_kb.dense import find_dense
from policy_kb.model import Answer
from policy_kb.wording import gettext_for

_CLOSE = 0.12  # two entries of different items this close are told apart by asking
_NEAR = 2.0  # what a candidate may be behind the best (raw score) and still be cited after it
_STRANGE = 0.6  # what speaks of nothing of ours must be this likely to be answered rightly
# What speaks of nothing of ours in its words is still answered when it is this likely that a source answers; only where
# meaning counts: of the development questions not for us, none that no label takes reaches .17 (2026-11-26).
_STRANGE_ASKED = 0.3
_CHOSEN = 0.5  # from this probability of being right the person is not asked which of several items is meant
_DOUBTED = 0.6  # below, whether a product needs a filing is told by the item meant
_NEEDED = re.compile(r"备案|注册|许可|办证|报批|审批")  # what a product may need before it is sold
_ASKED = 0.5  # from here a message sounds like a question of ours more than like anything else
_NAMED = 0.9  # the confidence of a clause called by its law and number
_PHRASED = 0.8  # share of an entry's own phrasing; 2026-11-25: no unanswerable development question has so much of one
# Less likely to be right than wrong, the next clause is told beside it: 966 development questions, 12 more pass and none
# fewer (2026-11-27; 10 more from .45, 12 from .6).
_EVEN = 0.5
_SAID = 0.7  # raw score that what has answered one part must be ahead by to answer the next too
_SAME = 0.5  # raw score that being of the law which answers the whole adds
_SPECIAL = frozenset({"loss", "renewal", "ending"})  # aspects that are a kind of application of their own
_MOST_OFFERED = 5
_OFFERED = ("A12", "A11", "A1", "A6", "A7", "C1")  # offered when nothing is said of the subject


def decide(frame: Frame, shelf: Shelf) -> tuple[Answer, float]:
    """The answer, and the probability that any source answers the question at all."""
    question = frame.question
    asked = _asked_itself(frame, shelf)
    if asked:
        return asked, 1.0
    if question.bare:
        return ask_back(frame, _offered(frame), "no_subject", question.shown), 0.0
    pointed = _find_clause(frame)
    if pointed:
        return answer_from(frame, [(pointed, "")], [], 1.0), 1.0
    entries, ranked = gather(frame, shelf)
    chosen = choose_in_context(question, entries, ranked)
    candidates = put_right(frame, chosen)
    if not candidates:
        return refuse(frame, "no_source"), 0.0
    sure, ours = _sure_of(chosen, candidates), is_ours(frame)
    could = answerability(signs_of(question, candidates, entries, ranked, ours))
    return _decide_among(frame, shelf, candidates, entries, sure, could, ours), could


def _asked_itself(frame: Frame, shelf: Shelf) -> Answer | None:
    """The entry of which the message is a phrasing that somebody wrote, its manner aside; what names no subject only while
    nothing was spoken of that it may be about, or where every matter is answered alike."""
    question, topic = frame.question, frame.topic
    spoken_of = topic and (topic.item or topic.document or topic.product)
    entry = shelf.asked.find(question.shown)
    within = question.follow_up or (question.bare and spoken_of)
    if question.past or (within and not (entry and entry.general)):
        return None
    return answer_from(frame, [(Candidate(found=Found(entry, 1.0, 1.0, 1.0)), "")], [], _NAMED) if entry else None


def _decide_among(
    frame: Frame, shelf: Shelf, candidates: Sequence[Candidate], entries: Sequence[Found], sure: float, could: float,
    ours: bool,
) -> Answer:  # fmt: skip
    if is_named(candidates[0]):
        return _answer(frame, shelf, candidates, max(sure, _NAMED))
    withheld = _withhold(frame, candidates, entries, sure, could, ours)
    doubtful = sure < _DOUBTED and bool(_NEEDED.search(frame.question.text))
    own = _item_itself(frame, entries) if withheld or doubtful else None
    if own:
        return answer_from(frame, [(own, "")], [], _CHOSEN)
    return withheld or _answer(frame, shelf, candidates, sure)


def _withhold(
    frame: Frame, candidates: Sequence[Candidate], entries: Sequence[Found], sure: float, could: float, ours: bool
) -> Answer | None:
    """A refusal or a question back, when nothing is likely enough to be right; None when the best may answer."""
    bands = thresholds_in_force()
    if could < bands["answerable"] and not _is_phrased(candidates[0]):
        return refuse(frame, "no_source" if ours else "out_of_scope")
    if not ours and sure < _STRANGE and not (find_dense() and could >= _STRANGE_ASKED):
        return refuse(frame, "out_of_scope")
    if names_no_class(frame.question) or (sure < _STRANGE and names_unheard_of(frame.question, candidates)):
        return refuse(frame, "no_source")
    if sure < bands["answer"]:
        return ask_which(frame, candidates, sure)
    several = _several_items(frame, candidates[0], entries) if sure < _CHOSEN else []
    return ask_back(frame, several, "several_items", frame.question.shown) if several else None


def _item_itself(frame: Frame, entries: Sequence[Found]) -> Candidate | None:
    """What the one item meant is and who handles it, for who asks what to apply for: that says more than a refusal."""
    question = frame.question
    if "which_service" not in question.kinds or frame.item is None or names_no_class(question):
        return None
    # a breakfast stall before the pharmacy is no matter of the pharmacy's
    if score_labels(question.sound)["question"] < _ASKED:
        return None
    own = (each for each in entries if each.entry.kind == "summary" and each.entry.item is frame.item)
    found = next(own, None)
    candidate = Candidate(found=found) if found else None
    return candidate if candidate and not names_unheard_of(question, [candidate]) else None


def _sure_of(chosen: Sequence[Candidate], candidates: Sequence[Candidate]) -> float:
    """How sure the lead is: whoever says the same clause in other words is as sure as the one it speaks for."""
    same = candidates[0].cited == chosen[0].cited
    return max(sureness(chosen), sureness(candidates)) if same else sureness(candidates)


def _find_clause(frame: Frame) -> Candidate | None:
    """The clause that the question points at, as in force on its day."""
    title, article = frame.question.clause
    hits = find_hits(frame, [(title, article, 0)], set()) if title else []
    return Candidate(ranked=Ranked(hits[0], 0.0, 1.0)) if hits else None


def _is_phrased(best: Candidate) -> bool:
    """Whether the question holds nearly the whole of a phrasing that somebody wrote for the entry: no further sign is needed."""
    return best.found is not None and best.found.phrase >= _PHRASED


def _offered(frame: Frame) -> list[ServiceItem]:
    """What may be meant where nothing is said of the subject: whatever has the kind of application that is spoken of (a lost
    paper, a renewal), else what is asked about most."""
    items, spoken = frame.base.catalogue.items, _SPECIAL & set(find_aspects(frame.question.text))
    usual = [items[item_id] for item_id in _OFFERED if item_id in items]
    having = [
        item
        for item in dict.fromkeys([*usual, *items.values()])
        if spoken and any(spoken & set(find_aspects(variant.name.zh)) for variant in item.variants)
    ]
    return having[:_MOST_OFFERED] or usual[:3]


def _several_items(frame: Frame, best: Candidate, entries: Sequence[Found]) -> list[ServiceItem]:
    """Items between which the answer differs and the question does not choose; [] when it is clear."""
    first = best.found
    if first is None or first.entry.item is None or first.entry.kind == "faq" or first.item >= SURE_ITEM:
        return []
    rivals = [
        found
        for found in entries
        if found.entry.kind == first.entry.kind and found.entry.item and abs(first.score - found.score) < _CLOSE
    ]
    items = list({found.entry.item.id: found.entry.item for found in rivals if found.entry.item}.values())
    texts = {found.entry.text.zh for found in rivals}
    return items[:3] if len(items) > 1 and len(texts) > 1 else []


def _answer(frame: Frame, shelf: Shelf, candidates: Sequence[Candidate], sure: float) -> Answer:
    """The best candidate (one a part of the question) and the clauses of the next that come near it."""
    best = candidates[0]
    if best.found and not best.found.entry.cites and best.found.entry.kind == "fee":
        return refuse(frame, "no_official_figure", best.found.entry.text.in_language(frame.question.language))
    leads = _parts(frame, shelf, best.cited[0] if best.cited else "") or [(best, "")]
    near = [each for each in candidates[1:] if best.score - each.score <= _NEAR]
    if len(leads) == 1 and sure < _EVEN:
        leads += [(each, _also(frame)) for each in near if each.cited != best.cited and _is_short(each, frame)][:1]
    return answer_from(frame, leads, near, sure)


def _also(frame: Frame) -> str:
    _ = gettext_for(frame.question.language)
    return _("This may also be what you mean")


def _is_short(candidate: Candidate, frame: Frame) -> bool:
    """Whether it is told in words of its own: a second article quoted whole helps nobody."""
    return bool(candidate.found or (candidate.ranked and card_answer(candidate.ranked, frame.question)))


def _parts(frame: Frame, shelf: Shelf, title: str) -> list[tuple[Candidate, str]]:
    """For a question in parts, what answers each, under the part's own heading; [] when one answer is enough.

    Each part is searched for by itself. What has answered a part already answers the next only if it is well ahead:
    two times of one matter mostly stand in two clauses, or in two facts, of the law (``title``) that answers the whole.
    """
    chosen: dict[object, tuple[Candidate, str]] = {}
    for part in split_parts(frame.question):
        candidates = choose(part.question, *gather(replace(frame, question=part.question), shelf))
        if not candidates or sureness(candidates) < thresholds_in_force()["answer"]:
            continue
        best = max(candidates, key=lambda each: _worth_of(each, chosen, title))
        chosen.setdefault(_key_of(best), (best, part.asked))
    return list(chosen.values())[:MOST] if len(chosen) > 1 else []


def _worth_of(candidate: Candidate, chosen: Container[object], title: str) -> float:
    same = candidate.cited is not None and candidate.cited[0] == title
    return candidate.score + _SAME * same - _SAID * (_key_of(candidate) in chosen)


def _key_of(candidate: Candidate) -> object:
    return candidate.found.entry.id if candidate.found else candidate.cited


__all__ = ["decide"]
