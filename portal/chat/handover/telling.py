"""What is said in the conversation when a hand-over moves, in the conversation's language, and the line of its place."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from policy_kb import wording
from portal.chat.flows import Draft
from portal.chat.handover import line
from portal.chat.handover.office import the_office
from portal.chat.models import TalkRequest
from portal.pages import write_date


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say everything inside in this language; the worker has no page whose language it could take."""
    with force_locale(wording.LOCALE_OF[language]):
        yield


def tell_state(request: TalkRequest, text: str, *, kind: str = "notice", role: str = "system") -> Draft:
    """A message about the hand-over; what a program needs of it stands in ``data``."""
    data: dict[str, Any] = {"number": request.number, "state": request.state, "ahead": line.count_ahead(request)}
    if request.promised_for:
        data["promised_for"] = request.promised_for.isoformat()
    return Draft(kind, text, data=data, role=role)


def _day(request: TalkRequest) -> str:
    return write_date(request.promised_for, request.language)


def write_place(request: TalkRequest) -> str:
    """Where the person stands, in one line."""
    if request.state == "queued":
        ahead = line.count_ahead(request)
        if not ahead:
            return _("You are next: nobody waits before you.")
        return _("Your place in the queue: %(place)s. Requests before yours: %(ahead)s.", place=ahead + 1, ahead=ahead)
    if request.state == "ticket":
        return _("Your request is a ticket. You get the answer here, at the latest on %(day)s.", day=_day(request))
    if request.state == "taken":
        return _("A member of staff is with you.")
    return _("Your request %(number)s is being passed on.", number=request.number)


def tell_request(request: TalkRequest, is_new: bool, fallback: date) -> Draft:
    """The receipt of a wish for a person: number, place or day, and what happens when nobody is free."""
    office = the_office()
    lines = [
        _("I have passed your conversation to our staff. Your number is %(number)s.", number=request.number)
        if is_new
        else _("Your conversation is already with our staff. Your number is %(number)s.", number=request.number)
    ]
    if request.state == "ticket" and is_new:
        lines.append(
            _("Our desk is closed just now. On working days it is open %(hours)s.", hours=office.write_hours())
        )
    lines.append(write_place(request))
    if request.state == "queued":
        text = _(
            "If nobody is free within %(minutes)s minutes, your request becomes a ticket and you get the answer here at the latest on %(day)s.",
            minutes=office.queue_minutes,
            day=write_date(fallback, request.language),
        )
        lines.append(text)
    if is_new:
        lines.append(
            _(
                "Until somebody takes it I go on answering. Write everything that helps: staff read this conversation. Keep this page, or note the number."
            )
        )
    return tell_state(request, "\n".join(lines), kind="receipt", role="assistant")


def tell_event(request: TalkRequest, event: str, *, broken_day: date | None = None) -> Draft:
    """The visible message of an event, after the move."""
    return tell_state(request, "\n".join(_lines(request, event, broken_day)))


def _lines(request: TalkRequest, event: str, broken_day: date | None) -> list[str]:
    office = the_office()
    number = request.number
    back = _("You are with the assistant again.")
    minutes = office.ticket_officer_minutes if request.promised_for else office.officer_minutes
    said = {
        "admit": [_("Your request %(number)s has reached the queue.", number=number), write_place(request)],
        "queue_over": [
            _("Nobody was free in time, or the desk closes now. We are sorry; your request is not lost."),
            write_place(request),
        ],
        "take": [
            _("A member of staff has taken your conversation. What you write now goes to them, not to the assistant.")
        ],
        "transfer": [_("Your conversation was passed to another member of staff, who sees everything written so far.")],
        "release": [_("The member of staff has put your request back."), write_place(request)],
        "officer_silent": [
            _(
                "The member of staff has not answered for %(minutes)s minutes, so your request goes back.",
                minutes=minutes,
            ),
            write_place(request),
        ],
        "person_silent": [
            _("We have not heard from you for a while, so request %(number)s is closed.", number=number),
            back + " " + _("Ask for a person again at any time."),
        ],
        "close": [_("The member of staff has answered and closed request %(number)s.", number=number), back],
        "hand_back": [_("The member of staff has given the conversation back to the assistant."), back],
        "withdraw": [_("Request %(number)s is withdrawn.", number=number), back],
        "promise_over": [
            _(
                "We have not kept the day we gave you (%(day)s). We are sorry. Staff see that your request is late.",
                day=write_date(broken_day, request.language),
            ),
            write_place(request),
        ],
    }
    return said[event]
