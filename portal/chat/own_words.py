"""What the gateway itself says, whatever the turn is about."""

from flask_babel import gettext as _
from flask_babel import gettext as current_gettext

from portal.chat.flows import Draft
from portal.chat.previewing import name_kinds


def masking_notice(kinds: tuple[str, ...]) -> Draft:
    """What was starred out of a message before it was kept; ``kinds`` are names of ``masking``."""
    text = _(
        "I starred out %(what)s in your message before keeping it: nobody needs it to answer you. A form asks for such numbers where they are needed; a complaint keeps your own phone number apart from this conversation.",
        what=name_kinds(kinds),
    )
    return Draft("notice", text, role="system", data={"masked": list(kinds)})


def no_commands() -> Draft:
    """The reply to a typed command."""
    return Draft(
        "notice",
        _("I take no typed commands. Say in your own words what you would like to know or do."),
        data={"reason": "command"},
    )


def earlier_step() -> Draft:
    """The reply to a button of a step that is over."""
    return Draft(
        "notice", _("This button belongs to an earlier step, so nothing was changed."), data={"reason": "earlier_step"}
    )


def call_failed() -> tuple[str, str]:
    """What the bot says (bot/domain, locales/*/bot.po) when its call back failed: then we answer ourselves instead."""
    msgid = "I cannot reach the records at the moment, so nothing was changed. Please try again in a minute; what you have already filled in is kept."
    return msgid, current_gettext(msgid)
