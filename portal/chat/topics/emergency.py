"""Somebody is in danger now: what to do and whom to call, before anything else and whatever else is broken."""

from flask_babel import gettext as _

from policy_kb import PolicyBaseError
from portal.chat.answers import ask_base, draft_of_answer
from portal.chat.flows import Draft
from portal.chat.turn import Turn


def show(turn: Turn) -> list[Draft]:
    """The staff's own emergency text when the policy base has it, else ours. What was being asked waits in silence."""
    try:
        answer = ask_base(turn)
        if answer.status == "emergency":
            return [draft_of_answer(answer)]
    except PolicyBaseError:
        pass  # the sentence below needs no policy base
    return [
        Draft(
            "notice",
            _(
                "If somebody is in danger now, call 120 at once and say where you are. Stop using the product and keep it with its packaging. If the person does not breathe, ask 120 to guide you through resuscitation on the phone. When you think of harming yourself, call 12356 (psychological help, day and night) or 120. Tell me afterwards, and I will help you to report what happened."
            ),
            buttons=(
                {"label": _("Call 120"), "url": "tel:120"},
                {"label": _("Report a reaction"), "payload": {"intent": "make_report"}},
            ),
            data={"emergency": True, "status": "emergency"},
        )
    ]
