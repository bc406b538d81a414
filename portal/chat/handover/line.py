"""Who waits: the open request of a conversation and its place among those in the queue."""

from sqlalchemy import func, select

from portal.chat.handover.states import OPEN
from portal.chat.models import TalkRequest
from portal.extensions import db


def find_open(conversation_id: str) -> TalkRequest | None:
    """The request of this conversation that is not closed, read anew."""
    query = select(TalkRequest).where(TalkRequest.conversation_id == conversation_id, TalkRequest.state.in_(OPEN))
    return db.session.scalars(query.execution_options(populate_existing=True)).first()


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
