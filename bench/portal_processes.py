"""A real portal (gunicorn) and a real Celery worker as children that can be killed and started again within a moment.

Everything is imported and warmed once; each child is a fork that makes its own application on the data folder, so a
start costs tenths of a second. Children are ended by their process id only.
"""

import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from apiflask import APIFlask
from gunicorn.app.base import BaseApplication

from policy_kb import clock
from portal import create_app
from portal.extensions import db
from portal.identity.commands import DEMO_PASSWORD
from portal.jobs.service import run_due
from portal.knowledge import policy_base
from portal.settings import read_settings

START_SECONDS = 60.0
WAITING_SECONDS = 0.02  # between two looks at a port


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make_app(data: Path, url: str, first: Path) -> APIFlask:
    """An application on a data folder with the demo people, copied to ``first``; its pages were walked through once, so
    that forms, templates and translations are in memory. Nothing of it stays open: it may be forked."""
    app = create_app(read_settings(data=data, portal_url=url, dense_model="off", argon2_time_cost=1))
    with app.app_context():
        db.create_all()
    result = app.test_cli_runner().invoke(args=["demo", "load"])
    if result.exit_code:
        raise SystemExit(result.output)
    shutil.copytree(data, first)
    walk(app)
    with app.app_context():
        policy_base().close()
        app.extensions["policy_base"] = None
        db.engine.dispose()
    return app


def walk(app: APIFlask) -> None:
    """From signing in to the check page of a draft, and one text that is read."""
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.post("/sign-in", data={"login": "kangrui", "password": DEMO_PASSWORD})
    begun = {"item": "A11", "variant": "renew", "consent": "all"}
    draft = client.post("/applications/start", data=begun, follow_redirects=True).request.path
    for path in ("/applications/start?item=A11&variant=renew", f"{draft}s/papers", f"{draft}check"):
        if client.get(path).status_code != 200:
            raise SystemExit(f"{path} cannot be read")
    text = Path(app.config["SETTINGS"].data) / "text.md"
    text.write_text("# 办法\n\n第一条　制定办法。\n", encoding="utf-8")
    with app.app_context():
        policy_base().ingest(text)
    app.config["WTF_CSRF_ENABLED"] = True


class Child:
    """One forked process group; ``run`` never returns in the child."""

    def __init__(self, run: Callable[[], None]) -> None:
        sys.stdout.flush()
        self.pid = os.fork()
        if self.pid == 0:
            os.setpgid(0, 0)
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            try:
                run()
            finally:
                os._exit(1)
        with suppress(PermissionError, ProcessLookupError):  # the child has done it already, or has ended
            os.setpgid(self.pid, self.pid)

    def kill(self) -> None:
        """SIGKILL to the process and to what it started."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)

    def list_started(self) -> list[int]:
        """The processes that this one started: the web worker of a portal."""
        path = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return [int(word) for word in path.read_text().split()] if path.exists() else []


class System:
    """Portal and worker on one data folder; ``reset`` gives them the folder of the beginning again."""

    def __init__(self, base: Path) -> None:
        self.data, self.first, self.port = base / "data", base / "first", free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.portal: Child | None = None
        self.worker: Child | None = None
        self.app = make_app(self.data, self.url, self.first)

    def reset(self) -> None:
        self.stop()
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.copytree(self.first, self.data)

    def start(self) -> None:
        """Start what does not run and wait until the portal answers."""
        self.portal = self.portal or Child(self._run_portal)
        self.worker = self.worker or Child(self._run_worker)
        self.wait()

    def stop(self) -> None:
        self.kill("portal")
        self.kill("worker")

    def kill(self, name: str) -> None:
        """``portal`` (all of it), ``web`` (the process that answers; its parent starts another) or ``worker``."""
        if name == "web":
            for pid in self.portal.list_started() if self.portal else []:
                os.kill(pid, signal.SIGKILL)
            return
        child: Child | None = getattr(self, name)
        if child is not None:
            child.kill()
        setattr(self, name, None)

    def wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                if httpx.get(f"{self.url}/health", timeout=30).status_code == 200:
                    return
            except httpx.TransportError as error:
                if time.monotonic() > deadline:
                    raise SystemExit(f"the portal did not start within {START_SECONDS:.0f} s: {error}") from error
            time.sleep(WAITING_SECONDS)

    def _run_portal(self) -> None:
        system = self

        class Server(BaseApplication):  # type: ignore[misc]
            def load_config(self) -> None:
                options = {
                    "bind": f"127.0.0.1:{system.port}",
                    "workers": 1,
                    "threads": 4,
                    "loglevel": "critical",
                    "control_socket_disable": True,
                }
                for name, value in options.items():
                    self.cfg.set(name, value)

            def load(self) -> Any:
                return system.app

        Server().run()

    def _run_worker(self) -> None:
        celery = self.app.extensions["celery"]
        celery.Worker(pool="solo", loglevel="CRITICAL", quiet=True, without_gossip=True, without_mingle=True).start()

    def sweep(self, minutes: int) -> None:
        """What beat calls, some minutes later: in a child of its own, whose clock goes ahead."""
        child = Child(partial(self._run_due, minutes))
        _pid, status = os.waitpid(child.pid, 0)
        if status:
            raise SystemExit(f"the sweep failed with {status}")

    def _run_due(self, minutes: int) -> None:
        os.environ["WENBAN_NOW"] = (clock.now() + timedelta(minutes=minutes)).isoformat()
        with self.app.app_context():
            run_due()
        os._exit(0)
