"""Telling a complaint or report in the conversation: read the message, show what was understood, ask what is missing.

Functions return ``(messages, pending)``: dictionaries (see ``portal.chat.flows``) and what is asked next, None when nothing is.
Nothing is lodged before a yes to everything. Steps carry the draft's version: an old answer changes nothing. The caller commits.
"""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from policy_kb import clock
from portal.complaints import asking, correcting, hearing, service
from portal.complaints.asking import Turn, hint_of
from portal.complaints.fields import BY_ID
from portal.complaints.known import (
    find_kind,
    find_opening,
    find_seller,
    is_kept,
    is_progress,
    is_question,
    list_sent,
    list_told,
    read_kinds,
    read_told,
    tell_left,
    tell_required,
    tells_alone,
)
from portal.complaints.models import IntakeDraft
from portal.complaints.reading import Reading, read_message
from portal.complaints.understanding import (
    REACTION_ITEMS,
    authority_text,
    form_values,
    intake_kind,
    is_mere_wish,
    lead_text,
    list_authorities,
)
from portal.complaints.wording import kind_name
from portal.errors import Conflict
from portal.extensions import db
from portal.identity.service import Identity

__all__ = [
    "confirm",
    "correct",
    "current_question",
    "find_kind",
    "find_opening",
    "find_seller",
    "hint_of",
    "is_kept",
    "is_progress",
    "is_question",
    "list_sent",
    "list_told",
    "read_kinds",
    "read_told",
    "say",
    "start",
    "stop",
    "tell_left",
    "tell_more",
    "tell_next",
    "tell_required",
    "tells_alone",
    "turn_to_report",
]


def start(conversation_id: str, identity: Identity, text: str, kind: str, language: str) -> Turn:
    """Begin from the message. ``kind``: complaint, report or both when a button chose it ("" = read it)."""
    reading = read_message(text, clock.today(), language=language)
    nothing = bool(text.strip()) and reading.kinds == ["abuse"]
    bare = len(text.strip()) < 8 and len(reading.fields) <= 1 and not nothing  # "我要投诉" tells nothing yet
    known = service.find_draft(conversation_id)
    if bare and not kind and known is not None and known.data.get("fields"):
        return asking.ask_next(known, [])
    taken = intake_kind(reading, kind) or ("complaint" if bare else "")
    draft = _open_draft(conversation_id, identity, reading, taken, language, empty=bare) if taken else None
    if draft is not None and taken == "report" and is_mere_wish(draft.data["fields"]):
        fields = {name: value for name, value in draft.data["fields"].items() if name != "facts"}
        draft.data = {**draft.data, "fields": fields, "said": draft.data["fields"].get("facts", "")}
    if lead := "" if bare or kind else lead_text(reading):  # who pressed "complain" has read it already
        return _lead(reading, lead, draft)
    assert draft is not None  # whatever has no lead is taken in; a question is answered before it gets here
    opening = [asking.show_understood(draft)] if draft.data["fields"] else []
    opening = opening or [asking.message(_("I will take this down as: %(kind)s.", kind=kind_name(taken)))]
    return asking.ask_next(draft, _elsewhere(reading) + opening)


def turn_to_report(conversation_id: str, language: str) -> Turn:
    """What is being told becomes a report: a lead on a violation that asks nothing for the person and needs no name."""
    draft = service.find_draft(conversation_id)
    if draft is None:
        return [asking.message(_("There is nothing to send. Tell me what happened, and I will take it down."))], None
    draft.data = {**draft.data, "kind": "report", "language": language}
    _put(draft, {"demand": [one for one in draft.data["fields"].get("demand", []) if one in ("stop", "punish")]})
    text = _("It goes on as a report: what it tells of is checked; no refund or compensation is mediated.")
    return asking.ask_next(draft, [asking.message(text)])


def current_question(conversation_id: str) -> Turn:
    """The question now being asked, without changing anything; no message when nothing is being told."""
    draft = service.find_draft(conversation_id)
    return asking.ask_next(draft, []) if draft else ([], None)


def _open_draft(
    conversation_id: str, identity: Identity, reading: Reading, kind: str, language: str, *, empty: bool
) -> IntakeDraft:
    fields = {} if empty else form_values(reading)
    nameless = reading.anonymity_asked and kind == "report"
    if identity.signed_in and not nameless:
        fields.setdefault("name", identity.name)
        if identity.mobile:
            fields.setdefault("mobile", identity.mobile)
    draft = service.find_draft(conversation_id) or IntakeDraft(
        conversation_id=conversation_id, data={}, version=0, updated_at=clock.now()
    )
    draft.version += 1
    draft.data = {"kind": kind, "fields": fields, "anonymous": nameless, "language": language}
    draft.updated_at = clock.now()
    db.session.add(draft)
    return draft


def _lead(reading: Reading, lead: str, draft: IntakeDraft | None) -> Turn:
    """What comes before any intake; a dispute told with it is kept, and goes on when the person says so."""
    parts = ("emergency",) if reading.kinds[0] == "emergency" else ("adverse_event", "other_authority", "not_ours")
    found = [one for one in reading.competent if one.part in parts]
    lines = [lead, *(authority_text(each) for each in list_authorities(found, clock.today()))]
    goes_on = {"label": _("Go on with the complaint"), "payload": {"intent": "make_complaint", "resume": True}}
    buttons = {
        "emergency": [{"label": _("Call 120"), "url": "tel:120"}],
        "adverse_event": [
            {"label": _("How to report a reaction"), "url": f"/services/{_reaction_item(reading)}"},
            {"label": _("There is a dispute after all"), "payload": {"intent": "make_complaint"}},
        ],
    }.get(reading.kinds[0], [])
    if draft is not None:
        lines.append(_("What you told about the dispute is kept. Go on with it when everybody is safe."))
        buttons = [*buttons, goes_on]
    elif reading.kinds[0] == "other_authority":
        buttons = [{"label": _("Report it here all the same"), "payload": {"intent": "make_report"}}]
    urgent = {"emergency": True, "status": "emergency"} if reading.kinds[0] == "emergency" else {"status": "routed"}
    return [{"kind": "notice", "text": "\n".join(lines), "buttons": buttons, "data": urgent}], None


def _reaction_item(reading: Reading) -> str:
    return REACTION_ITEMS.get(str(reading.fields.get("product_kind") or ""), "C8")


def _elsewhere(reading: Reading) -> list[dict[str, Any]]:
    """The part of a report that another authority decides, told beside it."""
    found = [one for one in reading.competent if one.part == "other_authority"]
    return [asking.message(authority_text(each)) for each in list_authorities(found, clock.today())]


def say(conversation_id: str, identity: Identity, text: str, step: str, language: str) -> Turn:
    """The person's answer to the question asked under ``step``."""
    draft = service.find_draft(conversation_id)
    if draft is None:
        return start(conversation_id, identity, text, "", language)
    field_id = step.partition(":")[2] or asking.next_field(draft)
    if step and step != asking.step_of(draft, field_id):
        return asking.ask_next(
            draft, [asking.message(_("That answer belonged to an earlier question; here is the present one."))]
        )
    if field_id not in BY_ID:
        return asking.ask_next(draft, [])
    kept = draft.data["fields"]
    value, error = hearing.read_answer(field_id, text)
    told = hearing.told_values(text, language)
    if error and (elsewhere := hearing.out_of_turn(text, kept, field_id)):
        _put(draft, elsewhere)
        return asking.ask_next(draft, [asking.noted(elsewhere)])
    if field_id in told and (error or field_id == "name" or len(told) > 1):
        value, error = told[field_id], ""
    free = {name: one for name, one in told.items() if kept.get(name) in (None, "", []) or name == "name"}
    beside = {name: one for name, one in free.items() if field_id != "name" or name not in ("brand", "seller")}
    if price := correcting.restated_price(text, kept.get("price")):
        beside["price"] = price
    if error and not beside:
        return [asking.message(error), asking.question(draft, field_id)], asking.pending(draft, field_id)
    if field_id == "facts" and not error and (said := draft.data.get("said")):
        value = f"{said}\n{value}"[: BY_ID["facts"].limit]
    _put(draft, beside if error else {**beside, field_id: value})
    return asking.ask_next(draft, [asking.message(_("Thank you, I have noted that."))] if error else [])


def correct(conversation_id: str, text: str) -> Turn | None:
    """What the message puts right of the values told so far, or the question for the one it calls wrong; None when it is none."""
    draft = service.find_draft(conversation_id)
    if draft is None or not (changed := correcting.read_corrections(text, draft.data["fields"])):
        return None
    _put(draft, changed)
    if wrong := next((name for name in changed if changed[name] == ""), ""):
        return [asking.question(draft, wrong)], asking.pending(draft, wrong)
    return asking.ask_next(draft, [asking.noted(changed)])


def tell_more(conversation_id: str, identity: Identity, text: str, language: str) -> Turn | None:
    """More about the matter that is being told goes into the draft; None when there is no draft or nothing for it."""
    draft = service.find_draft(conversation_id)
    if draft is None or not draft.data.get("fields"):
        return None
    fields = draft.data["fields"]
    reading = read_message(text, clock.today(), language=language)
    if hearing.is_another(reading, fields, text):
        return None
    changed = {name: value for name, value in hearing.told_values(text, language).items() if value != fields.get(name)}
    if "demand" in changed:
        changed["demand"] = hearing.join_demands(text, fields.get("demand") or [], changed["demand"])
    if place := correcting.bare_place(text):
        changed = {"seller_place": place} if correcting.is_vague(str(fields.get("seller_place") or "")) else {}
    elif fields.get("seller") and hearing.is_plain_name(text):
        changed = {} if fields.get("name") else {"name": text.strip()}
    elif hearing.tells_on(reading, text):
        facts = fields.get("facts", "")
        changed["facts"] = f"{facts}\n{reading.shown.strip()}".strip()[: BY_ID["facts"].limit]
    if price := correcting.restated_price(text, fields.get("price")):
        changed["price"] = price
    if not changed:
        return None
    if intake_kind(reading) == "both" or hearing.asks_for_both(reading, draft.data["kind"], text):
        draft.data = {**draft.data, "kind": "both"}
    if reading.anonymity_asked and draft.data["kind"] == "report":
        draft.data = {**draft.data, "anonymous": True}
    _put(draft, changed)
    return asking.ask_next(draft, [asking.show_understood(draft)])


def confirm(conversation_id: str, identity: Identity, yes: bool, step: str, language: str) -> Turn:
    """The answer to the read-back: lodge it, or go back to the page to correct it."""
    draft = service.find_draft(conversation_id)
    if draft is None:
        return [asking.message(_("There is nothing to send. Tell me what happened, and I will take it down."))], None
    if step and step != asking.step_of(draft, "confirm"):
        return asking.ask_next(
            draft, [asking.message(_("Something changed since; please look once more before it is sent."))]
        )
    if not yes:
        return [
            asking.message(
                _(
                    "Nothing was sent. Correct it on the form, where everything you told me is filled in, or tell me to start again."
                ),
                buttons=[
                    {"label": _("Correct on the form"), "url": "/complaints/new?from=chat"},
                    {"label": _("Start again"), "payload": {"intent": "make_complaint"}},
                ],
            )
        ], None
    data = draft.data
    try:
        lodged = service.lodge(
            identity,
            data["kind"],
            data["fields"],
            key=f"{conversation_id}-{draft.version}",
            language=str(data.get("language") or language),
            anonymous=bool(data.get("anonymous")),
            conversation_id=conversation_id,
        )
    except Conflict as error:
        return [asking.message(error.message)], None
    db.session.delete(draft)
    return [*(asking.receipt_message(one) for one in lodged), *asking.reaction_message(data["fields"])], None


def tell_next(
    conversation_id: str, identity: Identity, since: datetime
) -> tuple[datetime, list[dict[str, Any]]] | None:
    """When the newest complaint or report since a moment was sent, and what follows for it and its twin; None when none was."""
    told = [*service.list_told(conversation_id), *service.list_own(identity)]
    newest = max((one for one in told if one.received_at >= since), key=lambda one: one.id, default=None)
    if newest is None:
        return None
    together = {one.number: one for one in told if newest.number in (one.number, one.twin)}
    sent = sorted(together.values(), key=lambda one: one.id)
    return newest.received_at, [asking.next_message(one, own=identity.signed_in) for one in sent]


def stop(conversation_id: str, identity: Identity, language: str) -> Turn:
    """The person does not go on; what was told stays for a day so that they can."""
    return [
        asking.message(
            _("I stop here; nothing was sent. What you told me is kept in this conversation; say “complain” to go on.")
        )
    ], None


def _put(draft: IntakeDraft, values: dict[str, Any]) -> None:
    draft.data = {**draft.data, "fields": {**draft.data["fields"], **values}}
    draft.version += 1
    draft.updated_at = clock.now()
