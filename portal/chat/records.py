"""Storing messages and giving them out again: the one place where a stored message becomes the JSON people's programs see."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, or_, select

from policy_kb import clock
from portal.chat.flows import Draft
from portal.chat.models import Conversation, ConversationLease, Message
from portal.chat.ordering import FREE
from portal.chat.signing import sign_button
from portal.extensions import db

LONGEST_TEXT = 20_000


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
    message.turn = message.id
    return message


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


def list_replies(turn: int) -> list[Message]:
    """What was answered to one user message, which is read anew along with it."""
    found = db.session.scalars(select(Message).where(Message.turn == turn).order_by(Message.id))
    return [message for message in found.all() if message.id != turn]


def count_replies(turn: int) -> int:
    """Replies of a turn that answer something (a notice about masking does not)."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Message)
            .where(Message.turn == turn, Message.id != turn, or_(Message.kind != "notice", Message.role != "system"))
        )
        or 0
    )


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
