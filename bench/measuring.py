"""What every measurement of the stores reports alike: times, memory, disk, and how busy the machine was."""

import os
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds of one call on the clock, and of this thread's processor: the second hardly depends on who else works."""

    clock: float
    processor: float


def timed(call: Callable[[], object]) -> Took:
    began, worked = time.perf_counter(), time.thread_time()
    call()
    return Took(time.perf_counter() - began, time.thread_time() - worked)


def figures(calls: Sequence[Took]) -> dict[str, float]:
    """p50, p95 and the worst on the clock, p50 and p95 of the processor, in milliseconds."""
    clock, processor = sorted(each.clock for each in calls), sorted(each.processor for each in calls)
    most = int(len(calls) * 0.95)
    return {
        "p50_ms": round(statistics.median(clock) * 1000, 2),
        "p95_ms": round(clock[most] * 1000, 2),
        "worst_ms": round(clock[-1] * 1000, 1),
        "cpu_p50_ms": round(statistics.median(processor) * 1000, 2),
        "cpu_p95_ms": round(processor[most] * 1000, 2),
        "n": len(calls),
    }


def ratios(ours: Sequence[Took], raw: Sequence[Took]) -> dict[str, float]:
    """Our medians over the raw ones; both were asked in turns, so that the machine's moods hit both."""
    return {
        f"ratio_{name}": round(
            statistics.median(getattr(each, name) for each in ours)
            / statistics.median(getattr(each, name) for each in raw),
            2,
        )
        for name in ("clock", "processor")
    }


def in_chunks(made: Iterable[Made], size: Callable[[Made], int], most: int) -> Iterator[list[Made]]:
    """Lists whose sizes add up to about ``most``."""
    chunk, held = list[Made](), 0
    for each in made:
        chunk.append(each)
        held += size(each)
        if held >= most:
            yield chunk
            chunk, held = [], 0
    if chunk:
        yield chunk


def disk_mb(folder: Path) -> float:
    """Of all files below, links not followed."""
    return round(sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6, 1)


def memory_mb(pids: Iterable[int] = ()) -> dict[str, float]:
    """RSS and PSS of the processes (none given: this one)."""
    found = {"Rss": 0, "Pss": 0}
    for pid in pids or [os.getpid()]:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            name, _, value = line.partition(":")
            if name in found:
                found[name] += int(value.split()[0])
    return {"rss_mb": round(found["Rss"] / 1024, 1), "pss_mb": round(found["Pss"] / 1024, 1)}


def list_group(pid: int) -> list[int]:
    """The processes of ``pid``'s group: a server and its launcher."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(folder.name)) == pid:
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def list_children(pid: int) -> list[int]:
    """The processes that ``pid`` started and that still run."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(told[1]) == pid:
            found.append(int(path.parent.name))
    return found


def machine() -> dict[str, object]:
    """Processors and load: figures of a busy machine are worth less."""
    return {"cores": os.cpu_count(), "load_1_5_15": [round(load, 2) for load in os.getloadavg()]}
