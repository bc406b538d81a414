"""Telling a complaint or report in the conversation: read the message, show what was understood, ask what is missing.

Every function returns ``(messages, pending)``: messages as dictionaries (see ``portal.chat.flows``) and what is being
asked next (None when nothing is). Nothing is lodged before the person has seen everything and said yes. Steps carry
the draft's version, so that an answer to an older question changes nothing. The caller commits.
"""

import re
from typing import Any

from flask_babel import gettext as _

from policy_kb import clock
from portal.complaints import service
from portal.complaints.fields import BY_ID, DEMANDS, demand_label, read_value, says_nothing, write_value
from portal.complaints.models import IntakeDraft
from portal.complaints.reading import Reading, read_demands_of, read_message
from portal.complaints.understanding import (
    authorities_of,
    authority_text,
    form_values,
    intake_kind,
    lead_text,
    list_authorities,
)
from portal.complaints.wording import clock_name, clock_text, kind_name
from portal.errors import Conflict
from portal.extensions import db
from portal.identity.service import Identity
from portal.language import current_language
from portal.pages import write_date

Turn = tuple[list[dict[str, Any]], dict[str, Any] | None]
STORY, SENTENCE = 40, 12  # characters: as long as somebody needs to tell a matter, or one thing about it
SHOWN = (
    "product_name",
    "brand",
    "product_kind",
    "approval_no",
    "batch",
    "trace_code",
    "seller",
    "seller_place",
    "platform",
    "order_no",
    "date",
    "price",
    "harm",
    "demand",
    "name",
    "mobile",
    "address",
)


def start(conversation_id: str, identity: Identity, text: str, kind: str, language: str) -> Turn:
    """Begin from the person's message. ``kind``: complaint, report or both when a button chose it ("" = read it).

    What is no matter for an intake (danger, a reaction, another authority's) is answered as what it is.
    """
    reading = read_message(text, clock.today(), language=language)
    nothing = bool(text.strip()) and reading.kinds == ["abuse"]
    bare = len(text.strip()) < 8 and len(reading.fields) <= 1 and not nothing  # "我要投诉" tells nothing yet
    known = service.find_draft(conversation_id)
    if bare and not kind and known is not None and known.data.get("fields"):
        return _ask_next(known, [])
    taken = intake_kind(reading, kind) or ("complaint" if bare else "")
    draft = _open_draft(conversation_id, identity, reading, taken, language, empty=bare) if taken else None
    if lead := "" if bare or kind else lead_text(reading):  # who pressed "complain" has read it already
        return _lead(reading, lead, draft)
    assert draft is not None  # whatever has no lead is taken in; a question is answered before it gets here
    opening = [_message(_understood(draft))] if draft.data["fields"] else []
    opening = opening or [_message(_("I will take this down as: %(kind)s.", kind=kind_name(taken)))]
    return _ask_next(draft, _elsewhere(reading) + opening)


def is_kept(conversation_id: str) -> bool:
    """Whether something told in this conversation waits to be gone on with."""
    draft = service.find_draft(conversation_id)
    return draft is not None and bool(draft.data.get("fields"))


def is_question(text: str) -> bool:
    """Whether the message only asks, so that it is to be answered and nothing taken down."""
    return read_message(text, clock.today()).kinds == ["consultation"]


def is_progress(text: str) -> bool:
    """Whether it asks how an earlier complaint or report stands."""
    return read_message(text, clock.today()).progress


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
            {"label": _("How to report a reaction"), "url": "/services/C8"},
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


def _elsewhere(reading: Reading) -> list[dict[str, Any]]:
    """The part of a report that another authority decides, told beside it."""
    found = [one for one in reading.competent if one.part == "other_authority"]
    return [_message(authority_text(each)) for each in list_authorities(found, clock.today())]


def say(conversation_id: str, identity: Identity, text: str, step: str, language: str) -> Turn:
    """The person's answer to the question asked under ``step``."""
    draft = service.find_draft(conversation_id)
    if draft is None:
        return start(conversation_id, identity, text, "", language)
    field_id = step.partition(":")[2] or _next_field(draft)
    if step and step != _step(draft, field_id):
        return _ask_next(draft, [_message(_("That answer belonged to an earlier question; here is the present one."))])
    if field_id not in BY_ID:
        return _ask_next(draft, [])
    value, error = _read_answer(field_id, text)
    told = _told_values(text, language)
    if field_id in told and (error or field_id == "name" or len(told) > 1):
        value, error = told[field_id], ""
    if error:
        return [_message(error), _question(draft, field_id)], _pending(draft, field_id)
    beside = {name: one for name, one in told.items() if draft.data["fields"].get(name) in (None, "", [])}
    _put(draft, {**beside, field_id: value})
    return _ask_next(draft, [])


def tell_more(conversation_id: str, identity: Identity, text: str, language: str) -> Turn | None:
    """More about the matter that is being taken down, or a correction of what was read back: it goes into the draft, and
    nothing told before is lost. None when there is no draft or nothing in the text for it."""
    draft = service.find_draft(conversation_id)
    if draft is None or not draft.data.get("fields"):
        return None
    fields = draft.data["fields"]
    reading = read_message(text, clock.today(), language=language)
    if _is_another(reading, fields, text):
        return None
    changed = {name: value for name, value in _told_values(text, language).items() if value != fields.get(name)}
    if _tells_on(reading, text):
        facts = fields.get("facts", "")
        changed["facts"] = f"{facts}\n{reading.shown.strip()}".strip()[: BY_ID["facts"].limit]
    if fields.get("price") and (price := _restated_price(text)):
        changed["price"] = price
    if not changed:
        return None
    if intake_kind(reading) == "both" or {draft.data["kind"], *reading.kinds} >= {"complaint", "report"}:
        draft.data = {**draft.data, "kind": "both"}
    _put(draft, changed)
    return _ask_next(draft, [_message(_understood(draft))])


def _told_values(text: str, language: str) -> dict[str, Any]:
    """What a message tells by itself, without the story."""
    values = form_values(read_message(text, clock.today(), language=language))
    return {name: value for name, value in values.items() if name != "facts"}


def _restated_price(text: str) -> float:
    """The amount that is right where a price is corrected, 0 when none is said: 是139块不是129."""
    if not re.search(r"不是|不对|错|\bnot\b|wrong", text):
        return 0.0
    found = re.search(r"(?<!不是)(?<![\d.])(\d{1,7}(?:\.\d{1,2})?)\s*(?:元|块|yuan)", text)
    return float(found.group(1)) if found else 0.0


def _is_another(reading: Reading, fields: dict[str, Any], text: str) -> bool:
    """A story of its own about another seller is another matter."""
    seller = reading.fields.get("seller")
    return len(text) >= STORY and bool(seller and fields.get("seller")) and seller != fields["seller"]


def _tells_on(reading: Reading, text: str) -> bool:
    """Whether the message goes on with the story; who only gives their name or number does not."""
    return len(text.strip()) >= SENTENCE and not reading.identity and reading.kinds != ["consultation"]


def confirm(conversation_id: str, identity: Identity, yes: bool, step: str, language: str) -> Turn:
    """The answer to the read-back: lodge it, or go back to the page to correct it."""
    draft = service.find_draft(conversation_id)
    if draft is None:
        return [_message(_("There is nothing to send. Tell me what happened, and I will take it down."))], None
    if step and step != _step(draft, "confirm"):
        return _ask_next(draft, [_message(_("Something changed since; please look once more before it is sent."))])
    if not yes:
        return [
            _message(
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
            language=language,
            anonymous=bool(data.get("anonymous")),
            conversation_id=conversation_id,
        )
    except Conflict as error:
        return [_message(error.message)], None
    db.session.delete(draft)
    return [receipt_message(one) for one in lodged], None


def hint_of(field_id: str) -> str:
    """How a question may be answered by who does not know it exactly, "" when nothing can be said."""
    return {
        "seller": _(
            "If you do not know the name, write how you would find them: the sign, the corner, the shop's or streamer's name."
        ),
        "seller_place": _(
            "If you do not know the address, the platform is enough for an online shop; else the town and the street."
        ),
        "mobile": _("We call you when something is unclear; the number is not shown in this conversation."),
        "address": _("Letters about your complaint go there."),
    }.get(field_id, "")


def stop(conversation_id: str, identity: Identity, language: str) -> Turn:
    """The person does not go on; what was told stays for a day so that they can."""
    return [
        _message(
            _("I stop here; nothing was sent. What you told me is kept in this conversation; say “complain” to go on.")
        )
    ], None


def receipt_message(lodged: service.Lodged) -> dict[str, Any]:
    """The receipt of one intake as a message: number, query code, deadline."""
    text = _(
        "%(kind)s received. Number %(number)s, query code %(code)s (keep both; only together do they open the status page). "
        "Next: %(step)s by %(day)s, %(limit)s.",
        kind=kind_name(lodged.kind),
        number=lodged.number,
        code=lodged.code,
        step=clock_name("accept" if lodged.kind == "complaint" else "check"),
        day=write_date(lodged.due),
        limit=clock_text(lodged.clock),
    )
    data = {"kind": lodged.kind, "number": lodged.number, "code": lodged.code, "due": lodged.due.isoformat()}
    return {
        "kind": "receipt",
        "text": text,
        "data": data,
        "buttons": [{"label": _("Status of this matter"), "url": f"/complaints/status?number={lodged.number}"}],
    }


def _message(
    text: str, *, buttons: list[dict[str, Any]] | None = None, data: dict[str, Any] | None = None
) -> dict[str, Any]:
    return {"kind": "complaint", "text": text, "buttons": buttons or [], "data": data or {}}


def _put(draft: IntakeDraft, values: dict[str, Any]) -> None:
    draft.data = {**draft.data, "fields": {**draft.data["fields"], **values}}
    draft.version += 1
    draft.updated_at = clock.now()


def _next_field(draft: IntakeDraft) -> str:
    missing = service.list_missing(
        draft.data["kind"], draft.data["fields"], anonymous=bool(draft.data.get("anonymous"))
    )
    order = list(BY_ID)
    return min(missing, key=order.index) if missing else "confirm"


def _step(draft: IntakeDraft, field_id: str) -> str:
    return f"{draft.version}:{field_id}"


def _pending(draft: IntakeDraft, field_id: str) -> dict[str, Any]:
    step = _step(draft, field_id)
    if field_id == "confirm":
        options = [{"value": "yes", "label": _("Yes, send it")}, {"value": "no", "label": _("No")}]
        return {
            "flow": "complaint",
            "kind": "confirm",
            "field_id": "confirm",
            "type": "confirm",
            "options": options,
            "step": step,
        }
    options = [{"value": code, "label": demand_label(code)} for code in DEMANDS] if field_id == "demand" else []
    kind = "choice" if options else "field"
    return {
        "flow": "complaint",
        "kind": kind,
        "field_id": field_id,
        "type": BY_ID[field_id].type,
        "options": options,
        "step": step,
    }


def _question(draft: IntakeDraft, field_id: str) -> dict[str, Any]:
    field = BY_ID[field_id]
    buttons = [
        {
            "label": o["label"],
            "payload": {"intent": "answer_field", "value": o["value"], "step": _step(draft, field_id)},
        }
        for o in _pending(draft, field_id)["options"]
    ]
    return _message(str(field.ask or field.label), buttons=buttons, data={"field_id": field_id})


def _ask_next(draft: IntakeDraft, opening: list[dict[str, Any]]) -> Turn:
    field_id = _next_field(draft)
    if field_id != "confirm":
        return [*opening, _question(draft, field_id)], _pending(draft, field_id)
    step = _step(draft, "confirm")
    buttons = [
        {"label": _("Yes, send it"), "payload": {"intent": "affirm", "step": step}},
        {"label": _("No"), "payload": {"intent": "deny", "step": step}},
    ]
    read_back = _message(
        _understood(draft) + "\n" + _("Is this right, and shall I send it?"),
        buttons=buttons,
        data={"field_id": "confirm"},
    )
    return [read_back], _pending(draft, "confirm")


def _understood(draft: IntakeDraft) -> str:
    data = draft.data
    lines = [_("This is how I understand it: %(kind)s.", kind=kind_name(data["kind"]))]
    if data["kind"] == "both":
        lines.append(_("Your own dispute and the violation are handled separately; each gets its own number."))
    if data.get("anonymous"):
        lines.append(_("You asked to stay anonymous: nothing about you is kept."))
    lines += [
        _("%(label)s: %(value)s", label=BY_ID[name].label, value=_write_shown(name, data["fields"][name]))
        for name in SHOWN
        if data["fields"].get(name) not in (None, "", [])
    ]
    if data["fields"].get("facts"):
        lines += [authority_text(one) for one in authorities_of(data["kind"], data["fields"], current_language())]
    return "\n".join(lines)


def _write_shown(name: str, value: Any) -> str:
    """A value as the conversation shows it, which is kept longer than the draft: the phone number by its ends."""
    written = write_value(name, value)
    return f"{written[:3]}****{written[-4:]}" if name == "mobile" and len(written) >= 8 else written


def _read_answer(field_id: str, text: str) -> tuple[Any, str]:
    """A value from what was said: codes and labels for choices, else the field's own check."""
    if field_id == "demand":
        chosen = [code for code in DEMANDS if text.strip() in (code, demand_label(code))]
        chosen = chosen or read_demands_of(text, clock.today())
        return (chosen, "") if chosen else (None, _("Say what you ask for, or press one of the buttons."))
    value, error = read_value(field_id, text)
    if not error and (value in ("", []) or says_nothing(text)):
        error = _("Please answer this question, or say stop.")
    return value, error
