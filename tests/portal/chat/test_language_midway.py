"""The answer comes in the language of the message, also while something is asked; what is asked goes along, its step stays."""

from typing import Any

import pytest
from apiflask import APIFlask
from chat_edge import FakeRasa, Talk, acting

from portal.chat.tongue import find_language, find_spoken
from portal.complaints.service import find_draft
from portal.identity.commands import DEMO_PASSWORD
from tests.portal.made_once import put_demo

TOLD = "我要投诉，海泊桥惠生大药房卖给我过期的感冒药，要求退钱"


@pytest.fixture(autouse=True)
def away(rasa: FakeRasa) -> None:
    rasa.answer = lambda body: (500, b"{}")


def last(said: dict[str, Any]) -> dict[str, Any]:
    return [m for m in said["messages"] if m["data"].get("reason") != "assistant_away"][-1]  # type: ignore[no-any-return]


def test_an_english_question_in_a_chinese_complaint_is_answered_in_english(talk: Talk) -> None:
    begun = talk.say(TOLD)
    aside = talk.say("How long does it take until you decide?")
    answer = next(m["answer"] for m in aside["messages"] if m["answer"])
    assert answer["language"] == "en"
    assert "working days" in answer["text"]
    assert last(aside)["text"].startswith("Back to where we were")
    assert "Where are they?" in last(aside)["text"]
    assert aside["pending"]["step"] == begun["pending"]["step"]
    back = talk.say("这件事多久能处理完？")
    assert next(m["answer"] for m in back["messages"] if m["answer"])["language"] == "zh"
    assert "回到刚才的步骤" in last(back)["text"]


def test_the_complaint_keeps_the_language_it_was_begun_in(talk: Talk) -> None:
    talk.say(TOLD)
    talk.say("Will the shop see my name?")
    assert find_draft(talk.id).data["language"] == "zh"  # type: ignore[union-attr]


@pytest.mark.parametrize("answer", ["No. 1 Taidong Road, Qingdao", "Pinduoduo", "The Garden Hotel and Spa"])
def test_an_address_or_a_name_is_no_change_of_language(talk: Talk, answer: str) -> None:
    assert talk.say(TOLD)["pending"]["field_id"] == "seller_place"
    said = talk.say(answer)
    assert said["pending"]["field_id"] == "name"
    assert "您" in last(said)["text"]


def test_the_guide_asks_on_in_the_language_of_the_message(talk: Talk) -> None:
    begun = talk.say("我想卖医疗器械，需要办什么证")
    asked = talk.say("Is this really needed for what I do?")
    assert "Which class is the device?" in last(asked)["text"]
    assert {option["label"] for option in asked["pending"]["options"]} >= {"Class I", "Class III"}
    assert asked["pending"]["step"] == begun["pending"]["step"]
    told = talk.say("we sell class II devices")
    assert "Whose product do you sell" in last(told)["text"]


def test_a_wish_for_english_asks_the_pending_question_in_english(app: APIFlask, talk: Talk, rasa: FakeRasa) -> None:
    talk.say(TOLD)
    rasa.answer = acting(app, "language/set", intent="change_language", payload={"language": "en"})
    said = talk.say("用英文")
    assert (
        last(said)["text"]
        == "Back to where we were:\nWhere are they? Give the address, or for an online shop the platform and what it shows."
    )


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The shop 美丽小屋 does not answer me, what can I do?", "en"),
        ("what does 经营者 mean", "en"),
        ("请问 class II device 怎么备案", "zh"),
        ("GMP认证", "zh"),
        ("Emily Carter", "en"),
        ("refund", None),
        ("13800138000", None),
    ],
)
def test_a_sentence_that_quotes_the_other_language_keeps_its_own(text: str, language: str | None) -> None:
    assert find_language(text) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("What happens to my phone number?", "en"),
        ("My name is Wang Li", "en"),
        ("这个信息会不会告诉店家", "zh"),
        ("我叫王丽", "zh"),
        ("上海市静安区南京西路1号", None),
        ("美的旗舰店", None),
        ("Room 5, Hotel of the West Lake", None),
        ("yes", None),
        ("Emily Carter", None),
    ],
)
def test_what_may_stand_in_either_language_is_no_sentence(text: str, language: str | None) -> None:
    assert find_spoken(text) == language


def test_a_form_asks_on_in_the_language_of_the_message(app: APIFlask, rasa: FakeRasa) -> None:
    put_demo(app)
    person = app.test_client()
    person.post("/sign-in", data={"login": "kangrui", "password": DEMO_PASSWORD})

    def say(text: str, verb: str, **call: Any) -> dict[str, Any]:
        rasa.answer = acting(app, verb, **call)
        reply = person.post("/chat/messages", data={"text": text}, headers={"Accept": "application/json"})
        assert reply.status_code == 200, reply.text
        return dict(reply.json)

    opened = say("我要延续医疗器械经营许可证", "applications/open", payload={"item": "A11", "variant": "renew"})
    assert "来源" in last(opened)["text"]
    asked = say("How long is the licence valid?", "answer/ask")
    assert last(asked)["text"].startswith("Back to where we were:\nBefore I fill anything in")
    assert asked["pending"]["options"][0]["label"] == "Yes, ask all of them"
    assert asked["pending"]["step"] == opened["pending"]["step"]
