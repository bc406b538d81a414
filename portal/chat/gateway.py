"""The one way in for everything people type or press; see the package's docstring for the life of a message.

Between two commits a turn belongs to this process: one call of the bot (``accept_call``) is taken, only while the turn
is open and only for its own text, so that a late or doubled call, or a turn tried on a second Rasa, changes nothing.
"""

import hashlib
import json
import logging
import unicodedata
from dataclasses import dataclass, field, replace
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import inspect, update
from sqlalchemy.exc import IntegrityError

from policy_kb import clock
from portal.chat import alone, dispatch, memory, own_words, records
from portal.chat.cleaning import clean
from portal.chat.flows import Draft, gate_view, wanted_data
from portal.chat.handover import gate
from portal.chat.masking import mask
from portal.chat.models import Conversation, Message
from portal.chat.ordering import Lease, count_changed, turn_of
from portal.chat.rasa import RasaAway, rasa_line
from portal.chat.signing import read_button
from portal.chat.tongue import find_language, find_spoken
from portal.chat.topics import languages, sent
from portal.chat.turn import Turn
from portal.commits import commit_and_keep, hurry
from portal.errors import Conflict, Invalid
from portal.extensions import db
from portal.identity.service import ANONYMOUS, Identity, identity_of_account
from portal.language import set_language

log = logging.getLogger(__name__)
LONGEST_CLIENT_ID = 64
TAKEN = "taken"  # instead of a turn's fingerprint: the bot has made its one call


@dataclass(frozen=True, slots=True)
class Said:
    """What came in, readable and safe: ``text`` still holds personal data, ``shown`` does not."""

    text: str
    shown: str
    command: bool = False
    payload: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    """The user's message, the replies to it, what is asked now, and whether Rasa was away."""

    message: Message
    replies: list[Message]
    pending: dict[str, Any] | None
    degraded: bool


def identity_of(conversation: Conversation) -> Identity:
    """Whose conversation it is; the bot never says so itself."""
    if conversation.account_id is None:
        return ANONYMOUS
    identity = identity_of_account(conversation.account_id, conversation.party_code)
    return replace(identity, party_code="") if memory.leaves_party(conversation) else identity


def take_turn(conversation: Conversation, *, text: str = "", button: str = "", client_id: str | None = None) -> Result:
    """Answer one message, once, in its place; commits. Invalid and bad buttons are raised before anything is stored."""
    said = read_said(conversation, text, button)
    if client_id is not None and not 0 < len(client_id) <= LONGEST_CLIENT_ID:
        raise Invalid(_("A message_id has 1 to %(most)s characters.", most=LONGEST_CLIENT_ID))
    hurry()
    message, is_new = _store_once(conversation, said, client_id)
    replies = None if message.state == "answered" else _take_place(conversation, message, said, is_new)
    if replies is None:
        records.read_again(conversation)
        replies = records.list_replies(conversation.id, message.id)
    degraded = any((reply.payload.get("data") or {}).get("reason") == "assistant_away" for reply in replies)
    return Result(message, replies, gate_view(conversation.pending), degraded)


def _take_place(conversation: Conversation, message: Message, said: Said, is_new: bool) -> list[Message] | None:
    """The replies, once it is this message's turn; None when another try of the same message was answered meanwhile."""
    with turn_of(message) as lease:
        if lease.waited or not is_new:
            db.session.refresh(message)
        return None if message.state == "answered" else _answer(conversation, message, said, lease)


def read_said(conversation: Conversation, text: str, button: str) -> Said:
    """Clean and mask what was typed, or read the signed button."""
    if button:
        payload, label = read_button(conversation.id, button)
        return Said("", label, payload=payload)
    cleaned = clean(text)
    return Said(cleaned.text, mask(cleaned.text).text, cleaned.command)


def _store_once(conversation: Conversation, said: Said, client_id: str | None) -> tuple[Message, bool]:
    """The message, flushed, and whether it is new: it may be there already when the same ``client_id`` comes again."""
    known = records.find_by_client_id(conversation.id, client_id) if client_id else None
    if known is None:
        try:
            return records.add_user_message(conversation, said.shown, client_id), True
        except IntegrityError:  # the same message arrived twice at the same moment
            db.session.rollback()
            known = records.find_by_client_id(conversation.id, client_id or "")
            if known is None:
                raise
    elif known.state == "abandoned":
        known.state = "received"
    return known, False


def _answer(conversation: Conversation, message: Message, said: Said, lease: Lease) -> list[Message]:
    """The turn itself; the message is ``abandoned`` when it breaks, so that it can be sent again.

    What comes before the call of Rasa is one commit, what comes after it another, which ends the lease.
    """
    records.read_again(conversation)
    masked = mask(said.text, wanted=wanted_data(conversation.pending))
    told = mask(said.text, wanted={"mobile"}).text if "mobile" in masked.kinds else ""
    turn = _open_turn(conversation, message, masked.text, said.payload, told)
    try:
        said_before = records.add_drafts(
            conversation, message.id, [own_words.masking_notice(k) for k in [masked.kinds] if k]
        )
        drafts = [own_words.no_commands(), *turn.ask_again()] if said.command else _answer_here(turn)
        if drafts is None:
            return _answer_with_rasa(conversation, message, turn, said_before, lease)
        return _finish(conversation, message, said_before, drafts, lease)
    except BaseException:
        db.session.rollback()
        if not inspect(message).persistent:  # it had not been committed yet
            message = records.add_user_message(conversation, message.text, message.client_id)
        conversation.turn_id, conversation.turn_told, message.state = None, "", "abandoned"
        db.session.commit()
        raise


def _answer_here(turn: Turn) -> list[Draft] | None:
    """What needs no Rasa: a chip taken away, a conversation that is an officer's, a button of an earlier step, what follows
    for what was just sent."""
    if turn.intent == "forget":
        return memory.forget(turn)
    handed = gate.take_over(turn)
    if handed is None and _is_stale(turn):
        return [own_words.earlier_step(), *turn.ask_again()]
    return sent.tell_next(turn) if handed is None else handed


def _open_turn(conversation: Conversation, message: Message, text: str, payload: dict[str, Any], told: str) -> Turn:
    find = find_spoken if conversation.pending else find_language
    language = conversation.language = find(text) or conversation.language
    conversation.turn_id, conversation.turn_key = message.id, fingerprint(text)
    conversation.turn_payload, conversation.turn_language, conversation.turn_told = payload, language, told
    set_language(language)
    intent = str(payload.get("intent") or "")
    turn = Turn(conversation, identity_of(conversation), text, language, intent, 1.0, (), payload, told)
    languages.pose_anew(turn)
    return turn


def _answer_with_rasa(
    conversation: Conversation, message: Message, turn: Turn, said_before: list[Message], lease: Lease
) -> list[Message]:
    """While Rasa has the turn nothing of the database is held: each connection is wanted for the call back. Only a call that
    was taken has stored anything beside ``said_before``."""
    call, message_id = (conversation.id, _wording(turn), _metadata(turn, message.text)), message.id
    commit_and_keep()
    try:
        replies = rasa_line().send(*call)
    except RasaAway as away:
        log.warning("Rasa is away (%s); the portal answers itself", away)
        replies = []
    drafts = [draft for draft in map(_draft_of_reply, replies) if draft]
    records.close_turn(call[0])
    done = said_before if conversation.turn_key != TAKEN else records.list_replies(call[0], message_id)
    if any(map(records.is_answer, done)):  # an action was done: what the bot says beside it is about a repeated try
        return _finish(conversation, message, done, [], lease)
    if not drafts:
        db.session.commit()
        records.read_again(conversation)
        drafts = alone.answer(turn)
        done = records.list_replies(call[0], message_id)
    else:  # a sentence of the bot's own (a greeting, a thank-you): what was asked is asked again behind it
        drafts += turn.ask_again()
    return _finish(conversation, message, done, drafts, lease)


def _finish(
    conversation: Conversation, message: Message, done: list[Message], drafts: list[Draft], lease: Lease
) -> list[Message]:
    """All replies of the turn, ``done`` those stored before."""
    if conversation.turn_id is not None:
        conversation.turn_id, conversation.turn_told, conversation.updated_at = None, "", clock.now()
    records.end_turn(message)
    added = records.add_drafts(conversation, message.id, drafts)
    lease.end()
    commit_and_keep()
    return [*done, *added]


def _wording(turn: Turn) -> str:
    if not turn.payload:
        return turn.text
    said = {key: value for key, value in turn.payload.items() if key != "intent"}
    return f"/{turn.intent}{json.dumps(said, ensure_ascii=False)}"


def _metadata(turn: Turn, shown: str) -> dict[str, Any]:
    """``kept`` is the text as it may be stored, when a field made more of it pass."""
    metadata: dict[str, Any] = {"language": turn.language, "pending": gate_view(turn.conversation.pending)}
    if turn.payload:
        metadata["payload"] = True
    elif shown != turn.text:
        metadata["kept"] = shown
    return metadata


def _draft_of_reply(reply: dict[str, Any]) -> Draft | None:
    """A sentence of the bot's own; what came through ``/api/bot`` is stored already (it has an id)."""
    text = reply.get("text")
    if isinstance(text, str) and text.strip() and text.strip() not in own_words.call_failed():
        return Draft("text", text)
    return None


def _is_stale(turn: Turn) -> bool:
    step = turn.payload.get("step")
    return bool(step) and step != (turn.conversation.pending or {}).get("step")


def fingerprint(text: str) -> str:
    """Names a message's text without keeping it; spacing and width do not matter."""
    folded = "".join(unicodedata.normalize("NFKC", text).split())
    return hashlib.sha256(folded.encode()).hexdigest()


def accept_call(conversation_id: str, verb: str, call: dict[str, Any]) -> list[dict[str, str]]:
    """What the bot's action asked for, done and stored within the open turn: which messages were stored, without their words,
    as the bot needs none. Commits. Conflict when the turn is over.
    """
    conversation = records.find_conversation(conversation_id)
    if conversation is None or conversation.turn_id is None or conversation.turn_key == TAKEN:
        raise Conflict("this turn is over; nothing was changed", code="turn_over")
    if call["text"] and fingerprint(call["text"]) != conversation.turn_key:
        raise Conflict("this is not the text of the open turn; nothing was changed", code="turn_over")
    turn_id, turn_key = conversation.turn_id, conversation.turn_key
    language = conversation.turn_language or conversation.language
    set_language(language)
    turn = Turn(
        conversation,
        identity_of(conversation),
        call["text"],
        language,
        call["intent"],
        call["confidence"],
        tuple(call["entities"]),
        {**call["payload"], **(conversation.turn_payload or {})},
        conversation.turn_told,
    )
    memory.keep_region(turn)
    messages = records.add_drafts(conversation, turn_id, dispatch.handle(verb, turn))
    still = db.session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id, Conversation.turn_id == turn_id, Conversation.turn_key == turn_key)
        .values(updated_at=clock.now(), turn_key=TAKEN)
        .execution_options(synchronize_session=False)
    )
    if not count_changed(still):
        db.session.rollback()
        raise Conflict("this turn ended meanwhile; nothing was changed", code="turn_over")
    told = [{"id": str(message.id), "role": message.role, "kind": message.kind} for message in messages]
    db.session.commit()
    return told
