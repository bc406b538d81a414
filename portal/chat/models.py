"""The record of conversations; what Rasa remembers is never needed again."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.columns import Moment
from portal.extensions import db


class Conversation(db.Model):
    """One conversation. ``topic`` is a policy_kb Topic as JSON; ``pending`` what is being asked (see ``flows``).

    ``turn_id`` is the user message being answered now (None between turns); ``turn_key`` fingerprints its text and
    ``turn_payload`` is what its button carried, so that a late or foreign call of the bot changes nothing. ``turn_told``
    is the text with its telephone numbers, for a complaint to keep the person's own; emptied when the turn ends.
    """

    __tablename__ = "conversation"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), default=None, index=True)
    party_code: Mapped[str] = mapped_column(String(40), default="")
    language: Mapped[str] = mapped_column(String(5), default="zh")
    origin: Mapped[str] = mapped_column(String(10), default="api")  # page | widget | api
    topic: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    pending: Mapped[dict[str, Any] | None] = mapped_column(JSON, default=None)
    question: Mapped[dict[str, Any] | None] = mapped_column(
        JSON, default=None
    )  # the message that asked for ``pending``
    turn_id: Mapped[int | None] = mapped_column(default=None)
    turn_key: Mapped[str] = mapped_column(String(64), default="")
    turn_language: Mapped[str] = mapped_column(String(5), default="")
    turn_payload: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    turn_told: Mapped[str] = mapped_column(Text, default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)


class Message(db.Model):
    """One message. ``id`` is the order of arrival; ``turn`` the id of the user message it belongs to (a user's own, once
    it is answered; None for what stands outside of a turn).

    ``state`` (user messages): received, answered, abandoned. ``client_id`` makes a resent message the same message.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("conversation_id", "client_id"),
        Index("ix_message_conversation_turn", "conversation_id", "turn", "id"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"))
    turn: Mapped[int | None] = mapped_column(default=None)
    role: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(12), default="text")
    text: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # answer, buttons, data
    client_id: Mapped[str | None] = mapped_column(String(64), default=None)
    state: Mapped[str] = mapped_column(String(10), default="")
    at: Mapped[datetime] = mapped_column(Moment)


class ConversationLease(db.Model):
    """Who is answering in a conversation now, so that two portal processes keep its order too."""

    __tablename__ = "conversation_lease"
    conversation_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    holder: Mapped[str] = mapped_column(String(40))
    until: Mapped[datetime] = mapped_column(Moment)


class UnansweredQuestion(db.Model):
    """A question (masked) that was refused, needed clarifying or was rated not helpful; counted, for the curators.

    ``status``: open, done or dismissed. ``key`` is the folded question with its language.
    """

    __tablename__ = "unanswered_question"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    question: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(5))
    reason_code: Mapped[str] = mapped_column(String(60), default="")
    confidence: Mapped[float] = mapped_column(default=0.0)
    count: Mapped[int] = mapped_column(default=1)
    first_asked_at: Mapped[datetime] = mapped_column(Moment)
    last_asked_at: Mapped[datetime] = mapped_column(Moment, index=True)
    status: Mapped[str] = mapped_column(String(10), default="open", index=True)


class TalkRequest(db.Model):
    """Somebody wants a person: one row a hand-over, its states and events in ``handover.states``.

    ``since`` and ``due_at`` are when the present state began and when the clock ends it; ``spoke_last`` (person,
    officer) whose word stands unanswered since ``spoke_at``. ``promised_for`` is the day we gave, None until it is a
    ticket; ``broken`` counts days given and not kept. ``outcome`` of a closed one: answered, handed_back, withdrawn,
    silent; then ``final_text`` and ``cites`` (as in the catalogue: title, article, paragraph) are the officer's last word.
    """

    __tablename__ = "talk_request"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"), index=True)
    text: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(5), default="zh")
    state: Mapped[str] = mapped_column(String(10), default="requested", index=True)
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"), default=None)
    created_at: Mapped[datetime] = mapped_column(Moment)
    since: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime | None] = mapped_column(Moment, default=None, index=True)
    spoke_last: Mapped[str] = mapped_column(String(8), default="person")
    spoke_at: Mapped[datetime] = mapped_column(Moment)
    officer_typing_at: Mapped[datetime | None] = mapped_column(Moment, default=None)
    person_typing_at: Mapped[datetime | None] = mapped_column(Moment, default=None)
    promised_for: Mapped[date | None] = mapped_column(default=None)
    broken: Mapped[int] = mapped_column(default=0)
    alarm: Mapped[bool] = mapped_column(default=False)  # something that was said sounded like danger
    answered_at: Mapped[datetime | None] = mapped_column(Moment, default=None)
    outcome: Mapped[str] = mapped_column(String(12), default="")
    final_text: Mapped[str] = mapped_column(Text, default="")
    cites: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)


class CannedEdit(db.Model):
    """One saving of a ready reply; rows are only added and the newest of a ``code`` counts, so they are its history.

    ``state``: kept or withdrawn. ``content`` is the reply in the format of ``canned.yml`` without its id.
    """

    __tablename__ = "canned_edit"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), index=True)
    state: Mapped[str] = mapped_column(String(10))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(String(300), default="")
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Moment)


class Feedback(db.Model):
    """What a person thought of one answer; the last word counts."""

    __tablename__ = "feedback"
    __table_args__ = (UniqueConstraint("message_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
    helpful: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(20), default="")
    comment: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime] = mapped_column(Moment)
