"""The classifier alone never decides: before a typed message opens something, the policy base looks at it too.

A question about complaints is answered, not taken down as a complaint; a question about an application is answered,
not opened as one; what belongs elsewhere is said so. A pressed button is a decision and is not looked at again.
"""

import re
from dataclasses import replace

from flask_babel import gettext as _

from policy_kb import Answer, PolicyBaseError, hears_emergency, may_be_emergency
from portal.chat.answers import ask_base, draft_of_answer
from portal.chat.flows import Draft
from portal.chat.lexicon import is_emergency, says
from portal.chat.topics import applications, complaints, emergency, own_data, questions, reactions, status, telling
from portal.chat.turn import Turn

OPENERS = ("complaints/start", "applications/open")
TALKS = ("complaints/start", "status/show", "answer/ask")
STEPS = (
    "applications/answer",
    "applications/confirm",
    "applications/skip",
    "applications/why",
    "applications/stop",
    "applications/correct",
    "applications/left",
)
SHORT_EN = 9  # words
_HAN = re.compile(r"[\u3400-\u9fff]")
SURE = 0.4  # from this probability the rules are answered where the classifier heard a question about one's own matter
SHORT = 14  # a bare wish such as 我要投诉某药店; anything longer is left to the policy base's routing


def look_again(verb: str, turn: Turn) -> list[Draft] | None:
    """The answer to give instead of what the classifier wanted, or None to go on with it."""
    if turn.payload or not turn.text.strip():
        return None
    about_left = _is_short(turn.text) and says("left", turn.text) and not turn.conversation.pending
    if about_left and verb in ("answer/ask", "applications/left"):
        return applications.left(turn)
    if verb in STEPS and not turn.conversation.pending and not says_one_word(turn.text):
        return questions.ask(turn)  # no form is open: it was a question after all
    if verb in TALKS and says("withdraw_complaint", turn.text) and not turn.text.rstrip().endswith(("吗", "？", "?")):
        return complaints.withdraw(turn)
    if told := complaints.take_up(verb, turn) or (own_data.answer(turn) if verb != "emergency/show" else None):
        return told
    being_told = (turn.conversation.pending or {}).get("flow") == "complaint"
    waits = verb == "status/show" or (verb == "answer/ask" and _is_short(turn.text) and says("until_answer", turn.text))
    if waits and being_told and says("how_long", turn.text) and not status.NUMBER.search(turn.text):
        question = complaints.put_how_long(turn)  # nothing is sent yet that could stand anywhere
        return questions.ask(replace(turn, payload={"question": question}))
    if opened := reactions.take_up(turn):
        return opened
    if verb == "status/show" and _asks_no_standing(turn):
        return (None if being_told else telling.offer(turn)) or questions.ask(turn)
    if says("may_withdraw", turn.text) and (being_told or complaints.is_sent(turn)):
        return [*complaints.tell_withdrawal(), *turn.ask_again()]
    if verb == "answer/ask" and not turn.conversation.pending and _wishes_intake(turn):
        return complaints.start(turn)
    if not being_told and (told := _of_ones_own(verb, turn) or _told_in_full(verb, turn)):
        return told
    short = _is_short(turn.text)
    if verb == "answer/ask" and short and not turn.conversation.pending and says("why", turn.text):
        return applications.tell_nothing_asked()  # a word about a form, and none is open
    if verb in ("answer/ask", "complaints/start", "status/show") and (listened := telling.listen(turn)):
        return listened
    if (
        verb in ("answer/ask", "status/show")
        and not status.NUMBER.search(turn.text)
        and (offered := telling.offer(turn))
    ):
        return offered
    flow = (turn.conversation.pending or {}).get("flow", "")
    if verb in ("status/show", "answer/ask", "services/find") and says("own_matters", turn.text):
        return [*status.matters(turn), *turn.ask_again()]
    own = status.asks_of_own_papers(turn.text) or status.NUMBER.search(turn.text)
    if verb == "status/show" and not own and flow in ("", "guide"):
        return _answered_surely(turn)
    if flow:
        return None
    if verb == "emergency/show":
        return None if _is_believed(turn.text) else emergency.after(turn) or questions.ask(turn)
    if verb == "applications/resume" and complaints.is_put_aside(turn):
        return complaints.resume(turn)
    if verb == "language/set":
        return None if short else questions.ask(turn)  # a sentence about a language, not the wish to change it
    if verb not in OPENERS:
        return None
    try:
        answer = ask_base(turn)
    except PolicyBaseError:
        return None
    wanted = wants_intake if verb == "complaints/start" else wants_draft
    if wanted(answer, turn):
        return None
    if verb == "complaints/start" and (offered := telling.offer(turn)):
        return offered
    questions.remember(turn, answer)
    if answer.label == "application_progress":
        return status.matters(turn)
    return [with_way_in(draft_of_answer(answer), verb)]


def _of_ones_own(verb: str, turn: Turn) -> list[Draft] | None:
    """What sounds like the wish to see how a matter stands, or for a person, and is a question of its own: a lost licence is
    replaced, a lost number is looked up, the line to complain at is public."""
    if verb == "people/talk" and says("hotline", turn.text):
        return questions.ask(turn)
    if verb not in ("status/show", "answer/ask", "complaints/start") or status.NUMBER.search(turn.text):
        return None
    if says("lost_number", turn.text) and (verb != "answer/ask" or _is_short(turn.text)):
        return [status.tell_lost_number(), *turn.ask_again()]
    return questions.ask(turn) if verb == "status/show" and says("lost_paper", turn.text) else None


def _wishes_intake(turn: Turn) -> bool:
    return _is_short(turn.text) and says("take_down", turn.text) and not says("question", turn.text)


def _asks_no_standing(turn: Turn) -> bool:
    """Whether nothing is said of how a matter stands, of papers or of records, although it sounded so."""
    if turn.find_entity("case_number") or status.NUMBER.search(turn.text) or status.asks_of_own_papers(turn.text):
        return False
    return not any(says(word, turn.text) for word in ("standing", "own_matters", "lost_number", "how_long"))


def _told_in_full(verb: str, turn: Turn) -> list[Draft] | None:
    """A whole dispute told at once is taken down, whatever the policy base would say to a word of it."""
    if verb not in ("complaints/start", "answer/ask") or turn.conversation.pending:
        return None
    if telling.tells_all(turn.text):
        return complaints.start(turn)
    return telling.offer_told(turn.text) if verb == "answer/ask" else None


def _is_believed(text: str) -> bool:
    """A cry for help; who asks how much to take or where to report is only believed when words of danger are said too."""
    if is_emergency(text) or hears_emergency(text):
        return True
    return may_be_emergency(text) and not says("calm", text) and not says("danger_over", text)


def _is_short(text: str) -> bool:
    """A bare wish in either language, no sentence about something."""
    return len(text) <= SHORT if _HAN.search(text) else len(text.split()) <= SHORT_EN


def _answered_surely(turn: Turn) -> list[Draft] | None:
    """What the rules say when that is asked, not how one's own matter stands; other people's matters are refused."""
    try:
        answer = ask_base(turn)
    except PolicyBaseError:
        return None
    if answer.label != "others_data" and (answer.status != "answered" or answer.confidence < SURE):
        return None
    questions.remember(turn, answer)
    return [draft_of_answer(answer), *turn.ask_again()]


def says_one_word(text: str) -> bool:
    """A yes, no, stop, skip or why and nothing else."""
    return any(says(word, text) for word in ("yes", "no", "stop", "skip", "why"))


def wants_intake(answer: Answer, turn: Turn) -> bool:
    """A dispute or a lead that is told, or the plain wish to complain, alone or with its matter; harm alone is first told what
    to do."""
    if answer.status == "handoff":
        return answer.label != "adverse_event"
    plain_wish = (says("complaint", turn.text) or says("report", turn.text)) and not says("question", turn.text)
    return plain_wish and (
        _is_short(turn.text) or answer.status == "refused" or telling.tells_matter(turn.told or turn.text)
    )


def wants_draft(answer: Answer, turn: Turn) -> bool:
    """The wish to begin, not a question that the base can answer."""
    return answer.status != "answered" or not says("question", turn.text)


def with_way_in(draft: Draft, verb: str) -> Draft:
    """The answer, with a button to begin after all."""
    if verb != "complaints/start":
        return draft
    button = {"label": _("Complain or report"), "payload": {"intent": "make_complaint"}}
    return Draft(draft.kind, draft.text, draft.answer, (*draft.buttons, button), draft.data, draft.role)
