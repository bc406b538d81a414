"""A complaint or report told in the conversation; its draft and questions belong to ``portal.complaints.chat``."""

from typing import Any

from flask_babel import gettext as _

from portal.chat import memory
from portal.chat.answers import topic_of
from portal.chat.flows import Draft, draft_of
from portal.chat.lexicon import says
from portal.chat.topics import disputes, own_data, questions, status, telling
from portal.chat.turn import Turn
from portal.complaints import chat as flow

# What a bare address may be taken for where something else was asked.
ASIDES = ("answer/ask", "services/find", "status/show", "complaints/start")


def start(turn: Turn) -> list[Draft]:
    """The person's own message is read first, so that nothing told is asked again. Both kinds may be in one message."""
    if not turn.payload and says("withdraw_complaint", turn.text):
        return withdraw(turn)
    if turn.payload.get("instead"):
        return _told(turn, flow.turn_to_report(turn.conversation.id, turn.language))
    if _is_being_told(turn) and not turn.payload and disputes.asks_of_dispute(turn.text):
        return questions.ask(turn)
    if _is_being_told(turn) and (more := _tell_more(turn)):
        return more
    kind = (
        "report"
        if turn.intent == "make_report" and turn.payload
        else "complaint"
        if turn.intent == "make_complaint" and turn.payload
        else ""
    )
    text = "" if turn.payload.get("resume") else turn.told or turn.text
    if turn.payload.get("resume"):
        kind = ""
    if not turn.payload and flow.is_question(text):  # a question in the shape of a complaint is answered
        return [*status.matters(turn), *turn.ask_again()] if flow.is_progress(text) else questions.ask(turn)
    if not turn.payload and (more := _go_on(turn)):
        return more
    if not turn.payload.get("resume"):
        said, text = text, telling.recall(turn) or _about(turn)
        kind = kind or (_kind_of(turn, said) if text != said else "")
    if not kind and not text and not turn.payload.get("resume"):
        kind = "report" if turn.intent == "make_report" else "complaint"
    told = flow.start(turn.conversation.id, turn.identity, text, kind, turn.language)
    _keep_subject(turn, kind)
    return _told(turn, told)


def _keep_subject(turn: Turn, kind: str) -> None:
    """What is asked from here on is of this matter."""
    kind = flow.find_kind(turn.conversation.id) or kind
    memory.keep(turn.conversation, {"item": "C2" if kind == "report" else "C1"})


def withdraw(turn: Turn) -> list[Draft]:
    """What is only being told is put aside; what was sent is taken back on its page, and the way there is told."""
    return stop(turn) if _is_being_told(turn) else [*tell_withdrawal(), *status.matters(turn)]


def tell_withdrawal() -> list[Draft]:
    """How what was sent is taken back."""
    text = _(
        "A complaint is taken back on its page: “My matters” when you were signed in, else the status page with its number and query code; press “Withdraw the complaint” there. It is not mediated any more then. A report cannot be withdrawn: what it tells of is checked all the same."
    )
    return [Draft("notice", text, data={"status": "answered"})]


def _is_being_told(turn: Turn) -> bool:
    return (turn.conversation.pending or {}).get("flow") == "complaint"


def _kind_of(turn: Turn, said: str) -> str:
    """The kind that the words of now wish for, whatever was told before."""
    wished = [kind for kind in flow.read_kinds(said) if kind in ("complaint", "report", "both")]
    return wished[0] if wished else "report" if turn.intent == "make_report" else "complaint"


def _go_on(turn: Turn) -> list[Draft] | None:
    """Go on with a matter that was put aside here, when what is said now may be about it; None when there is none, or
    somebody else is named."""
    seller, kept = flow.read_told(turn.told or turn.text).get("seller"), flow.find_seller(turn.conversation.id)
    if not flow.is_kept(turn.conversation.id) or says("another", turn.text) or (seller and kept and seller != kept):
        return None
    return _tell_more(turn) or resume(turn)


def _tell_more(turn: Turn) -> list[Draft] | None:
    """What else is said while a complaint is taken down goes into it, so that nothing told before is lost."""
    text = turn.told or turn.text
    if not text or turn.conversation.turn_payload or flow.is_question(text):
        return None  # a button was pressed, or something is asked
    more = flow.tell_more(turn.conversation.id, turn.identity, text, turn.language)
    return _told(turn, more) if more else None


def take_up(verb: str, turn: Turn) -> list[Draft] | None:
    """What belongs to the complaint that is being told although it sounded like something else: a correction, 我叫… like the
    wish for a person, an order's number like a question about progress. None when it is neither."""
    if not _is_being_told(turn) or verb == "emergency/show" or says("person", turn.text) or "人工" in turn.text:
        return None
    if right := _set_right(turn):
        return right
    if verb == "applications/resume":
        return resume(turn)
    if verb in ASIDES and flow.tells_alone(turn.text) and not _at_the_end(turn):
        return say(turn)
    wanted = {"people/talk": "name", "status/show": "order_no"}.get(verb, "")
    if not wanted or wanted not in flow.list_told(turn.text, turn.language):
        return None
    return _tell_more(turn) if _at_the_end(turn) else say(turn)


def _set_right(turn: Turn) -> list[Draft] | None:
    """A correction of what was told, or the wish to make a report of it; None for any other message, and for a button."""
    if turn.conversation.turn_payload or not turn.text:
        return None
    if corrected := flow.correct(turn.conversation.id, turn.told or turn.text):
        return _told(turn, corrected)
    if flow.find_kind(turn.conversation.id) == "report" or not says("to_report", turn.text):
        return None
    told = flow.turn_to_report(turn.conversation.id, turn.language)
    _keep_subject(turn, "report")
    return _told(turn, told)


def _at_the_end(turn: Turn) -> bool:
    """Whether everything was read back and a yes is waited for."""
    return (turn.conversation.pending or {}).get("kind") == "confirm"


def put_how_long(turn: Turn) -> str:
    """The question how long it takes, of the kind that is being told."""
    if flow.find_kind(turn.conversation.id) == "report":
        return _("How long until you decide whether to open a case on my report?")
    return _("How long until my complaint is accepted?")


def is_sent(turn: Turn) -> bool:
    """Whether a complaint or report was sent from this conversation."""
    return bool(flow.list_sent(turn.conversation.id))


def is_put_aside(turn: Turn) -> bool:
    """Whether going on means the complaint that was stopped here: it is named, or nothing else can be meant."""
    if not flow.is_kept(turn.conversation.id):
        return False
    return says("paused_complaint", turn.text) or not turn.identity.signed_in


def resume(turn: Turn) -> list[Draft]:
    """Go on with the complaint that was stopped."""
    return _told(turn, flow.start(turn.conversation.id, turn.identity, "", "", turn.language))


def say(turn: Turn) -> list[Draft]:
    """A bit more; every question left is one the rules require, so that skipping explains instead."""
    if done := _set_right(turn) or own_data.answer(turn):
        return done
    typed = not turn.conversation.turn_payload
    if typed and says("stop", turn.text):
        return stop(turn)
    if typed and says("send", turn.text):
        return [Draft("notice", flow.tell_left(turn.conversation.id)), *turn.ask_again()]
    if turn.intent == "skip" and (turn.conversation.pending or {}).get("field_id") == "name":
        return own_data.tell_name(turn)
    if turn.intent in ("skip", "why"):
        text = _(
            "The rules on complaints and reports require this, or the matter could not be accepted. Say “stop” to leave without sending anything."
        )
        hint = flow.hint_of(str((turn.conversation.pending or {}).get("field_id")))
        return [Draft("notice", f"{text}\n{hint}".strip()), *turn.ask_again()]
    if not turn.payload.get("option") and says("withdraw_complaint", turn.text):
        return stop(turn)
    if not turn.payload.get("option") and _asks_back(turn):
        return questions.ask(turn)
    said = str(turn.payload.get("option") or turn.payload.get("value") or turn.told or turn.text)
    return _told(turn, flow.say(turn.conversation.id, turn.identity, said, _step(turn), turn.language))


def confirm(turn: Turn) -> list[Draft]:
    """Yes sends it, no goes back, anything else is asked again."""
    if done := _set_right(turn) or own_data.answer(turn):
        return done
    yes = turn.payload.get("yes")
    if not isinstance(yes, bool):
        yes = {"affirm": True, "deny": False}.get(turn.intent)
    if yes is None:
        yes = True if says("send", turn.text) else False if says("no", turn.text) else None
    if yes is not True and disputes.asks_of_dispute(turn.text):
        return questions.ask(turn)
    if yes is not True and (more := _tell_more(turn)):
        return more
    if yes is None and says("withdraw_complaint", turn.text):
        return stop(turn)
    if yes is None:
        return [Draft("notice", _("Please answer yes or no, so that nothing is sent by mistake.")), *turn.ask_again()]
    return _told(turn, flow.confirm(turn.conversation.id, turn.identity, yes, _step(turn), turn.language))


def _asks_back(turn: Turn) -> bool:
    """Whether a question came where a name, number or place was asked for; the story itself may well ask."""
    field_id = (turn.conversation.pending or {}).get("field_id")
    return field_id not in ("facts", "demand") and says("asks_back", turn.text)


def stop(turn: Turn) -> list[Draft]:
    return _told(turn, flow.stop(turn.conversation.id, turn.identity, turn.language))


def _told(turn: Turn, told: tuple[list[dict[str, Any]], dict[str, Any] | None]) -> list[Draft]:
    messages, pending = told
    return turn.ask([draft_of(message) for message in messages], pending)


def _step(turn: Turn) -> str:
    return str(turn.payload.get("step") or (turn.conversation.pending or {}).get("step") or "")


def _about(turn: Turn) -> str:
    """What was said before the "complain" button was pressed: the last question, when it told a matter."""
    last = topic_of(turn.conversation.topic)
    return last.last_question if last and len(last.last_question) > 12 else ""
