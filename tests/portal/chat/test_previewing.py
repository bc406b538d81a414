"""What would be starred is shown before it is sent, on the page with and without script, and nothing is kept meanwhile."""

import re
from html import unescape
from typing import Any

import pytest
from apiflask import APIFlask
from chat_edge import FakeRasa, Talk
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.chat.models import Conversation, Message
from portal.extensions import db

PHONE = "19912345678"
SAID = f"我的手机是{PHONE}，许可证办好了打给我"


def count_messages() -> int:
    return db.session.scalar(select(func.count()).select_from(Message).where(Message.role == "user")) or 0


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (SAID, "mobile"),
        ("身份证11010519491231002X能查许可证吗", "identity_card"),
        ("打到6222021234567890128这张卡上", "bank_card"),
        ("护照号E12345678要登记吗", "passport"),
    ],
)
def test_a_message_that_holds_what_nobody_needs_is_shown_starred_and_not_sent(
    talk: Talk, rasa: FakeRasa, text: str, kind: str
) -> None:
    shown = talk.say(text, preview=True)
    assert (shown["status"], shown["messages"], shown["preview"]["kinds"]) == ("preview", [], [kind])
    assert "*" in shown["preview"]["text"]
    assert rasa.received == []
    assert count_messages() == 0
    said = talk.say(text)
    assert said["messages"][0]["text"] == shown["preview"]["text"], "it is kept as it was shown"


@pytest.mark.parametrize(
    "text", ["药品经营许可证有效期几年？", "国药准字Z20123456是真的吗", "/affirm", f"我妈吃了药喘不上气了，电话{PHONE}"]
)
def test_nothing_stands_before_a_message_that_needs_no_stars_or_tells_of_danger(talk: Talk, text: str) -> None:
    assert talk.say(text, preview=True)["status"] == "answered"


def test_a_complaint_may_hold_the_persons_own_telephone_number_but_no_card(talk: Talk) -> None:
    assert talk.say(f"我要投诉药店卖过期药，电话{PHONE}", preview=True)["status"] == "answered"
    shown = talk.say(f"我要投诉药店，电话{PHONE}，钱退到6222021234567890128", preview=True)
    assert shown["preview"]["kinds"] == ["bank_card"]


def test_a_field_that_asks_for_a_number_gets_it(talk: Talk, rasa: FakeRasa) -> None:
    conversation = db.session.get(Conversation, talk.id)
    assert conversation is not None
    conversation.pending = {"flow": "application", "kind": "field", "field_id": "tel", "type": "phone", "step": "s"}
    db.session.commit()
    assert talk.say(PHONE, preview=True)["status"] == "answered"
    assert rasa.received[0]["message"] == PHONE


def test_a_program_that_does_not_ask_is_told_afterwards(talk: Talk) -> None:
    assert talk.say(SAID)["messages"][1]["data"] == {"masked": ["mobile"]}


@pytest.mark.parametrize(("text", "code"), [("", "empty"), ("药" * 1001, "too_long")])
def test_what_cannot_be_sent_at_all_is_told_as_ever(talk: Talk, text: str, code: str) -> None:
    assert talk.post(text=text, preview=True).json["error"]["code"] == code


def read_form(page: str) -> dict[str, Any]:
    """What a browser would send from the composer: its hidden fields and its text."""
    form = page.split('id="say-form"')[1].split("</form>")[0]
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))
    return {**fields, "text": unescape(form.split("<textarea")[1].split(">", 1)[1].split("</textarea>")[0])}


def test_the_page_shows_it_without_script_and_sends_it_with_stars_or_changed(
    app: APIFlask, client: FlaskClient, rasa: FakeRasa
) -> None:
    form = read_form(client.get("/chat/").text)
    shown = client.post("/chat/messages", data={**form, "text": SAID})
    assert shown.status_code == 200
    assert "还没有发送" in shown.text
    assert f"<p>{SAID[:5]}199" in shown.text
    assert rasa.received == []
    again = read_form(shown.text)
    assert again["text"] == SAID, "the message is still in the box"
    button = re.search(r'<button form="say-form" name="(\w+)" value="(\w+)"', shown.text)
    assert button
    assert client.post("/chat/messages", data={**again, button[1]: button[2]}).status_code == 303
    assert PHONE not in rasa.received[0]["message"]
    assert client.post("/chat/messages", data={**again, "text": "许可证办好了告诉我"}).status_code == 303
    assert rasa.received[1]["message"] == "许可证办好了告诉我"


def test_a_question_from_the_home_page_is_shown_starred_too(client: FlaskClient, rasa: FakeRasa) -> None:
    shown = client.get("/chat/", query_string={"q": SAID}, headers={"Sec-Fetch-Site": "same-origin"})
    assert (shown.status_code, rasa.received) == (200, [])
    assert "还没有发送" in shown.text


def test_the_widget_gets_it_rendered(talk: Talk) -> None:
    shown = talk.client.post(
        f"{talk.url}?render=html", json={"text": f"<b>{PHONE}</b>", "preview": True}, headers=talk.headers
    ).json
    assert "data-starred" in shown["preview_html"]
    assert "<b>" not in shown["preview_html"]
    assert PHONE not in shown["preview_html"]
