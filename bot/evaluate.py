"""`python -m bot.evaluate`: how well the trained model reads the held-out sentences, zh and en apart.

Two figures an intent: the classifier alone, and after the gate with nothing pending
(what the rules see). Replies to a step mean nothing without one, so for them the gate's
``nothing_pending`` or the catch-all is right.
"""

import asyncio
import json
import re
import sys
import time
from pathlib import Path
from typing import Any

from bot.components.dictionaries import read_pairs
from bot.components.gate_rules import REPLIES

HELDOUT = Path("nlu_data/heldout/sentences.tsv")
_CHINESE = re.compile("[一-龥]")


async def _read_all(model: str, rows: list[tuple[str, str]]) -> list[dict[str, Any]]:
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import UserMessage

    agent = Agent.load(model)
    results = []
    for intent, text in rows:
        began = time.perf_counter()
        parsed = await agent.processor.parse_message(UserMessage(text, metadata={"pending": None}))
        milliseconds = (time.perf_counter() - began) * 1000
        results.append({
            "intent": intent, "text": text, "classified": parsed["intent_ranking"][0]["name"],
            "confidence": parsed["intent_ranking"][0]["confidence"], "gated": parsed["intent"]["name"], "ms": milliseconds,
        })  # fmt: skip
    return results


def is_right(row: dict[str, Any]) -> bool:
    """After the gate, without a pending step."""
    if row["intent"] in REPLIES:
        return row["gated"] in ("nothing_pending", "ask_policy")
    return bool(row["gated"] == row["intent"])


def summarise(results: list[dict[str, Any]]) -> dict[str, Any]:
    """Accuracies (0–1) by language and the milliseconds of reading one message."""
    summary: dict[str, Any] = {}
    for language in ("zh", "en"):
        rows = [row for row in results if bool(_CHINESE.search(row["text"])) == (language == "zh")]
        summary[language] = {
            "sentences": len(rows),
            "classifier": round(sum(row["classified"] == row["intent"] for row in rows) / len(rows), 3),
            "gated": round(sum(is_right(row) for row in rows) / len(rows), 3),
        }
    times = sorted(row["ms"] for row in results)
    summary["ms_p50"], summary["ms_p95"] = round(times[len(times) // 2], 1), round(times[int(len(times) * 0.95)], 1)
    return summary


def main() -> None:
    from bot.settings import read_settings

    results = asyncio.run(_read_all(read_settings().model, read_pairs(HELDOUT)))
    wrong = [row for row in results if not is_right(row)] if "--errors" in sys.argv else []
    for line in [*wrong, summarise(results)]:
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
