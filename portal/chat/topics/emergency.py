"""Somebody is in danger now: what to do and whom to call, before anything else and whatever else is broken."""

from flask_babel import gettext as _

from policy_kb import PolicyBaseError
from portal.chat.answers import ask_base, draft_of_answer
from portal.chat.flows import Draft
from portal.chat.lexicon import says
from portal.chat.turn import Turn


def after(turn: Turn) -> list[Draft] | None:
    """The danger is said to be over: what to keep, and the ways on; None when that is not said."""
    if not says("danger_over", turn.text):
        return None
    text = _(
        "I am glad the danger is over. Keep the product, its pack and the papers of the doctor. The harm can be reported, so that others are warned; and when something is wanted of the seller, tell me and I take it down as a complaint. Should it get worse again, call 120."
    )
    buttons = (
        {"label": _("Make a complaint"), "payload": {"intent": "make_complaint"}},
        {"label": _("Report a reaction"), "payload": {"intent": "make_report"}},
    )
    return [Draft("notice", text, buttons=buttons, data={"status": "routed"}), *turn.ask_again()]


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
