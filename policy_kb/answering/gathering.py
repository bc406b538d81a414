"""What may answer a question: catalogue entries and clauses of its day, each best first."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from typing import TYPE_CHECKING

from policy_kb.answering.breaches import find_penalties, is_penal
from policy_kb.answering.candidates import ENTRIES
from policy_kb.answering.cards import CardMatch, index_of
from policy_kb.answering.clauses import CANDIDATES, Ranked, key_of, rank_clauses
from policy_kb.answering.counterparts import find_nearest, find_then, list_predecessors
from policy_kb.answering.entries import Entry, Found
from policy_kb.answering.eras import prefer_changed
from policy_kb.answering.frame import SURE_ITEM, Frame
from policy_kb.answering.question import Question
from policy_kb.answering.settings import thresholds
from policy_kb.answering.shelf import Shelf
from policy_kb.answering.terms import law_words
from policy_kb.answering.vocabulary import load_vocabulary
from policy_kb.model import Hit

if TYPE_CHECKING:
    from policy_kb.base import PolicyBase


_IMPLEMENTING = "实施条例"

_SECOND_HAND = 0.7  # of a card's likeness, for one of several clauses it was split from and for one merely like its own
_CARDS = 24  # clauses whose cards fit best are candidates beside those the search finds


def gather(frame: Frame, shelf: Shelf) -> tuple[list[Found], list[Ranked]]:
    """Catalogue entries and clauses that may answer, each best first."""
    question = frame.question
    found = shelf.rank(question, frame.items, ENTRIES)
    ranked = search_clauses(frame.base, question, frame)
    entries = [each for each in found if _holds_then(frame, each.entry) and _may_lead(question, each.entry, ranked)]
    return _with_search(_of_named_law(question, entries, ranked), ranked), ranked


def search_clauses(base: "PolicyBase", question: Question, frame: Frame) -> list[Ranked]:
    """Clauses of the question's day, best first."""
    further = " ".join(
        dict.fromkeys(
            (
                *(form for term in question.terms for form in load_vocabulary().synonyms.get(term.word, ())),
                *law_words(question.text),
            )
        )
    )
    within = [title for title, _ in question.cited] if question.reading == "law" else []
    hits = base.search(
        f"{question.text} {further}".strip(),
        as_of=question.as_of,
        limit=CANDIDATES,
        preview=frame.preview,
        within=base.find_documents(" ".join(within)),
    )
    titles = {
        cite.title
        for match in frame.items[:2]
        if match.score >= SURE_ITEM
        for fact in match.item.facts
        for cite in fact.cites
    }
    matches = index_of(base.catalogue.cards).match(question)
    cards = _best_cards([each for each in matches if not within or each.card.title in within])
    if question.past:
        cards = _cards_then(base, question, cards)
    hits += find_hits(frame, cards, {key_of(hit) for hit in hits})
    penalties = find_penalties(base, question.cited, question.as_of) if question.reading == "breach" else {}
    hits += find_hits(frame, [(*key, 0) for key in penalties], {key_of(hit) for hit in hits})
    # What is learned is today's law; on a past day the weights set by hand and the changed law decide.
    learned = None if question.past else base.ranking
    ranked = rank_clauses(question, hits, set(base.find_documents(question.text)), titles, cards, learned)
    return prefer_changed(question, _penal(ranked, penalties) if question.reading == "breach" else ranked)


def _penal(ranked: Sequence[Ranked], penalties: Mapping[tuple[str, int], float]) -> list[Ranked]:
    """The clauses that state what a breach costs, with how likely each is the penalty of what was told (sign ``breach``)."""
    return [
        replace(each, signs={**each.signs, "breach": penalties.get(key_of(each.hit)[:2], 0.0)})
        for each in ranked
        if is_penal(each.hit.clause)
    ]


def _may_lead(question: Question, entry: Entry, ranked: Sequence[Ranked]) -> bool:
    """Whether an entry is of the law just cited, or rests on a clause that a breach leads to, where that is asked."""
    cited = (entry.cites[0].title, entry.cites[0].article) if entry.cites else ("", 0)
    if question.reading == "law":
        return cited[0] in {title for title, _ in question.cited}
    if question.reading == "breach":
        return cited in {key_of(each.hit)[:2] for each in ranked if each.signs["breach"]}
    return True


def _best_cards(matches: Sequence[CardMatch]) -> dict[tuple[str, int, int], CardMatch]:
    """The best match of each clause."""
    best: dict[tuple[str, int, int], CardMatch] = {}
    for match in matches:
        best.setdefault((match.card.title, match.card.article, match.card.sub), match)
    return best


def _cards_then(
    base: "PolicyBase", question: Question, cards: Mapping[tuple[str, int, int], CardMatch]
) -> dict[tuple[str, int, int], CardMatch]:
    """The cards of today's clauses at the places where these stood on the question's day."""
    before, moved = list_predecessors(base, question.as_of, question.today), dict[tuple[str, int, int], CardMatch]()
    for (title, article, sub), match in cards.items():
        if title not in before:
            moved.setdefault((title, article, sub), match)
            continue
        old, new = before[title]
        same = find_then(base, old, new, (article, sub))
        near = None if same else find_nearest(base, old, new, (article, sub))
        share = 1.0 if len(same) == 1 else _SECOND_HAND
        for place in same or ((near,) if near else ()):
            moved.setdefault((old.title, *place), replace(match, score=share * match.score))
    return moved


def find_hits(frame: Frame, cards: Iterable[tuple[str, int, int]], found: Set[tuple[str, int, int]]) -> list[Hit]:
    """Clauses of the best cards that the search did not find, as in force on the question's day."""
    base, day, hits = frame.base, frame.question.as_of, list[Hit]()
    for title, article, sub in list(cards)[:_CARDS]:
        if (title, article, sub) in found:
            continue
        clause = base.find_clause(title, article, as_of=day, sub=sub, preview=frame.preview)
        version = base.find_version(title, as_of=day, preview=frame.preview) if clause else None
        if clause and version:
            hits.append(Hit(clause, version, 0.0))
    return hits


def _holds_then(frame: Frame, entry: Entry) -> bool:
    """Catalogue texts speak of today: on a past day only those whose clauses were the same then (or that say their day)."""
    question = frame.question
    if not question.past:
        return all(cite.as_of is None for cite in entry.cites[:1])
    if any(cite.as_of for cite in entry.cites):
        return True
    return bool(entry.cites) and all(_same_version(frame, cite.title) for cite in entry.cites)


def _same_version(frame: Frame, title: str) -> bool:
    question = frame.question
    then = frame.base.find_version(title, as_of=question.as_of, preview=frame.preview)
    now = frame.base.find_version(title, as_of=question.today, preview=frame.preview)
    return then is not None and now is not None and then.id == now.id


def _of_named_law(question: Question, entries: Sequence[Found], ranked: Sequence[Ranked]) -> list[Found]:
    """Entries that may lead when an implementing regulation is asked for by that name, or the law of a past day has changed."""
    if _IMPLEMENTING in question.text:
        return [found for found in entries if any(_IMPLEMENTING in cite.title for cite in found.entry.cites)]
    changed = bool(ranked) and question.past and ranked[0].hit.version.in_force_to is not None
    if changed and ranked[0].coverage >= thresholds()["clause"]["answer"]:
        return [found for found in entries if any(cite.as_of for cite in found.entry.cites)]
    return list(entries)


def _with_search(entries: Sequence[Found], ranked: Sequence[Ranked]) -> list[Found]:
    """Entries raised by how well the search found the clauses they cite, best first."""
    if not ranked:
        return list(entries)
    top, weight = ranked[0].score, thresholds()["entry"]["search"]
    found = {(each.hit.version.title, each.hit.clause.article): each.score / top for each in reversed(ranked[:10])}
    raised = [
        replace(
            each,
            score=each.score
            + weight * max((found.get((c.title, c.article), 0.0) for c in each.entry.cites), default=0.0),
        )
        for each in entries
    ]
    return sorted(raised, key=lambda each: -each.score)


__all__ = ["find_hits", "gather", "search_clauses"]
