"""Locks between the processes of one machine: a file that one of them holds, given back by the kernel when it dies."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from policy_kb.errors import StoreUnavailable

_PAUSE = 0.05  # seconds between two tries


@contextmanager
def hold_lock(path: Path, patience: float, busy: str) -> Iterator[None]:
    """Hold the file's lock; StoreUnavailable saying ``busy`` when another keeps it longer than ``patience`` seconds."""
    deadline = time.monotonic() + patience
    with path.open("a") as file:
        while not _take(file):
            if time.monotonic() >= deadline:
                raise StoreUnavailable(busy)
            time.sleep(_PAUSE)
        yield


@contextmanager
def try_lock(path: Path) -> Iterator[bool]:
    """Whether the lock could be had at once; then it is held as long as the block lasts."""
    with path.open("a") as file:
        yield _take(file)


def _take(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


__all__ = ["hold_lock", "try_lock"]
