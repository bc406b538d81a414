"""After something was sent, two words ask what follows: the next step of that very matter, not a clause."""

import pytest
from apiflask import APIFlask
from chat_edge import FakeRasa, Talk, acting, say_back
from flask.testing import FlaskClient

from portal.chat import memory, records
from portal.complaints import service as complaints
from portal.extensions import db
from portal.identity.service import ANONYMOUS

FACTS = {
    "facts": "买的感冒药过期了",
    "seller": "某某大药房",
    "seller_place": "某市某区一路1号",
    "demand": ["refund"],
    "name": "钱多多",
    "mobile": "19400000001",
    "address": "某市某区二路2号",
}


def lodge_in(talk: Talk, kind: str = "complaint") -> list[str]:
    """Lodged in this conversation without an account; the numbers."""
    lodged = complaints.lodge(ANONYMOUS, kind, FACTS, key=f"chat-{talk.id}", language="zh", conversation_id=talk.id)
    db.session.commit()
    return [one.number for one in lodged]


def talk_of(talk: Talk, item: str) -> None:
    conversation = records.find_conversation(talk.id)
    assert conversation
    memory.keep(conversation, {"item": item})
    db.session.commit()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("接下来呢", "决定是否受理"),
        ("那我接下来该做什么？", "决定是否受理"),
        ("然后呢", "决定是否受理"),
        ("下一步是什么", "决定是否受理"),
        ("要等多久", "决定是否受理"),
        ("要等好久", "决定是否受理"),
        ("what happens next?", "Decide whether to accept"),
        ("What now?", "Decide whether to accept"),
        ("when will I hear back?", "Decide whether to accept"),
    ],
)
def test_the_next_step_of_a_complaint_just_sent_is_told(talk: Talk, rasa: FakeRasa, text: str, said: str) -> None:
    [number] = lodge_in(talk)
    reply = talk.say(text)["messages"][-1]
    assert number in reply["text"]
    assert said in reply["text"]
    assert [button["url"] for button in reply["buttons"]] == [f"/complaints/status?number={number}"]
    assert rasa.received == []


def test_a_complaint_and_its_report_are_both_told(talk: Talk) -> None:
    numbers = lodge_in(talk, "both")
    replies = talk.say("接下来呢")["messages"][1:]
    assert [number for number, reply in zip(numbers, replies, strict=True) if number in reply["text"]] == numbers
    assert "60日" in replies[0]["text"]
    assert "立案" in replies[1]["text"]


def test_a_question_of_its_own_is_left_to_the_rules(talk: Talk, rasa: FakeRasa) -> None:
    lodge_in(talk)
    rasa.answer = say_back("回答")
    assert talk.say("接下来怎么延续许可证")["messages"][-1]["text"] == "回答"


def test_nothing_sent_is_nothing_told(talk: Talk, rasa: FakeRasa) -> None:
    rasa.answer = say_back("回答")
    assert talk.say("接下来呢")["messages"][-1]["text"] == "回答"


def test_once_the_talk_is_of_another_item_the_words_are_about_that(talk: Talk, rasa: FakeRasa) -> None:
    lodge_in(talk)
    talk_of(talk, "A5")
    rasa.answer = say_back("回答")
    assert talk.say("接下来呢")["messages"][-1]["text"] == "回答"


def test_another_conversation_is_told_nothing_of_it(client: FlaskClient, talk: Talk, rasa: FakeRasa) -> None:
    lodge_in(talk)
    rasa.answer = say_back("回答")
    assert Talk(client).say("接下来呢")["messages"][-1]["text"] == "回答"


def test_in_the_middle_of_a_complaint_it_is_what_is_still_to_be_told(app: APIFlask, talk: Talk, rasa: FakeRasa) -> None:
    lodge_in(talk)
    rasa.answer = acting(app, "complaints/start", intent="make_complaint")
    asked = talk.say("我在某市某区一路1号的某某大药房买了过期的感冒药，花了30元，我要退款")["pending"]
    said = talk.say("接下来呢")
    assert "还要告诉我：姓名" in said["messages"][1]["text"]
    assert said["pending"] == asked
