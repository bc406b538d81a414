"""Whole conversations, written as people lead them and each read by us, held with the running system."""

import pytest
from talking import ACTS, CHECKS, Talk, list_faults, list_names, read_conversation, write_turn

ENGLISH = 8
MOST_TURNS = 30


@pytest.mark.parametrize("name", list_names())
def test_a_conversation_goes_as_written(address: str, name: str) -> None:
    written = read_conversation(name)
    talk, lived, faults = Talk(address, written["language"]), list[str](), list[str]()
    for number, turn in enumerate(written["turns"], 1):
        reply = talk.take(turn)
        lived.append(write_turn(turn, reply))
        faults += [f"turn {number}: {fault}" for fault in list_faults(turn, reply)]
        if faults:
            break  # what follows would only be confused
    talk.close()
    assert faults == [], "\n".join(["", *lived, "", *faults])


def test_there_are_thirty_conversations_and_every_turn_is_understood() -> None:
    written = {name: read_conversation(name) for name in list_names()}
    assert len(written) >= 30
    assert sum(each["language"] == "en" for each in written.values()) >= ENGLISH
    for name, each in written.items():
        assert each["title"], name
        assert 8 <= len(each["turns"]) <= MOST_TURNS, name
        for turn in each["turns"]:
            assert len([act for act in ACTS if act in turn]) == 1, f"{name}: {turn}"
            assert set(turn) - set(ACTS) <= set(CHECKS), f"{name}: {turn}"
        said = [turn for turn in each["turns"] if "new" not in turn]  # a new conversation has no reply of its own
        judged = [turn for turn in said if set(turn) - set(ACTS)]
        assert len(judged) >= 0.8 * len(said), f"{name}: most turns must hold their reply to something"
