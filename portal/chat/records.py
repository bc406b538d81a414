"""Storing messages and giving them out again: the one place where a stored message becomes the JSON people's programs see."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, func, or_, select, update

from policy_kb import clock
from portal.chat.flows import Draft
from portal.chat.models import Conversation, ConversationLease, Message
from portal.chat.ordering import FREE
from portal.chat.signing import sign_button
from portal.extensions import db

LONGEST_TEXT = 20_000

# Made once, as a turn asks for them each time. Whose conversation it is stands in front for the index.
_READ = select(Conversation).where(Conversation.id == bindparam("id")).execution_options(populate_existing=True)
_CLOSE = (
    update(Conversation)
    .where(Conversation.id == bindparam("id_"))
    .values(turn_id=None, turn_told="", updated_at=bindparam("now"))
    .returning(Conversation)
    .execution_options(populate_existing=True, synchronize_session=False)
)
_TURN = (
    select(Message)
    .where(
        Message.conversation_id == bindparam("conversation"),
        or_(Message.turn == bindparam("turn"), Message.id == bindparam("turn")),
    )
    .execution_options(populate_existing=True)
)


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def add_conversation(
    language: str, origin: str, account_id: int | None = None, party_code: str = ""
) -> tuple[Conversation, str]:
    """A new conversation and its bearer token (kept only as a hash). The caller commits."""
    token = secrets.token_urlsafe(32)
    now = clock.now()
    conversation = Conversation(
        id=secrets.token_hex(12),
        token_hash=hash_token(token),
        language=language,
        origin=origin,
        account_id=account_id,
        party_code=party_code,
        topic={},
        created_at=now,
        updated_at=now,
    )
    db.session.add(conversation)
    db.session.add(ConversationLease(conversation_id=conversation.id, holder="", until=FREE))
    db.session.flush()
    return conversation, token


def add_user_message(conversation: Conversation, text: str, client_id: str | None) -> Message:
    """What a person said, waiting for its turn. The caller commits (and may find that ``client_id`` exists)."""
    message = Message(
        conversation_id=conversation.id,
        role="user",
        kind="text",
        text=text,
        client_id=client_id,
        state="received",
        at=clock.now(),
    )
    db.session.add(message)
    db.session.flush()
    return message


def end_turn(message: Message) -> None:
    """The message is answered, and counts among its turn's from now on. The caller commits."""
    message.turn, message.state = message.id, "answered"


def find_conversation(conversation_id: str) -> Conversation | None:
    """The conversation as it is in the database now."""
    return db.session.scalars(_READ, {"id": conversation_id}).first()


def close_turn(conversation_id: str) -> None:
    """From here on a call of the bot for this turn is late: it waits for this row until the caller commits. What the call
    wrote is read along.
    """
    db.session.scalars(_CLOSE, {"id_": conversation_id, "now": clock.now()}).one()


def read_again(conversation: Conversation) -> None:
    """What others have written since it was read."""
    db.session.scalars(_READ, {"id": conversation.id}).one()


def add_drafts(conversation: Conversation, turn: int | None, drafts: Iterable[Draft]) -> list[Message]:
    """Store replies in order. The caller commits."""
    messages = [
        Message(
            conversation_id=conversation.id,
            turn=turn,
            role=draft.role,
            kind=draft.kind[:12],
            text=draft.text[:LONGEST_TEXT],
            payload={"answer": draft.answer, "buttons": list(draft.buttons), "data": draft.data},
            at=clock.now(),
        )
        for draft in drafts
    ]
    db.session.add_all(messages)
    db.session.flush()
    return messages


def find_by_client_id(conversation_id: str, client_id: str) -> Message | None:
    return db.session.scalar(
        select(Message).where(Message.conversation_id == conversation_id, Message.client_id == client_id)
    )


def list_messages(conversation_id: str, after: int = 0, limit: int = 500) -> list[Message]:
    """Messages in reading order (an answer behind its question, whatever arrived in between); the newest ``limit``."""
    newest = (
        select(Message.id)
        .where(Message.conversation_id == conversation_id, Message.id > after)
        .order_by(Message.id.desc())
        .limit(limit)
    )
    return list(
        db.session.scalars(
            select(Message).where(Message.id.in_(newest)).order_by(func.coalesce(Message.turn, Message.id), Message.id)
        )
    )


def list_replies(conversation_id: str, turn: int) -> list[Message]:
    """What was answered to one user message, which is read anew along with it."""
    found = db.session.scalars(_TURN, {"conversation": conversation_id, "turn": turn})
    return sorted((message for message in found if message.id != turn), key=lambda message: message.id)


def is_answer(reply: Message) -> bool:
    """Whether a reply answers something; a notice about masking does not."""
    return reply.kind != "notice" or reply.role != "system"


def list_own_conversations(account_id: int, limit: int = 20) -> list[Conversation]:
    return list(
        db.session.scalars(
            select(Conversation)
            .where(Conversation.account_id == account_id)
            .order_by(Conversation.updated_at.desc())
            .limit(limit)
        )
    )


def message_json(message: Message) -> dict[str, Any]:
    """The Message of the contract; buttons are signed here, for the message's own conversation."""
    payload = message.payload or {}
    return {
        "id": str(message.id),
        "role": message.role,
        "at": message.at.isoformat(timespec="seconds"),
        "kind": message.kind,
        "text": message.text,
        "reply_to": str(message.turn) if message.turn and message.turn != message.id else None,
        "answer": payload.get("answer"),
        "buttons": [_button_json(message.conversation_id, button) for button in payload.get("buttons") or []],
        "data": payload.get("data") or {},
    }


def _button_json(conversation_id: str, button: dict[str, Any]) -> dict[str, Any]:
    if "url" in button:
        return {"label": button["label"], "url": button["url"]}
    return {"label": button["label"], "token": sign_button(conversation_id, button["payload"], button["label"])}


def messages_json(messages: Sequence[Message]) -> list[dict[str, Any]]:
    return [message_json(message) for message in messages]
