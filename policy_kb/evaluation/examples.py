"""Questions with their candidates and how right each is: what the chooser is taught and measured with.

What is right is graded: most the entry that was asked for or what says the facts required, where these are known, then what
rests first on a clause wanted, then what cites one further down. Of two entries on one clause people want the one that
says what they asked.
"""

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from policy_kb import clock
from policy_kb.answering.candidates import Candidate, describe, list_candidates
from policy_kb.answering.choosing import signs_of
from policy_kb.answering.eras import place_in_time
from policy_kb.answering.frame import Frame
from policy_kb.answering.gathering import gather
from policy_kb.answering.shelf import Shelf
from policy_kb.answering.understanding import read_question
from policy_kb.answering.unheard import is_ours
from policy_kb.base import PolicyBase
from policy_kb.catalogue import Catalogue, Cite, Phrases
from policy_kb.evaluation.gold import GoldClause, GoldQuestion
from policy_kb.evaluation.judging import key_of_clause, says_all

_HELD_OUT = 4  # one phrasing in this many is left out of the catalogue and asked
_ENTRY, FIRST, _FURTHER = (
    3,
    2,
    1,
)  # grades: the very entry or fact, the clause wanted first, the clause among those shown
_FACTS_IN = 3  # one in this many phrasings of items' facts is asked: without them it learns that questions beat facts
_SHOWN = 3  # citations of an entry that a person sees at once


@dataclass(frozen=True, slots=True)
class Example:
    """A question with its candidates described (one row each) and how right each is (a grade, 0 for wrong)."""

    group: str
    answerable: bool
    rows: np.ndarray
    right: np.ndarray
    candidates: tuple[Candidate, ...]
    sign: Callable[[Sequence[Candidate]], list[float]]  # ``signs_in_force`` once the candidates are scored


def make_examples(base: PolicyBase, questions: Sequence[GoldQuestion]) -> list[Example]:
    """The questions that reach the search on their own: neither follow-ups nor those a routing label takes."""
    shelf = Shelf(base.catalogue)
    found = []
    for question in questions:
        if question.answerable != bool(question.clauses) or question.kind in _ROUTED or question.history:
            continue
        example = _example(
            base,
            shelf,
            question.question,
            question.clauses,
            question.group or question.id,
            question.entry,
            question.facts,
        )
        if example:
            found.append(replace(example, answerable=question.answerable))
    return found


_ROUTED = {"injection", "emergency", "smalltalk", "complaint", "report", "medical_advice", "progress"}


@dataclass(frozen=True, slots=True)
class _Held:
    """A phrasing left out of the catalogue, and the entry it was written for."""

    text: str
    entry: str
    cites: tuple[Cite, ...]


def make_own_examples(base: PolicyBase) -> Iterator[Example]:
    """Phrasings of the catalogue's questions and facts, asked of a catalogue without them."""
    for part in range(_HELD_OUT):
        left, held = _without(base.catalogue, part)
        shelf = Shelf(left)
        for each in held:
            wanted = tuple(GoldClause(cite.title, cite.article) for cite in each.cites[:2])
            example = _example(base, shelf, each.text, wanted, f"own:{each.entry}", each.entry)
            if example:
                yield example


def _without(catalogue: Catalogue, part: int) -> tuple[Catalogue, list[_Held]]:
    kept, held = [], list[_Held]()
    for faq in catalogue.faqs:
        left, out = _part(faq.asks.zh, part)
        held += [_Held(ask, f"faq:{faq.id}", faq.cites) for ask in out]
        kept.append(replace(faq, asks=Phrases(left, faq.asks.en if part else faq.asks.en[1:])))
        held += [_Held(ask, f"faq:{faq.id}", faq.cites) for ask in faq.asks.en[:1] if not part]
    items, told = {}, list[_Held]()
    for item in catalogue.items.values():
        facts = []
        for fact in item.facts:
            left, out = _part(fact.asks.zh, part)
            told += [_Held(f"{item.name.zh}{ask}", f"{item.id}:{fact.id}", fact.cites) for ask in out if fact.cites]
            facts.append(replace(fact, asks=Phrases(left, fact.asks.en)))
        items[item.id] = replace(item, facts=tuple(facts))
    return replace(catalogue, faqs=tuple(kept), items=items), held[::2] + told[::_FACTS_IN]


def _part(asks: Sequence[str], part: int) -> tuple[tuple[str, ...], list[str]]:
    """The phrasings that stay and those that are asked."""
    out = [place % _HELD_OUT == part for place in range(len(asks))]
    left = tuple(ask for ask, is_out in zip(asks, out, strict=True) if not is_out)
    return left, [ask for ask, is_out in zip(asks, out, strict=True) if is_out]


def _example(
    base: PolicyBase,
    shelf: Shelf,
    text: str,
    wanted: Sequence[GoldClause],
    group: str,
    entry: str,
    facts: Sequence[Sequence[str]] = (),
) -> Example | None:
    read = read_question(text, language=None, as_of=None, today=clock.today(), topic=None)
    read = place_in_time(base, read)
    if read.bare:
        return None
    frame = Frame(base, read, shelf.rank_items(read), None, "")
    entries, ranked = gather(frame, shelf)
    ours = is_ours(frame)

    def sign(scored: Sequence[Candidate]) -> list[float]:
        return signs_of(read, scored, entries, ranked, ours)

    candidates = list_candidates(entries, ranked)
    keys = {key_of_clause(clause.title, clause.article) for clause in wanted}
    right = np.array([_grade(each, keys, entry, facts) for each in candidates], dtype=np.int32)
    if not candidates:
        return None
    return Example(group, True, describe(read, entries, ranked), right, tuple(candidates), sign)


def _grade(candidate: Candidate, keys: Container[tuple[str, int]], entry: str, facts: Sequence[Sequence[str]]) -> int:
    if entry and candidate.found and candidate.found.entry.id == entry:
        return _ENTRY
    if candidate.cited is not None and key_of_clause(*candidate.cited) in keys:
        return _ENTRY if facts and says_all(_told(candidate), facts) else FIRST
    cites = candidate.found.entry.cites[:_SHOWN] if candidate.found else ()
    return _FURTHER if any(key_of_clause(cite.title, cite.article) in keys for cite in cites) else 0


def _told(candidate: Candidate) -> str:
    """What a person would read first, in both languages."""
    if candidate.found:
        return f"{candidate.found.entry.text.zh} {candidate.found.entry.text.en}"
    card = candidate.ranked.card.card if candidate.ranked and candidate.ranked.card else None
    return f"{card.answer.zh} {card.answer.en}" if card else ""


__all__ = ["FIRST", "Example", "make_examples", "make_own_examples"]
