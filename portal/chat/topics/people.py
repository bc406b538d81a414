"""Hand-over to a member of staff: a message that waits for its answer, with a number and a day."""

from flask import url_for
from flask_babel import gettext as _

from portal.chat import talks
from portal.chat.flows import Draft
from portal.chat.turn import Turn
from portal.pages import write_date


def talk(turn: Turn) -> list[Draft]:
    """Queue the conversation once; a second wish shows the place of the first."""
    request, is_new = talks.add_request(turn.conversation, turn.text, turn.language)
    ahead = talks.count_ahead(request)
    text = (
        _("I have passed your conversation to our staff. Your number is %(number)s.", number=request.number)
        if is_new
        else _("Your conversation is already with our staff. Your number is %(number)s.", number=request.number)
    )
    lines = [
        text,
        _(
            "Requests before yours: %(count)s. You get an answer here, at the latest on %(day)s.",
            count=ahead,
            day=write_date(request.promised_for, turn.language),
        ),
        _(
            "Write everything that helps to answer you in this conversation; staff read it. Keep this page, or note the number."
        ),
    ]
    buttons = (
        ()
        if turn.identity.signed_in
        else (
            {
                "label": _("Sign in to find this conversation again"),
                "url": url_for("identity.sign_in", next=url_for("chat.index")),
            },
        )
    )
    data = {
        "number": request.number,
        "promised_for": request.promised_for.isoformat(),
        "ahead": ahead,
        "state": request.state,
    }
    return [Draft("receipt", "\n".join(lines), buttons=buttons, data=data), *turn.ask_again()]
