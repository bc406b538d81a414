"""Answer, ask back or refuse: one question against catalogue and law.

The catalogue leads when an entry fits the question well, or less well but with the search behind it; else the best
clause is quoted when it covers the question; else nothing is said that no source says.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from typing import TYPE_CHECKING

from policy_kb.answering.cards import CardMatch, index_of
from policy_kb.answering.clauses import CANDIDATES, Ranked, key_of, rank_clauses
from policy_kb.answering.composing import (
    SURE_ITEM,
    Frame,
    answer_from_clauses,
    answer_from_entries,
    ask_back,
    refuse,
)
from policy_kb.answering.entries import Entry
from policy_kb.answering.eras import prefer_changed
from policy_kb.answering.items import NAMED
from policy_kb.answering.question import Question
from policy_kb.answering.settings import thresholds
from policy_kb.answering.shelf import Found, Shelf
from policy_kb.answering.splitting import split_parts
from policy_kb.answering.understanding import law_words
from policy_kb.answering.vocabulary import load_vocabulary
from policy_kb.catalogue import ServiceItem
from policy_kb.model import Answer, Hit

if TYPE_CHECKING:
    from policy_kb.base import PolicyBase

_OF_ANY_ITEM = {"authority", "materials", "conditions", "steps", "summary", "fee", "validity"}
_IMPLEMENTING = "实施条例"
_CARDS = 12  # clauses whose cards fit best are candidates beside those the search finds
_CLOSE = 0.12  # two entries of different items this close are told apart by asking
_OFFERED = ("A12", "A11", "A1", "A6", "A7", "C1")  # offered when nothing is said of the subject


def decide(frame: Frame, shelf: Shelf) -> Answer:
    """The answer to a question that no routing label took."""
    question = frame.question
    if question.bare:
        return ask_back(frame, _offered(frame), "no_subject", question.shown)
    entries = [found for found in shelf.rank(question, frame.items, 24) if _holds_then(frame, found.entry)]
    ranked = search_clauses(frame.base, question, frame)
    entries = _with_search(_of_named_law(question, entries, ranked), ranked)
    leading = _leading(question, entries, ranked)
    if leading:
        several = _several_items(frame, entries)
        if several:
            return ask_back(frame, several, "several_items", question.shown)
        return _from_entries(frame, shelf, leading, entries, ranked)
    return _from_clauses(frame, ranked)


def _offered(frame: Frame) -> list[ServiceItem]:
    items = frame.base.catalogue.items
    return [items[item_id] for item_id in _OFFERED if item_id in items]


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
    hits = base.search(
        f"{question.text} {further}".strip(), as_of=question.as_of, limit=CANDIDATES, preview=frame.preview
    )
    titles = {
        cite.title
        for match in frame.items[:2]
        if match.score >= SURE_ITEM
        for fact in match.item.facts
        for cite in fact.cites
    }
    cards = _best_cards(index_of(base.catalogue.cards).match(question))
    hits += _hits_of(frame, cards, {key_of(hit) for hit in hits})
    ranked = rank_clauses(question, hits, set(base.find_documents(question.text)), titles, cards)
    return prefer_changed(question, ranked)


def _best_cards(matches: Sequence[CardMatch]) -> dict[tuple[str, int, int], CardMatch]:
    """The best match of each clause."""
    best: dict[tuple[str, int, int], CardMatch] = {}
    for match in matches:
        best.setdefault((match.card.title, match.card.article, match.card.sub), match)
    return best


def _hits_of(
    frame: Frame, cards: Mapping[tuple[str, int, int], CardMatch], found: Set[tuple[str, int, int]]
) -> list[Hit]:
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


def _leading(question: Question, entries: Sequence[Found], ranked: Sequence[Ranked]) -> Found | None:
    """The entry that answers, None when none is sure enough."""
    bands, best = thresholds()["entry"], ranked[0].coverage if ranked else 0.0
    for found in entries[:2]:
        if found.score < entries[0].score - bands["rival"] or not _has_evidence(found) or _law_says_more(found, ranked):
            continue
        if found.score >= bands["answer"]:
            return found
        if found.score >= bands["answer_agreed"] and _agrees(found.entry, ranked[:3]):
            return found
        doubtful = best < thresholds()["clause"]["well"] or found.phrase >= bands["own_phrase"]
        if found.score >= bands["answer_weak_law"] and doubtful:
            return found
    return None


def _has_evidence(found: Found) -> bool:
    """An item's fact needs its item; and more than the item's name must speak for it, unless any item is asked that."""
    bands = thresholds()["entry"]
    if found.item < bands["item_meant"] and found.phrase < bands["own_phrase"]:
        return False
    return found.entry.kind in _OF_ANY_ITEM or found.phrase + found.covered >= bands["evidence"]


def _law_says_more(found: Found, ranked: Sequence[Ranked]) -> bool:
    """A clause that holds nearly all of the question against an entry that holds little of it and does not cite it."""
    if not ranked or _agrees(found.entry, ranked[:3]):
        return False
    bands = thresholds()
    return (
        ranked[0].coverage >= bands["clause"]["well"]
        and found.covered < bands["entry"]["little"]
        and found.phrase < bands["entry"]["some_phrase"]
    )


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


def _agrees(entry: Entry, ranked: Sequence[Ranked]) -> bool:
    cited = {(cite.title, cite.article) for cite in entry.cites}
    return any((each.hit.version.title, each.hit.clause.article) in cited for each in ranked)


def _several_items(frame: Frame, entries: Sequence[Found]) -> list[ServiceItem]:
    """Items between which the answer differs and the question does not choose; [] when it is clear."""
    first = entries[0]
    if first.entry.item is None or first.entry.kind == "faq" or (frame.items and frame.items[0].score >= SURE_ITEM):
        return []
    rivals = [
        found
        for found in entries
        if found.entry.kind == first.entry.kind and found.entry.item and first.score - found.score < _CLOSE
    ]
    items = list({found.entry.item.id: found.entry.item for found in rivals if found.entry.item}.values())
    texts = {found.entry.text.zh for found in rivals}
    return items[:3] if len(items) > 1 and len(texts) > 1 else []


def _from_entries(
    frame: Frame, shelf: Shelf, leading: Found, entries: Sequence[Found], ranked: Sequence[Ranked]
) -> Answer:
    bands = thresholds()["entry"]
    if not leading.entry.cites and leading.entry.kind == "fee":
        return refuse(frame, "no_official_figure")
    chosen = _parts(frame, shelf, leading)
    further = [each for each in ranked[:2] if each.coverage >= thresholds()["clause"]["cited_too"]]
    return answer_from_entries(frame, chosen, further, min(1.0, leading.score / (bands["answer"] + 0.9)))


def _parts(frame: Frame, shelf: Shelf, leading: Found) -> list[Found]:
    """The leading entry and, for a question in parts, the best entry of every other part."""
    parts = split_parts(frame.question)
    if len(parts) < 2:
        return [leading]
    chosen: dict[str, Found] = {}
    for part in parts:
        best = next((found for found in shelf.rank(part, frame.items, 6) if _holds_then(frame, found.entry)), None)
        if best and best.score >= thresholds()["entry"]["part"]:
            chosen.setdefault(best.entry.id, best)
    return list(chosen.values())[:3] or [leading]


def _from_clauses(frame: Frame, ranked: Sequence[Ranked]) -> Answer:
    bands = thresholds()["clause"]
    if not ranked:
        return refuse(frame, "no_source")
    best = ranked[0]
    margin = best.score - ranked[1].score if len(ranked) > 1 else 1.0
    backed = (
        margin > bands["margin"]
        or bool(frame.items and frame.items[0].score >= NAMED)
        or best.hit.version.document_id in frame.base.find_documents(frame.question.text)
    )
    if not _is_ours(frame):
        return refuse(frame, "out_of_scope")
    if best.coverage >= bands["answer"] or (best.coverage >= bands["unsure"] and backed):
        return answer_from_clauses(frame, ranked[:3], min(1.0, best.coverage))
    return refuse(frame, "no_source")


def _is_ours(frame: Frame) -> bool:
    """Whether the question speaks of our products, of procedure and supervision, or names a law: else it is not for us."""
    question = frame.question
    if question.domain or question.documents or question.articles:
        return True
    named = bool(frame.items and frame.items[0].score >= SURE_ITEM)
    return (
        named
        or any(word in question.text for word in load_vocabulary().subjects)
        or bool(frame.base.find_documents(question.text))
    )


__all__ = ["decide", "search_clauses"]
