"""Buttons: what a press means is signed together with the conversation it was shown in."""

from typing import Any

from flask import current_app
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer

from portal.errors import PortalError

SALT = "chat-button"


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=SALT)


def sign_button(conversation_id: str, payload: dict[str, Any], label: str) -> str:
    """A token that means ``payload`` in this conversation only; ``label`` is what the record will say was pressed."""
    return str(_serializer().dumps([conversation_id, payload, label]))


def read_button(conversation_id: str, token: str) -> tuple[dict[str, Any], str]:
    """Payload and label of a token; a tampered or foreign one is a 400."""
    try:
        owner, payload, label = _serializer().loads(token)
    except (BadSignature, ValueError, TypeError, UnicodeError):
        owner = payload = label = None
    if owner != conversation_id or not isinstance(payload, dict):
        raise PortalError(
            _(
                "This button belongs to another conversation or was changed. Type what you want instead, or reload the page."
            ),
            code="bad_button",
        )
    return payload, str(label)
