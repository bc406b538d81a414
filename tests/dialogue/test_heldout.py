"""The trained model that ships, on sentences nobody trained or tuned on: floors for every figure that was promised.

Each floor is the goal of the product, or where the run of docs/evaluation.md lies closer than a point to it, that run.
"""

import asyncio
from pathlib import Path

import pytest

from bot.evaluate import read_all
from bot.scoring import (
    Reading,
    count_accuracy,
    count_yes_no,
    measure_calibration,
    read_heldout,
    score_emergency,
    score_entities,
    score_scope,
)


@pytest.fixture(scope="session")
def readings(model: Path) -> list[Reading]:
    return asyncio.run(read_all(str(model), read_heldout()))


@pytest.mark.parametrize(("language", "floor", "sentences"), [("zh", 0.92, 330), ("en", 0.88, 170)])
def test_intents_are_read_rightly(readings: list[Reading], language: str, floor: float, sentences: int) -> None:
    accuracy = count_accuracy([reading for reading in readings if reading.sentence.language == language])
    assert accuracy["sentences"] >= sentences
    assert accuracy["first"] >= floor
    # A question in the shape of small talk goes to the policy base unless the classifier is sure: a point less in Chinese.
    assert accuracy["after the gate"] >= floor - 0.01


def test_the_right_intent_is_among_the_first_two(readings: list[Reading]) -> None:
    assert count_accuracy(readings)["first two"] >= 0.97


def test_what_belongs_elsewhere_is_known_without_refusing_ours(readings: list[Reading]) -> None:
    assert score_scope(readings, false_refusals=0.05)["recall"] >= 0.9


def test_no_danger_is_missed(readings: list[Reading]) -> None:
    danger = score_emergency(readings)
    assert danger["recall"] == 1.0
    assert danger["false alarms"] <= 0.01


def test_yes_is_never_taken_for_no(readings: list[Reading]) -> None:
    assert count_yes_no(readings)["confused"] == 0


def test_what_is_named_is_found(readings: list[Reading]) -> None:
    assert score_entities(readings)["all"]["f1"] >= 0.95


def test_confidence_says_how_often_it_is_right(readings: list[Reading]) -> None:
    assert measure_calibration(readings) <= 0.05
