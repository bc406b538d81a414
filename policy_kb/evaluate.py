"""Gold questions through ``PolicyBase.answer`` in this process, for development and for the release gate.

``python -m policy_kb.evaluate BASE_FOLDER GOLD.jsonl RESULTS.jsonl`` writes one line a question in the shape the gold
set's scorer reads; earlier turns of a question are asked first and hand on their topic.
"""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from policy_kb import clock
from policy_kb.base import PolicyBase, open_policy_base
from policy_kb.model import Answer, Topic

STATUSES = {
    "answered": "answer",
    "refused": "refuse",
    "routed": "route",
    "greeting": "greet",
    "clarify": "clarify",
    "emergency": "emergency",
    "handoff": "handoff",
}


def run_questions(base: PolicyBase, questions: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """One result a question: id, status, answer, citations, service, latency_ms."""
    for question in questions:
        topic: Topic | None = None
        for turn in question.get("history", ()):
            if turn["role"] == "user":
                topic = base.answer(turn["content"], topic=topic).topic
        began = time.perf_counter()
        answer = base.answer(question["question"], topic=topic)
        yield {"id": question["id"], **describe(answer), "latency_ms": round(1000 * (time.perf_counter() - began), 1)}


def describe(answer: Answer) -> dict[str, Any]:
    """An answer as a result line holds it."""
    citations = [
        {
            "title": citation.title,
            "article": citation.article,
            **({"version": citation.version} if citation.in_force_to and citation.in_force_to <= clock.today() else {}),
        }
        for citation in answer.citations
    ]
    return {
        "status": STATUSES[answer.status],
        "answer": answer.text,
        "citations": citations,
        "service": answer.service.id if answer.service else "",
        "label": answer.label or answer.reason_code,
    }


def main(arguments: list[str]) -> int:
    """Run and write; prints how many and the latencies."""
    if len(arguments) != 3:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    base = open_policy_base(Path(arguments[0]))
    questions = [
        json.loads(line) for line in Path(arguments[1]).read_text(encoding="utf-8").splitlines() if line.strip()
    ]
    base.answer("药品经营许可证有效期几年")  # the first answer builds the indexes
    results = list(run_questions(base, questions))
    Path(arguments[2]).write_text(
        "".join(json.dumps(result, ensure_ascii=False) + "\n" for result in results), encoding="utf-8"
    )
    times = sorted(result["latency_ms"] for result in results)
    sys.stdout.write(
        f"{len(results)} questions, p50 {times[len(times) // 2]} ms, p95 {times[int(len(times) * 0.95)]} ms\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
