"""Ports of the loopback held from the moment they are chosen until we end: two systems started together never collide.

The servers start many seconds after their ports are chosen (texts are read in between). A lock file keeps other
starts of ours away; a bound socket that does not listen keeps the kernel from giving the port to somebody else, and
lets a server that sets SO_REUSEADDR, as all of ours do, listen on it. Both end with the process that holds them.
"""

import fcntl
import os
import socket
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir
from typing import IO

HOST = "127.0.0.1"
TRIES = 50


class NoFreePort(RuntimeError):
    """Every port that was tried is in use."""


@dataclass(frozen=True, slots=True)
class HeldPort:
    """Keep it as long as the port is to be ours; ``release`` gives it back earlier than the end of the process."""

    number: int
    _socket: socket.socket
    _lock: IO[str]

    def release(self) -> None:
        self._socket.close()
        self._lock.close()


def hold_port(wished: int = 0) -> HeldPort:
    """The wished port when nobody has it, else (or with 0) another one that nobody has. NoFreePort when all are taken."""
    for number in (wished, *([0] * TRIES)):
        held = _try(number)
        if held is not None:
            return held
    raise NoFreePort(f"no free port on {HOST}")


def _try(number: int) -> HeldPort | None:
    place = socket.socket()
    if number:  # a port that was just let go is free; for 0 the kernel must choose one that nobody has
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        place.bind((HOST, number))
    except OSError:
        place.close()
        return None
    place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    number = int(place.getsockname()[1])
    lock = _lock(number)
    if lock is None:
        place.close()
        return None
    return HeldPort(number, place, lock)


def _lock(number: int) -> IO[str] | None:
    """The lock of this port on this machine, for this user; None when another process of ours has it."""
    folder = Path(gettempdir()) / f"wenban-ports-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    lock = (folder / str(number)).open("w", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock
