"""Ask questions through the widget's own HTTP endpoint and write what came back: ``make eval``.

Each question gets a conversation of its own; the user turns of its ``history`` are said first. One line a question:
``{"id", "status", "answer", "citations": [{"title", "article", "version"}], "service", "latency_ms"}``.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import httpx
from rich.progress import track

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools.run import find_corpus  # noqa: E402
from tools.system import running_system  # noqa: E402

# The portal's words for a status -> the questions file's words
STATUSES = {"answered": "answer", "refused": "refuse", "routed": "route", "greeting": "greet"}


def read_questions(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a questions file; SystemExit names the line that cannot be read."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            question = json.loads(line)
            question["id"], question["question"]
        except (ValueError, KeyError, TypeError) as error:
            raise SystemExit(f"{path}:{number}: not a question with id and question ({error})") from error
        yield question


class Client:
    """One conversation with the portal."""

    def __init__(self, http: httpx.Client, language: str) -> None:
        self.http = http
        made = http.post("/api/chat/conversations", json={"language": language}).raise_for_status().json()
        self.path = f"/api/chat/conversations/{made['conversation_id']}/messages"
        self.headers = {"Authorization": f"Bearer {made['token']}"}

    def say(self, text: str) -> list[dict[str, Any]]:
        """The new messages of the assistant. A refused message (empty, too long) counts as one with its error text."""
        reply = self.http.post(self.path, json={"text": text}, headers=self.headers)
        if reply.status_code in (400, 413, 422):
            return [{"role": "assistant", "kind": "notice", "text": reply.json()["error"]["message"]}]
        messages: list[dict[str, Any]] = reply.raise_for_status().json()["messages"]
        return [message for message in messages if message["role"] != "user"]


def result_of(question_id: str, messages: list[dict[str, Any]], milliseconds: float) -> dict[str, Any]:
    """The line for one question, from the messages that answered it."""
    answers = [message["answer"] for message in messages if message.get("answer")]
    main = answers[0] if answers else {}
    status = STATUSES.get(main.get("status", ""), main.get("status", "")) or status_of_plain(messages)
    return {
        "id": question_id,
        "status": status,
        "answer": "\n".join(message.get("text", "") for message in messages),
        "citations": [
            {
                "title": c["title"],
                "article": c["article"],
                "version": c["version"] if c.get("status") == "superseded" or c.get("in_force_to") else "",
            }
            for answer in answers
            for c in answer.get("citations", [])
        ],
        "service": (main.get("service") or {}).get("id", "") or service_of_plain(messages),
        "latency_ms": round(milliseconds, 1),
    }


def status_of_plain(messages: list[dict[str, Any]]) -> str:
    """The status of a reply that is no structured answer: a flow that began, or the bot's own words."""
    kinds = {message.get("kind") for message in messages}
    if kinds & {"complaint", "form", "receipt"}:
        return "handoff"
    named = next((str(m["data"]["status"]) for m in messages if (m.get("data") or {}).get("status")), "")
    return STATUSES.get(named, named) or ("refuse" if "notice" in kinds else "greet")


def service_of_plain(messages: list[dict[str, Any]]) -> str:
    """The service item a flow is about."""
    for message in messages:
        data = message.get("data") or {}
        if data.get("service"):
            return str(data["service"])
        if message.get("kind") == "complaint":
            return "C2" if data.get("kind") == "report" else "C1"
    return ""


def ask_all(address: str, questions: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every question in a conversation of its own, one after another."""
    with httpx.Client(base_url=address, timeout=60) as http:
        for question in questions:
            client = Client(http, question.get("lang", "zh"))
            for turn in question.get("history") or []:
                if turn.get("role") == "user":
                    client.say(turn["content"])
            began = time.perf_counter()
            messages = client.say(question["question"])
            yield result_of(question["id"], messages, (time.perf_counter() - began) * 1000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", required=True, type=Path)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--corpus", default="")
    parser.add_argument("--url", default="", help="a portal that runs already")
    options = parser.parse_args()
    if not options.questions.is_file():
        raise SystemExit(
            f"QUESTIONS={options.questions}: there is no such file. Usage: make eval QUESTIONS=file.jsonl OUT=results.jsonl CORPUS=folder"
        )
    questions = list(read_questions(options.questions))
    with nullcontext(options.url) if options.url else running_system(corpus=find_corpus(options.corpus)) as address:
        results = list(track(ask_all(address, questions), description="Asking", total=len(questions)))
    partial = options.out.with_suffix(options.out.suffix + ".partial")
    partial.write_text("".join(json.dumps(result, ensure_ascii=False) + "\n" for result in results), encoding="utf-8")
    partial.replace(options.out)
    slow = sorted(result["latency_ms"] for result in results)
    sys.stderr.write(
        f"{len(results)} questions; p50 {slow[len(slow) // 2]:.0f} ms, p95 {slow[int(len(slow) * 0.95)]:.0f} ms → {options.out}\n"
    )


if __name__ == "__main__":
    main()
