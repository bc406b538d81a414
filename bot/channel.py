"""The one door into Rasa: the portal, with its token, its metadata and one JSON list back."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot import quiet_logs, speedups
from bot.settings import is_allowed, read_settings

logger = logging.getLogger(__name__)
LONGEST_MESSAGE = 10_000


def find_fault(body: Any) -> str:
    """What is wrong with a request body, in words for the portal's log; empty when nothing is."""
    if not isinstance(body, dict) or not isinstance(body.get("sender"), str) or not body["sender"]:
        return "Send a JSON object with a text 'sender' (the conversation's id)."
    message = body.get("message")
    if not isinstance(message, str) or not message.strip():
        return "Send a 'message' with at least one character."
    if len(message) > LONGEST_MESSAGE:
        return f"Send a 'message' of at most {LONGEST_MESSAGE} characters."
    if not isinstance(body.get("metadata") or {}, dict):
        return "Send 'metadata' as an object with 'language' and 'pending'."
    return ""


class PortalInput(InputChannel):
    """POST /webhooks/portal/webhook as in tests/contracts/bot_webhook.json."""

    def __init__(self, token: str) -> None:
        self._token = token
        quiet_logs.install()
        speedups.install()

    @classmethod
    def name(cls) -> str:
        return "portal"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> InputChannel:
        return cls(read_settings().token)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        door = Blueprint("portal_webhook", "bot_channel")

        @door.route("/", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            agent = getattr(request.app.ctx, "agent", None)
            if agent is None or not agent.is_ready():
                return response.json({"status": "loading the model"}, status=503)
            return response.json({"status": "ok"})

        @door.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            if not is_allowed(request.headers.get("Authorization"), self._token):
                return response.json({"error": "This door needs the portal's token."}, status=401)
            fault = find_fault(request.json)
            if fault:
                return response.json({"error": fault}, status=400)
            return await self._take_turn(request.json, on_new_message)

        return door

    async def _take_turn(
        self, body: dict[str, Any], on_new_message: Callable[[UserMessage], Awaitable[Any]]
    ) -> HTTPResponse:
        """A task boundary: whatever fails in the turn becomes a 500, and the portal then answers itself."""
        collector = CollectingOutputChannel()
        message = UserMessage(
            body["message"], collector, body["sender"], input_channel=self.name(), metadata=body.get("metadata") or {}
        )
        try:
            await on_new_message(message)
        except Exception:
            logger.exception("A turn failed; the portal was told.")
            return response.json({"error": "The turn failed; see the bot's log."}, status=500)
        if not collector.messages:
            logger.error("A turn ended without a word; the portal was told.")
            return response.json({"error": "The turn had no reply; see the bot's log."}, status=500)
        return response.json(collector.messages)
