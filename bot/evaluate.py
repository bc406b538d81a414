"""`python -m bot.evaluate`: how well the trained model reads the held-out sentences.

Prints one JSON object of totals and counts, never a sentence: whoever tunes shall not read them.
Replies to a step mean nothing without one, so for them the gate's ``nothing_pending`` or the
catch-all is right; yes and no are read a second time at a confirmation.
"""

import argparse
import asyncio
import json
import sys
import time
from typing import Any

from bot.scoring import (
    Named,
    Reading,
    Sentence,
    count_accuracy,
    count_yes_no,
    list_confusions,
    measure_calibration,
    read_heldout,
    score_emergency,
    score_entities,
    score_scope,
)

CONFIRMATION = {"kind": "confirm", "step": "s", "version": 1, "options": []}


def _list_named(parsed: dict[str, Any], text: str) -> frozenset[Named]:
    return frozenset((e["entity"], e["value"], text[e["start"] : e["end"]]) for e in parsed["entities"])


async def _read(processor: Any, sentence: Sentence) -> Reading:
    from rasa.core.channels.channel import UserMessage

    began = time.perf_counter()
    parsed = await processor.parse_message(UserMessage(sentence.text, metadata={"pending": None}))
    milliseconds = (time.perf_counter() - began) * 1000
    asked = await processor.parse_message(UserMessage(sentence.text, metadata={"pending": CONFIRMATION}))
    ranking = [(item["name"], item["confidence"]) for item in parsed["intent_ranking"]]
    named = _list_named(parsed, sentence.text)
    return Reading(sentence, ranking, parsed["intent"]["name"], named, milliseconds, asked["intent"]["name"])


async def read_all(model: str, sentences: list[Sentence]) -> list[Reading]:
    """Every sentence through the trained model, in order."""
    from rasa.core.agent import Agent

    return await read_with(Agent.load(model).processor, sentences)


async def read_with(processor: Any, sentences: list[Sentence]) -> list[Reading]:
    """The same with a loaded model; between two sentences whoever else waits in this loop has a turn."""
    readings = []
    for sentence in sentences:
        readings.append(await _read(processor, sentence))
        await asyncio.sleep(0)
    return readings


def summarise(readings: list[Reading]) -> dict[str, Any]:
    """All figures; times in milliseconds of reading one message."""
    times = sorted(reading.milliseconds for reading in readings)
    by_language = {name: count_accuracy([r for r in readings if r.sentence.language == name]) for name in ("zh", "en")}
    by_source = {
        f"{source} {name}": count_accuracy([r for r in readings if (r.sentence.source, r.sentence.language) == (source, name)])
        for source in ("sentences", "voices")
        for name in ("zh", "en")
    }  # fmt: skip
    return {
        **by_language,
        "all": count_accuracy(readings),
        "by file": by_source,
        "out of scope": score_scope(readings),
        "emergency": score_emergency(readings),
        "yes and no": count_yes_no(readings),
        "calibration error": measure_calibration(readings),
        "entities": score_entities(readings),
        "confusions": [f"{meant} as {read}: {number}" for meant, read, number in list_confusions(readings)],
        "ms p50": round(times[len(times) // 2], 1),
        "ms p95": round(times[int(len(times) * 0.95)], 1),
    }


def main() -> None:
    from bot import quiet_logs
    from bot.settings import read_settings

    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    quiet_logs.install()
    readings = asyncio.run(read_all(read_settings().model, read_heldout()))
    sys.stdout.write(json.dumps(summarise(readings), ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
