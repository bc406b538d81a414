"""What the conversation about a complaint says: what was understood, the next question, the read-back, the receipt.

A message is a dictionary (see ``portal.chat.flows``). Steps carry the draft's version.
"""

from typing import Any

from flask_babel import gettext as _

from portal.complaints import service
from portal.complaints.fields import BY_ID, DEMANDS, demand_label, write_value
from portal.complaints.models import Intake, IntakeDraft
from portal.complaints.rules import get_rules
from portal.complaints.understanding import authorities_of, authority_text, find_reaction
from portal.complaints.wording import clock_name, clock_text, kind_name, state_name
from portal.language import current_language
from portal.pages import write_date

_SHORT_PHONE, _LONG_PHONE = 7, 11  # figures
_GATE_TYPES = {"address": "address", "seller_place": "address"}  # what the gate takes for an answer
Turn = tuple[list[dict[str, Any]], dict[str, Any] | None]
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


def next_message(intake: Intake, *, own: bool) -> dict[str, Any]:
    """What follows for a complaint or report now: the running step with its day and clause, the one behind it, and where
    that can be seen (``own``: under “My matters”)."""
    kind, limit = kind_name(intake.kind), service.clock_of(intake)
    lines = [_("%(kind)s %(number)s: %(state)s.", kind=kind, number=intake.number, state=state_name(intake.state))]
    if limit and intake.due:
        step, day = clock_name(intake.due_for), write_date(intake.due)
        lines.append(_("Next: %(step)s by %(day)s, %(limit)s.", step=step, day=day, limit=clock_text(limit)))
    if intake.due_for == "accept":
        mediate = clock_text(get_rules(intake.received_at.date()).clocks["mediate"])
        lines.append(
            _(
                "You are told the decision. If it is accepted, both sides are heard; mediation ends within %(limit)s.",
                limit=mediate,
            )
        )
    if limit and not (intake.kind == "report" and intake.twin):  # its complaint says so
        lines.append(
            _(
                "Until then keep the product, its pack and what shows the purchase; you may be called when something is unclear."
            )
        )
    lines.append(
        _("Where it stands is shown under “My matters”; you can ask me here, too.")
        if own
        else _("Where it stands is shown on the status page, with the number and the query code of the receipt.")
    )
    url = f"/complaints/mine/{intake.number}" if own else f"/complaints/status?number={intake.number}"
    return {
        "kind": "notice",
        "text": "\n".join(lines),
        "data": {"status": "routed", "number": intake.number},
        "buttons": [{"label": _("Status of this matter"), "url": url}],
    }


def message(
    text: str, *, buttons: list[dict[str, Any]] | None = None, data: dict[str, Any] | None = None
) -> dict[str, Any]:
    return {"kind": "complaint", "text": text, "buttons": buttons or [], "data": data or {}}


def noted(values: dict[str, Any]) -> dict[str, Any]:
    """What was just taken down, by label and value."""
    told = _("; ").join(
        _("%(label)s: %(value)s", label=BY_ID[name].label, value=_write_shown(name, value))
        for name, value in values.items()
    )
    return message(_("I have noted: %(told)s.", told=told))


def next_field(draft: IntakeDraft) -> str:
    missing = service.list_missing(
        draft.data["kind"], draft.data["fields"], anonymous=bool(draft.data.get("anonymous"))
    )
    order = list(BY_ID)
    return min(missing, key=order.index) if missing else "confirm"


def tell_left(draft: IntakeDraft) -> str:
    """What is still to be told, and what comes behind it."""
    missing = service.list_missing(
        draft.data["kind"], draft.data["fields"], anonymous=bool(draft.data.get("anonymous"))
    )
    labels = _("; ").join(str(BY_ID[name].label) for name in BY_ID if name in missing)
    lines = [_("Still to be told: %(fields)s.", fields=labels)] if labels else []
    lines.append(
        _(
            "Then I read everything back to you; it is sent when you say yes, and you get a number and the next deadline."
        )
    )
    return "\n".join(lines)


def step_of(draft: IntakeDraft, field_id: str) -> str:
    return f"{draft.version}:{field_id}"


def pending(draft: IntakeDraft, field_id: str) -> dict[str, Any]:
    asked_as = step_of(draft, field_id)
    if field_id == "confirm":
        options = [{"value": "yes", "label": _("Yes, send it")}, {"value": "no", "label": _("No")}]
        return {
            "flow": "complaint",
            "kind": "confirm",
            "field_id": "confirm",
            "type": "confirm",
            "options": options,
            "step": asked_as,
        }
    options = [{"value": code, "label": demand_label(code)} for code in DEMANDS] if field_id == "demand" else []
    kind = "choice" if options else "field"
    return {
        "flow": "complaint",
        "kind": kind,
        "field_id": field_id,
        "type": _GATE_TYPES.get(field_id, BY_ID[field_id].type),
        "options": options,
        "step": asked_as,
    }


def question(draft: IntakeDraft, field_id: str) -> dict[str, Any]:
    field = BY_ID[field_id]
    buttons = [
        {
            "label": o["label"],
            "payload": {"intent": "answer_field", "value": o["value"], "step": step_of(draft, field_id)},
        }
        for o in pending(draft, field_id)["options"]
    ]
    asked = str(field.ask or field.label)
    if field_id == "facts" and draft.data["kind"] == "report":
        asked = _(
            "Who is it, where, and what do they do? Say what you saw, bought or were told; your name is not needed."
        )
    return message(asked, buttons=buttons, data={"field_id": field_id})


def ask_next(draft: IntakeDraft, opening: list[dict[str, Any]]) -> Turn:
    field_id = next_field(draft)
    if field_id != "confirm":
        return [*opening, question(draft, field_id)], pending(draft, field_id)
    asked_as = step_of(draft, "confirm")
    buttons = [
        {"label": _("Yes, send it"), "payload": {"intent": "affirm", "step": asked_as}},
        {"label": _("No"), "payload": {"intent": "deny", "step": asked_as}},
    ]
    shown = show_understood(draft)
    asked = message(_("Is this right, and shall I send it?"), buttons=buttons, data={"field_id": "confirm"})
    told = [one for one in opening if one["text"] != shown["text"]]
    return [*told, shown, asked], pending(draft, "confirm")


def understood(draft: IntakeDraft) -> str:
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
    item, found = find_reaction(data["fields"], current_language())
    if item:
        lines.append(_("The harm you tell of is an adverse reaction as well; it is reported apart from the complaint:"))
        lines += [authority_text(one) for one in found]
    return "\n".join(lines)


def show_understood(draft: IntakeDraft) -> dict[str, Any]:
    """What was understood, with the way to report the harm beside it where some was told."""
    item, _authorities = find_reaction(draft.data["fields"], current_language())
    return message(understood(draft), buttons=[_reaction_button(item)] if item else [], data={"read_back": True})


def reaction_message(fields: dict[str, Any]) -> list[dict[str, Any]]:
    """Behind the receipt: the harm that was told is not reported yet. [] where none was told."""
    item, _authorities = find_reaction(fields, current_language())
    if not item:
        return []
    text = _(
        "The reaction you told of is not reported with this. Please report it, too: it warns others of the product."
    )
    return [message(text, buttons=[_reaction_button(item)])]


def _reaction_button(item: str) -> dict[str, Any]:
    return {"label": _("Report the reaction, too"), "url": f"/services/{item}"}


def _write_shown(name: str, value: Any) -> str:
    """A value as the conversation shows it, which is kept longer than the draft: the phone number by its ends, of a short one
    by the last two figures."""
    written = write_value(name, value)
    if name != "mobile" or len(written) < _SHORT_PHONE:
        return written
    return f"{written[:3]}****{written[-4:]}" if len(written) >= _LONG_PHONE else f"****{written[-2:]}"
