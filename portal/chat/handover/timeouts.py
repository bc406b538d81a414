"""What the clock does to open hand-overs: run by beat, and by every look at one, so that a dead worker tells no lies."""

from datetime import datetime

from sqlalchemy import select

from policy_kb import clock
from portal.chat.handover import moves
from portal.chat.handover.office import the_office
from portal.chat.handover.states import OPEN, find_timeout
from portal.chat.models import TalkRequest
from portal.errors import Conflict
from portal.extensions import db

ACTOR = "clock"


def apply_due(now: datetime | None = None) -> int:
    """Move every request whose time is over, earliest first; how many moved. The caller commits."""
    now = now or clock.now()
    query = (
        select(TalkRequest)
        .where(TalkRequest.state.in_(OPEN), TalkRequest.due_at <= now)
        .order_by(TalkRequest.due_at, TalkRequest.id)
        .execution_options(populate_existing=True)
    )
    return sum(_apply(request, now) for request in db.session.scalars(query).all())


def _apply(request: TalkRequest, now: datetime) -> bool:
    """One time-out; False when somebody else moved the request in the same moment."""
    event = find_timeout(request.state, request.spoke_last)
    still = TalkRequest.due_at <= now
    broken_day = request.promised_for
    try:
        if event == "promise_over":
            office = the_office()
            day = office.add_open_days(now.date(), office.again_working_days)
            moves.move(request, event, ACTOR, still, promised_for=day, broken=request.broken + 1)
        elif event == "person_silent":
            moves.move(request, event, ACTOR, still, outcome="silent")
        else:
            moves.move(request, event, ACTOR, still)
    except Conflict:
        return False
    moves.tell_event(request, event, broken_day=broken_day)
    return True
