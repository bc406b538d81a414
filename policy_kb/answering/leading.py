"""Which candidate leads the answer: the one the chooser puts first, or one beside it that says the same better.

The chooser has learned clauses. It knows nothing of which of two facts of one clause is meant, of an article called by
its number, or of a person's own certificate: these are put right here.
"""

from collections.abc import Sequence

from policy_kb.answering.asked import find_kinds
from policy_kb.answering.candidates import Candidate
from policy_kb.answering.choosing import choose, sureness
from policy_kb.answering.clauses import Ranked
from policy_kb.answering.context import in_context
from policy_kb.answering.entries import Entry, Found
from policy_kb.answering.frame import Frame
from policy_kb.answering.question import Question
from policy_kb.answering.vocabulary import load_vocabulary

_LIKE = 1.0  # what an entry may be behind a clause (raw score) and still say it in its place

_LIKE_TOLD = 2.0  # a fact just told
_LIKE_FURTHER, _CLEARLY = 1.5, 0.05  # the same for one that cites it second, and how much liker that must be

_UNLIKELY, _WHOLE = 0.2, 0.9  # below this probability coverage from here decides

_OWN_NEAR = 4.0  # what an entry with a window may be behind (raw score) when the end of the own certificate is named
_TOLD_BY_FAQ = frozenset({"penalty"})  # kinds that FAQs answer whose own question asks for them
_OUTRIGHT = 0.9  # an item found with this score is named, not guessed


def choose_in_context(question: Question, entries: Sequence[Found], ranked: Sequence[Ranked]) -> list[Candidate]:
    """The candidates as the chooser and the conversation so far order them, best first."""
    return in_context(question, _with_law(choose(question, entries, ranked), ranked))


def put_right(frame: Frame, chosen: list[Candidate]) -> list[Candidate]:
    """The same with the one in front that says best what the first of them says, or what was called by its name."""
    worded = _of_item_asked(frame, _in_own_words(frame.question, chosen))
    return _with_window(frame.question, _with_article(worded))


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
    of_kind = _of_kind(question, near, led=best.found is not None) or near
    if not of_kind:
        return candidates
    entry = max(of_kind, key=_likeness)
    entry = max((entry, *_others_of_item(entry, candidates, best)), key=_likeness)
    return [entry, *(each for each in candidates if each is not entry)]


def _of_kind(question: Question, near: Sequence[Candidate], *, led: bool) -> list[Candidate]:
    """Those of the kind asked for, a FAQ by what its own question asks; where an entry leads (``led``), "other" is no kind
    to go by."""
    wanted = _kind_asked(question)
    if led and wanted == ("other",):
        return []
    own = [each for each in near if each.found and each.found.entry.kind in wanted]
    return own or [each for each in near if each.found and _asks_alike(each.found.entry, question)]


def _asks_alike(entry: Entry, question: Question) -> bool:
    """Whether the own question of a FAQ asks for what is asked first, where that is a matter of FAQs."""
    asked = question.kinds[0] if question.kinds else ""
    return entry.kind == "faq" and asked in _TOLD_BY_FAQ and asked in find_kinds(entry.label.zh)


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
    """Who names an item outright and asks for one kind of fact of it gets that fact, if it is near: before a fact of the kind
    that was told just now, from further away."""
    wanted = _kind_asked(frame.question)
    if not candidates or not wanted or not frame.items or frame.items[0].score < _OUTRIGHT:
        return candidates
    item = frame.items[0].item.id
    own = (each for each in candidates if each.found and each.found.entry.item and each.found.entry.item.id == item)
    fact = next((each for each in own if each.found and each.found.entry.kind in wanted), None)
    first = candidates[0].found.entry.kind if candidates[0].found else ""
    told = bool(first) and first == frame.question.answered
    if fact is None or candidates[0].score - fact.score > (_LIKE_TOLD if told else _LIKE):
        return candidates
    return [fact, *(each for each in candidates if each is not fact)]


def is_named(candidate: Candidate) -> bool:
    return candidate.ranked is not None and bool(candidate.ranked.signs.get("named_article"))


def _with_article(candidates: list[Candidate]) -> list[Candidate]:
    """An article called by its law and number is what is wanted: its clause leads unless an entry of it does already."""
    named = next(filter(is_named, candidates), None)
    if named is None or candidates[0].cited == named.cited:
        return candidates
    return [named, *(each for each in candidates if each is not named)]


def _with_window(question: Question, candidates: list[Candidate]) -> list[Candidate]:
    """Who names the end of their own certificate is told their own days: the best entry with a window leads if it is near."""
    if question.days.expiry is None:
        return candidates
    own = next((each for each in candidates if each.found and each.found.entry.window), None)
    if own is None or candidates[0].score - own.score > _OWN_NEAR:
        return candidates
    return [own, *(each for each in candidates if each is not own)]


__all__ = ["choose_in_context", "is_named", "put_right"]
