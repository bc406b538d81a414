"""Each event of a hand-over done in one statement that names the state it starts from, so that of two at once one wins.

No function commits. The conversation is told in the same transaction.
"""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, update

from policy_kb import clock
from portal.audit import service as audit
from portal.chat import records
from portal.chat.flows import Draft
from portal.chat.handover import line, telling
from portal.chat.handover.office import the_office
from portal.chat.handover.states import WAITING, next_state, refused
from portal.chat.masking import mask
from portal.chat.models import Conversation, TalkRequest
from portal.chat.ordering import count_changed
from portal.extensions import db

LONGEST_SUBJECT = 1000


def add_request(conversation: Conversation, text: str, language: str, actor: str) -> tuple[TalkRequest, bool]:
    """The open request of a conversation, made and admitted when there is none; and whether it was made now."""
    known = line.find_open(conversation.id)
    if known:
        return known, False
    now = clock.now()
    request = TalkRequest(
        number=f"new-{conversation.id[:18]}",
        conversation_id=conversation.id,
        text=mask(text).text[:LONGEST_SUBJECT],
        language=language,
        state="requested",
        created_at=now,
        since=now,
        due_at=now,
        spoke_at=now,
    )
    db.session.add(request)
    db.session.flush()
    request.number = f"R{now:%Y%m%d}{request.id:05d}"
    db.session.flush()
    move(request, "admit", actor)
    return request, True


def move(request: TalkRequest, event: str, actor: str, *where: ColumnElement[bool], **values: Any) -> None:
    """Compare and set: the request leaves exactly the state it was read in, or Conflict says why not. Audited."""
    now, before = clock.now(), request.state
    target = _decide(request, next_state(before, event), now)
    values = {"state": target, **values}
    if target == "ticket":
        values.setdefault("promised_for", request.promised_for or promise(now))
    if target in ("queued", "ticket"):
        values |= {"taken_by": None, "spoke_last": "person", "spoke_at": now}
    if target != before or event == "transfer":
        values["since"] = now
    values["due_at"] = find_due({**_as_read(request), **values}, now)
    moved = db.session.execute(
        update(TalkRequest)
        .where(TalkRequest.id == request.id, TalkRequest.state == before, *where)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(request)
    if not count_changed(moved):
        raise refused(request.state, event)
    audit.record(actor, event, "talk_request", request.number, detail=f"{before} → {target}")


def _decide(request: TalkRequest, target: str, now: datetime) -> str:
    """Waiting is in the queue while the desk is open and no day was given, else as a ticket."""
    if target != WAITING:
        return target
    return "queued" if the_office().find_closing(now) and request.promised_for is None else "ticket"


def promise(now: datetime) -> date:
    """The day a ticket is answered at the latest."""
    office = the_office()
    return office.add_open_days(now.date(), office.promise_working_days)


def _as_read(request: TalkRequest) -> dict[str, Any]:
    return {"promised_for": request.promised_for, "spoke_last": request.spoke_last, "spoke_at": request.spoke_at}


def find_due(row: dict[str, Any], now: datetime) -> datetime | None:
    """When the clock ends the state in ``row``; None for a closed one."""
    office, state, promised = the_office(), row["state"], row["promised_for"]
    if state == "queued":
        patience = now + timedelta(minutes=office.queue_minutes)
        return min(patience, office.find_closing(now) or now)
    if state == "ticket":
        return office.end_of(promised)
    if state != "taken":
        return None
    spoke_at: datetime = row["spoke_at"]
    if row["spoke_last"] == "person":
        minutes = office.ticket_officer_minutes if promised else office.officer_minutes
        return spoke_at + timedelta(minutes=minutes)
    if promised:
        return office.end_of(office.add_open_days(spoke_at.date(), office.ticket_person_working_days))
    return spoke_at + timedelta(minutes=office.person_minutes)


def tell(request: TalkRequest, drafts: list[Draft]) -> None:
    """Write into the conversation outside a turn."""
    records.add_drafts(db.session.get_one(Conversation, request.conversation_id), None, drafts)


def tell_event(request: TalkRequest, event: str, **more: Any) -> None:
    """Tell the conversation, in its language, what happened."""
    with telling.speaking(request.language):
        tell(request, [telling.tell_event(request, event, **more)])


def note_word(request: TalkRequest, who: str) -> bool:
    """Somebody wrote while it is taken: the other one is waited for now. False when it is no longer taken.

    A person's second message does not give the officer more time: their silence counts from the first.
    """
    now = clock.now()
    spoke_at = request.spoke_at if who == request.spoke_last == "person" else now
    row = {**_as_read(request), "state": "taken", "spoke_last": who, "spoke_at": spoke_at}
    noted = db.session.execute(
        update(TalkRequest)
        .where(TalkRequest.id == request.id, TalkRequest.state == "taken")
        .values(spoke_last=who, spoke_at=spoke_at, due_at=find_due(row, now), **{f"{who}_typing_at": None})
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(request)
    return bool(count_changed(noted))
