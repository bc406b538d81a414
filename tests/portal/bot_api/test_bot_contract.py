"""The portal's half of tests/contracts/bot_*.json: every example the bot may send is taken, answered in the agreed shape."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from chat_edge import BOT_TOKEN, FakeRasa, Talk, call_bot, say_back
from flask.testing import FlaskClient

from portal.chat.dispatch import VERBS
from portal.chat.gateway import fingerprint
from portal.chat.models import Conversation
from portal.extensions import db

CONTRACTS = Path(__file__).parents[2] / "contracts"
FILES = sorted(path for path in CONTRACTS.glob("bot_*.json") if path.name != "bot_webhook.json")
EXAMPLES = [
    (json.loads(path.read_text("utf-8"))["path"], example)
    for path in FILES
    for example in json.loads(path.read_text("utf-8"))["examples"]
]
KINDS = {"text", "answer", "form", "complaint", "receipt", "notice"}


def open_turn(talk: Talk, text: str) -> None:
    """As the gateway leaves a conversation while Rasa has it."""
    conversation = db.session.get_one(Conversation, talk.id)
    conversation.turn_id, conversation.turn_key, conversation.turn_language = 1, fingerprint(text), "zh"
    conversation.turn_payload = {}
    db.session.commit()


def test_the_contracts_name_every_verb() -> None:
    named = {json.loads(path.read_text("utf-8"))["path"].removeprefix("/api/bot/") for path in FILES}
    assert named == set(VERBS)


@pytest.mark.parametrize(("path", "example"), EXAMPLES, ids=[f"{path[9:]}-{e['name']}" for path, e in EXAMPLES])
def test_every_example_is_answered_in_the_agreed_shape(
    client: FlaskClient, talk: Talk, path: str, example: dict[str, Any]
) -> None:
    request = {**example["request"], "conversation_id": talk.id}
    open_turn(talk, request["text"])
    reply = client.post(path, json=request, headers={"Authorization": f"Bearer {BOT_TOKEN}"})
    assert reply.status_code == 200, reply.text
    assert set(reply.json) == {"messages", "slots"}
    told = reply.json["messages"]
    assert told
    assert all(set(message) == set(example["response"]["messages"][0]) for message in told)
    stored = talk.list()[-len(told) :]
    assert [{key: message[key] for key in ("id", "role", "kind")} for message in stored] == told
    for message in stored:
        assert message["kind"] in KINDS
        assert message["text"].strip()
        for button in message["buttons"]:
            assert button["label"]
            assert bool(button.get("token")) != bool(button.get("url"))


def test_what_the_gateway_sends_is_what_the_webhook_contract_says(talk: Talk, rasa: FakeRasa) -> None:
    contract = json.loads((CONTRACTS / "bot_webhook.json").read_text("utf-8"))
    rasa.answer = say_back("好")
    talk.say("你好")
    example = contract["examples"][0]["request"]
    assert set(rasa.received[0]) == set(example)
    assert set(rasa.received[0]["metadata"]) == set(example["metadata"])


@pytest.mark.parametrize(
    "reply",
    [example["response"] for example in json.loads((CONTRACTS / "bot_webhook.json").read_text("utf-8"))["examples"]],
)
def test_every_reply_of_the_webhook_contract_is_taken(talk: Talk, rasa: FakeRasa, reply: list[dict[str, Any]]) -> None:
    rasa.answer = lambda body: (200, json.dumps(reply).encode())
    assert talk.say("你好")["status"] == "answered"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": BOT_TOKEN},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer 密"},
    ],
)
def test_without_the_service_token_the_door_is_closed(client: FlaskClient, talk: Talk, headers: dict[str, str]) -> None:
    encoded = {key: value.encode().decode("latin-1") for key, value in headers.items()}
    reply = client.post("/api/bot/answer/ask", json={"conversation_id": talk.id, "text": "a"}, headers=encoded)
    assert reply.status_code == 401


def test_a_browser_session_opens_nothing_here(
    talk: Talk, make_account: Callable[..., Any], sign_in: Callable[..., FlaskClient]
) -> None:
    browser = sign_in(make_account(kind="staff", roles="administrator,officer,curator"))
    assert browser.post("/api/bot/answer/ask", json={"conversation_id": talk.id}).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"conversation_id": ""}',
        b'{"conversation_id": "x", "identity": "admin"}',
        b'{"conversation_id": "x", "confidence": 7}',
        b'{"conversation_id": "x", "entities": [1]}',
        b'{"conversation_id": "\xff"}',
    ],
)
def test_a_call_that_breaks_the_contract_is_told(client: FlaskClient, body: bytes) -> None:
    reply = client.post(
        "/api/bot/answer/ask",
        data=body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {BOT_TOKEN}"},
    )
    assert reply.status_code in (400, 422)
    assert reply.json["error"]["message"]


def test_an_unknown_conversation_or_a_closed_turn_is_a_conflict(app: APIFlask, client: FlaskClient, talk: Talk) -> None:
    assert call_bot(client, "answer/ask", "nobody", text="a").status_code == 409
    assert call_bot(client, "answer/ask", talk.id, text="a").status_code == 409


def test_the_identity_is_the_conversations_own(
    app: APIFlask, client: FlaskClient, talk: Talk, make_account: Callable[..., Any]
) -> None:
    """Whatever the call says, a stranger's conversation is told nothing of anybody's matters."""
    open_turn(talk, "我的申请到哪了")
    reply = call_bot(
        client, "status/show", talk.id, text="我的申请到哪了", payload={"account_id": 1, "identity": "admin"}
    )
    assert reply.status_code == 200
    assert talk.list()[-1]["data"]["sign_in"] is True
