"""A throw-away PostgreSQL for a measurement: Debian's programs, a folder of its own, a socket nobody else knows."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

PROGRAMS = Path("/usr/lib/postgresql")
USER = "postgres"  # the server refuses to run as root; Debian's package brings this account
START_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Cluster:
    """``folder`` holds data and socket; ``pid`` is the server's."""

    folder: Path
    pid: int
    version: str

    @property
    def address(self) -> str:
        """For psycopg."""
        return f"host={self.folder} port=5432 user={USER} dbname=postgres"

    @property
    def url(self) -> str:
        """For WENBAN_DATABASE_URL."""
        return f"postgresql+psycopg://{USER}@/postgres?host={self.folder}&port=5432"


def find_programs() -> Path | None:
    """The newest installed server's programs; None where the package is not installed."""
    found = sorted(PROGRAMS.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def open_cluster(folder: Path) -> Iterator[Cluster]:
    """A running server with Debian's default settings, stopped by its pid and gone with its folder afterwards."""
    programs = find_programs()
    if programs is None:
        raise SystemExit("no PostgreSQL server here: install Debian's package postgresql, or give --only sqlite")
    folder.mkdir(parents=True)
    as_user: dict[str, object] = {}
    if os.geteuid() == 0:
        shutil.chown(folder, USER, USER)
        as_user = {"user": USER, "group": USER, "extra_groups": []}
    data = folder / "data"
    command = [programs / "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder, **as_user)  # type: ignore[call-overload]
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses="],
            stdout=log, stderr=subprocess.STDOUT, cwd=folder, **as_user,
        )  # type: ignore[call-overload]  # fmt: skip
    try:
        yield _wait(folder, server.pid)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(60)
        shutil.rmtree(folder)


def _wait(folder: Path, pid: int) -> Cluster:
    until = time.monotonic() + START_SECONDS
    while True:
        cluster = Cluster(folder, pid, "")
        try:
            with psycopg.connect(cluster.address) as connection:
                number = connection.info.server_version
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return Cluster(folder, pid, f"{number // 10000}.{number % 10000}")
