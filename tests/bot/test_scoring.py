"""The figures themselves: counted by hand on a few readings."""

import pytest

from bot.scoring import (
    Reading,
    Sentence,
    count_accuracy,
    count_yes_no,
    list_confusions,
    measure_calibration,
    read_named,
    score_emergency,
    score_entities,
    score_scope,
)


def read(meant: str, ranking: list[tuple[str, float]], gated: str = "", at_confirmation: str = "") -> Reading:
    sentence = Sentence(meant, "一句话", "voices", frozenset())
    return Reading(sentence, ranking, gated or ranking[0][0], frozenset(), at_confirmation=at_confirmation)


READINGS = [
    read("greet", [("greet", 0.9), ("bye", 0.1)]),
    read("bye", [("greet", 0.6), ("bye", 0.4)]),
    read("emergency", [("bye", 0.5), ("greet", 0.3)], "emergency"),
    read("out_of_scope", [("out_of_scope", 0.8), ("greet", 0.2)]),
]


def test_accuracy_counts_the_first_and_the_first_two() -> None:
    assert count_accuracy(READINGS) == {"sentences": 4, "first": 0.5, "first two": 0.75, "after the gate": 0.75}


def test_confusions_come_with_their_number() -> None:
    assert list_confusions([*READINGS, READINGS[1]])[0] == ("bye", "greet", 2)


def test_danger_counts_what_the_gate_lets_through() -> None:
    assert score_emergency(READINGS) == {"sentences": 1, "recall": 1.0, "false alarms": 0.0}


def test_scope_takes_the_lowest_floor_that_refuses_few_enough() -> None:
    scope = score_scope(READINGS)
    assert scope["recall"] == 1.0
    assert scope["false after the gate"] == 0.0


@pytest.mark.parametrize(("said", "confused", "understood"), [("deny", 1, 0), ("unclear", 0, 0), ("affirm", 0, 1)])
def test_asking_again_is_no_confusion(said: str, confused: int, understood: int) -> None:
    counted = count_yes_no([read("affirm", [("affirm", 1.0)], at_confirmation=said)])
    assert counted == {"sentences": 1, "confused": confused, "understood": understood}


def test_calibration_is_the_gap_between_sure_and_right() -> None:
    assert measure_calibration([read("bye", [("bye", 0.8)]), read("bye", [("greet", 0.8)])]) == pytest.approx(0.3)


def test_an_entity_counts_with_kind_value_and_span() -> None:
    marked = Sentence("x", "粤 100元", "voices", read_named("province=广东@粤 ; money=100.00@100元"))
    reading = Reading(marked, [("x", 1.0)], "x", frozenset({("province", "广东", "粤"), ("money", "10.00", "100元")}))
    table = score_entities([reading])
    assert table["province"]["f1"] == 1.0
    assert table["money"] == {"found": 0, "missed": 1, "wrong": 1, "f1": 0.0}
    assert table["all"]["f1"] == 0.5


def test_a_bad_mark_is_named() -> None:
    with pytest.raises(ValueError, match="kind=value@span"):
        read_named("province 广东")
