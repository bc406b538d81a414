"""The trained model that ships, on sentences nobody trained or tuned on: floors for every figure that was promised."""

import asyncio
import re
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from rasa.core.agent import Agent

from bot.evaluate import read_all
from bot.floors import FLOORS, Floor, list_shortfalls
from bot.model_swap import BelowFloors, swap_model
from bot.scoring import Reading, Sentence, read_heldout


@pytest.fixture(scope="session")
def readings(model: Path) -> list[Reading]:
    return asyncio.run(read_all(str(model), read_heldout()))


@pytest.mark.parametrize(("language", "sentences"), [("zh", 330), ("en", 170)])
def test_there_are_enough_sentences(readings: list[Reading], language: str, sentences: int) -> None:
    assert sum(reading.sentence.language == language for reading in readings) >= sentences


@pytest.mark.parametrize("floor", FLOORS, ids=lambda floor: floor.name)
def test_the_model_that_ships_reaches(readings: list[Reading], floor: Floor) -> None:
    assert not floor.find_shortfall(readings)


def test_a_model_that_reads_worse_is_told_by_its_figures(readings: list[Reading]) -> None:
    worse = [replace(each, sentence=replace(each.sentence, intent="bye")) for each in readings]
    assert re.fullmatch(r"Chinese intents 0\.\d+, at least 0\.92", list_shortfalls(worse)[0])


def mislabel(sentences: list[Sentence]) -> list[Sentence]:
    """As a model that reads badly would find them: every question is a farewell."""
    return [replace(each, intent="bye") if each.intent == "ask_policy" else each for each in sentences]


@pytest.mark.parametrize(("prepare", "refusal"), [(list, ""), (mislabel, "Chinese intents .* at least 0.92")])
def test_a_model_takes_over_only_when_it_reads_as_it_must(
    model: Path, prepare: Callable[[list[Sentence]], list[Sentence]], refusal: str
) -> None:
    old = Agent.load(str(model))
    context = SimpleNamespace(agent=old)
    with pytest.raises(BelowFloors, match=refusal) if refusal else nullcontext():
        asyncio.run(swap_model(context, model, "portal", prepare(read_heldout())))
    assert (context.agent is old) is bool(refusal)
    assert context.agent.tracker_store.domain is context.agent.domain
