"""The one door into Rasa: the portal, with its token, its metadata and one JSON list back.

Beside the messages stand how this process is (everybody may ask whether it is ready, the portal also with which model)
and the change to another model.
"""

import logging
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot import quiet_logs, speedups
from bot.model_swap import SwapRefused, find_model, swap_model
from bot.settings import is_allowed, read_settings
from bot.warming import NotReady, warm_up

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


def _is_warm(app: Sanic) -> bool:
    return bool(getattr(app.ctx, "warm", False))


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
        door.listener("after_server_start")(self._warm_up)
        door.listener("after_server_stop")(self._hang_up)

        @door.route("/", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            state = "ok" if _is_warm(request.app) else "loading the model"
            told = self._describe(request.app) if request.headers.get("Authorization") and self._knows(request) else {}
            return response.json({"status": state, **told}, status=200 if state == "ok" else 503)

        @door.route("/model", methods=["POST"])
        async def change_model(request: Request) -> HTTPResponse:
            if not self._knows(request):
                return response.json({"error": "This door needs the portal's token."}, status=401)
            return await self._change_model(request)

        @door.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            if not self._knows(request):
                return response.json({"error": "This door needs the portal's token."}, status=401)
            if not _is_warm(request.app):
                return response.json({"error": "The model is being loaded."}, status=503)
            fault = find_fault(request.json)
            if fault:
                return response.json({"error": fault}, status=400)
            return await self._take_turn(request.json, on_new_message)

        return door

    def _knows(self, request: Request) -> bool:
        return is_allowed(request.headers.get("Authorization"), self._token)

    async def _warm_up(self, app: Sanic, _: Any) -> None:
        """A model that does not do its work never counts as ready; the log and the portal's status say so."""
        app.ctx.warm, app.ctx.since = False, time.time()
        try:
            await warm_up(app.ctx.agent, self.name())
        except NotReady as fault:
            logger.error("The model is not ready: %s", fault)
        else:
            app.ctx.warm = True

    async def _hang_up(self, app: Sanic, _: Any) -> None:
        agent = getattr(app.ctx, "agent", None)
        await speedups.close_sessions(agent.action_endpoint if agent else None)

    def _describe(self, app: Sanic) -> dict[str, Any]:
        agent = getattr(app.ctx, "agent", None)
        model = {"model": agent.model_name, "model_id": agent.model_id} if agent and agent.is_ready() else {}
        return {**model, "pid": os.getpid(), "since": getattr(app.ctx, "since", None)}

    async def _change_model(self, request: Request) -> HTTPResponse:
        """A task boundary: whatever the new model fails with is told, and the old one goes on."""
        asked = request.json if isinstance(request.json, dict) else {}
        settings = read_settings()
        try:
            path = find_model(Path(settings.model).parent, str(asked.get("model") or Path(settings.model).name))
            await swap_model(request.app.ctx, path, self.name())
        except SwapRefused as refused:
            return response.json({"error": str(refused)}, status=404)
        except Exception as fault:
            logger.exception("A model could not take over; the old one goes on.")
            return response.json(
                {"error": f"The model could not take over ({fault}); the old one goes on."}, status=422
            )
        request.app.ctx.warm, request.app.ctx.since = True, time.time()
        return response.json({"status": "ok", **self._describe(request.app)})

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
