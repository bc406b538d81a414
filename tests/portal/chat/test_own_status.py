"""Where the matters of a conversation stand, told to whoever holds it and to nobody else."""

import pytest
from apiflask import APIFlask
from chat_edge import FakeRasa, Talk, acting
from flask.testing import FlaskClient

from portal.complaints import service as complaints
from portal.extensions import db
from portal.identity.service import ANONYMOUS

FACTS = {
    "facts": "直播间买的面膜用了起疹子",
    "seller": "某某美妆店",
    "seller_place": "某平台",
    "demand": ["refund"],
    "name": "钱多多",
    "mobile": "19400000001",
    "address": "某市某区二路2号",
}


def lodge_in(talk: Talk) -> str:
    """A complaint lodged in this conversation without an account; its number."""
    [lodged] = complaints.lodge(
        ANONYMOUS, "complaint", FACTS, key=f"chat-{talk.id}", language="zh", conversation_id=talk.id
    )
    db.session.commit()
    return lodged.number


def test_who_complained_here_without_an_account_is_told_where_it_stands(
    app: APIFlask, talk: Talk, rasa: FakeRasa
) -> None:
    number = lodge_in(talk)
    rasa.answer = acting(app, "status/show", intent="ask_status")
    reply = talk.say("我的投诉办到哪一步了")["messages"][-1]
    assert number in reply["text"]
    assert "已收到" in reply["text"]
    assert [button["url"] for button in reply["buttons"]] == [f"/complaints/status?number={number}"]


def test_another_conversation_is_told_nothing_of_it(
    app: APIFlask, client: FlaskClient, talk: Talk, rasa: FakeRasa
) -> None:
    number = lodge_in(talk)
    rasa.answer = acting(app, "status/show", intent="ask_status")
    reply = Talk(client).say(f"{number}办到哪一步了")["messages"][-1]
    assert "已收到" not in reply["text"]
    assert "只告知本人" in reply["text"]


def test_who_wants_to_take_a_complaint_back_is_told_where(app: APIFlask, talk: Talk, rasa: FakeRasa) -> None:
    number = lodge_in(talk)
    rasa.answer = acting(app, "complaints/start", intent="make_complaint")
    told = talk.say("我想撤回投诉")["messages"]
    assert "撤回投诉" in told[1]["text"]
    assert "举报不能撤回" in told[1]["text"]
    assert f"/complaints/status?number={number}" in [button.get("url") for button in told[-1]["buttons"]]


@pytest.mark.parametrize(
    "text",
    ["我登记的法人是谁", "我的身份证号你们有吗", "what records do you hold about us", "Do you have my ID number?"],
)
def test_what_is_recorded_of_oneself_is_read_on_its_page_and_never_said_in_the_conversation(
    app: APIFlask, talk: Talk, rasa: FakeRasa, text: str
) -> None:
    rasa.answer = acting(app, "answer/ask", intent="ask_policy")
    reply = talk.say(text)["messages"][-1]
    assert reply["answer"] is None
    assert reply["data"]["sign_in"] is True
    assert [button["url"] for button in reply["buttons"]] == ["/sign-in?next=/records/"]


@pytest.mark.parametrize("text", ["我们公司的注册地址变更要多久", "我的药店要什么材料", "what records must we keep"])
def test_a_question_of_law_about_ones_own_business_is_none(
    app: APIFlask, talk: Talk, rasa: FakeRasa, text: str
) -> None:
    rasa.answer = acting(app, "answer/ask", intent="ask_policy")
    assert talk.say(text)["messages"][-1]["answer"] is not None
