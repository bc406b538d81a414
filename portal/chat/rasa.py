"""The only place that speaks HTTP with Rasa. Whatever goes wrong there becomes ``RasaAway``; the portal then answers itself.

A conversation has its process (``rasa_processes``); when that one is gone its message goes to the next in the same turn.
A message may so be heard twice: the gateway takes one call of the bot a turn, whoever makes it.
"""

import json
import threading
from dataclasses import dataclass
from typing import Any

import httpx
from flask import current_app

from portal.chat.rasa_processes import RasaProcesses
from portal.settings import Settings

# Turns of one process that may wait for Rasa at once. Each needs a second thread of the portal for the call back,
# so this must stay well under half of gunicorn's threads; more turns than that are answered without Rasa.
MOST_AT_ONCE = 12
QUEUE_SECONDS = 1.0
# A process that has let us wait in vain is not asked again for so long.
REST_SECONDS = 10.0
LOOK_SECONDS = 2.0
SWAP_SECONDS = 180.0
DOOR = "/webhooks/portal"


class RasaAway(Exception):
    """Rasa refused, failed, answered nonsense or took longer than the settings allow; the text says which."""


class _NotReady(Exception):
    """This process takes no messages now: it starts, or ends."""


@dataclass(frozen=True, slots=True)
class ProcessState:
    """How one process is: ``state`` is ok, "loading the model", away, or what else it said."""

    address: str
    state: str
    model: str = ""
    model_id: str = ""
    pid: int = 0
    since: float = 0.0  # seconds since 1970: when this model began to answer

    @property
    def ready(self) -> bool:
        return self.state == "ok"


class RasaLine:
    """The line of one portal process to Rasa's processes, with its open connections and its memory of failures."""

    def __init__(self, settings: Settings) -> None:
        timeout = httpx.Timeout(settings.rasa_timeout, connect=min(1.0, settings.rasa_timeout))
        self._client = httpx.Client(
            timeout=timeout, headers={"Authorization": f"Bearer {settings.bot_token}"}, trust_env=False
        )
        self._places = threading.BoundedSemaphore(MOST_AT_ONCE)
        self._processes = RasaProcesses(settings.rasa_url, lambda address: self.look(address).ready)

    def send(self, sender: str, message: str, metadata: dict[str, Any]) -> list[dict[str, Any]]:
        """One turn: Rasa's replies in order (``{"text"}`` or ``{"custom"}``), or RasaAway."""
        if not self._places.acquire(timeout=QUEUE_SECONDS):
            raise RasaAway("too many turns at once")
        try:
            body = {"sender": sender, "message": message, "metadata": metadata}
            for address in self._processes.list_for(sender):
                replies = self._try(address, body)
                if replies is not None:
                    return replies
            raise RasaAway("no process answers")
        finally:
            self._places.release()

    def _try(self, address: str, body: dict[str, Any]) -> list[dict[str, Any]] | None:
        """One process's replies; None when it cannot have answered and is left out from now on."""
        try:
            return _read(self._post(address, body))
        except httpx.ConnectTimeout:
            self._processes.leave_out(address, "no connection")
        except httpx.TimeoutException as error:
            self._processes.leave_out(address, "time-out", REST_SECONDS)
            raise RasaAway("time-out") from error
        except (httpx.HTTPError, httpx.InvalidURL, _NotReady) as error:
            self._processes.leave_out(address, type(error).__name__)
        return None

    def _post(self, address: str, body: dict[str, Any]) -> httpx.Response:
        """Posted once more when the connection broke: it may only have been old."""
        try:
            return self._client.post(f"{address}{DOOR}/webhook", json=body)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            return self._client.post(f"{address}{DOOR}/webhook", json=body)

    def look(self, address: str) -> ProcessState:
        """Ask one process how it is."""
        try:
            told = self._client.get(f"{address}{DOOR}/", timeout=LOOK_SECONDS)
            return _state_of(address, told.status_code, told.json())
        except (httpx.HTTPError, httpx.InvalidURL):
            return ProcessState(address, "away")
        except ValueError:
            return ProcessState(address, "speaks no JSON")

    def look_at_all(self) -> list[ProcessState]:
        """Every process, as it is now."""
        return [self.look(address) for address in self._processes.list_all()]

    def swap_model(self, address: str, model: str) -> ProcessState:
        """Let one process load another model (a file name in its folder; "" for its own again). RasaAway when it did not."""
        try:
            told = self._client.post(f"{address}{DOOR}/model", json={"model": model}, timeout=SWAP_SECONDS)
            body = told.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise RasaAway(f"{address}: {type(error).__name__}") from error
        if told.status_code != 200:
            raise RasaAway(f"{address}: {body.get('error') or told.status_code}")
        return _state_of(address, told.status_code, body)

    def close(self) -> None:
        self._processes.close()
        self._client.close()


def _state_of(address: str, status: int, told: Any) -> ProcessState:
    if not isinstance(told, dict) or not isinstance(told.get("status"), str):
        return ProcessState(address, f"answers with {status}")
    return ProcessState(
        address,
        told["status"],
        str(told.get("model") or ""),
        str(told.get("model_id") or ""),
        int(told.get("pid") or 0),
        float(told.get("since") or 0),
    )


def _read(reply: httpx.Response) -> list[dict[str, Any]]:
    if reply.status_code == 503:
        raise _NotReady
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
