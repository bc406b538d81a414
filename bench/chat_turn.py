"""A chat turn through the whole portal against a bare Rasa turn and a bare answer, in one run. Prints JSON.

Also: seconds from start to first answer, and the memory of every process at rest (proportional set size, so that
shared pages count once).
"""

import json
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

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
ROUNDS = 8


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
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if data not in (folder / "environ").read_bytes().decode(errors="ignore"):
                continue
            command = (folder / "cmdline").read_bytes().decode(errors="ignore").replace("\0", " ")
            pss = sum(
                int(line.split()[1])
                for line in (folder / "smaps_rollup").read_text().splitlines()
                if line.startswith("Pss:")
            )
        except OSError:
            continue
        name = next((mark for mark in marks if mark in command), "other")
        found[name] = round(found.get(name, 0) + pss / 1024, 1)
    return found


def main() -> None:
    corpus = find_corpus("")
    wished = hold_port()
    wished.release()  # the system takes it itself
    rasa_port = wished.number
    with TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        began = time.perf_counter()
        with (
            running_system(corpus=corpus, data=data, rasa_port=str(rasa_port)) as address,
            httpx.Client(base_url=address, timeout=60) as http,
        ):
            client = Client(http, "zh")
            client.say(QUESTIONS[0])
            first_answer = time.perf_counter() - began
            turns = [timed(Client(http, "zh").say, q) for _ in range(ROUNDS) for q in QUESTIONS]
            token = json.loads((data / "development-secrets.json").read_text())["bot_token"]
            memory = list_processes(
                ("gunicorn", "celery", "bot.serve", "bot.actions", "honcho", "tools/run.py"), str(data)
            )
            bearer = {"Authorization": f"Bearer {token}"}
            with httpx.Client(base_url=f"http://127.0.0.1:{rasa_port}", headers=bearer, timeout=60) as rasa:
                bare = bare_turns(rasa)
        base = open_policy_base(data / "kb")
        base.answer(QUESTIONS[0])
        answers = [timed(base.answer, q) for _ in range(ROUNDS) for q in QUESTIONS]
        base.close()
    chat, rasa_figures, answer = figures(turns), figures(bare), figures(answers)
    report = {
        "chat_turn": chat,
        "bare_rasa_turn": rasa_figures,
        "bare_answer": answer,
        "ratio_p95_to_rasa_plus_answer": round(chat["p95_ms"] / (rasa_figures["p95_ms"] + answer["p95_ms"]), 2),
        "start_to_first_answer_s": round(first_answer, 1),
        "memory_mb": memory,
        "memory_total_mb": round(sum(memory.values()), 1),
    }
    sys.stdout.write(json.dumps(report, indent=1) + "\n")


def bare_turns(rasa: httpx.Client) -> list[float]:
    """A greeting straight to Rasa: classification, rule, one utterance, no action server."""

    def turn(number: int) -> None:
        body = {"sender": f"bench-{number}", "message": "你好", "metadata": {"language": "zh", "pending": None}}
        rasa.post("/webhooks/portal/webhook", json=body).raise_for_status()

    turn(-1)
    return [timed(turn, number) for number in range(ROUNDS * len(QUESTIONS))]


if __name__ == "__main__":
    main()
