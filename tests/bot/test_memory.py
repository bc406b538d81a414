"""What Rasa's processes share: the last turns of a conversation, starred, for some days; and its lock."""

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import pytest
from rasa.core.lock import TicketLock
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig
from sqlalchemy import text

from bot import lock_store
from bot.lock_store import SharedLockStore
from bot.tracker_store import SqlTrackerStore, make_table, open_engine


def make_store(folder: Path, **limits: Any) -> SqlTrackerStore:
    return SqlTrackerStore(Domain.empty(), host=f"sqlite:///{folder / 'rasa.sqlite'}", **limits)


def make_turn(words: str, **metadata: Any) -> UserUttered:
    entities = [{"entity": "phone", "value": words, "start": 0, "end": len(words), "extractor": "x"}]
    return UserUttered(words, {"name": "answer_field", "confidence": 0.9}, entities, metadata=metadata)


def say(tracker: DialogueStateTracker, *turns: UserUttered) -> DialogueStateTracker:
    for turn in turns:
        tracker.update(turn)
        tracker.update(BotUttered("您的电话是19912345678，对吗？", {"custom": {"text": "19912345678"}}))
        tracker.update(ActionExecuted("action_listen"))
    return tracker


def save(store: SqlTrackerStore, *turns: UserUttered, sender: str = "a") -> DialogueStateTracker:
    tracker = say(DialogueStateTracker(sender, []), *turns)
    asyncio.run(store.save(tracker))
    return tracker


def read(store: SqlTrackerStore, sender: str = "a") -> DialogueStateTracker:
    tracker = asyncio.run(store.retrieve(sender))
    assert tracker is not None
    return tracker


def read_rows(store: SqlTrackerStore) -> list[Any]:
    with store.engine.begin() as connection:
        return list(connection.execute(text("SELECT * FROM rasa_dialogue")))


def test_another_process_goes_on_with_what_was_said(tmp_path: Path) -> None:
    save(make_store(tmp_path), make_turn("你好"), make_turn("有效期几年"))
    tracker = read(make_store(tmp_path))
    assert tracker.latest_message is not None
    assert (tracker.latest_message.text, tracker.latest_message.intent_name) == ("有效期几年", "answer_field")
    assert [type(event).__name__ for event in tracker.events] == ["UserUttered", "ActionExecuted"] * 2
    assert asyncio.run(make_store(tmp_path).retrieve("b")) is None


def test_a_long_conversation_keeps_its_last_events_only(tmp_path: Path) -> None:
    store = make_store(tmp_path, events=10)
    save(store, *(make_turn(f"turn {number}") for number in range(50)))
    tracker = read(store)
    assert len(tracker.events) == 10
    assert tracker.latest_message is not None
    assert tracker.latest_message.text == "turn 49"


def test_what_a_field_asked_for_is_stored_starred_and_without_its_entities(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    save(store, make_turn("19912345678", kept="199****5678", language="zh", pending={"field_id": "phone"}))
    [row] = read_rows(store)
    assert "19912345678" not in row.events
    [said, _listen] = json.loads(row.events)
    assert said["text"] == said["parse_data"]["text"] == "199****5678"
    assert said["metadata"] == {"language": "zh"}


def test_a_button_is_stored_without_its_values(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    save(store, make_turn('/answer_field{"option": "19912345678"}', payload=True))
    assert read(store).latest_message.text == "/answer_field"
    assert "19912345678" not in read_rows(store)[0].events


def test_a_turn_that_comes_after_a_later_one_is_not_remembered(tmp_path: Path) -> None:
    """A process that was thought dead ends its turn when the conversation has gone on elsewhere."""
    slow, quick = make_store(tmp_path), make_store(tmp_path)
    save(quick, make_turn("一"))
    late = say(read(slow), make_turn("太迟了"))
    next_turn = say(read(quick), make_turn("二"))
    asyncio.run(quick.save(next_turn))
    asyncio.run(slow.save(late))
    assert read(quick).latest_message.text == "二"
    asyncio.run(quick.save(say(next_turn, make_turn("三"))))
    assert read(slow).latest_message.text == "三"


def test_dialogues_that_ended_days_ago_are_swept(tmp_path: Path) -> None:
    save(make_store(tmp_path), make_turn("旧"), sender="old")
    with make_store(tmp_path).engine.begin() as connection:
        connection.execute(text("UPDATE rasa_dialogue SET at = :at"), {"at": time.time() - 8 * 86_400})
    store = make_store(tmp_path, days=7)
    save(store, make_turn("新"), sender="new")
    assert [row.sender_id for row in read_rows(store)] == ["new"]
    assert list(asyncio.run(store.keys())) == ["new"]


def test_no_error_of_the_store_quotes_what_was_said(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    save(store, make_turn("你好"))
    with store.engine.begin() as connection:
        connection.execute(text("DROP TABLE rasa_dialogue"))
    with pytest.raises(Exception, match="no such table") as raised:
        save(store, make_turn("我叫诸葛不亮"))
    assert "诸葛" not in str(raised.value)
    assert "\\u8bf8" not in str(raised.value)


def test_two_processes_that_start_together_make_one_table(tmp_path: Path) -> None:
    for _process in range(2):
        make_table(open_engine(f"sqlite:///{tmp_path / 'rasa.sqlite'}"))
    assert read_rows(make_store(tmp_path)) == []


def make_locks(url: str) -> SharedLockStore:
    return SharedLockStore(EndpointConfig(url))


async def take_in_turn(store: SharedLockStore) -> list[int]:
    order: list[int] = []

    async def turn(number: int) -> None:
        async with store.lock("a", wait_time_in_seconds=0.01):
            order.append(number)
            await asyncio.sleep(0.02)
            order.append(number)

    await asyncio.gather(*(turn(number) for number in range(3)))
    return order


@pytest.mark.parametrize("url", ["memory://", "redis://127.0.0.1:1/2"])
def test_one_turn_of_a_conversation_at_a_time_also_while_redis_is_away(url: str) -> None:
    assert asyncio.run(take_in_turn(make_locks(url))) == [0, 0, 1, 1, 2, 2]


@pytest.mark.parametrize("url", ["memory://", "redis://127.0.0.1:1/2"])
def test_nobody_waits_longer_than_a_lock_lasts_for_a_turn_that_never_ends(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setattr(lock_store, "LOCK_LIFETIME", 0.3)
    store = make_locks(url)

    async def wait_behind_the_dead() -> float:
        store.issue_ticket("a", 0.3)
        began = time.monotonic()
        async with store.lock("a", lock_lifetime=0.3, wait_time_in_seconds=0.1):
            return time.monotonic() - began

    assert asyncio.run(asyncio.wait_for(wait_behind_the_dead(), 5)) < 2
    assert asyncio.run(take_in_turn(store)) == [0, 0, 1, 1, 2, 2]


def test_a_redis_that_is_away_is_not_asked_for_every_word() -> None:
    store = make_locks("redis://127.0.0.1:1/2")
    store.save_lock(TicketLock("a"))
    began = time.monotonic()
    for _word in range(100):
        assert store.get_lock("a") is not None
    assert time.monotonic() - began < 0.2
