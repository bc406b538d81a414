"""Harm to the body told within a dispute: the complaint goes on, and the reaction is to be reported beside it."""

import pytest
from apiflask import APIFlask
from chat_edge import FakeRasa, Talk, acting

from portal.chat.models import Conversation
from portal.extensions import db

CREAM = "我在某市某区一路1号的美美化妆品店买了面霜，花了128元，擦了脸上起疹子，我要他们退钱"
PILLS = "我在某市某区一路1号的某某大药房买了减肥胶囊，花了200元，吃了以后一直拉肚子头晕，要求退钱"
EXPIRED = "我在某市某区一路1号的某某大药房买了过期的感冒药，花了30元，我要退款"


def start(app: APIFlask, talk: Talk, rasa: FakeRasa, text: str) -> dict[str, str]:
    """The message that says what was understood, with the address of its button, "" when it has none."""
    rasa.answer = acting(app, "complaints/start", intent="make_complaint")
    said = talk.say(text)
    assert said["pending"]["flow"] == "complaint"
    shown = next(message for message in said["messages"] if "我理解的内容" in message["text"])
    return {"text": shown["text"], "url": next((b["url"] for b in shown["buttons"] if b.get("url")), "")}


@pytest.mark.parametrize(
    ("text", "item", "title"),
    [(CREAM, "C9", "化妆品不良反应监测管理办法"), (PILLS, "C8", "药品不良反应报告和监测管理办法")],
)
def test_the_reaction_is_told_beside_the_dispute(
    app: APIFlask, talk: Talk, rasa: FakeRasa, text: str, item: str, title: str
) -> None:
    shown = start(app, talk, rasa, text)
    assert "投诉" in shown["text"]
    assert "同时属于不良反应" in shown["text"]
    assert title in shown["text"]
    assert shown["url"] == f"/services/{item}"


def test_a_dispute_without_harm_speaks_of_no_reaction(app: APIFlask, talk: Talk, rasa: FakeRasa) -> None:
    shown = start(app, talk, rasa, EXPIRED)
    assert "不良反应" not in shown["text"]
    assert shown["url"] == ""


def test_behind_the_receipt_the_report_of_the_reaction_is_called_to_mind(
    app: APIFlask, talk: Talk, rasa: FakeRasa
) -> None:
    start(app, talk, rasa, f"{CREAM}。我叫李桂花，电话19400000001，住某市某区二路2号")
    rasa.answer = acting(app, "complaints/confirm", intent="affirm")
    messages = talk.say("对")["messages"]
    assert [message["kind"] for message in messages[1:]] == ["receipt", "complaint"]
    assert messages[-1]["buttons"][0]["url"] == "/services/C9"


@pytest.mark.parametrize(("item", "variant"), [("C8", "report"), ("C9", "report")])
@pytest.mark.parametrize("text", ["Report it", "我要上报", "上报"])
def test_who_wants_to_report_the_reaction_spoken_of_gets_its_form(
    app: APIFlask, talk: Talk, rasa: FakeRasa, item: str, variant: str, text: str
) -> None:
    conversation = db.session.get_one(Conversation, talk.id)
    conversation.topic = {"item": item}
    db.session.commit()
    heard = [{"entity": "service_item", "value": "C2"}]
    rasa.answer = acting(app, "complaints/start", intent="make_report", entities=heard)
    said = talk.say(text)
    assert said["pending"] is None, "no violation is taken down"
    buttons = next(message["buttons"] for message in said["messages"] if message["data"].get("sign_in"))
    assert any(f"/services/{item}" in button.get("url", "") for button in buttons)


def test_a_lead_on_a_violation_is_taken_down_whatever_was_spoken_of(app: APIFlask, talk: Talk, rasa: FakeRasa) -> None:
    conversation = db.session.get_one(Conversation, talk.id)
    conversation.topic = {"item": "C9"}
    db.session.commit()
    rasa.answer = acting(app, "complaints/start", intent="make_report")
    assert talk.say("我要举报一家店")["pending"]["flow"] == "complaint"
