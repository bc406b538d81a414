"""The blueprint of the chat pages and the conversation of a browser session; the pages are in ``views`` and ``receipt_views``."""

from apiflask import APIBlueprint
from flask import session

from portal.chat import service
from portal.chat.service import Conversation
from portal.errors import Missing
from portal.identity.service import current_identity

bp = APIBlueprint("chat", __name__, url_prefix="/chat", enable_openapi=False)
SESSION_KEY = "conversation"  # sign-in keeps this key (portal/identity/views.py)


def find_conversation() -> Conversation | None:
    """The conversation of this browser session, when it still belongs to who is here."""
    conversation_id = session.get(SESSION_KEY)
    if not isinstance(conversation_id, str):
        return None
    try:
        return service.get_own(current_identity(), conversation_id, session_id=conversation_id)
    except Missing:
        session.pop(SESSION_KEY)
        return None
