"""Messages of one conversation are answered one after the other, in the order they arrived, over all processes.

Rasa's own queue polls once a second and is not shared between processes (design/rasa_notes.md), so the order is
made here: the stored message is the ticket, a lease row in the database says whose turn it is, and a condition
variable saves waiting threads of this process from polling slowly.
"""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import CursorResult, Result, Table, Update, bindparam, exists, select, update

from policy_kb import clock
from portal.chat.models import Conversation, ConversationLease, Message
from portal.commits import settle
from portal.errors import Unavailable
from portal.extensions import db

POLL_SECONDS = 0.05
FREE = datetime(2000, 1, 1, tzinfo=UTC)

_turn_over = threading.Condition()

# Made once: building a statement costs more than the database does.
_UNANSWERED = (Message.turn.is_(None), Message.state == "received")  # the index finds those without a turn
_EARLIER = (
    Message.conversation_id == bindparam("conversation"),
    *_UNANSWERED,
    Message.id < bindparam("message"),
)
_FIRST = select(Message).where(*_EARLIER).order_by(Message.id).limit(1)
_lease = cast(
    Table, ConversationLease.__table__
)  # the bare table: a statement about a model is made ready anew each time
_TAKE = (
    update(_lease)
    .where(_lease.c.conversation_id == bindparam("conversation"), _lease.c.until < bindparam("now"))
    .values(holder=bindparam("mine"), until=bindparam("end"))
)
_TAKE_NEXT = _TAKE.where(~exists().where(*_EARLIER))
_FREE = (
    update(_lease)
    .where(_lease.c.conversation_id == bindparam("conversation"), _lease.c.holder == bindparam("mine"))
    .values(until=FREE)
)


def count_changed(result: Result[Any]) -> int:
    """How many rows an UPDATE found."""
    return int(cast(CursorResult[Any], result).rowcount)


def _grace() -> timedelta:
    """How long a turn may last before its holder counts as dead."""
    return timedelta(seconds=float(current_app.config["SETTINGS"].rasa_timeout) + 20)


def is_answering(conversation: Conversation) -> bool:
    """Whether an answer is on its way: a turn is open, or a message was stored and its turn comes next."""
    if conversation.turn_id:
        return True
    since = clock.now() - 3 * _grace()
    waiting = select(Message.id).where(Message.conversation_id == conversation.id, *_UNANSWERED, Message.at > since)
    return db.session.scalar(waiting.limit(1)) is not None


class Lease:
    """A conversation's turn while one message is answered. ``waited``: others had it since the message was stored."""

    def __init__(self, conversation_id: str) -> None:
        self.conversation_id, self.holder = conversation_id, uuid.uuid4().hex
        self.ended = self.waited = False

    def take(self, statement: Update, message_id: int, now: datetime) -> bool:
        """Whether the statement, which names who may have it now, gave it to us."""
        whose = {"conversation": self.conversation_id, "message": message_id, "mine": self.holder}
        return bool(count_changed(db.session.execute(statement, {**whose, "now": now, "end": now + _grace()})))

    def end(self) -> None:
        """Give the turn on with the caller's commit, the last of this turn, which waits for the disk."""
        settle()
        self._free()
        self.ended = True

    def give_back(self) -> None:
        """After a turn that broke: in a commit of its own."""
        db.session.rollback()
        self._free()
        db.session.commit()

    def _free(self) -> None:
        db.session.execute(_FREE, {"conversation": self.conversation_id, "mine": self.holder})


@contextmanager
def turn_of(message: Message) -> Iterator[Lease]:
    """Hold the conversation's turn for this message, which the caller has flushed: it is committed together with the lease
    and what is done first, or at once when it has to wait. Unavailable when earlier messages never end.
    """
    message_id, lease = message.id, Lease(message.conversation_id)
    if not lease.take(_TAKE_NEXT, message_id, clock.now()):
        _wait(lease, message_id)
    try:
        yield lease
    except BaseException:
        lease.ended = False
        raise
    finally:
        if not lease.ended:
            lease.give_back()
        with _turn_over:
            _turn_over.notify_all()


def _wait(lease: Lease, message_id: int) -> None:
    """Until it is this message's turn, in the order of arrival; a message whose process died is passed over."""
    deadline, lease.waited = clock.now() + 3 * _grace(), True
    while not _take(lease, message_id):
        if clock.now() > deadline:
            _abandon(lease.conversation_id, message_id)
            raise Unavailable(
                _("Your earlier messages are still being answered. Wait a moment, then send this one again.")
            )
        with _turn_over:
            _turn_over.wait(POLL_SECONDS)


def _take(lease: Lease, message_id: int) -> bool:
    """Whether it is this message's turn now; while it is not, what was stored so far is committed."""
    now = clock.now()
    first = db.session.scalars(_FIRST, {"conversation": lease.conversation_id, "message": message_id}).first()
    if first is not None and first.at + _grace() > now:
        db.session.commit()
        return False
    if not lease.take(_TAKE, message_id, now):
        db.session.commit()
        return False
    if first is not None:  # its process died: nobody will answer it before us
        first.state = "abandoned"
    return True


def _abandon(conversation_id: str, message_id: int) -> None:
    db.session.rollback()
    db.session.execute(update(Message).where(Message.id == message_id).values(state="abandoned"))
    db.session.commit()
