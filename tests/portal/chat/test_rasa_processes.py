"""Several processes of Rasa: a conversation keeps to one, goes to the next when that one is gone, and comes back."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from apiflask import APIFlask
from chat_edge import FakeRasa, Talk, acting, call_bot, say_back

from portal.chat import rasa as line
from portal.chat.models import Conversation
from portal.chat.rasa_processes import RasaProcesses, rank, resolve
from portal.extensions import db

ADDRESSES = [f"http://10.0.0.{number}:5005" for number in range(1, 5)]
CONVERSATIONS = [f"conversation-{number}" for number in range(2000)]


def test_conversations_are_spread_evenly() -> None:
    firsts = Counter(rank(conversation, ADDRESSES)[0] for conversation in CONVERSATIONS)
    assert set(firsts) == set(ADDRESSES)
    assert all(400 <= count <= 600 for count in firsts.values()), firsts


def test_only_the_conversations_of_a_process_that_is_gone_move_and_each_to_its_second() -> None:
    left = ADDRESSES[1:]
    for conversation in CONVERSATIONS:
        before, after = rank(conversation, ADDRESSES), rank(conversation, left)
        assert after == [address for address in before if address != ADDRESSES[0]]


def test_a_new_process_takes_its_share_from_all() -> None:
    moved = [c for c in CONVERSATIONS if rank(c, ADDRESSES)[0] != rank(c, ADDRESSES[:3])[0]]
    assert 400 <= len(moved) <= 600
    assert all(rank(conversation, ADDRESSES)[0] == ADDRESSES[3] for conversation in moved)


@pytest.mark.parametrize(
    ("url", "addresses"),
    [
        ("http://127.0.0.1:5005", ["http://127.0.0.1:5005"]),
        ("http://localhost:5005", ["http://127.0.0.1:5005"]),
        ("https://localhost:5005", ["https://localhost:5005"]),
        ("http://no-such-machine.invalid:5005", ["http://no-such-machine.invalid:5005"]),
        ("nonsense", ["nonsense"]),
    ],
)
def test_a_name_stands_for_the_machines_behind_it(url: str, addresses: list[str]) -> None:
    assert resolve(url) == addresses


def test_the_setting_is_a_list_and_one_address_twice_is_one_process() -> None:
    processes = RasaProcesses("http://127.0.0.1:1/, http://127.0.0.1:2,,http://localhost:1", lambda _address: True)
    assert processes.list_all() == ["http://127.0.0.1:1", "http://127.0.0.1:2"]


def wait_until(true: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def test_who_is_left_out_comes_back_when_it_says_that_it_is_ready() -> None:
    ready = False
    processes = RasaProcesses(",".join(ADDRESSES), lambda _address: ready)
    processes.leave_out(ADDRESSES[2], "away")
    assert ADDRESSES[2] not in processes.list_for("a")
    ready = True
    wait_until(lambda: ADDRESSES[2] in processes.list_for("a"), "it never came back")
    processes.close()


@pytest.fixture
def second() -> Iterator[FakeRasa]:
    fake = FakeRasa()
    yield fake
    fake.close()


@pytest.fixture
def pair(app: APIFlask, talk: Talk, rasa: FakeRasa, second: FakeRasa) -> tuple[FakeRasa, FakeRasa]:
    """Two processes: whose the conversation is, and its second."""
    settings = app.config["SETTINGS"].model_copy(update={"rasa_url": f"{rasa.url},{second.url}", "rasa_timeout": 2.0})
    app.extensions["rasa_line"] = line.RasaLine(settings)
    by_url = {rasa.url: rasa, second.url: second}
    first, other = (by_url[address] for address in rank(talk.id, list(by_url)))
    return first, other


def test_a_conversation_keeps_to_its_process(talk: Talk, pair: tuple[FakeRasa, FakeRasa]) -> None:
    for text in ("你好", "有效期几年", "谢谢"):
        assert talk.say(text)["degraded"] is False
    assert [len(each.received) for each in pair] == [3, 0]


REFUSALS: dict[str, tuple[int, bytes]] = {"the connection breaks": (0, b""), "it is starting": (503, b"{}")}


@pytest.mark.parametrize("refusal", list(REFUSALS))
def test_its_turn_goes_to_the_next_process_when_its_own_is_gone(
    talk: Talk, pair: tuple[FakeRasa, FakeRasa], refusal: str
) -> None:
    first, other = pair
    talk.say("你好")
    first.ready, first.answer = False, lambda _body: REFUSALS[refusal]
    other.answer = say_back("我接着答")
    said = talk.say("有效期几年")
    assert said["degraded"] is False
    assert said["messages"][-1]["text"] == "我接着答"
    tried = len(first.received)
    talk.say("还有呢")
    assert len(first.received) == tried, "who is left out is not asked for every message"
    first.ready, first.answer = True, say_back("我回来了")
    wait_until(lambda: talk.say("在吗")["messages"][-1]["text"] == "我回来了", "it never came back")


def test_a_process_that_is_killed_and_started_again(talk: Talk, pair: tuple[FakeRasa, FakeRasa]) -> None:
    first, other = pair
    other.answer = say_back("我接着答")
    first.close()
    assert talk.say("你好")["messages"][-1]["text"] == "我接着答"
    again = FakeRasa(port=first.server.server_address[1])
    wait_until(lambda: bool(talk.say("在吗")) and bool(again.received), "the new process got no message")
    again.close()


def test_when_all_are_gone_the_portal_answers_itself(talk: Talk, pair: tuple[FakeRasa, FakeRasa]) -> None:
    for each in pair:
        each.ready, each.answer = False, lambda _body: (503, b"{}")
    assert talk.say("药品经营许可证有效期几年？")["degraded"] is True


def test_a_process_that_is_too_slow_is_not_tried_twice_with_one_message(
    talk: Talk, pair: tuple[FakeRasa, FakeRasa]
) -> None:
    first, other = pair

    def sleep(_body: dict[str, Any]) -> tuple[int, bytes]:
        time.sleep(3)
        return 200, b"[]"

    first.answer = sleep
    assert talk.say("你好")["degraded"] is True
    assert other.received == []
    assert talk.say("你好")["degraded"] is False, "the next message goes to the next process"
    assert len(other.received) == 1


def test_an_action_that_was_done_before_its_process_died_is_not_done_again(
    app: APIFlask, talk: Talk, pair: tuple[FakeRasa, FakeRasa]
) -> None:
    act = acting(app, "people/talk")
    refused: list[int] = []

    def act_and_die(body: dict[str, Any]) -> tuple[int, bytes]:
        if not refused:
            act(body)
        refused.append(0)
        return 0, b""

    def act_again(body: dict[str, Any]) -> tuple[int, bytes]:
        with app.app_context():
            refused.append(call_bot(app.test_client(), "people/talk", body["sender"], text=body["message"]).status_code)
            db.session.remove()
        return say_back("这一步没有办成")(body)

    pair[0].answer, pair[1].answer = act_and_die, act_again
    said = talk.say("我要找人工")
    assert [m["kind"] for m in said["messages"]] == ["text", "receipt"]
    assert refused[-1] == 409


def test_what_a_field_asks_for_reaches_rasa_with_the_starred_text_that_may_be_kept(
    app: APIFlask, talk: Talk, rasa: FakeRasa
) -> None:
    conversation = db.session.get(Conversation, talk.id)
    assert conversation is not None
    conversation.pending = {"flow": "complaint", "kind": "field", "field_id": "phone", "type": "phone", "step": "s"}
    db.session.commit()
    talk.say("19912345678")
    assert rasa.received[0]["message"] == "19912345678"
    assert "19912345678" not in rasa.received[0]["metadata"]["kept"]
    talk.say("王芳")
    assert "kept" not in rasa.received[1]["metadata"]


def test_the_command_tells_how_every_process_is(app: APIFlask, talk: Talk, pair: tuple[FakeRasa, FakeRasa]) -> None:
    told = app.test_cli_runner().invoke(args=["rasa", "status"])
    assert told.exit_code == 0
    assert told.output.count("  ok") == 2
    pair[1].ready = False
    told = app.test_cli_runner().invoke(args=["rasa", "status"])
    assert told.exit_code == 1
    assert "loading the model" in told.output
    pair[0].close()
    assert "  away" in app.test_cli_runner().invoke(args=["rasa", "status"]).output
