"""The whole system as the live and the browser tests use it: started once a session, with the shared law and two Rasas."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tools.ports import hold_port
from tools.system import running_system

NOW = "2026-11-24T09:30"


@dataclass(frozen=True, slots=True)
class Running:
    """Its address, the folder of its data, and the addresses of Rasa's processes."""

    address: str
    data: Path
    rasa: tuple[str, ...]

    @property
    def token(self) -> str:
        """What portal and bot show each other."""
        return str(json.loads((self.data / "development-secrets.json").read_text())["bot_token"])

    def look(self, rasa: str) -> dict[str, Any]:
        """What one process of Rasa says of itself: status, model, pid, since; {} when it does not answer."""
        try:
            told = httpx.get(f"{rasa}/webhooks/portal/", headers={"Authorization": f"Bearer {self.token}"}, timeout=5)
        except httpx.TransportError:
            return {}
        return dict(told.json())


@contextmanager
def start_system(corpus: Path, data: Path) -> Iterator[Running]:
    held = hold_port(), hold_port()
    ports = [str(port.number) for port in held]
    for port in held:
        port.release()  # the system takes them itself
    with running_system(corpus=str(corpus), data=data, now=NOW, rasa_port=",".join(ports)) as address:
        yield Running(address, data, tuple(f"http://127.0.0.1:{port}" for port in ports))
