"""*The* list of what a turn can do: topic and verb → the function that does it.

The bot's actions come here through ``/api/bot/<topic>/<verb>``, buttons and the portal's own way through ``alone``.
"""

from collections.abc import Callable

from portal.chat.flows import Draft
from portal.chat.second_look import look_again
from portal.chat.topics import (
    applications,
    complaints,
    emergency,
    guide,
    guide_opening,
    languages,
    people,
    questions,
    services,
    status,
)
from portal.chat.turn import Turn
from portal.errors import Missing, PortalError

VERBS: dict[str, Callable[[Turn], list[Draft]]] = {
    "answer/ask": questions.ask,
    "services/find": services.find,
    "guide/answer": guide.answer,
    "guide/explain": guide.explain,
    "guide/stop": guide.stop,
    "applications/open": applications.open_draft,
    "applications/answer": applications.answer,
    "applications/confirm": applications.confirm,
    "applications/skip": applications.skip,
    "applications/why": applications.why,
    "applications/correct": applications.correct,
    "applications/left": applications.left,
    "applications/stop": applications.stop,
    "applications/resume": applications.resume,
    "status/show": status.show,
    "complaints/start": complaints.start,
    "complaints/say": complaints.say,
    "complaints/confirm": complaints.confirm,
    "complaints/stop": complaints.stop,
    "people/talk": people.talk,
    "language/set": languages.set_language,
    "emergency/show": emergency.show,
}

# What a button's intent means when Rasa is not there to say it.
INTENTS = {
    "ask_policy": "answer/ask",
    "out_of_scope": "answer/ask",
    "find_service": "services/find",
    "start_application": "applications/open",
    "continue_application": "applications/resume",
    "check_status": "status/show",
    "make_complaint": "complaints/start",
    "make_report": "complaints/start",
    "talk_to_person": "people/talk",
    "change_language": "language/set",
    "emergency": "emergency/show",
}
STEPS = {
    "guide": {
        "answer_field": "guide/answer",
        "skip": "guide/explain",
        "why": "guide/explain",
        "stop": "guide/stop",
    },
    "application": {
        "answer_field": "applications/answer",
        "affirm": "applications/confirm",
        "deny": "applications/confirm",
        "unclear": "applications/confirm",
        "skip": "applications/skip",
        "why": "applications/why",
        "correct": "applications/correct",
        "left": "applications/left",
        "stop": "applications/stop",
    },
    "complaint": {
        "answer_field": "complaints/say",
        "affirm": "complaints/confirm",
        "deny": "complaints/confirm",
        "unclear": "complaints/confirm",
        "skip": "complaints/say",
        "why": "complaints/say",
        "stop": "complaints/stop",
    },
}


def verb_of(intent: str, flow: str) -> str:
    """The topic and verb an intent stands for, given whose step is pending ("" when none)."""
    return STEPS.get(flow, {}).get(intent) or INTENTS.get(intent, "answer/ask")


def handle(verb: str, turn: Turn) -> list[Draft]:
    """Do it. What cannot be done is said in the conversation; only an unknown verb is an error of the caller."""
    try:
        act = VERBS[verb]
    except KeyError:
        raise Missing(f"there is no {verb!r}; there are: {', '.join(VERBS)}") from None
    try:
        return guide_opening.take_up(verb, turn) or look_again(verb, turn) or act(turn)
    except PortalError as error:
        if error.code in applications.OVER:
            turn.ask([], None)
        return [
            Draft("notice", "\n".join([error.message, *error.fields.values()]), data={"error": error.code}),
            *turn.ask_again(),
        ]
