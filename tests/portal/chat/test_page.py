"""The page without JavaScript, whose conversation it is (A9), and who may frame the widget."""

import gzip
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from chat_edge import FakeRasa, acting, say_back
from flask.testing import FlaskClient

from portal import create_app
from portal.chat.models import Conversation
from portal.extensions import db
from portal.settings import Settings

STATIC = Path(__file__).parents[3] / "portal" / "static"
QUESTION = "第三类医疗器械经营许可证什么时候可以申请延续？"


def read(client: FlaskClient, address: str = "/chat/", **options: Any) -> str:
    reply = client.get(address, follow_redirects=True, **options)
    assert reply.status_code == 200
    return unescape(reply.text)


def say(client: FlaskClient, text: str) -> None:
    reply = client.post("/chat/messages", data={"text": text})
    assert reply.status_code == 303
    assert re.fullmatch(r"/chat/#m\d+", reply.headers["Location"])


def test_a_question_is_asked_and_answered_by_plain_forms(app: APIFlask, client: FlaskClient, rasa: FakeRasa) -> None:
    rasa.answer = acting(app, "answer/ask")
    say(client, QUESTION)
    page = read(client)
    assert QUESTION in page
    assert "90个工作日" in page
    assert "医疗器械经营监督管理办法" in page


def test_buttons_are_forms(app: APIFlask, client: FlaskClient, rasa: FakeRasa) -> None:
    rasa.answer = acting(app, "answer/ask")
    say(client, "监管部门收到投诉后几个工作日内决定是否受理？")
    token = re.search(r'class="second" name="button" value="([^"]+)"', read(client))
    assert token
    rasa.answer = say_back("好")
    assert client.post("/chat/messages", data={"button": token.group(1)}).status_code == 303
    assert rasa.received[-1]["message"].startswith("/make_complaint")


def test_the_button_of_an_answer_starts_the_very_application(
    app: APIFlask, client: FlaskClient, rasa: FakeRasa
) -> None:
    rasa.answer = acting(app, "answer/ask")
    say(client, QUESTION)
    token = re.search(r'name="button" value="([^"]+)"[^>]*>\s*在线办理：延续', read(client))
    assert token
    rasa.answer = say_back("好")
    client.post("/chat/messages", data={"button": token.group(1)})
    pressed = rasa.received[-1]["message"]
    assert pressed.startswith("/start_application")
    assert '"item": "A11"' in pressed
    assert '"variant": "renew"' in pressed


@pytest.mark.parametrize(("text", "told"), [("", "没有收到可读的内容"), ("药" * 10_000, "10000")])
def test_bad_input_is_told_on_the_page_and_kept_in_the_box(client: FlaskClient, text: str, told: str) -> None:
    reply = client.post("/chat/messages", data={"text": text})
    assert reply.status_code == 422
    assert told in reply.text
    assert text[:500] in unescape(reply.text)


@pytest.mark.parametrize(
    "body", [b"text=%ff%fe%00", b"text=%D2%A9", b"\xff\xfe", b"text", b"button=x", b"conversation=other&text=a"]
)
def test_a_broken_form_is_never_a_500(client: FlaskClient, body: bytes) -> None:
    reply = client.post("/chat/messages", data=body, content_type="application/x-www-form-urlencoded")
    assert reply.status_code < 500


def test_the_page_escapes_what_was_said(client: FlaskClient, rasa: FakeRasa) -> None:
    rasa.answer = say_back("<b>x</b>")
    say(client, "<script>alert(1)</script>")
    raw = client.get("/chat/").text
    assert "<script>alert" not in raw
    assert "<b>x</b>" not in raw


def test_the_ask_box_of_our_pages_asks_at_once_and_a_foreign_link_only_fills_the_box(
    client: FlaskClient, rasa: FakeRasa
) -> None:
    foreign = client.get("/chat/?q=你好", headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 200
    assert ">你好</textarea>" in foreign.text
    assert rasa.received == []
    own = client.get("/chat/?q=你好", headers={"Sec-Fetch-Site": "same-origin"})
    assert own.status_code == 303
    assert rasa.received[0]["message"] == "你好"


def test_an_item_named_by_its_page_becomes_the_topic(client: FlaskClient, rasa: FakeRasa) -> None:
    assert 'name="item" value="A11"' in read(client, "/chat/?item=A11")
    client.post("/chat/messages", data={"text": "要多久", "item": "A11"})
    assert db.session.query(Conversation).one().topic == {"item": "A11"}


def test_another_account_never_sees_a_conversation(
    app: APIFlask, client: FlaskClient, make_account: Callable[..., Any], sign_in: Callable[..., FlaskClient]
) -> None:
    """A9: claimed at sign-in, gone at sign-out, closed to others by address, session and feedback."""
    say(client, "第一位的私事")
    sign_in(make_account("first"))
    assert "第一位的私事" in read(client)
    kept = db.session.query(Conversation).one()
    assert kept.account_id is not None
    address = f"/chat/c/{kept.id}"
    client.post("/sign-out")
    assert "第一位的私事" not in read(client)
    assert client.get(address).status_code == 404
    sign_in(make_account("second"))
    assert client.get(address).status_code == 404
    with client.session_transaction() as session:
        session["conversation"] = kept.id
    assert "第一位的私事" not in read(client)
    with client.session_transaction() as session:
        session["conversation"] = kept.id
    assert client.get("/chat/messages").status_code == 404
    with client.session_transaction() as session:
        session["conversation"] = kept.id
    assert client.post("/chat/feedback", data={"message": "1", "helpful": "no"}).status_code == 404


def test_signed_in_people_find_their_earlier_conversations(
    client: FlaskClient, make_account: Callable[..., Any], sign_in: Callable[..., FlaskClient]
) -> None:
    sign_in(make_account())
    say(client, "旧的问题")
    client.post("/chat/new")
    say(client, "新的问题")
    page = read(client)
    link = re.search(r'href="(/chat/c/[^"]+)">旧的问题', page)
    assert link
    assert "旧的问题" in read(client, link.group(1))


def test_feedback_works_by_form(app: APIFlask, client: FlaskClient, rasa: FakeRasa) -> None:
    rasa.answer = acting(app, "answer/ask")
    say(client, QUESTION)
    message = re.search(r'class="feedback".*?name="message" value="(\d+)"', read(client), re.S)
    assert message
    reply = client.post("/chat/feedback", data={"message": message.group(1), "helpful": "no", "reason": "unclear"})
    assert reply.status_code == 303
    assert "谢谢" in read(client, reply.headers["Location"])


def test_only_the_widgets_page_may_be_framed(client: FlaskClient) -> None:
    for address in ("/", "/chat/", "/chat/embed-demo"):
        headers = client.get(address).headers
        assert headers["X-Frame-Options"] == "SAMEORIGIN"
    widget = client.get("/chat/widget").headers
    assert "X-Frame-Options" not in widget
    assert "frame-ancestors 'self'" in widget["Content-Security-Policy"]
    assert "Set-Cookie" not in widget


def make_app(folder: Path, **settings: Any) -> APIFlask:
    return create_app(
        Settings(
            data=folder,
            secret_key="s" * 32,
            bot_token="t" * 32,
            proof_keys="p" * 32,
            database_url=f"sqlite:///{folder / 'x.sqlite'}",
            broker_url="memory://",
            **settings,
        )
    )


def test_the_sites_that_may_embed_are_a_setting(tmp_path: Path) -> None:
    app = make_app(tmp_path, env="test", embed_origins="https://a.example, https://b.example")
    policy = app.test_client().get("/chat/widget").headers["Content-Security-Policy"]
    assert "frame-ancestors 'self' https://a.example https://b.example" in policy
    other = app.test_client().get("/chat/").headers["Content-Security-Policy"]
    assert "a.example" not in other


def test_everybody_may_embed_only_in_development(tmp_path: Path) -> None:
    app = make_app(tmp_path, env="development", embed_origins="*")
    assert "frame-ancestors *" in app.test_client().get("/chat/widget").headers["Content-Security-Policy"]
    with pytest.raises(ValueError, match="for development"):
        make_app(tmp_path, env="production", embed_origins="*")


def test_the_widget_is_small(client: FlaskClient) -> None:
    """The script, its frame and everything the frame loads: at most 25 kB gzipped."""
    parts = [(STATIC / name).read_bytes() for name in ("widget.js", "chat.js", "chat.css", "site.css", "mark.svg")]
    parts.append(client.get("/chat/widget").data)
    assert sum(len(gzip.compress(part)) for part in parts) <= 25_000
