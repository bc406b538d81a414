"""The only place that speaks HTTP with the portal, over connections that are kept from one call to the next.

A portal that is away, slow or failing never becomes silence: the person is told, in
their language, by a response of the domain.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.turn import Body, body_of
from bot.settings import read_settings

logger = logging.getLogger(__name__)
# Seconds. The portal waits longer for a turn than the turn waits for the portal.
TIMEOUT = aiohttp.ClientTimeout(total=6, connect=1)
# Seconds an unused connection is kept: shorter than the portal keeps it (gunicorn's 2), so that none is found closed.
KEPT_SECONDS = 1.0


class PortalRefused(Exception):
    """The portal understood the call and said no (4xx)."""


class PortalAway(Exception):
    """The portal could not be reached, took too long, or failed (5xx, not JSON)."""


class _Line:
    """The connections of a running action server; a single call outside one opens its own."""

    session: aiohttp.ClientSession | None = None


async def open_line(*_: Any) -> None:
    """Keep connections from now on, in this event loop."""
    connector = aiohttp.TCPConnector(keepalive_timeout=KEPT_SECONDS, limit=0)
    _Line.session = aiohttp.ClientSession(timeout=TIMEOUT, connector=connector, cookie_jar=aiohttp.DummyCookieJar())


async def close_line(*_: Any) -> None:
    """Give the connections back."""
    session, _Line.session = _Line.session, None
    if session is not None:
        await session.close()


@asynccontextmanager
async def _connected() -> AsyncIterator[aiohttp.ClientSession]:
    if _Line.session is not None:
        yield _Line.session
        return
    async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
        yield session


async def post(path: str, body: Body) -> Body:
    """``/api/bot/<path>`` → the portal's JSON object; PortalRefused on 4xx, PortalAway on everything else but 200."""
    settings = read_settings()
    headers = {"Authorization": f"Bearer {settings.token}"}
    try:
        async with (
            _connected() as session,
            session.post(f"{settings.portal_url}/api/bot/{path}", json=body, headers=headers) as reply,
        ):
            return await _read(reply, path)
    except (aiohttp.ClientError, asyncio.TimeoutError, ValueError) as error:
        raise PortalAway(f"{path}: {type(error).__name__}") from error


async def _read(reply: aiohttp.ClientResponse, path: str) -> Body:
    if 400 <= reply.status < 500:
        raise PortalRefused(f"{path}: {reply.status}")
    if reply.status != 200:
        raise PortalAway(f"{path}: {reply.status}")
    answer = await reply.json(content_type=None)
    if not isinstance(answer, dict) or not isinstance(answer.get("messages"), list):
        raise PortalAway(f"{path}: the reply has no messages")
    return answer


async def relay(
    path: str, dispatcher: CollectingDispatcher, tracker: Tracker, payload: Body | None = None
) -> list[Any]:
    """Ask the portal and pass the names of its messages on; on failure say so. Returns no events: the portal keeps state."""
    try:
        answer = await post(path, body_of(tracker, payload))
    except PortalRefused as refused:
        logger.error("The portal refused %s", refused)
        dispatcher.utter_message(response="utter_portal_refused")
    except PortalAway as away:
        logger.error("The portal is away for %s", away)
        dispatcher.utter_message(response="utter_portal_down")
    else:
        for message in answer["messages"]:
            dispatcher.utter_message(json_message=message)
    return []
