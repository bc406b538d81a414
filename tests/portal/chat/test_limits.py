"""The brake: who sends too much in a short time is told how long to wait, and keeps what was typed."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from apiflask import APIFlask
from chat_edge import FakeRasa, Talk
from flask.testing import FlaskClient

from portal import create_app
from portal.chat.rasa import MOST_AT_ONCE
from portal.extensions import db, limiter
from portal.settings import ROOT, Settings


@pytest.fixture
def app(tmp_path: Path, rasa: FakeRasa) -> Iterator[APIFlask]:
    """A portal that counts, as outside the tests."""
    app = create_app(Settings(env="development", data=tmp_path, argon2_time_cost=1, rasa_url=rasa.url))
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        db.create_all()
        yield app
        if "rasa_line" in app.extensions:
            app.extensions["rasa_line"].close()
        db.session.remove()
        db.engine.dispose()
    limiter.enabled = False


def says_how_long(text: str, header: str) -> bool:
    """Whether words and header name the same wait; the header is written last, and the words round up."""
    found = re.search(r"请等 (\d+) 秒", text)
    return bool(found) and 0 <= int(found[1]) - int(header) <= 5 and 1 <= int(header) <= 60


def test_a_conversation_has_a_limit_of_its_own_and_says_how_long_to_wait(app: APIFlask, client: FlaskClient) -> None:
    fast, other = Talk(client), Talk(client)
    assert {fast.post(text="/stop").status_code for _ in range(40)} == {200}
    braked = fast.post(text="/stop", message_id="m")
    assert (braked.status_code, braked.json["error"]["code"]) == (429, "too_many_requests")
    assert says_how_long(braked.json["error"]["message"], braked.headers["Retry-After"])
    assert other.post(text="你好").status_code == 200
    assert not any(message["text"] == "m" for message in other.list())


def test_a_flood_through_many_conversations_is_braked_by_its_address(app: APIFlask, client: FlaskClient) -> None:
    talks = [Talk(client) for _ in range(7)]
    seen = [talk.post(text="/stop").status_code for talk in talks for _ in range(36)]
    assert (seen[:240], set(seen[240:])) == ([200] * 240, {429})
    elsewhere = client.post(
        talks[6].url, json={"text": "你好"}, headers=talks[6].headers, environ_base={"REMOTE_ADDR": "192.0.2.7"}
    )
    assert elsewhere.status_code == 200


def test_the_page_without_script_keeps_the_message_in_the_box(app: APIFlask, client: FlaskClient) -> None:
    assert {client.post("/chat/messages", data={"text": "/stop"}).status_code for _ in range(40)} == {303}
    braked = client.post("/chat/messages", data={"text": "我写了很久的一段话"})
    assert braked.status_code == 429
    assert ">我写了很久的一段话</textarea>" in braked.text
    assert says_how_long(braked.text, braked.headers["Retry-After"])
    script = client.post("/chat/messages", data={"text": "再来"}, headers={"Accept": "application/json"})
    assert (script.status_code, script.json["error"]["code"]) == (429, "too_many_requests")


@pytest.mark.parametrize("path", ["Procfile", "docker/portal.Dockerfile"])
def test_a_portal_process_has_threads_for_the_turns_that_wait_for_rasa_and_for_their_calls_back(path: str) -> None:
    command = (ROOT / path).read_text(encoding="utf-8")
    found = re.search(r"--threads\W+(\d+)", command)
    assert found and int(found[1]) > 2 * MOST_AT_ONCE
