"""Filling an application in the conversation: the same draft, validators and code lists as the pages.

Every function returns ``(messages, pending)`` like ``portal.complaints.chat``: messages as dictionaries (see
``portal.chat.flows``) and what is being asked next (None when nothing is). ``pending`` is
``{"flow": "application", "kind": "field"|"choice"|"confirm", "field_id", "type", "options": [{"value", "label"}],
"step", "draft_id"}``. A step is ``<draft id>:<version>:<field id>`` (``…:confirm`` at a read-back); a step of an older
question changes nothing. Nothing is written before the person has said yes to the read-back. The caller commits.
Errors of permission are raised (NotSignedIn, Forbidden, Missing), everything else is said in a message.
"""

from typing import Any

from portal.identity.service import Identity

Turn = tuple[list[dict[str, Any]], dict[str, Any] | None]


def start(conversation_id: str, identity: Identity, item_id: str, variant: str, language: str) -> Turn:
    """Open (or go on with) the draft of this item and ask the first open question. ``variant`` may be ""."""
    raise NotImplementedError


def answer(
    identity: Identity, draft_id: str, field_id: str, text: str, step: str, language: str, option: str | None = None
) -> Turn:
    """Read what was said for the asked field and read it back. ``option`` is the value of a named option, if any."""
    raise NotImplementedError


def confirm(identity: Identity, draft_id: str, step: str, yes: bool | None, language: str) -> Turn:
    """The reply to a read-back: True writes (origin chat_confirmed), False asks again, None repeats the read-back."""
    raise NotImplementedError


def skip(identity: Identity, draft_id: str, step: str, language: str) -> Turn:
    """Leave the asked field for later and ask the next one."""
    raise NotImplementedError


def why(identity: Identity, draft_id: str, step: str, language: str) -> Turn:
    """The clause behind the asked field, then the same question again."""
    raise NotImplementedError


def stop(identity: Identity, draft_id: str, language: str) -> Turn:
    """Leave the form; the draft is kept and can be continued here or on the page."""
    raise NotImplementedError


def resume(identity: Identity, draft_id: str, language: str) -> Turn:
    """Go on with this draft, or with the newest open one when ``draft_id`` is ""."""
    raise NotImplementedError


def current_question(identity: Identity, draft_id: str, language: str) -> Turn:
    """The question now being asked, without changing anything (after an aside, or on another device)."""
    raise NotImplementedError
