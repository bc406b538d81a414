"""Did you mean: offered beside the answer, keeps what was named, twice at most, never while a step is asked."""

from typing import Any

import pytest
from apiflask import APIFlask
from chat_edge import FakeRasa, Talk, acting

NAMED = [{"entity": "service_item", "value": "A11", "start": 0, "end": 2}]


def list_offers(said: dict[str, Any]) -> list[dict[str, Any]]:
    return [message for message in said["messages"] if (message.get("data") or {}).get("reason") == "guess"]


@pytest.fixture
def doubtful(app: APIFlask, rasa: FakeRasa) -> None:
    rasa.answer = acting(app, "answer/ask", entities=NAMED, payload={"guess": "start_application"})


@pytest.mark.usefixtures("doubtful")
def test_what_was_perhaps_meant_stands_behind_the_answer(talk: Talk) -> None:
    said = talk.say("三类证这个事情弄一弄")
    [offer] = list_offers(said)
    assert offer["buttons"][0]["label"] == "开始一项申请"
    assert said["messages"].index(offer) == len(said["messages"]) - 1 > 1


@pytest.mark.usefixtures("doubtful")
def test_it_is_offered_twice_and_no_more(talk: Talk) -> None:
    assert [len(list_offers(talk.say(f"三类证这个事情弄一弄{more}"))) for more in ("", "吧", "呀", "嘛")] == [
        1,
        1,
        0,
        0,
    ]


def test_without_a_guess_nothing_is_offered(app: APIFlask, rasa: FakeRasa, talk: Talk) -> None:
    rasa.answer = acting(app, "answer/ask")
    assert list_offers(talk.say("三类证要多久")) == []


@pytest.mark.parametrize("guess", ["abuse", "restart", "", 7])
def test_a_guess_nobody_can_act_on_is_not_offered(app: APIFlask, rasa: FakeRasa, talk: Talk, guess: Any) -> None:
    rasa.answer = acting(app, "answer/ask", payload={"guess": guess})
    assert list_offers(talk.say("三类证要多久")) == []
