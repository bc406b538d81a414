"""The load of questions that a drill puts on a policy base, what it reports of it, and what the base holds before and after."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from policy_kb import PolicyBase, PolicyBaseError
from tools.evaluate import Client

QUESTIONS = [line for line in Path(__file__).with_name("store_questions.txt").read_text("utf-8").split("\n") if line]
SNAPSHOT = "snapshot"
_NOTICES = ("最近一份完好的副本", "the last good copy")


class Load:
    """Threads that ask without a pause: when each question began, the seconds it took, and "" (Elasticsearch answered),
    SNAPSHOT or ``failed: …``."""

    def __init__(self, ask: Callable[[str], str], threads: int = 4) -> None:
        self._ask, self._stop = ask, threading.Event()
        self.asked: list[tuple[float, float, str]] = []
        self._threads = [threading.Thread(target=self._run, args=(n,)) for n in range(threads)]

    def _run(self, number: int) -> None:
        while not self._stop.is_set():
            question, began = QUESTIONS[(len(self.asked) + number) % len(QUESTIONS)], time.monotonic()
            try:
                said = self._ask(question)
            except (PolicyBaseError, httpx.HTTPError, ValueError) as error:
                said = f"failed: {type(error).__name__}: {error}"[:300]
            self.asked.append((began, time.monotonic() - began, said))

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def report(self, killed: float, back: float) -> dict[str, Any]:
        """``killed`` and ``back`` are when the node was killed and when it answered again."""
        failed = [said for _, _, said in self.asked if said.startswith("failed")]
        copied = [began for began, _, said in self.asked if said == SNAPSHOT]
        after = [began for began in copied if began >= killed]
        ordered = sorted(seconds for _, seconds, _ in self.asked)
        before = sorted(seconds for began, seconds, _ in self.asked if began < killed - 3)
        return {
            "asked": len(self.asked),
            "failed": len(failed),
            "errors": dict(Counter(failed).most_common(3)),
            "answered_by": {
                "elasticsearch": len(self.asked) - len(failed) - len(copied),
                "snapshot": len(copied),
                "snapshot_before_the_kill": len(copied) - len(after),
            },
            "longest_s": round(ordered[-1], 2),
            "p95_before_kill_s": round(before[int(len(before) * 0.95)], 3) if before else None,
            "seconds_until_snapshot": round(min(after) - killed, 2) if after else None,
            "seconds_until_back": round(max(after) - back, 2) if after else None,
        }


def ask_base(base: PolicyBase) -> Callable[[str], str]:
    """Through ``PolicyBase.answer``; ValueError for an answer that says nothing."""

    def ask(question: str) -> str:
        answer = base.answer(question)
        if not answer.blocks:
            raise ValueError(f"an empty answer to {question}")
        return SNAPSHOT if answer.notices else ""

    return ask


def ask_portal(address: str, service_token: str) -> Callable[[str], str]:
    """Through the widget's own endpoint, a conversation each; the token lifts the limit of messages a minute.

    What names an errand is answered by its steps as buttons, everything else by an answer with blocks.
    """

    def ask(question: str) -> str:
        headers = {"X-Wenban-Service-Token": service_token}
        with httpx.Client(base_url=address, timeout=60, headers=headers) as http:
            said = Client(http, "zh").say(question)
        if not any((message.get("answer") or {}).get("blocks") or message.get("buttons") for message in said):
            raise ValueError(f"no answer to {question}: {[message.get('text') for message in said]}")
        whole = json.dumps(said, ensure_ascii=False, default=str)
        return SNAPSHOT if any(notice in whole for notice in _NOTICES) else ""

    return ask


def contents(base: PolicyBase) -> dict[str, Any]:
    """Everything a base holds, for comparing."""
    return {head.id: base.get_version(head.id) for head in base.list_versions()}


def finds(base: PolicyBase) -> list[list[str]]:
    return [[hit.clause.id for hit in base.search(question, limit=5)] for question in QUESTIONS]


def documents(contents_of: dict[str, Any]) -> dict[str, int]:
    return {"versions": len(contents_of), "clauses": sum(len(each.clauses) for each in contents_of.values())}


def compared(base: PolicyBase, expected: dict[str, Any], found: list[list[str]]) -> dict[str, Any]:
    """What the base holds and finds now, beside what it did before."""
    now = contents(base)
    return {
        "documents": {"before": documents(expected), "after": documents(now)},
        "lost": [key for key, version in expected.items() if now.get(key) != version],
        "same_first_hit": sum(a[:1] == b[:1] for a, b in zip(finds(base), found, strict=True)) / len(QUESTIONS),
        "health": base.health(),
    }
