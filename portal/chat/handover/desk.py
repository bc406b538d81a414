"""What officers do with hand-overs. Officers only; every look and every change leaves an audit line. Nothing commits."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from policy_kb import clock
from portal.audit import service as audit
from portal.chat import records
from portal.chat.flows import Draft
from portal.chat.handover import citing, line, moves, telling, timeouts
from portal.chat.handover.states import refused
from portal.chat.masking import mask
from portal.chat.models import Conversation, TalkRequest
from portal.errors import Forbidden, Invalid, Missing
from portal.extensions import db
from portal.identity.service import Identity, list_staff, require_role
from portal.language import LANGUAGES
from portal.notices import service as notices

LONGEST_REPLY = 4000


def get_request(identity: Identity, request_id: int) -> TalkRequest:
    """The request as it stands after the clock has moved it."""
    require_role(identity, "officer")
    timeouts.apply_due()
    request = db.session.get(TalkRequest, request_id, populate_existing=True)
    if request is None:
        raise Missing(_("There is no such request. Go back to the list and choose again."))
    return request


def may_read(identity: Identity, request: TalkRequest) -> bool:
    """What waits is open to every officer, what was taken only to the one who has (or had) it."""
    return request.state != "requested" and request.taken_by in (None, identity.account_id)


def take(identity: Identity, request_id: int) -> TalkRequest:
    """Taken by exactly one officer; Conflict when somebody else was faster."""
    request = get_request(identity, request_id)
    if request.state == "taken" and request.taken_by == identity.account_id:
        return request  # the same officer clicked twice
    values = {"taken_by": identity.account_id, "spoke_last": "person", "spoke_at": clock.now()}
    moves.move(request, "take", identity.actor, **values)
    moves.tell_event(request, "take")
    return request


def _move_own(identity: Identity, request_id: int, event: str, **values: Any) -> TalkRequest:
    """An event that only the officer who has it may cause."""
    request = get_request(identity, request_id)
    if request.state == "taken" and request.taken_by != identity.account_id:
        raise refused("taken", "take")
    moves.move(request, event, identity.actor, TalkRequest.taken_by == identity.account_id, **values)
    return request


def reply(identity: Identity, request_id: int, text: str, keys: list[str]) -> TalkRequest:
    """An officer's message with the clauses chosen for it; the matter stays open."""
    text = _checked(text)
    shown = [citation for _cite, citation in citing.resolve(keys)]
    now = clock.now()
    values = {"spoke_last": "officer", "spoke_at": now, "officer_typing_at": None, "answered_at": now}
    request = _move_own(identity, request_id, "reply", **values)
    _write(request, text, shown)
    return request


def close(identity: Identity, request_id: int, text: str, keys: list[str]) -> TalkRequest:
    """The final reply, then closed; the person is with the assistant again."""
    text = _checked(text)
    resolved = citing.resolve(keys)
    values = {
        "outcome": "answered",
        "answered_at": clock.now(),
        "officer_typing_at": None,
        "final_text": mask(text).text,
        "cites": [cite for cite, _shown in resolved],
    }
    request = _move_own(identity, request_id, "close", **values)
    _write(request, text, [shown for _cite, shown in resolved])
    moves.tell_event(request, "close")
    return request


def _checked(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not 0 < len(text) <= LONGEST_REPLY:
        message = _("Write an answer of 1 to 4000 characters.")
        raise Invalid(message, fields={"text": message})
    return text


def _write(request: TalkRequest, text: str, citations: list[dict[str, Any]]) -> None:
    data = {"number": request.number, "citations": citations}
    moves.tell(request, [Draft("text", text, role="officer", data=data)])
    if request.promised_for is not None:
        _notify(request)


def _notify(request: TalkRequest) -> None:
    """Nobody sits and waits at a ticket: who is signed in finds the answer under their matters."""
    account_id = get_conversation(request).account_id
    if account_id is None:
        return
    texts = {}
    for code in LANGUAGES:
        with telling.speaking(code):
            texts[code] = _("Staff have written to you about request %(number)s.", number=request.number)
    url = url_for("chat.show", conversation_id=request.conversation_id)
    notices.add_notice(account_id, texts, url, number=request.number)


def transfer(identity: Identity, request_id: int, account_id: int) -> TalkRequest:
    """To another officer, whose time begins anew."""
    if account_id not in {account.id for account in list_staff("officer")} - {identity.account_id}:
        message = _("Choose another officer from the list.")
        raise Invalid(message, fields={"to": message})
    values = {"taken_by": account_id, "spoke_last": "person", "spoke_at": clock.now(), "officer_typing_at": None}
    request = _move_own(identity, request_id, "transfer", **values)
    moves.tell_event(request, "transfer")
    return request


def release(identity: Identity, request_id: int) -> TalkRequest:
    """Back to the queue, or to the tickets when a day was promised or the desk is closed."""
    request = _move_own(identity, request_id, "release")
    moves.tell_event(request, "release")
    return request


def hand_back(identity: Identity, request_id: int) -> TalkRequest:
    """Back to the assistant without an answer of one's own."""
    request = _move_own(identity, request_id, "hand_back", outcome="handed_back")
    moves.tell_event(request, "hand_back")
    return request


def note_typing(identity: Identity, request_id: int) -> None:
    """The officer is writing, in a matter of their own."""
    request = get_request(identity, request_id)
    if request.state == "taken" and request.taken_by == identity.account_id:
        request.officer_typing_at = clock.now()


def list_queue(identity: Identity) -> list[TalkRequest]:
    """Open requests: danger first, then one's own, the queue in order, tickets by day, colleagues' last."""
    require_role(identity, "officer")
    timeouts.apply_due()
    audit.record(identity.actor, "list", "talk_request", "queue")
    return line.list_open(identity.account_id)


def list_requests(identity: Identity, *, closed: bool) -> list[TalkRequest]:
    """For the overview of everything that waits; nothing for staff who are no officers."""
    return line.list_all(closed=closed) if identity.has_role("officer") else []


def read_messages(identity: Identity, request: TalkRequest, after: int = 0) -> list[dict[str, Any]]:
    """The transcript, personal data starred, newest 500; Forbidden for a colleague's matter. The look is audited."""
    if not may_read(identity, request):
        raise Forbidden(_("A colleague has this matter; its conversation is open to them alone."))
    messages = records.messages_json(records.list_messages(request.conversation_id, after))
    if messages or not after:
        audit.record(identity.actor, "read", "talk_request", request.number)
    return [{**message, "text": mask(message["text"]).text, "buttons": []} for message in messages]


def get_conversation(request: TalkRequest) -> Conversation:
    return db.session.get_one(Conversation, request.conversation_id)
