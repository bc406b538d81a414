"""The only place that speaks HTTP with Rasa. Whatever goes wrong there becomes ``RasaAway``; the portal then answers itself."""

import json
import threading
import time
from typing import Any

import httpx
from flask import current_app

from portal.settings import Settings

# Turns of one process that may wait for Rasa at once. Each needs a second thread of the portal for the call back,
# so this must stay well under half of gunicorn's threads; more turns than that are answered without Rasa.
MOST_AT_ONCE = 12
QUEUE_SECONDS = 1.0
# After Rasa has let us wait in vain it is not asked again for so long.
REST_SECONDS = 10.0


class RasaAway(Exception):
    """Rasa refused, failed, answered nonsense or took longer than the settings allow; the text says which."""


class RasaLine:
    """The line of one process to Rasa, with its open connections and its memory of the last failure."""

    def __init__(self, settings: Settings) -> None:
        timeout = httpx.Timeout(settings.rasa_timeout, connect=min(1.0, settings.rasa_timeout))
        self._client = httpx.Client(
            base_url=settings.rasa_url,
            timeout=timeout,
            headers={"Authorization": f"Bearer {settings.bot_token}"},
            trust_env=False,
        )
        self._places = threading.BoundedSemaphore(MOST_AT_ONCE)
        self._resting_until = 0.0

    def send(self, sender: str, message: str, metadata: dict[str, Any]) -> list[dict[str, Any]]:
        """One turn: Rasa's replies in order (``{"text"}`` or ``{"custom"}``), or RasaAway."""
        if time.monotonic() < self._resting_until:
            raise RasaAway("resting after a time-out")
        if not self._places.acquire(timeout=QUEUE_SECONDS):
            raise RasaAway("too many turns at once")
        try:
            body = {"sender": sender, "message": message, "metadata": metadata}
            return _read(self._client.post("/webhooks/portal/webhook", json=body))
        except httpx.TimeoutException as error:
            self._resting_until = time.monotonic() + REST_SECONDS
            raise RasaAway("time-out") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise RasaAway(type(error).__name__) from error
        finally:
            self._places.release()

    def close(self) -> None:
        self._client.close()


def _read(reply: httpx.Response) -> list[dict[str, Any]]:
    if reply.status_code != 200:
        raise RasaAway(f"status {reply.status_code}")
    try:
        messages = reply.json()
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise RasaAway("no JSON") from error
    if not isinstance(messages, list) or not all(isinstance(message, dict) for message in messages):
        raise RasaAway("not a list of messages")
    return messages


def rasa_line() -> RasaLine:
    """This process's line, opened at first use and kept in ``app.extensions["rasa_line"]``."""
    line = current_app.extensions.get("rasa_line")
    if not isinstance(line, RasaLine):
        line = current_app.extensions["rasa_line"] = RasaLine(current_app.config["SETTINGS"])
    return line
