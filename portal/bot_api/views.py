"""The bot's way back into the portal: ``POST /api/bot/<topic>/<verb>`` with the service token (tests/contracts/bot_*.json).

The body names a conversation, never a person: whose it is the portal knows. A browser session opens nothing here.
"""

import hmac
from typing import Any

from apiflask import APIBlueprint
from flask import current_app, jsonify, request
from flask.wrappers import Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from portal.chat import service as chat
from portal.errors import Invalid, NotSignedIn
from portal.extensions import csrf, limiter, talisman

bp = APIBlueprint("bot_api", __name__, url_prefix="/api/bot", enable_openapi=False)
csrf.exempt(bp)
limiter.exempt(bp)


class Entity(BaseModel):
    """One entity as the bot found it; ``start`` and ``end`` are places in the text."""

    entity: str = Field(max_length=60)
    value: Any
    start: int = 0
    end: int = 0


class Call(BaseModel):
    """One call of a bot action."""

    model_config = ConfigDict(extra="forbid")

    conversation_id: str = Field(min_length=1, max_length=64)
    text: str = Field(default="", max_length=12_000)
    language: str = Field(default="zh", max_length=5)
    intent: str = Field(default="", max_length=60)
    confidence: float = Field(default=0.0, ge=0.0, le=1.0)
    entities: list[Entity] = Field(default_factory=list, max_length=100)
    payload: dict[str, Any] = Field(default_factory=dict)


@bp.before_request
def require_service_token() -> None:
    """Only the bot's processes know the token; compared in constant time."""
    wanted = f"Bearer {current_app.config['SETTINGS'].bot_token}"
    if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), wanted.encode()):
        raise NotSignedIn("this door needs the service token (WENBAN_BOT_TOKEN) as bearer token")


@bp.post("/<topic>/<verb>")
@talisman(force_https=False)  # the bot calls over the private network; a redirect would lose the body
def act(topic: str, verb: str) -> Response:
    """Do what the action asks within the conversation's open turn; what it said is stored before the bot hears of it, and stays here."""
    try:
        call = Call.model_validate(request.get_json())
    except ValidationError as error:
        fields = {".".join(map(str, e["loc"])): e["msg"] for e in error.errors()}
        raise Invalid("the call does not fit tests/contracts", fields=fields) from error
    messages = chat.accept_call(call.conversation_id, f"{topic}/{verb}", call.model_dump())
    return jsonify(messages=messages, slots={})
