"""Chinese or English."""

from flask_babel import gettext as _

from portal.chat.flows import Draft
from portal.chat.turn import Turn
from portal.language import LANGUAGES
from portal.language import set_language as speak


def set_language(turn: Turn) -> list[Draft]:
    """Go on in ``payload.language``; the other one when none is named."""
    wished = str(turn.payload.get("language") or "")
    if wished not in LANGUAGES:
        wished = "en" if turn.language == "zh" else "zh"
    turn.conversation.language = wished
    speak(wished)
    return [Draft("notice", _("We go on in English."), data={"language": wished}), *turn.ask_again()]
