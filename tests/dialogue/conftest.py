"""A real Rasa server and action server with the trained model, and a small portal that keeps one step a conversation."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
from fake_portal import FakePortal, open_portal

from tools import train
from tools.ports import hold_port

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "a-token-for-the-dialogue-tests"
START_SECONDS = 280  # 20 s on a free machine; a busy one with two cores has taken two minutes


def post(url: str, body: Any, token: str | None = TOKEN) -> tuple[int, Any]:
    """Status and JSON of a POST."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as reply:
            return reply.status, json.load(reply)
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"null")


class Bot:
    """The two servers' addresses, and what they printed."""

    def __init__(self, rasa: str, actions: str, log: Path) -> None:
        self.rasa, self.actions, self.log = rasa, actions, log


@pytest.fixture(scope="session")
def model() -> Path:
    """WENBAN_BOT_MODEL, else the house's model, trained once when it is not up to date."""
    given = os.environ.get("WENBAN_BOT_MODEL", "")
    if not given or Path(given).resolve() == train.MODEL:
        if train.needs_training():
            train.train()
        return train.MODEL
    assert Path(given).is_file(), f"WENBAN_BOT_MODEL={given}: there is no such model"
    return Path(given)


@pytest.fixture(scope="session")
def portal() -> Iterator[FakePortal]:
    with open_portal() as portal:
        yield portal


@pytest.fixture(scope="session")
def bot(model: Path, portal: FakePortal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    held = hold_port(), hold_port()
    rasa, actions = (port.number for port in held)
    environment = {
        **os.environ, "WENBAN_ENV": "test", "WENBAN_BOT_TOKEN": TOKEN, "WENBAN_PORTAL_URL": portal.address, "WENBAN_BOT_MODEL": str(model),
        "WENBAN_RASA_PORT": str(rasa), "WENBAN_ACTIONS_PORT": str(actions), "WENBAN_ACTIONS_URL": f"http://127.0.0.1:{actions}/webhook",
    }  # fmt: skip
    path = tmp_path_factory.mktemp("bot") / "bot.log"
    environment["WENBAN_TRACKER_URL"] = f"sqlite:///{path.with_name('rasa.sqlite')}"
    with path.open("w") as log:
        servers = [
            subprocess.Popen([sys.executable, "-m", name], cwd=ROOT, env=environment, stdout=log, stderr=log)
            for name in ("bot.serve", "bot.actions")
        ]
        try:
            _wait(f"http://127.0.0.1:{rasa}/webhooks/portal/", servers[0], path)
            _wait(f"http://127.0.0.1:{actions}/health", servers[1], path)
            yield Bot(f"http://127.0.0.1:{rasa}/webhooks/portal/webhook", f"http://127.0.0.1:{actions}/webhook", path)
        finally:
            for server in servers:
                server.terminate()
            for server in servers:
                server.wait(20)
            for port in held:
                port.release()


def _wait(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, f"a server ended at its start:\n{log.read_text()[-3000:]}"
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    pytest.fail(f"{url} was not up after {START_SECONDS} s:\n{log.read_text()[-3000:]}")
