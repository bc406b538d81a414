"""A chat turn through the whole portal against a bare Rasa turn and a bare answer, in one run. Prints JSON.

Two kinds of turns: a question (an action, an answer with clauses) and small talk (one sentence of Rasa's own). A bare turn
is the same message posted to Rasa itself; its action then finds no open turn in the portal and is refused at once, so
that it measures Rasa, the action server and one call. A bare answer is ``policy_base.answer()`` in this process, with the
text models that the system has. Each alone, every turn in a conversation of its own, and then sixteen at once
(turns a second; every conversation begins with another question) in nine rounds, bare Rasa and chat by turns: their medians. Processor time is that of all processes of the
system, from /proc: it hardly depends on who else computes. From it follows ``possible_at_16``: how many turns a second
these cores could do if a turn cost no more than its bare Rasa turn and its bare answer. The client that speaks runs on the
same cores: ``client_ms`` is what it takes of them a turn, ``busy`` the share of all cores that system and client used
together while sixteen spoke. ``resting_cores`` is what the system uses when nobody speaks (worker, beat, supervisor).

With ``--rasa-cores .2`` everything is measured once more (``rasa_limited``) while Rasa may use no more than that share of a
core. On the cores they share, Rasa and the portal take each other's time and the number of turns only tells what a turn
costs; where each has its own, as in Compose, it tells whether the portal holds Rasa up. The share stands for that: it leaves
the portal as much more than Rasa as its work is more.

``--workers`` portal processes answer (one a core is what docs/operating.md advises; ``make run`` starts one).
Also: seconds from start to first answer, and the memory of every process at rest (proportional set size, so that
shared pages count once).
"""

import argparse
import json
import os
import statistics
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as `make run` sets it for every process

import httpx

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.core_share import limited  # noqa: E402
from bench.measuring import machine  # noqa: E402
from policy_kb import open_policy_base  # noqa: E402
from tools.ports import hold_port  # noqa: E402
from tools.run import find_corpus, find_text_models  # noqa: E402
from tools.system import running_system  # noqa: E402

QUESTIONS = (Path(__file__).with_name("chat_questions.txt")).read_text(encoding="utf-8").split("\n")[:-1]
TALK = "你好"
TURNS_ALONE = 96
AT_ONCE = 16
TURNS_AT_ONCE = 8  # of each of the conversations that speak at once
ROUNDS = 9  # of sixteen at once, bare Rasa and chat by turns: one round lasts a second or two and says little alone
REST_SECONDS = 5
Say = Callable[[str], object]


def figures(seconds: list[float]) -> dict[str, float]:
    """p50 and p95 in milliseconds."""
    ordered = sorted(seconds)
    return {
        "p50_ms": round(statistics.median(ordered) * 1000, 1),
        "p95_ms": round(ordered[int(len(ordered) * 0.95)] * 1000, 1),
        "n": len(ordered),
    }


def medians(rounds: list[dict[str, float]]) -> dict[str, float]:
    """Of each figure over all rounds."""
    return {name: round(statistics.median(each[name] for each in rounds), 2) for name in rounds[0]}


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


def find_pids(data: str, mark: str) -> list[int]:
    """The processes of this data folder whose command line holds ``mark``."""
    return [int(folder.name) for folder in list_system(data) if mark.encode() in (folder / "cmdline").read_bytes()]


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
        bearer = {"Authorization": f"Bearer {token}"}
        limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
        service = {"X-Wenban-Service-Token": token}
        self.portal = httpx.Client(base_url=address, headers=service, timeout=60, limits=limits)
        self.rasa = httpx.Client(base_url=rasa, headers=bearer, timeout=60, limits=limits)
        self.degraded = 0
        self._senders = 0

    def open_chat(self) -> Say:
        made = self.portal.post("/api/chat/conversations", json={"language": "zh"}).raise_for_status().json()
        bearer = {"Authorization": f"Bearer {made['token']}"}
        address = f"/api/chat/conversations/{made['conversation_id']}/messages"

        def say(text: str) -> object:
            turn = self.portal.post(address, json={"text": text}, headers=bearer).raise_for_status().json()
            self.degraded += turn["degraded"]
            return turn

        return say

    def open_bare(self) -> Say:
        self._senders += 1
        sender = f"bench-{self._senders}"

        def say(text: str) -> object:
            body = {"sender": sender, "message": text, "metadata": {"language": "zh", "pending": None}}
            return self.rasa.post("/webhooks/portal/webhook", json=body).raise_for_status()

        return say


def measure(opened: Callable[[], Say], texts: list[str], worked: Callable[[], float]) -> dict[str, float]:
    """One conversation after another. ``worked``: processor seconds so far."""
    for text in texts:
        opened()(text)
    said = [(opened(), texts[number % len(texts)]) for number in range(TURNS_ALONE)]
    before = worked()
    one = figures([timed(say, text) for say, text in said])
    one["processor_ms"] = round((worked() - before) * 1000 / len(said), 1)
    return one


def measure_at_once(opened: Callable[[], Say], texts: list[str], worked: Callable[[], float]) -> dict[str, float]:
    talks = [opened() for _ in range(AT_ONCE)]
    start = threading.Barrier(AT_ONCE + 1)

    def talk(number: int, say: Say) -> None:
        start.wait()
        for turn in range(TURNS_AT_ONCE):
            say(texts[(number * 2 + turn) % len(texts)])

    threads = [threading.Thread(target=talk, args=each) for each in enumerate(talks)]
    for thread in threads:
        thread.start()
    before, spoken = worked(), time.process_time()
    start.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    took, turns = time.perf_counter() - began, AT_ONCE * TURNS_AT_ONCE
    system, client = worked() - before, time.process_time() - spoken
    both = system if worked is time.process_time else system + client
    return {
        "a_second_at_16": round(turns / took, 1),
        "processor_ms_at_16": round(system * 1000 / turns, 1),
        "client_ms": round((both - system) * 1000 / turns, 1),
        "busy": round(both / took / (os.cpu_count() or 1), 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--rasa-cores", type=float, default=0.0, help="measure again with Rasa on this share of a core")
    options = parser.parse_args()
    workers = options.workers
    os.environ["WENBAN_DENSE_MODEL"] = os.environ.get("WENBAN_DENSE_MODEL") or find_text_models()
    wished = hold_port()
    wished.release()  # the system takes it itself
    with TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        began = time.perf_counter()
        variables = {"rasa_port": str(wished.number), "web_workers": str(workers)}
        with running_system(corpus=find_corpus(""), data=data, **variables) as address:
            bench = Bench(address, f"http://127.0.0.1:{wished.number}", data)
            bench.open_chat()(QUESTIONS[0])
            first_answer = time.perf_counter() - began
            resting = measure_rest(str(data))
            answer = measure_answer(data / "kb")
            report: dict[str, Any] = {
                "portal_processes": workers,
                "resting_cores": resting,
                "question": compare(bench, QUESTIONS, answer),
                "small_talk": compare(bench, [TALK], None),
                "start_to_first_answer_s": round(first_answer, 1),
            }
            if options.rasa_cores:
                with limited(find_pids(str(data), "bot.serve"), options.rasa_cores):
                    report["rasa_limited"] = {
                        "cores": options.rasa_cores,
                        "question": compare(bench, QUESTIONS, answer),
                        "small_talk": compare(bench, [TALK], None),
                    }
            marks = ("gunicorn", "celery", "bot.serve", "bot.keep", "bot.actions", "honcho", "tools/run.py")
            memory = list_processes(marks, str(data))
    report |= {"memory_mb": memory, "memory_total_mb": round(sum(memory.values()), 1)}
    sys.stdout.write(json.dumps({**report, "machine": machine()}, indent=1) + "\n")


def measure_rest(data: str) -> float:
    """Cores that the system uses while nobody speaks."""
    before = processor_seconds(data)
    time.sleep(REST_SECONDS)
    return round((processor_seconds(data) - before) / REST_SECONDS, 3)


def measure_answer(folder: Path) -> dict[str, float]:
    """The same questions to the policy base alone, in this process."""
    base = open_policy_base(folder)
    try:
        opened, worked = (lambda: base.answer), time.process_time
        alone = measure(opened, QUESTIONS, worked)
        return alone | medians([measure_at_once(opened, QUESTIONS, worked) for _ in range(ROUNDS)])
    finally:
        base.close()


def compare(bench: Bench, texts: list[str], answer: dict[str, float] | None) -> dict[str, Any]:
    """Chat and bare Rasa with the same messages, right after one another; ``answer`` when a turn needs one."""

    def worked() -> float:
        return processor_seconds(bench.data)

    bare, bench.degraded = measure(bench.open_bare, texts, worked), 0
    chat = measure(bench.open_chat, texts, worked)
    rounds = [
        (measure_at_once(bench.open_bare, texts, worked), measure_at_once(bench.open_chat, texts, worked))
        for _ in range(ROUNDS)
    ]
    ratios = sorted(round(through["a_second_at_16"] / alone["a_second_at_16"], 2) for alone, through in rounds)
    bare |= medians([alone for alone, _through in rounds])
    chat |= medians([through for _alone, through in rounds])
    parts = [bare, answer] if answer else [bare]
    possible = (os.cpu_count() or 1) * 1000 / sum(part["processor_ms"] for part in parts)
    return {
        "chat": {**chat, "degraded": bench.degraded},
        "bare_rasa": bare,
        **({"bare_answer": answer} if answer else {}),
        "ratio_p95": round(chat["p95_ms"] / sum(part["p95_ms"] for part in parts), 2),
        "throughput_to_rasa": {"median": statistics.median(ratios), "rounds": ratios},
        "possible_at_16": round(possible, 1),
        "throughput_to_possible": round(chat["a_second_at_16"] / possible, 2),
    }


if __name__ == "__main__":
    main()
