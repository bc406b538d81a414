"""Who waits: the open request of a conversation and its place among those in the queue."""

from sqlalchemy import bindparam, func, or_, select

from policy_kb import clock
from portal.chat.handover.states import OPEN
from portal.chat.models import TalkRequest
from portal.extensions import db

_OF_CONVERSATION = TalkRequest.conversation_id == bindparam("conversation")
# Made once, as every turn asks for them.
_FIND = (
    select(TalkRequest).where(_OF_CONVERSATION, TalkRequest.state.in_(OPEN)).execution_options(populate_existing=True)
)
_STIRS = (
    select(TalkRequest.id)
    .where(TalkRequest.state.in_(OPEN), or_(_OF_CONVERSATION, TalkRequest.due_at <= bindparam("now")))
    .limit(1)
)


def find_open(conversation_id: str) -> TalkRequest | None:
    """The request of this conversation that is not closed, read anew."""
    return db.session.scalars(_FIND, {"conversation": conversation_id}).first()


def stirs(conversation_id: str) -> bool:
    """Whether this conversation has an open request, or the clock has to move anybody's: most turns find neither."""
    found = db.session.scalar(_STIRS, {"conversation": conversation_id, "now": clock.now()})
    return found is not None


def count_ahead(request: TalkRequest) -> int:
    """Queued requests made earlier; one that came back to the queue has kept its place."""
    if request.state not in ("requested", "queued"):
        return 0
    query = (
        select(func.count()).select_from(TalkRequest).where(TalkRequest.state == "queued", TalkRequest.id < request.id)
    )
    return db.session.scalar(query) or 0


def list_open(account_id: int | None) -> list[TalkRequest]:
    """All that is open, in the order an officer with this account looks at it."""
    query = select(TalkRequest).where(TalkRequest.state.in_(OPEN[1:])).execution_options(populate_existing=True)
    order = {"queued": 1, "ticket": 2, "taken": 3}

    def place(request: TalkRequest) -> tuple[bool, int, str, int]:
        mine = request.taken_by is not None and request.taken_by == account_id
        return (not request.alarm, 0 if mine else order[request.state], str(request.promised_for or ""), request.id)

    return sorted(db.session.scalars(query), key=place)


def list_all(*, closed: bool, limit: int = 200) -> list[TalkRequest]:
    """Open requests, or the newest closed ones."""
    query = select(TalkRequest).where(TalkRequest.state == "closed" if closed else TalkRequest.state.in_(OPEN))
    return list(db.session.scalars(query.order_by(TalkRequest.id.desc()).limit(limit)))


def list_answered(limit: int = 500) -> list[TalkRequest]:
    """The newest that were closed with an officer's final reply."""
    query = select(TalkRequest).where(TalkRequest.state == "closed", TalkRequest.outcome == "answered")
    return list(
        db.session.scalars(query.where(TalkRequest.final_text != "").order_by(TalkRequest.id.desc()).limit(limit))
    )
