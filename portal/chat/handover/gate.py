"""Where a hand-over meets the gateway: whose message it is while an officer has the conversation, and its buttons."""

from flask import url_for
from flask_babel import gettext as _

from policy_kb import clock, hears_emergency
from portal.chat import records
from portal.chat.flows import Draft
from portal.chat.handover import line, moves, telling, timeouts
from portal.chat.lexicon import is_emergency, says
from portal.chat.masking import mask
from portal.chat.models import Conversation, TalkRequest
from portal.chat.topics import emergency
from portal.chat.turn import Turn
from portal.errors import Conflict

WITHDRAW = "withdraw_talk"
LONGEST_WISH = 30  # characters; "I would like to talk to a person" tells nothing more than 转人工


def take_over(turn: Turn) -> list[Draft] | None:
    """The messages of a turn that a hand-over answers (none: the officer will), or None when the assistant answers.

    Danger is answered first whoever has the conversation, and marked for the officer.
    """
    stirs = line.stirs(turn.conversation.id)
    if stirs:
        timeouts.apply_due()
    if turn.intent == "talk_to_person":
        return ask_for_person(turn)
    if turn.intent == WITHDRAW:
        return withdraw(turn)
    request = line.find_open(turn.conversation.id) if stirs else None
    if request is None:
        return None
    if turn.text and is_bare_wish(request.text):
        request.text = mask(turn.text).text  # now it is known what it is about
    danger = bool(turn.text) and (is_emergency(turn.text) or hears_emergency(turn.text))
    if danger:
        request.alarm = True
    if says("place", turn.text):
        moves.note_word(request, "person")
        return [telling.tell_state(request, telling.write_place(request)), *turn.ask_again()]
    if request.state != "taken":
        return withdraw(turn) if says("cancel_person", turn.text) else None
    return _to_officer(turn, request, danger)


def _to_officer(turn: Turn, request: TalkRequest, danger: bool) -> list[Draft] | None:
    if says("assistant", turn.text):
        return withdraw(turn)
    if not moves.note_word(request, "person"):
        return None  # closed in this very moment
    if danger:
        return emergency.show(turn)
    if turn.intent:  # a button of the assistant
        text = _("A member of staff has this conversation; the assistant's buttons rest until you are back with it.")
        return [telling.tell_state(request, text)]
    return []


def ask_for_person(turn: Turn) -> list[Draft]:
    """Queue the conversation once; a second wish shows the place of the first."""
    request, is_new = moves.add_request(turn.conversation, _find_subject(turn), turn.language, turn.identity.actor)
    receipt = telling.tell_request(request, is_new, request.promised_for or moves.promise(clock.now()))
    sign_in = {
        "label": _("Sign in to find this conversation again"),
        "url": url_for("identity.sign_in", next=url_for("chat.index")),
    }
    buttons = () if turn.identity.signed_in else (sign_in,)
    return [Draft(receipt.kind, receipt.text, buttons=buttons, data=receipt.data), *turn.ask_again()]


def _find_subject(turn: Turn) -> str:
    """What it is about: the newest thing the person said that is more than the wish for a person."""
    said = [m.text for m in records.list_messages(turn.conversation.id) if m.role == "user"]
    about = [text for text in said if not is_bare_wish(text)]
    return about[-1] if about else ""


def is_bare_wish(text: str) -> bool:
    """Nothing, or the wish for a person and no more."""
    return not text or (says("person", text) and len(text) <= LONGEST_WISH)


def withdraw(turn: Turn) -> list[Draft]:
    """The person goes back to the assistant, whatever the request's state."""
    request = line.find_open(turn.conversation.id)
    if request is None:
        return [Draft("notice", _("Your request is closed already; you are with the assistant.")), *turn.ask_again()]
    try:
        moves.move(request, "withdraw", turn.identity.actor, outcome="withdrawn")
    except Conflict as error:  # moved in this very moment
        return [telling.tell_state(request, error.message), *turn.ask_again()]
    return [telling.tell_event(request, "withdraw"), *turn.ask_again()]


def note_typing(conversation: Conversation) -> None:
    """The person is writing to an officer; nothing when nobody has taken the conversation. The caller commits."""
    request = line.find_open(conversation.id)
    if request is not None and request.state == "taken":
        request.person_typing_at = clock.now()
