"""Answer, ask back or refuse: one question against catalogue and law.

Catalogue entries and clauses are gathered, put on one scale (``choosing``) and the best one answers when it is sure
enough; less sure, the person is asked which is meant; else nothing is said that no source says.
"""

import re
from collections.abc import Container, Iterable, Mapping, Sequence, Set
from dataclasses import replace
from typing import TYPE_CHECKING

from policy_kb.answering.cards import CardMatch, index_of
from policy_kb.answering.choosing import (
    ENTRIES,
    Candidate,
    answerability,
    choose,
    signs_of,
    sureness,
    thresholds_in_force,
)
from policy_kb.answering.clauses import CANDIDATES, Ranked, cover, key_of, rank_clauses
from policy_kb.answering.composing import (
    SURE_ITEM,
    Frame,
    answer_from,
    ask_back,
    ask_which,
    refuse,
)
from policy_kb.answering.context import in_context
from policy_kb.answering.counterparts import find_then, list_predecessors
from policy_kb.answering.entries import Entry
from policy_kb.answering.eras import prefer_changed
from policy_kb.answering.question import Question
from policy_kb.answering.settings import thresholds
from policy_kb.answering.shelf import Found, Shelf
from policy_kb.answering.splitting import MOST, split_parts
from policy_kb.answering.understanding import law_words, make_terms
from policy_kb.answering.vocabulary import load_vocabulary
from policy_kb.catalogue import ServiceItem
from policy_kb.dense import find_dense
from policy_kb.model import Answer, Hit

if TYPE_CHECKING:
    from policy_kb.base import PolicyBase

_IMPLEMENTING = "实施条例"
_CERTIFICATE = re.compile(
    r"([^\W\da-z_的了是在有没无办领拿取得到要我你您他她它们这那哪个张把和与凭持用请给]{2,8})(?:许可证|备案凭证|资格证|批准书)"
)
# Devices are of three classes: 《医疗器械监督管理条例》第六条.
_NO_CLASS = re.compile(
    r"(?:第[四五六七八九十]|(?<![一二三])[四五六七八九])类(?:医疗)?器械|\bclass (?:iv|v|vi|[4-9]) (?:medical )?devices?\b"
)
_CITED = 3  # of the candidates, those an answer may cite
_HEARD = 0.5  # share of a name that must be found
_CARDS = 24  # clauses whose cards fit best are candidates beside those the search finds
_CLOSE = 0.12  # two entries of different items this close are told apart by asking
_NEAR = 2.0  # what a candidate may be behind the best (raw score) and still be cited after it
_LIKE = 1.0  # what an entry may be behind a clause (raw score) and still say it in its place
_LIKE_FURTHER, _CLEARLY = 1.5, 0.05  # the same for one that cites it second, and how much liker that must be
_UNLIKELY, _WHOLE = 0.2, 0.9  # below this probability coverage from here decides
_STRANGE = 0.6  # what speaks of nothing of ours must be this likely to be answered rightly
# What speaks of nothing of ours in its words is still answered when it is this likely that a source answers; only where
# meaning counts: of the development questions not for us, none that no label takes reaches .17 (2026-11-26).
_STRANGE_ASKED = 0.3
_CHOSEN = 0.6  # from this probability of being right the person is not asked which of several items is meant
_NAMED = 0.9  # the confidence of a clause called by its law and number
_PHRASED = 0.8  # share of an entry's own phrasing; 2026-11-25: no unanswerable development question has so much of one
_OUTRIGHT = 0.9  # an item found with this score is named, not guessed
_SAID = 0.7  # raw score that what has answered one part must be ahead by to answer the next too
_SAME = 0.5  # raw score that being of the law which answers the whole adds
_OFFERED = ("A12", "A11", "A1", "A6", "A7", "C1")  # offered when nothing is said of the subject


def decide(frame: Frame, shelf: Shelf) -> tuple[Answer, float]:
    """The answer, and the probability that any source answers the question at all."""
    question = frame.question
    if question.bare:
        return ask_back(frame, _offered(frame), "no_subject", question.shown), 0.0
    pointed = _find_clause(frame)
    if pointed:
        return answer_from(frame, [(pointed, "")], [], 1.0), 1.0
    entries, ranked = gather(frame, shelf)
    chosen = in_context(question, _with_law(choose(question, entries, ranked), ranked))
    worded = _of_item_asked(frame, _in_own_words(question, chosen))
    candidates = _with_window(question, _with_article(worded))
    if not candidates:
        return refuse(frame, "no_source"), 0.0
    sure, ours = _sure_of(chosen, candidates), is_ours(frame)
    could = answerability(signs_of(question, candidates, entries, ranked, ours))
    return _decide_among(frame, shelf, candidates, entries, sure, could, ours), could


def _decide_among(
    frame: Frame, shelf: Shelf, candidates: Sequence[Candidate], entries: Sequence[Found], sure: float, could: float,
    ours: bool,
) -> Answer:  # fmt: skip
    bands = thresholds_in_force()
    if _is_named(candidates[0]):
        return _answer(frame, shelf, candidates, max(sure, _NAMED))
    if could < bands["answerable"] and not _is_phrased(candidates[0]):
        return refuse(frame, "no_source" if ours else "out_of_scope")
    if not ours and sure < _STRANGE and not (find_dense() and could >= _STRANGE_ASKED):
        return refuse(frame, "out_of_scope")
    if _NO_CLASS.search(frame.question.text) or (sure < _STRANGE and _names_unheard_of(frame.question, candidates)):
        return refuse(frame, "no_source")
    if sure < bands["answer"]:
        return ask_which(frame, candidates, sure)
    several = _several_items(frame, candidates[0], entries) if sure < _CHOSEN else []
    if several:
        return ask_back(frame, several, "several_items", frame.question.shown)
    return _answer(frame, shelf, candidates, sure)


def _names_unheard_of(question: Question, candidates: Sequence[Candidate]) -> bool:
    """Whether a certificate is asked for by a name of which nothing found says a word (量子纠缠许可证): what is printed of
    other certificates would be given for an answer to it."""
    named = _CERTIFICATE.search(question.text)
    terms = [term for term in make_terms(named[1]) if len(term.word) > 1] if named else []
    return bool(terms) and all(cover(terms, _all_said(each)) < _HEARD for each in candidates[:_CITED])


def _all_said(candidate: Candidate) -> str:
    hit = candidate.ranked.hit if candidate.ranked else None
    entry = candidate.found.entry if candidate.found else None
    return " ".join(
        (
            f"{hit.version.title} {hit.clause.text}" if hit else "",
            f"{entry.text.zh} {' '.join(entry.asks)} {entry.item.name.zh if entry.item else ''}" if entry else "",
        )
    ).lower()


def _sure_of(chosen: Sequence[Candidate], candidates: Sequence[Candidate]) -> float:
    """How sure the lead is: whoever says the same clause in other words is as sure as the one it speaks for."""
    same = candidates[0].cited == chosen[0].cited
    return max(sureness(chosen), sureness(candidates)) if same else sureness(candidates)


def _find_clause(frame: Frame) -> Candidate | None:
    """The clause that the question points at, as in force on its day."""
    title, article = frame.question.clause
    hits = _hits_of(frame, [(title, article, 0)], set()) if title else []
    return Candidate(ranked=Ranked(hits[0], 0.0, 1.0)) if hits else None


def _is_phrased(best: Candidate) -> bool:
    """Whether the question holds nearly the whole of a phrasing that somebody wrote for the entry: no further sign is needed."""
    return best.found is not None and best.found.phrase >= _PHRASED


def _with_law(candidates: list[Candidate], ranked: Sequence[Ranked]) -> list[Candidate]:
    """Where nothing is likely to be right, the clause the search puts first leads if it holds all that was asked."""
    if not candidates or not ranked or sureness(candidates) >= _UNLIKELY or ranked[0].coverage < _WHOLE:
        return candidates
    law = next((each for each in candidates if each.ranked is ranked[0]), None)
    return [law, *(each for each in candidates if each is not law)] if law else candidates


def _in_own_words(question: Question, candidates: list[Candidate]) -> list[Candidate]:
    """Before a clause leads, an entry close behind it that rests on the same clause: it says it in a sentence. Of several
    the one of the kind asked for, which also goes before an entry of another kind; of these
    the one whose phrasings are most like the question: the chooser has learned clauses and knows nothing of which of two
    facts of one clause is meant."""
    if not candidates:
        return candidates
    best = candidates[0]
    near = [each for each in candidates if each.found and each.cited == best.cited and best.score - each.score < _LIKE]
    wanted = _kind_asked(question)
    of_kind = [each for each in near if each.found and each.found.entry.kind in wanted] or near
    if not of_kind:
        return candidates
    entry = max(of_kind, key=_likeness)
    entry = max((entry, *_others_of_item(entry, candidates, best)), key=_likeness)
    return [entry, *(each for each in candidates if each is not entry)]


def _likeness(candidate: Candidate) -> float:
    return candidate.found.like if candidate.found else 0.0


def _others_of_item(entry: Candidate, candidates: Sequence[Candidate], best: Candidate) -> list[Candidate]:
    """Facts of the same item and kind that rest on the clause further down and are clearly more like the question."""
    return [
        each
        for each in candidates
        if each.found and entry.found and entry.found.entry.item and each.found.entry.item is entry.found.entry.item
        if each.found.entry.kind == entry.found.entry.kind and _cites(each, best.cited)
        if best.score - each.score < _LIKE_FURTHER and _likeness(each) > _likeness(entry) + _CLEARLY
    ]


def _cites(candidate: Candidate, clause: tuple[str, int] | None) -> bool:
    """Whether an entry rests on the clause, first or further down."""
    cites = candidate.found.entry.cites if candidate.found else ()
    return any((cite.title, cite.article) == clause for cite in cites)


def _kind_asked(question: Question) -> tuple[str, ...]:
    """The kind of catalogue entry that answers first what is asked, () when no kind is asked for."""
    return load_vocabulary().kinds[question.kinds[0]].facts[:1] if question.kinds else ()


def _of_item_asked(frame: Frame, candidates: list[Candidate]) -> list[Candidate]:
    """Who names an item outright and asks for one kind of fact of it gets that fact, if it is near."""
    wanted = _kind_asked(frame.question)
    if not candidates or not wanted or not frame.items or frame.items[0].score < _OUTRIGHT:
        return candidates
    item = frame.items[0].item.id
    own = (each for each in candidates if each.found and each.found.entry.item and each.found.entry.item.id == item)
    fact = next((each for each in own if each.found and each.found.entry.kind in wanted), None)
    if fact is None or candidates[0].score - fact.score > _LIKE:
        return candidates
    return [fact, *(each for each in candidates if each is not fact)]


def _is_named(candidate: Candidate) -> bool:
    return candidate.ranked is not None and bool(candidate.ranked.signs.get("named_article"))


def _with_article(candidates: list[Candidate]) -> list[Candidate]:
    """An article called by its law and number is what is wanted: its clause leads unless an entry of it does already."""
    named = next(filter(_is_named, candidates), None)
    if named is None or candidates[0].cited == named.cited:
        return candidates
    return [named, *(each for each in candidates if each is not named)]


def _with_window(question: Question, candidates: list[Candidate]) -> list[Candidate]:
    """Who names the end of their own certificate is told their own days: the best entry with a window leads if it is near."""
    if question.days.expiry is None:
        return candidates
    own = next((each for each in candidates if each.found and each.found.entry.window), None)
    if own is None or candidates[0].score - own.score > 2 * _NEAR:
        return candidates
    return [own, *(each for each in candidates if each is not own)]


def gather(frame: Frame, shelf: Shelf) -> tuple[list[Found], list[Ranked]]:
    """Catalogue entries and clauses that may answer, each best first."""
    question = frame.question
    found = shelf.rank(question, frame.items, ENTRIES)
    ranked = search_clauses(frame.base, question, frame)
    entries = [each for each in found if _holds_then(frame, each.entry)]
    return _with_search(_of_named_law(question, entries, ranked), ranked), ranked


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
    if question.past:
        cards = _cards_then(base, question, cards)
    hits += _hits_of(frame, cards, {key_of(hit) for hit in hits})
    # What is learned is today's law; on a past day the weights set by hand and the changed law decide.
    learned = None if question.past else base.ranking
    ranked = rank_clauses(question, hits, set(base.find_documents(question.text)), titles, cards, learned)
    return prefer_changed(question, ranked)


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
        for place in find_then(base, old, new, (article, sub)):
            moved.setdefault((old.title, *place), match)
    return moved


def _hits_of(frame: Frame, cards: Iterable[tuple[str, int, int]], found: Set[tuple[str, int, int]]) -> list[Hit]:
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
        return refuse(frame, "no_official_figure")
    leads = _parts(frame, shelf, best.cited[0] if best.cited else "") or [(best, "")]
    near = [each for each in candidates[1:] if best.score - each.score <= _NEAR]
    return answer_from(frame, leads, near, sure)


def _parts(frame: Frame, shelf: Shelf, title: str) -> list[tuple[Candidate, str]]:
    """For a question in parts, what answers each, under the part's own heading; [] when one answer is enough.

    Each part is searched for by itself. What has answered a part already answers the next only if it is well ahead:
    two times of one matter mostly stand in two clauses, or in two facts, of the law (``title``) that answers the whole.
    """
    chosen: dict[object, tuple[Candidate, str]] = {}
    for part in split_parts(frame.question):
        candidates = choose(part, *gather(replace(frame, question=part), shelf))
        if not candidates or sureness(candidates) < thresholds_in_force()["answer"]:
            continue
        best = max(candidates, key=lambda each: _worth_of(each, chosen, title))
        chosen.setdefault(_key_of(best), (best, part.focus))
    return list(chosen.values())[:MOST] if len(chosen) > 1 else []


def _worth_of(candidate: Candidate, chosen: Container[object], title: str) -> float:
    same = candidate.cited is not None and candidate.cited[0] == title
    return candidate.score + _SAME * same - _SAID * (_key_of(candidate) in chosen)


def _key_of(candidate: Candidate) -> object:
    return candidate.found.entry.id if candidate.found else candidate.cited


def is_ours(frame: Frame) -> bool:
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


__all__ = ["decide", "gather", "is_ours", "search_clauses"]
