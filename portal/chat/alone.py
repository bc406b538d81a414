"""When Rasa is away the portal chooses the topic itself, by words alone, and says so.

It knows less than the bot: danger, the pending step, a few plain wishes, and otherwise the policy base.
"""

from dataclasses import replace
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from policy_kb import clock
from portal.chat import dispatch
from portal.chat.flows import Draft
from portal.chat.lexicon import is_emergency, says
from portal.chat.models import Message
from portal.chat.topics.status import NUMBER
from portal.chat.turn import Turn
from portal.extensions import db

SAID_AGAIN_AFTER = timedelta(minutes=10)


def answer(turn: Turn) -> list[Draft]:
    """The messages of a turn without Rasa; the notice that says so comes last, once in ten minutes."""
    verb, intent, payload = choose(turn)
    acted = replace(turn, intent=intent, confidence=0.0, payload={**payload, **turn.payload})
    drafts = dispatch.handle(verb, acted)
    return [*drafts, *_notice(turn)]


def choose(turn: Turn) -> tuple[str, str, dict[str, object]]:
    """Topic and verb, intent and payload for what was said or pressed."""
    pending = turn.conversation.pending or {}
    flow = str(pending.get("flow") or "")
    if turn.payload.get("intent"):
        intent = str(turn.payload["intent"])
        return dispatch.verb_of(intent, flow if turn.payload.get("step") else ""), intent, {}
    if is_emergency(turn.text):
        return "emergency/show", "emergency", {}
    if says("person", turn.text):
        return "people/talk", "talk_to_person", {}
    intent = _reply_intent(turn.text, pending) if flow else _free_intent(turn.text)
    payload: dict[str, object] = {"option": _named_option(turn.text, pending)} if intent == "answer_field" else {}
    return dispatch.verb_of(intent, flow), intent, payload


def _reply_intent(text: str, pending: dict[str, object]) -> str:
    """How a message replies to the pending step."""
    if says("stop", text):
        return "stop"
    if _named_option(text, pending) is not None and pending.get("kind") != "confirm":
        return "answer_field"
    if says("why", text):
        return "why"
    if pending.get("flow") == "application" and (says("left", text) or says("correct", text)):
        return "left" if says("left", text) else "correct"
    if pending.get("kind") == "confirm":
        return "deny" if says("no", text) else "affirm" if says("yes", text) else _question_or("unclear", text)
    return "skip" if says("skip", text) else _question_or("answer_field", text)


def _question_or(other: str, text: str) -> str:
    return "ask_policy" if says("question", text) and len(text) < 200 else other


def _free_intent(text: str) -> str:
    if NUMBER.search(text):
        return "check_status"
    if says("complaint", text) and not says("question", text):
        return "make_complaint"
    return "make_report" if says("report", text) and not says("question", text) else "ask_policy"


def _named_option(text: str, pending: dict[str, object]) -> str | None:
    options = pending.get("options") or []
    assert isinstance(options, list)
    plain = text.strip().lower()
    return next((str(o["value"]) for o in options if plain in (str(o["label"]).lower(), str(o["value"]).lower())), None)


def _notice(turn: Turn) -> list[Draft]:
    newest = db.session.scalars(
        select(Message)
        .where(Message.conversation_id == turn.conversation.id, Message.role == "system")
        .order_by(Message.id.desc())
        .limit(10)
    )
    for message in newest:
        if (message.payload.get("data") or {}).get(
            "reason"
        ) == "assistant_away" and clock.now() - message.at < SAID_AGAIN_AFTER:
            return []
    text = _(
        "The dialogue service cannot be reached just now, so I answer straight from the policy base. I understand short, plain questions best; forms and complaints go on too."
    )
    return [Draft("notice", text, role="system", data={"reason": "assistant_away"})]
