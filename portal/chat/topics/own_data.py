"""What people ask of their own data in a complaint or report: whether the other side learns them, whether a number is needed
at all, and what who has none can do."""

import re
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from policy_kb import PolicyBaseError, Topic
from portal.chat.answers import draft_of_answer
from portal.chat.flows import Draft
from portal.chat.lexicon import says
from portal.chat.topics import questions
from portal.chat.turn import Turn
from portal.complaints import chat as flow
from portal.knowledge import policy_base

ITEMS = {"C1": "complaint", "C2": "report"}
_REPORT = re.compile(r"举报|\breport", re.IGNORECASE)
_OWN = re.compile(r"我|投诉|举报|\b(?:i|me|my|who)\b", re.IGNORECASE)  # else it is a question about businesses
PERSONAL = ("name", "mobile", "address")  # fields that are asked of the person


def answer(turn: Turn) -> list[Draft] | None:
    """The answer to a question on one's own data; None when it is none, or when no complaint is spoken of."""
    pending = turn.conversation.pending or {}
    being_told = pending.get("flow") == "complaint"
    about = ITEMS.get(str((turn.conversation.topic or {}).get("item") or ""), "")
    pressed = turn.conversation.turn_payload or turn.payload.get("option") or not turn.text
    if being_told and not pressed and says("no_name", turn.text):
        return tell_name(turn)
    if pressed or pending.get("field_id") in ("facts", "demand"):
        return None
    if says("what_is_kept", turn.text):
        return [_tell_kept(), *turn.ask_again()]
    if not pending and says("needs_account", turn.text):
        return [
            Draft(
                "notice",
                _("You need no account to read, to ask, to complain or to report."),
                data={"status": "answered"},
            )
        ]
    if not (being_told or about):
        return _of_either(turn) if not pending and says("who_sees", turn.text) and _OWN.search(turn.text) else None
    in_person = being_told and pending.get("field_id") in PERSONAL
    kind = flow.find_kind(turn.conversation.id) or about or "complaint"
    if says("who_sees", turn.text):
        put = _("Is my report confidential?") if kind == "report" else _("Will the business know who I am?")
        return _answer_alone(turn, put, "C2" if kind == "report" else "C1")
    if says("number_needed", turn.text) or (in_person and says("no_number", turn.text)):
        return [_tell_number(kind, being_told), *turn.ask_again()]
    if in_person and says("no_address", turn.text):
        return [_tell_address(), *turn.ask_again()]
    return None


def _of_either(turn: Turn) -> list[Draft]:
    """Asked before anything was told: of a report when that is named, else of a complaint."""
    if _REPORT.search(turn.text):
        return _answer_alone(turn, _("Is my report confidential?"), "C2")
    return _answer_alone(turn, _("Will the business know who I am?"), "C1")


def _tell_kept() -> Draft:
    """What of a person is kept, how long, and how it is deleted; the page says it in full."""
    text = _(
        "What you say here is deleted by itself some days after your last message, and numbers of identity cards, bank cards and mobiles are starred before anything is kept. What you send off (complaints, reports, applications) is kept as a file, with the contact you gave. You may see, correct and, as the law provides, have deleted what is kept about you (Personal Information Protection Law, articles 45 to 47): ask for a person. The page “What we keep” says it in full."
    )
    buttons: tuple[dict[str, Any], ...] = (
        {"label": _("What we keep"), "url": url_for("home.privacy")},
        {"label": _("Talk to a person"), "payload": {"intent": "talk_to_person"}},
    )
    return Draft("notice", text, buttons=buttons, data={"status": "answered"})


def _answer_alone(turn: Turn, question: str, item: str) -> list[Draft]:
    """The answer to a whole question, whatever was spoken of before; in English the item has to be named beside it."""
    topic = Topic(item=item) if turn.language == "en" else None
    try:
        answered = policy_base().answer(question, language=turn.language, topic=topic)
    except PolicyBaseError:
        return questions.ask(turn)
    return [draft_of_answer(answered), *turn.ask_again()]


def _tell_number(kind: str, being_told: bool) -> Draft:
    """Whether a telephone number is needed, which ones will do, and the ways without one."""
    if kind == "report":
        return _nothing_needed()
    lines = [
        flow.tell_required(),
        _(
            "It need not be a mobile, nor your own, nor a Chinese one: a landline, a relative or neighbour who passes the message on, or a foreign number with its country code will do."
        ),
        _(
            "Without any number you can send the complaint by post or tell it at the reception window of the market regulation authority, where the staff write it down. A report, which only tells of a violation and asks nothing for yourself, needs no number."
        ),
    ]
    buttons: list[dict[str, Any]] = [{"label": _("Talk to a person"), "payload": {"intent": "talk_to_person"}}]
    if being_told:
        buttons.insert(0, {"label": _("Make it a report"), "payload": {"intent": "make_report", "instead": True}})
    else:
        buttons.insert(0, {"label": _("Complain or report"), "url": url_for("complaints.index")})
    return Draft("notice", "\n".join(lines), buttons=tuple(buttons), data={"status": "answered"})


def _nothing_needed() -> Draft:
    text = _(
        "A report needs no telephone number and no name; with a number we can ask back and tell you what came of it."
    )
    return Draft("notice", text, data={"status": "answered"})


def tell_name(turn: Turn) -> list[Draft]:
    """Whether the own name is needed for what is being told; then what was being asked."""
    return [_tell_name(flow.find_kind(turn.conversation.id)), *turn.ask_again()]


def _tell_name(kind: str) -> Draft:
    """Whether the own name is needed, and the way without it."""
    if kind == "report":
        return _nothing_needed()
    lines = [
        flow.tell_required(),
        _(
            "A report needs no name: what it tells of is checked, but no refund or compensation is mediated. Who makes a report is kept secret."
        ),
    ]
    buttons = ({"label": _("Make it a report"), "payload": {"intent": "make_report", "instead": True}},)
    return Draft("notice", "\n".join(lines), buttons=buttons, data={"status": "answered"})


def _tell_address() -> Draft:
    lines = [
        flow.tell_required(),
        _("Any address will do where a letter reaches you: where you stay, where you work, or that of a relative."),
    ]
    return Draft("notice", "\n".join(lines), data={"status": "answered"})
