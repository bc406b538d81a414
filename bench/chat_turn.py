"""A chat turn through the whole portal against a bare Rasa turn and a bare answer, in one run. Prints JSON.

Two kinds of turns: a question (an action, an answer with clauses) and small talk (one sentence of Rasa's own). A bare turn
is the same message posted to Rasa itself; its action then finds no open turn in the portal and is refused at once, so
that it measures Rasa, the action server and one call. One conversation after another, and sixteen at once (turns a
second). Processor time is that of all processes of the system, from /proc: it hardly depends on who else computes.

Also: seconds from start to first answer, and the memory of every process at rest (proportional set size, so that
shared pages count once).
"""

import json
import os
import statistics
import sys
import threading
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.measuring import machine  # noqa: E402
from policy_kb import open_policy_base  # noqa: E402
from tools.evaluate import Client  # noqa: E402
from tools.ports import hold_port  # noqa: E402
from tools.run import find_corpus  # noqa: E402
from tools.system import running_system  # noqa: E402

QUESTIONS = [
    "第三类医疗器械经营许可证什么时候可以申请延续？",
    "国产普通化妆品备案要交哪些资料",
    "药品经营许可证有效期几年",
    "防晒霜是注册还是备案",
    "投诉多久决定受理",
    "When may I renew a Class III device distribution licence?",
]
TALK = "你好"
ROUNDS = 8
AT_ONCE = 16
TURNS_AT_ONCE = 8  # of each of the conversations that speak at once


def figures(seconds: list[float]) -> dict[str, float]:
    """p50 and p95 in milliseconds."""
    ordered = sorted(seconds)
    return {
        "p50_ms": round(statistics.median(ordered) * 1000, 1),
        "p95_ms": round(ordered[int(len(ordered) * 0.95)] * 1000, 1),
        "n": len(ordered),
    }


def timed(call: Any, *arguments: Any) -> float:
    began = time.perf_counter()
    call(*arguments)
    return time.perf_counter() - began


def list_processes(marks: tuple[str, ...], data: str) -> dict[str, float]:
    """MB (PSS) by process name, of the processes whose environment holds this data folder."""
    found: dict[str, float] = {}
    for folder in list_system(data):
        try:
            command = (folder / "cmdline").read_bytes().decode(errors="ignore").replace("\0", " ")
            rollup = (folder / "smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        pss = sum(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))
        name = next((mark for mark in marks if mark in command), "other")
        found[name] = round(found.get(name, 0) + pss / 1024, 1)
    return found


def list_system(data: str) -> list[Path]:
    """The folders in /proc of the processes that work on this data folder."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if data in (folder / "environ").read_bytes().decode(errors="ignore"):
                found.append(folder)
        except OSError:
            continue
    return found


def processor_seconds(data: str) -> float:
    """Of all these processes since they began."""
    ticks = 0
    for folder in list_system(data):
        try:
            words = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(words[11]) + int(words[12])
    return ticks / os.sysconf("SC_CLK_TCK")


class Bench:
    """The running system: ``chat`` takes a turn through the portal, ``bare`` the same message through Rasa alone."""

    def __init__(self, address: str, rasa: str, data: Path) -> None:
        self.data, token = str(data), json.loads((data / "development-secrets.json").read_text())["bot_token"]
        bearer = {"Authorization": f"Bearer {token}", "X-Wenban-Service-Token": token}
        limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
        self.portal = httpx.Client(
            base_url=address, headers={"X-Wenban-Service-Token": token}, timeout=60, limits=limits
        )
        self.rasa = httpx.Client(base_url=rasa, headers=bearer, timeout=60, limits=limits)
        self._senders = 0

    def open_chat(self) -> Callable[[str], object]:
        return Client(self.portal, "zh").say

    def open_bare(self) -> Callable[[str], object]:
        self._senders += 1
        sender = f"bench-{self._senders}"

        def say(text: str) -> object:
            body = {"sender": sender, "message": text, "metadata": {"language": "zh", "pending": None}}
            return self.rasa.post("/webhooks/portal/webhook", json=body).raise_for_status()

        return say

    def measure(self, opened: Callable[[], Callable[[str], object]], texts: list[str]) -> dict[str, float]:
        """One conversation after another, then sixteen at once."""
        opened()(texts[0])
        said = [(opened(), text) for _ in range(ROUNDS) for text in texts]
        worked = processor_seconds(self.data)
        one = figures([timed(say, text) for say, text in said])
        one["processor_ms"] = round((processor_seconds(self.data) - worked) * 1000 / len(said), 1)
        return {**one, "turns_a_second_at_16": self._measure_at_once(opened, texts)}

    def _measure_at_once(self, opened: Callable[[], Callable[[str], object]], texts: list[str]) -> float:
        talks = [opened() for _ in range(AT_ONCE)]
        start = threading.Barrier(AT_ONCE + 1)

        def talk(say: Callable[[str], object]) -> None:
            start.wait()
            for _turn, text in zip(range(TURNS_AT_ONCE), cycle(texts), strict=False):
                say(text)

        threads = [threading.Thread(target=talk, args=(say,)) for say in talks]
        for thread in threads:
            thread.start()
        start.wait()
        began = time.perf_counter()
        for thread in threads:
            thread.join()
        return round(AT_ONCE * TURNS_AT_ONCE / (time.perf_counter() - began), 1)


def main() -> None:
    wished = hold_port()
    wished.release()  # the system takes it itself
    with TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        began = time.perf_counter()
        with running_system(corpus=find_corpus(""), data=data, rasa_port=str(wished.number)) as address:
            bench = Bench(address, f"http://127.0.0.1:{wished.number}", data)
            bench.open_chat()(QUESTIONS[0])
            first_answer = time.perf_counter() - began
            report: dict[str, Any] = {
                "question": compare(bench, QUESTIONS),
                "small_talk": compare(bench, [TALK]),
                "start_to_first_answer_s": round(first_answer, 1),
            }
            marks = ("gunicorn", "celery", "bot.serve", "bot.keep", "bot.actions", "honcho", "tools/run.py")
            memory = list_processes(marks, str(data))
        base = open_policy_base(data / "kb")
        base.answer(QUESTIONS[0])
        answer = figures([timed(base.answer, q) for _ in range(ROUNDS) for q in QUESTIONS])
        base.close()
    question, talk = report["question"], report["small_talk"]
    sums = {"question": question["bare"]["p95_ms"] + answer["p95_ms"], "small_talk": talk["bare"]["p95_ms"]}
    for name, bare in sums.items():
        report[name]["ratio_p95_to_rasa_plus_answer"] = round(report[name]["chat"]["p95_ms"] / bare, 2)
    report |= {"bare_answer": answer, "memory_mb": memory, "memory_total_mb": round(sum(memory.values()), 1)}
    sys.stdout.write(json.dumps({**report, "machine": machine()}, indent=1) + "\n")


def compare(bench: Bench, texts: list[str]) -> dict[str, Any]:
    """Chat and bare Rasa with the same messages, right after one another."""
    bare, chat = bench.measure(bench.open_bare, texts), bench.measure(bench.open_chat, texts)
    share = round(chat["turns_a_second_at_16"] / bare["turns_a_second_at_16"], 2)
    return {"chat": chat, "bare": bare, "throughput_to_rasa": share}


if __name__ == "__main__":
    main()
