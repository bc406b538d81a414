"""From a question to a structured answer, without a generative model.

A question is cleaned and read (``understanding``), sent on when it is not a question of law (``routing``), matched
with the catalogue (``entries``) and the law of its day (``gathering``), decided upon (``choosing``, ``leading``,
``deciding``) and put together from cited blocks only (``composing``), or withheld with a reason (``withholding``).
"""

from dataclasses import replace
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING

from policy_kb import clock
from policy_kb.answering.correcting import correct
from policy_kb.answering.deciding import decide
from policy_kb.answering.eras import place_in_time
from policy_kb.answering.frame import Frame
from policy_kb.answering.question import Question
from policy_kb.answering.readings import Reading, choose_reading
from policy_kb.answering.routing import find_doubtful_route, find_route, gives_way, is_errand, sounds_asked
from policy_kb.answering.shelf import Shelf
from policy_kb.answering.since import tell_since
from policy_kb.answering.understanding import clean, fit_topic, read_ways
from policy_kb.answering.withholding import answer_from_route, ask_back
from policy_kb.catalogue import Catalogue
from policy_kb.dense import Dense, find_dense
from policy_kb.model import Answer, Topic
from policy_kb.wording import gettext_for

if TYPE_CHECKING:
    from policy_kb.base import PolicyBase

_shelves: dict[tuple[str, tuple[str, ...], Dense | None], Shelf] = {}
_guard = Lock()
_DOUBTFUL = 0.5  # an answer less likely to be right gives way to a label that hears its own kind of message
# An answer this likely to be right, to a message this likely to be one that a source answers, is given although a route
# heard its own kind of message. 2026-11-26, 738 development messages: from .6 20 of the 37 questions that a route takes
# come back and none that may not be answered; .7 because at .64 papers for a child's vaccination were answered, too.
_CERTAIN, _ASKED = 0.7, 0.25
_KEPT = 4  # catalogue states kept ready: today's and a few previews


def answer_question(
    base: "PolicyBase", question: str, *, language: str | None, as_of: date | None, topic: Topic | None, preview: str
) -> Answer:
    """Answer one question. Any text is taken; StoreUnavailable is the only error."""
    shelf, topic = _shelf(base.catalogue), fit_topic(topic, clean(question))
    ways = read_ways(question, language=language, as_of=as_of, today=clock.today(), topic=topic)
    read = ways[0]
    frame = Frame(base, read, (), topic, preview)
    if not any(character.isalnum() for character in read.shown):
        return ask_back(frame, [], "empty", "")
    lower = clean(question).lower()
    whole = [each.text.lower() for each in ways if each.follow_up and not each.pointed][:1]
    route = find_route((lower, correct(lower)), bare=any(each.bare for each in ways), whole=whole)
    asks_on = bool(whole and read.kinds)  # a greeting only heard by the model is none when something is asked
    taken = route if route and not read.pointed and not (asks_on and route.status == "greeting") else None
    if taken and not gives_way(taken, lower):
        return answer_from_route(frame, taken)
    meant = choose_reading([_answer_way(base, shelf, each, topic, preview) for each in ways], topic)
    read, answer = meant.question, meant.answer
    certain = meant.sure >= _CERTAIN and meant.could >= _ASKED
    if taken and not (certain and (not read.follow_up or is_errand(taken))):
        return answer_from_route(frame, taken)
    unsure = (
        answer.confidence < _DOUBTFUL
        and not read.follow_up
        and not (answer.status == "answered" and sounds_asked(lower))
    )
    half = read.bare and read.kinds  # it asks something of a subject it does not name: only asking back helps
    if not half and (answer.status in {"refused", "clarify"} or unsure):
        doubtful = find_doubtful_route((lower, correct(lower)))
        answer = answer_from_route(frame, doubtful) if doubtful else answer
    return _noticed(base, tell_since(base, read, answer))


def read_and_answer(base: "PolicyBase", question: str, *, language: str, topic: Topic | None) -> list[Reading]:
    """Every reading of a question with its answer, routes aside: what there is to choose from."""
    topic = fit_topic(topic, clean(question))
    ways = read_ways(question, language=language, as_of=None, today=clock.today(), topic=topic)
    return [_answer_way(base, _shelf(base.catalogue), each, topic, "") for each in ways]


def _answer_way(base: "PolicyBase", shelf: Shelf, read: Question, topic: Topic | None, preview: str) -> Reading:
    placed = place_in_time(base, read)
    return Reading(placed, *decide(Frame(base, placed, shelf.rank_items(placed), topic, preview), shelf))


def _noticed(base: "PolicyBase", answer: Answer) -> Answer:
    if not getattr(base, "degraded", False):
        return answer
    told = gettext_for(answer.language)("Answered from the last good copy, because the search service is away.")
    return replace(answer, notices=(*answer.notices, told))


def _shelf(catalogue: Catalogue) -> Shelf:
    """The prepared entries of a catalogue state, built once."""
    with _guard:
        forms = tuple(variant.form for item in catalogue.items.values() for variant in item.variants)
        key = (catalogue.fingerprint, forms, find_dense())
        if key not in _shelves:
            if len(_shelves) >= _KEPT:
                _shelves.pop(next(iter(_shelves)))
            _shelves[key] = Shelf(catalogue)
        return _shelves[key]


__all__ = ["answer_question", "read_and_answer"]
