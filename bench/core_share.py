"""Give a process no more than a share of the cores, by the kernel's own accounting (control groups, version 1 or 2)."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

GROUPS = Path("/sys/fs/cgroup")
PERIOD_US = 10_000  # short, so that a process that has used its share does not stand still for long


class NoShares(RuntimeError):
    """This machine does not let us limit a process; the text says why."""


@contextmanager
def limited(pids: list[int], cores: float) -> Iterator[None]:
    """These processes together use at most ``cores`` (0.2: a fifth of one core) until the block ends."""
    first = (GROUPS / "cpu" / "cpu.cfs_quota_us").exists() or (GROUPS / "cpu" / "cgroup.procs").exists()
    parent = GROUPS / "cpu" if first else GROUPS
    group = parent / f"wenban-bench-{os.getpid()}"
    quota = int(PERIOD_US * cores)
    try:
        group.mkdir()
        if first:
            (group / "cpu.cfs_period_us").write_text(str(PERIOD_US))
            (group / "cpu.cfs_quota_us").write_text(str(quota))
        else:
            (group / "cpu.max").write_text(f"{quota} {PERIOD_US}")
        for pid in pids:
            (group / "cgroup.procs").write_text(str(pid))
    except OSError as error:
        raise NoShares(
            f"control groups cannot be used here ({error}); run as root where they can be written"
        ) from error
    try:
        yield
    finally:
        for pid in pids:
            (parent / "cgroup.procs").write_text(str(pid))
        group.rmdir()
