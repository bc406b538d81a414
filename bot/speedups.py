"""Measured speed-ups of Rasa 3.6.21: its action-response schema is compiled once, its connections to actions are kept.

Rasa builds a new validator (13 % of the samples of a turn) and opens a new connection for every action call.
Guarded by the version: another Rasa runs as it came, and a test says so.
"""

from typing import Any

import aiohttp
import jsonschema
import rasa
from rasa.core.actions.action import RemoteAction
from rasa.core.constants import DEFAULT_REQUEST_TIMEOUT
from rasa.utils.endpoints import EndpointConfig

MEASURED_WITH = "3.6.21"
# Seconds an unused connection is kept: shorter than the action server keeps it (Sanic's 5), so that none is found closed.
KEPT_SECONDS = 3.0


def install() -> bool:
    """True when the compiled check is in place."""
    if rasa.__version__ != MEASURED_WITH:
        return False
    schema = RemoteAction.action_response_format_spec()
    validator = jsonschema.validators.validator_for(schema)(schema)

    def check(self: RemoteAction, result: dict[str, Any]) -> bool:
        validator.validate(result)
        return True

    RemoteAction._validate_action_result = check
    EndpointConfig.session = keep_session
    return True


class KeptSession:
    """Stands for the session that Rasa opens and closes for each call; this one stays open."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.session = session

    async def __aenter__(self) -> aiohttp.ClientSession:
        return self.session

    async def __aexit__(self, *_: Any) -> None:
        """The next call takes it."""


def keep_session(endpoint: EndpointConfig) -> KeptSession:
    """One session an endpoint: each lives in the one event loop of its process."""
    kept = getattr(endpoint, "kept_session", None)
    if kept is None or kept.session.closed:
        kept = endpoint.kept_session = KeptSession(_open_session(endpoint))
    return kept


def _open_session(endpoint: EndpointConfig) -> aiohttp.ClientSession:
    """As Rasa makes it, but it remembers connections, and no cookie, from one conversation to the next."""
    login = endpoint.basic_auth
    return aiohttp.ClientSession(
        headers=endpoint.headers,
        auth=aiohttp.BasicAuth(login["username"], login["password"]) if login else None,
        timeout=aiohttp.ClientTimeout(total=DEFAULT_REQUEST_TIMEOUT),
        connector=aiohttp.TCPConnector(keepalive_timeout=KEPT_SECONDS, limit=0),
        cookie_jar=aiohttp.DummyCookieJar(),
    )


async def close_sessions(*endpoints: EndpointConfig | None) -> None:
    """Give the connections of these endpoints back."""
    for endpoint in endpoints:
        kept = getattr(endpoint, "kept_session", None)
        if kept is not None:
            await kept.session.close()
