"""Where is my application, complaint or report? Only its owner is told anything."""

import re
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from portal.applications import service as applications
from portal.chat.flows import Draft
from portal.chat.lexicon import says
from portal.chat.topics import renewals
from portal.chat.turn import Turn
from portal.complaints import service as complaints
from portal.errors import Missing
from portal.pages import write_date

NUMBER = re.compile(r"(?<![A-Za-z0-9])([A-Z]{1,3}-?\d{8}-?[0-9A-Z]{3,8})(?![A-Za-z0-9])", re.IGNORECASE)
MOST = 5


def show(turn: Turn) -> list[Draft]:
    """How the matters stand, then what was being asked."""
    if asks_own_records(turn.text):
        told = point_to_records(turn)
    elif asks_renewal(turn.text) or asks_own_expiry(turn.text):
        told = list_renewals(turn)
    else:
        told = matters(turn)
    return [*told, *turn.ask_again()]


def list_renewals(turn: Turn) -> list[Draft]:
    """The windows of the person's own certificates; how their matters stand (or where to sign in) without any."""
    if not turn.identity.signed_in:
        return [_sign_in_for_papers()]
    return renewals.list_own(turn) or matters(turn)


def asks_renewal(text: str) -> bool:
    """Whether the person asks when their own certificate is to be renewed, not where a matter stands."""
    return says("renewal", text) and not NUMBER.search(text)


def asks_own_expiry(text: str) -> bool:
    """Whether the person asks for the last day of a paper of their own, or whether they are reminded of it: no law says
    it, their records do."""
    return (says("own_expiry", text) or says("reminder", text)) and not NUMBER.search(text)


def asks_of_own_papers(text: str) -> bool:
    """Whether the person asks of papers and records of their own, not where a matter stands."""
    return asks_renewal(text) or asks_own_expiry(text) or asks_own_records(text)


def asks_own_records(text: str) -> bool:
    """Whether the person asks what is recorded of themselves or their enterprise."""
    return says("own_records", text) and not NUMBER.search(text)


def point_to_records(turn: Turn) -> list[Draft]:
    """Where the person reads what the registers say of them; the conversation itself never says it."""
    text = _(
        "What the registers say of you or your enterprise stands on the page “My records”, each value with its source, and only for you. Identity numbers and private contacts are shown there after a second proof of who you are; I do not repeat them in this conversation."
    )
    if turn.identity.signed_in:
        buttons = [{"label": _("My records"), "url": url_for("prefill.index")}]
    else:
        buttons = [{"label": _("Sign in"), "url": url_for("identity.sign_in", next=url_for("prefill.index"))}]
    data = {"status": "routed", "sign_in": not turn.identity.signed_in}
    return [Draft("text", text, buttons=tuple(buttons), data=data)]


def _sign_in_for_papers() -> Draft:
    text = _(
        "The last day of your own licence stands in its record, and I only tell it to the holder. Sign in, and I tell you for each of your certificates when it ends and when to renew it; identity numbers and private contacts open only after a second proof of who you are."
    )
    here = url_for("chat.index")
    buttons = ({"label": _("Sign in"), "url": url_for("identity.sign_in", next=here)},)
    return Draft("text", text, buttons=buttons, data={"sign_in": True, "status": "routed"})


def matters(turn: Turn) -> list[Draft]:
    """By number when one is given, else everything of the signed-in person and what was lodged in this conversation."""
    found = NUMBER.search(turn.text)
    number = (turn.find_entity("case_number") or (found.group(1) if found else "")).upper()
    lines, buttons = _own(turn, number)
    if not lines and not turn.identity.signed_in:
        return [_without_account(number)]
    if number and not lines:
        text = _(
            "There is no matter with the number %(number)s in your account. Check the number; a complaint made without signing in opens with its number and query code on the status page.",
            number=number,
        )
        buttons = [{"label": _("Status of a complaint or report"), "url": _status_url("")}]
    elif not lines:
        text = _("You have no open application, complaint or report.")
        if drafts := _drafts(turn):
            text, buttons = _("Nothing is sent yet. You have begun:"), drafts
    else:
        text = "\n".join([_("This is where your matters stand:"), *lines])
    return [Draft("notice" if lines else "text", text, buttons=tuple(buttons[:MOST]), data={"status": "routed"})]


def _drafts(turn: Turn) -> list[dict[str, Any]]:
    """The forms begun and not sent, as buttons that open them."""
    return [
        {
            "label": applications.item_title(draft.item, draft.variant),
            "url": url_for("applications.draft", draft_id=draft.id),
        }
        for draft in applications.list_drafts(turn.identity)[:MOST]
    ]


def _without_account(number: str) -> Draft:
    text = _(
        "I only tell the owner how a matter stands. Sign in to see your applications, complaints and reports; a complaint or report made without signing in opens with its number and query code."
    )
    return Draft(
        "text",
        text,
        buttons=(
            {"label": _("Sign in"), "url": url_for("identity.sign_in", next=url_for("chat.index"))},
            {"label": _("Status of a complaint or report"), "url": _status_url(number)},
        ),
        data={"sign_in": True, "status": "routed"},
    )


def tell_lost_number() -> Draft:
    """What to do without the number of a matter: it is no secret to the signed-in owner, and staff find it otherwise."""
    text = _(
        "If you were signed in when you sent it, sign in: “My matters” shows it with its number. In the conversation where you sent it the receipt with number and query code still stands. Otherwise ask for a person: a member of staff finds it after checking who you are."
    )
    buttons = (
        {"label": _("Sign in"), "url": url_for("identity.sign_in", next=url_for("chat.index"))},
        {"label": _("Talk to a person"), "payload": {"intent": "talk_to_person"}},
    )
    return Draft("text", text, buttons=buttons, data={"sign_in": True, "status": "routed"})


def _status_url(number: str) -> str:
    return url_for("complaints.status", number=number or None)


def _own(turn: Turn, number: str) -> tuple[list[str], list[dict[str, Any]]]:
    lines: list[str] = []
    buttons: list[dict[str, Any]] = []
    for case in applications.list_own(turn.identity)[:MOST] if turn.identity.signed_in else []:
        if number in ("", case.number):
            by = _(" (next step by %(day)s)", day=write_date(case.due, turn.language)) if case.due else ""
            standing = applications.write_state(case, turn.language)
            lines.append(f"· {case.number} {case.title}: {case.state_name}{by or (standing and ' ' + standing)}")
            buttons.append({"label": case.number, "url": url_for("applications.index") + f"cases/{case.id}/"})
    for intake in _own_intakes(turn, number)[:MOST]:
        due = _(" (next step by %(day)s)", day=write_date(intake.due, turn.language)) if intake.due else ""
        lines.append(
            f"· {intake.number} {complaints.wording.kind_name(intake.kind)}: {complaints.wording.state_name(intake.state)}{due}"
        )
        own = turn.identity.signed_in and intake.account_id == turn.identity.account_id
        url = url_for("complaints.mine", number=intake.number) if own else _status_url(intake.number)
        buttons.append({"label": intake.number, "url": url})
    return lines, buttons


def _own_intakes(turn: Turn, number: str) -> list[Any]:
    """The person's own ones, then those of this conversation; of one number alone when one is given."""
    told = complaints.list_told(turn.conversation.id)
    if not number:
        own = complaints.list_own(turn.identity)
        return own + [intake for intake in told if intake not in own]
    try:
        return [complaints.get_own(turn.identity, number)]
    except Missing:
        return [intake for intake in told if intake.number == number]
