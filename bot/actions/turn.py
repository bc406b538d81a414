"""The last message as the portal wants it: text, intent, entities, and the step it replies to."""

import json
from typing import Any

from rasa_sdk import Tracker

Body = dict[str, Any]
EMPTY_STEP: Body = {}


def _read_payload(text: str) -> Body:
    """The JSON part of a server-made ``/intent{...}``; the portal made it, so a fault in it is the portal's error."""
    start = text.find("{")
    return dict(json.loads(text[start:])) if start >= 0 else {}


def pending_of(tracker: Tracker) -> Body:
    """The step the portal is asking about, empty when none."""
    return dict((tracker.latest_message.get("metadata") or {}).get("pending") or EMPTY_STEP)


def flow_of(tracker: Tracker) -> str:
    """Whose step it is: "application" (also when the portal does not say), "complaint" or "guide"."""
    return str(pending_of(tracker).get("flow") or "application")


def step_of(tracker: Tracker, *, option: bool = False, yes: bool = False) -> Body:
    """``step`` and ``field_id`` of the pending step, with the named option or the yes/no that the gate read."""
    pending = pending_of(tracker)
    step: Body = {"step": pending.get("step"), "field_id": pending.get("field_id")}
    if option:
        step["option"] = (tracker.latest_message.get("gate") or {}).get("option")
    if yes:
        step["yes"] = {"affirm": True, "deny": False}.get(tracker.latest_message["intent"]["name"])
    return step


def guess_of(tracker: Tracker) -> Body:
    """``guess`` when the message perhaps meant something to do, else nothing."""
    guess = (tracker.latest_message.get("gate") or {}).get("guess")
    return {"guess": guess} if guess else {}


def body_of(tracker: Tracker, payload: Body | None = None) -> Body:
    """The request of tests/contracts/bot_*.json; what a signed button says wins over the pending step."""
    message = tracker.latest_message
    metadata = message.get("metadata") or {}
    signed = metadata.get("payload") is True
    text = message.get("text") or ""
    said = _read_payload(text) if signed else {}
    entities = [] if signed else message.get("entities") or []
    return {
        "conversation_id": tracker.sender_id,
        "text": "" if signed else text,
        "language": metadata.get("language") or "zh",
        "intent": message["intent"]["name"],
        "confidence": round(float(message["intent"].get("confidence") or 0.0), 4),
        "entities": [{key: entity[key] for key in ("entity", "value", "start", "end")} for entity in entities],
        "payload": {**(payload or {}), **said},
    }
