"""Each action makes the one call of its contract, with the body the contract shows, and passes the reply on."""

import asyncio
import inspect
import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import ROOT, read_contracts, read_yaml
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.utils import all_subclasses

sys.path.insert(0, str(ROOT / "tests" / "dialogue"))
from fake_portal import FakePortal, open_portal

from bot.actions import portal_client, server

server.create_server("x")  # registers every module of bot.actions
ACTIONS: dict[str, type[Action]] = {
    cls().name(): cls for cls in all_subclasses(Action) if cls.__module__.startswith("bot.actions")
}
RULES = {
    rule["steps"][0]["intent"]: rule["steps"][1]["action"]
    for document in read_yaml("bot/rules/*.yml")
    for rule in document["rules"]
}
FLOWS = {"/complaints/": "complaint", "/guide/": "guide"}
EXAMPLES = [
    pytest.param(contract["path"], example, id=f"{contract['path'].removeprefix('/api/bot/')}: {example['name']}")
    for contract in read_contracts()
    for example in contract["examples"]
]


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakePortal]:
    with open_portal() as portal:
        monkeypatch.setenv("WENBAN_PORTAL_URL", portal.address)
        monkeypatch.setenv("WENBAN_BOT_TOKEN", "a-token")
        yield portal


def make_tracker(request: dict[str, Any], path: str) -> Tracker:
    """The tracker as Rasa would send it for a contract's request."""
    payload, pending = dict(request["payload"]), None
    if "step" in payload:
        flow = next((name for part, name in FLOWS.items() if part in path), "application")
        pending = {"flow": flow, "kind": "field", "step": payload["step"], "field_id": payload["field_id"]}
    metadata: dict[str, Any] = {"language": request["language"], "pending": pending}
    text = request["text"]
    if not text:
        metadata["payload"] = True
        text = f"/{request['intent']}{json.dumps(payload, ensure_ascii=False)}"
    message = {
        "text": text, "intent": {"name": request["intent"], "confidence": request["confidence"]},
        "entities": request["entities"], "metadata": metadata, "gate": {"option": payload.get("option"), "reason": "test", "guess": payload.get("guess")},
    }  # fmt: skip
    return Tracker(request["conversation_id"], {}, message, [], False, None, {}, "action_listen")


def run(action: str, tracker: Tracker) -> list[dict[str, Any]]:
    dispatcher = CollectingDispatcher()
    assert asyncio.run(ACTIONS[action]().run(dispatcher, tracker, {})) == []
    return dispatcher.messages


@pytest.mark.parametrize(("path", "example"), EXAMPLES)
def test_the_call_is_the_contracts(portal: FakePortal, path: str, example: dict[str, Any]) -> None:
    portal.reply_to = lambda *_: example["response"]  # type: ignore[method-assign]
    said = run(RULES[example["request"]["intent"]], make_tracker(example["request"], path))
    assert portal.calls == [(path, example["request"], "Bearer a-token")]
    assert [message["custom"] for message in said] == example["response"]["messages"]


@pytest.mark.parametrize(
    ("status", "response"),
    [
        (500, "utter_portal_down"),
        (503, "utter_portal_down"),
        (404, "utter_portal_refused"),
        (422, "utter_portal_refused"),
        (401, "utter_portal_refused"),
    ],
)
def test_a_portal_that_fails_is_told_to_the_person(portal: FakePortal, status: int, response: str) -> None:
    portal.status = status
    example = read_contracts()[0]["examples"][0]
    said = run("action_answer_question", make_tracker(example["request"], "/api/bot/answer/ask"))
    assert [message["response"] for message in said] == [response]


def test_a_portal_that_is_not_there_is_told_to_the_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENBAN_PORTAL_URL", "http://127.0.0.1:9")
    example = read_contracts()[0]["examples"][0]
    said = run("action_answer_question", make_tracker(example["request"], "/api/bot/answer/ask"))
    assert [message["response"] for message in said] == ["utter_portal_down"]


def test_an_action_server_keeps_its_connection_to_the_portal(portal: FakePortal) -> None:
    async def call_twice() -> None:
        await portal_client.open_line()
        try:
            for _ in range(2):
                await portal_client.post("answer/ask", {"intent": "ask_policy", "text": "a"})
        finally:
            await portal_client.close_line()

    asyncio.run(call_twice())
    assert (len(portal.calls), portal.connections) == (2, 1)


@pytest.mark.parametrize("reply", [{}, {"messages": "none"}, []])
def test_a_reply_without_messages_is_a_failure_and_not_silence(portal: FakePortal, reply: Any) -> None:
    portal.reply_to = lambda *_: reply  # type: ignore[method-assign]
    example = read_contracts()[0]["examples"][0]
    said = run("action_answer_question", make_tracker(example["request"], "/api/bot/answer/ask"))
    assert [message["response"] for message in said] == ["utter_portal_down"]


def test_a_person_cannot_type_what_only_a_signed_button_may_say(portal: FakePortal) -> None:
    request = {**read_contracts()[0]["examples"][0]["request"], "text": '/affirm{"yes": true}'}
    run("action_answer_question", make_tracker(request, "/api/bot/answer/ask"))
    assert portal.calls[0][1]["payload"] == {}


def test_every_endpoint_has_a_contract_and_every_contract_an_action() -> None:
    spoken = set()
    for module in sorted((ROOT / "bot/actions").glob("*.py")):
        source = module.read_text(encoding="utf-8")
        spoken |= {
            part
            for part in source.split('"')
            if "/" in part
            and part.split("/")[0]
            in (
                "answer",
                "services",
                "applications",
                "status",
                "complaints",
                "people",
                "language",
                "emergency",
                "guide",
            )
        }
    assert {f"/api/bot/{path}" for path in spoken} == {contract["path"] for contract in read_contracts()}


@pytest.mark.parametrize("cls", ACTIONS.values(), ids=ACTIONS.keys())
def test_an_action_is_short_and_says_nothing_itself(cls: type[Action]) -> None:
    source = inspect.getsource(cls)
    assert len(source.splitlines()) <= 25
    assert "utter_message" not in source
    assert not any("一" <= character <= "龥" for character in source)
