"""Chinese or English: answers come in the language of the message, and what is being asked goes along."""

from dataclasses import replace
from typing import Any

from flask_babel import gettext as _

from portal.applications import chat as applications
from portal.chat.flows import Draft, draft_of
from portal.chat.lexicon import says
from portal.chat.topics import guide, questions
from portal.chat.turn import Turn
from portal.complaints import chat as complaints
from portal.errors import PortalError
from portal.language import LANGUAGES
from portal.language import set_language as speak


def set_language(turn: Turn) -> list[Draft]:
    """Go on in ``payload.language``; the other one when none is named."""
    if turn.conversation.pending and turn.text and not says("names_language", turn.text):
        return questions.ask(turn)  # which language will they call me in?
    wished = str(turn.payload.get("language") or "")
    if wished not in LANGUAGES:
        wished = "en" if turn.language == "zh" else "zh"
    turn.conversation.language = wished
    speak(wished)
    spoken = replace(turn, language=wished)
    pose_anew(spoken)
    return [Draft("notice", _("We go on in English."), data={"language": wished}), *spoken.ask_again()]


def pose_anew(turn: Turn) -> None:
    """What is being asked, put in the turn's language when it was asked in the other one; its step stays the same."""
    pending, question = turn.conversation.pending, turn.conversation.question
    if not pending or not question or question.get("language", turn.language) == turn.language:
        return
    try:
        drafts, asked = _ask_in_language(turn, pending)
    except PortalError:
        return  # the draft is gone or sent: the turn itself says so
    if drafts and asked:
        turn.ask(drafts, asked)


def _ask_in_language(turn: Turn, pending: dict[str, Any]) -> tuple[list[Draft], dict[str, Any] | None]:
    if pending["flow"] == guide.FLOW:
        return guide.current_question(turn)
    told, asked = (
        applications.current_question(turn.identity, str(pending.get("draft_id") or ""), turn.language)
        if pending["flow"] == "application"
        else complaints.current_question(turn.conversation.id)
    )
    return [draft_of(message) for message in told], asked
