"""Requests for a person: queued, taken by exactly one officer, answered in the conversation, closed."""

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import func, select, update

from policy_kb import clock, workdays
from portal.audit import service as audit
from portal.chat import records
from portal.chat.flows import Draft
from portal.chat.masking import mask
from portal.chat.models import Conversation, Message, TalkRequest
from portal.chat.ordering import count_changed
from portal.errors import Conflict, Invalid, Missing
from portal.extensions import db
from portal.identity.service import Identity, require_role

# Our own promise (docs/chat-api.md), not a legal period.
PROMISED_WORKING_DAYS = 2
OPEN = ("queued", "taken")


def add_request(conversation: Conversation, text: str, language: str) -> tuple[TalkRequest, bool]:
    """The open request of a conversation, made when there is none; and whether it was made now. The caller commits."""
    known = db.session.scalar(
        select(TalkRequest).where(TalkRequest.conversation_id == conversation.id, TalkRequest.state.in_(OPEN))
    )
    if known:
        return known, False
    request = TalkRequest(
        number=f"new-{conversation.id[:18]}",
        conversation_id=conversation.id,
        text=mask(text).text[:1000],
        language=language,
        created_at=clock.now(),
        promised_for=workdays.add_working_days(clock.today(), PROMISED_WORKING_DAYS),
    )
    db.session.add(request)
    db.session.flush()
    request.number = f"R{clock.today():%Y%m%d}{request.id:05d}"
    return request, True


def count_ahead(request: TalkRequest) -> int:
    """Open requests made earlier."""
    query = (
        select(func.count()).select_from(TalkRequest).where(TalkRequest.state == "queued", TalkRequest.id < request.id)
    )
    return db.session.scalar(query) or 0


def list_talk_requests(identity: Identity, *, state: str = "", limit: int = 200) -> list[TalkRequest]:
    """For officers: open requests by promised day (or those of one state)."""
    require_role(identity, "officer", "administrator")
    wanted = (state,) if state else OPEN
    query = select(TalkRequest).where(TalkRequest.state.in_(wanted)).order_by(TalkRequest.promised_for, TalkRequest.id)
    return list(db.session.scalars(query.limit(limit)))


def get_talk_request(identity: Identity, request_id: int) -> tuple[TalkRequest, list[Message]]:
    """A request with its conversation; reading it is audited. The caller commits."""
    require_role(identity, "officer", "administrator")
    request = _get(request_id)
    audit.record(identity.actor, "read", "talk_request", request.number)
    return request, records.list_messages(request.conversation_id)


def take_talk_request(identity: Identity, request_id: int) -> TalkRequest:
    """Taken by exactly one officer; Conflict when somebody else was faster. The caller commits."""
    require_role(identity, "officer", "administrator")
    taken = db.session.execute(
        update(TalkRequest)
        .where(TalkRequest.id == request_id, TalkRequest.state == "queued")
        .values(state="taken", taken_by=identity.account_id)
    )
    request = _get(request_id)
    if not count_changed(taken) and request.taken_by != identity.account_id:
        raise Conflict(_("A colleague has taken this request already. Choose another one."))
    audit.record(identity.actor, "take", "talk_request", request.number)
    return request


def reply_talk_request(identity: Identity, request_id: int, text: str, *, close: bool = True) -> TalkRequest:
    """Write an officer's message into the conversation; taken by the writer when nobody had it. The caller commits."""
    require_role(identity, "officer", "administrator")
    if not text.strip() or len(text) > 4000:
        raise Invalid(
            _("Write an answer of 1 to 4000 characters."),
            fields={"text": _("Write an answer of 1 to 4000 characters.")},
        )
    request = _get(request_id)
    if request.state == "queued":
        take_talk_request(identity, request_id)
    elif request.taken_by != identity.account_id and request.state == "taken":
        raise Conflict(_("A colleague has taken this request already. Choose another one."))
    conversation = db.session.get_one(Conversation, request.conversation_id)
    records.add_drafts(
        conversation, None, [Draft("text", text.strip(), role="officer", data={"number": request.number})]
    )
    request.answered_at = clock.now()
    if close:
        request.state = "answered"
    audit.record(identity.actor, "reply", "talk_request", request.number)
    return request


def find_overdue(today: date) -> list[TalkRequest]:
    """Open requests whose promised day is past."""
    query = select(TalkRequest).where(TalkRequest.state.in_(OPEN), TalkRequest.promised_for < today)
    return list(db.session.scalars(query.order_by(TalkRequest.promised_for)))


def _get(request_id: int) -> TalkRequest:
    request = db.session.get(TalkRequest, request_id)
    if request is None:
        raise Missing(_("There is no such request. Go back to the list and choose again."))
    db.session.refresh(request)
    return request
