"""Two real Rasas: kill -9 in the middle of a conversation loses nothing, and a model is changed without losing a turn."""

import json
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from httpx import get, post
from person import Person, cited, words_of

from portal.chat.rasa_processes import rank
from tests.running import Running

BACK_SECONDS = 240.0  # 20 s on a free machine


def wait_until(true: Callable[[], bool], seconds: float = BACK_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def read_remembered(system: Running, person: Person) -> list[str]:
    """What Rasa's processes remember that the person said."""
    with sqlite3.connect(system.data / "rasa.sqlite") as connection:
        [(events,)] = connection.execute("SELECT events FROM rasa_dialogue WHERE sender_id = ?", [person.id])
    return [event["text"] for event in json.loads(events) if event["event"] == "user"]


@pytest.fixture
def complaining(system: Running) -> Person:
    """In the middle of a complaint, with an aside behind."""
    person = Person(system.address)
    person.say("我要投诉，海泊桥惠生大药房卖给我过期的感冒药，要求退钱")
    assert person.pending["flow"] == "complaint"
    assert cited(person.say("药品经营许可证有效期几年？"))
    return person


def test_a_conversation_keeps_its_context_when_its_rasa_is_killed_in_the_middle(
    system: Running, complaining: Person
) -> None:
    asked, said_before = complaining.pending, complaining.read()
    own, other = rank(complaining.id, system.rasa)
    killed = system.look(own)["pid"]
    replies: list[dict[str, Any]] = []
    telling = threading.Thread(target=lambda: replies.append(complaining.say("医疗器械的呢？什么是经营备案")))
    telling.start()
    time.sleep(0.01)  # the message is on its way
    os.kill(killed, signal.SIGKILL)
    telling.join()
    assert replies[0]["status"] == "answered"
    assert replies[0]["degraded"] is False, "the other Rasa answered in the same turn"
    assert complaining.pending == asked, "the same field is asked again"
    assert complaining.say("举报人的信息会保密吗？")["degraded"] is False
    assert complaining.pending == asked
    listed = complaining.read()
    assert listed[: len(said_before)] == said_before
    users = [message["text"] for message in listed if message["role"] == "user"]
    assert len(users) == len(set(users)) == 4, "every message stands there once"
    assert all(any(m["reply_to"] == u["id"] for m in listed) for u in listed if u["role"] == "user")
    remembered = read_remembered(system, complaining)
    assert remembered[0].startswith("我要投诉"), "who took over found what was said before"
    assert len(remembered) == 4
    wait_until(lambda: system.look(own).get("status") == "ok")
    assert system.look(own)["pid"] != killed
    assert system.look(other)["status"] == "ok"


def test_a_model_is_changed_while_people_talk_and_no_turn_is_lost(system: Running) -> None:

    for rasa in system.rasa:
        wait_until(lambda rasa=rasa: system.look(rasa).get("status") == "ok")
    before = [system.look(rasa) for rasa in system.rasa]
    told: list[dict[str, Any]] = []
    over = threading.Event()

    def talk(person: Person) -> None:
        while not over.is_set():
            told.append(person.say("你好"))
            over.wait(1.5)  # a conversation may say 40 things a minute

    threads = [threading.Thread(target=talk, args=(Person(system.address),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    headers = {"Authorization": f"Bearer {system.token}"}
    refused = post(f"{system.rasa[0]}/webhooks/portal/model", json={"model": "no.tar.gz"}, headers=headers)
    changed = [post(f"{rasa}/webhooks/portal/model", json={}, headers=headers, timeout=180) for rasa in system.rasa]
    over.set()
    for thread in threads:
        thread.join()
    assert refused.status_code == 404
    assert "there are: " in refused.json()["error"]
    assert [reply.status_code for reply in changed] == [200, 200]
    assert len(told) > 4
    assert [turn for turn in told if turn["degraded"] or "助手" not in words_of(turn)] == []
    after = [system.look(rasa) for rasa in system.rasa]
    assert [each["pid"] for each in after] == [each["pid"] for each in before]
    assert all(new["since"] > old["since"] for new, old in zip(after, before, strict=True))


def test_nobody_without_the_token_changes_a_model_or_learns_of_it(system: Running) -> None:

    assert post(f"{system.rasa[0]}/webhooks/portal/model", json={}).status_code == 401
    assert set(get(f"{system.rasa[0]}/webhooks/portal/").json()) == {"status"}
