"""How long conversations are kept, and their end: what was said is deleted when nobody has spoken for the set days.

What a conversation led to (a complaint, an application, a receipt) is a record of its own and stays with its room.
"""

from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, delete, exists, select, update

from policy_kb import clock
from portal.audit import service as audit
from portal.chat.handover.states import OPEN
from portal.chat.models import Conversation, ConversationLease, Feedback, Message, TalkRequest
from portal.chat.ordering import count_changed
from portal.complaints import service as complaints
from portal.extensions import db

ACTOR = "clock"
EMPTIED = ""  # instead of the hash of a bearer token: what was said is gone, the row stays for a hand-over's record


def count_days() -> int:
    """For how many days after the last message a conversation is kept (``WENBAN_CONVERSATION_DAYS``)."""
    return int(current_app.config["SETTINGS"].conversation_days)


def is_emptied(conversation: Conversation) -> bool:
    """Whether what was said in it has been deleted."""
    return conversation.token_hash == EMPTIED


def list_due(limit: int = 200) -> list[str]:
    """The ids of conversations that have outlived their days, oldest first; none whose wish for a person is open."""
    due = select(Conversation.id).where(_is_over(clock.now() - timedelta(days=count_days())))
    return list(db.session.scalars(due.order_by(Conversation.updated_at).limit(limit)))


def _is_over(before: datetime) -> ColumnElement[bool]:
    spoke = exists().where(Message.conversation_id == Conversation.id, Message.at >= before)
    waits = exists().where(TalkRequest.conversation_id == Conversation.id, TalkRequest.state.in_(OPEN))
    return (Conversation.updated_at < before) & (Conversation.token_hash != EMPTIED) & ~spoke & ~waits


def delete_conversation(conversation_id: str) -> bool:
    """Delete what was said, with an audit line; False when somebody spoke meanwhile. The caller commits.

    An officer's record of a hand-over (number, states, final reply) stays without the person's words; for its sake the
    conversation's row then stays too, emptied and nobody's.
    """
    before = clock.now() - timedelta(days=count_days())
    emptied = update(Conversation).where(Conversation.id == conversation_id, _is_over(before)).values(
        token_hash=EMPTIED, account_id=None, party_code="", topic={}, pending=None, question=None, turn_id=None,
        turn_key="", turn_payload={}, turn_told="",
    )  # fmt: skip
    if not count_changed(db.session.execute(emptied)):
        return False
    said = select(Message.id).where(Message.conversation_id == conversation_id)
    db.session.execute(delete(Feedback).where(Feedback.message_id.in_(said)))
    db.session.execute(delete(Message).where(Message.conversation_id == conversation_id))
    db.session.execute(delete(ConversationLease).where(ConversationLease.conversation_id == conversation_id))
    complaints.delete_draft(conversation_id)
    _end_record(conversation_id)
    audit.record(ACTOR, "delete", "conversation", conversation_id, detail=f"nothing said for {count_days()} days")
    return True


def _end_record(conversation_id: str) -> None:
    wished = update(TalkRequest).where(TalkRequest.conversation_id == conversation_id).values(text="")
    if not count_changed(db.session.execute(wished)):
        db.session.execute(delete(Conversation).where(Conversation.id == conversation_id))


def delete_due() -> int:
    """Delete every conversation that is due, each in a transaction of its own; how many. Commits (task boundary)."""
    deleted = 0
    while due := list_due():
        for conversation_id in due:
            deleted += delete_conversation(conversation_id)
            db.session.commit()
    return deleted
