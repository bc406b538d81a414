"""Who complains asks about their own data: whether the shop learns them, and what to do without a telephone number."""

import pytest
from apiflask import APIFlask
from chat_edge import FakeRasa, Talk, acting

from portal.complaints import service as complaints

TOLD = "我在某市某区一路1号的某某大药房买了过期的感冒药，花了30元，我要退款。"


@pytest.fixture
def asked_for_number(app: APIFlask, talk: Talk, rasa: FakeRasa) -> Talk:
    """A complaint that has come to the telephone number."""
    rasa.answer = acting(app, "complaints/start", intent="make_complaint")
    said = talk.say(TOLD)
    assert said["pending"]["field_id"] == "name"
    rasa.answer = acting(app, "complaints/say", intent="answer_field")
    assert talk.say("李桂花")["pending"]["field_id"] == "mobile"
    return talk


@pytest.mark.parametrize("verb", ["complaints/say", "answer/ask"])
@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("俺没得手机", "座机"),
        ("我没有手机号", "座机"),
        ("俺没得手机，家里有个座机", "座机"),
        ("必须留电话吗", "座机"),
        ("I don't have a phone", "landline"),
        ("Do I need a Chinese phone number?", "country code"),
    ],
)
def test_who_has_no_number_is_told_the_ways_on(
    app: APIFlask, asked_for_number: Talk, rasa: FakeRasa, verb: str, text: str, word: str
) -> None:
    step = asked_for_number.say("？？")["pending"]["step"]
    rasa.answer = acting(app, verb, payload={"step": step} if verb == "complaints/say" else {})
    said = asked_for_number.say(text)
    told = said["messages"][1]
    assert word in told["text"]
    assert said["pending"]["field_id"] == "mobile"
    assert len([b for b in told["buttons"] if b.get("token")]) == 2


def test_it_may_go_on_as_a_report_that_needs_no_number(app: APIFlask, asked_for_number: Talk, rasa: FakeRasa) -> None:
    rasa.answer = acting(app, "complaints/say", intent="answer_field")
    told = asked_for_number.say("我没有手机号")["messages"][1]
    press = next(b["token"] for b in told["buttons"] if "举报" in b["label"])
    rasa.answer = acting(app, "complaints/start", intent="make_report")
    said = asked_for_number.say(button=press)
    assert said["pending"]["kind"] == "confirm"
    assert "改为举报继续" in said["messages"][1]["text"]
    draft = complaints.find_draft(asked_for_number.id)
    assert draft
    assert (draft.data["kind"], draft.data["fields"]["seller"]) == ("report", "某某大药房")
    assert draft.data["fields"]["demand"] == []


@pytest.mark.parametrize(
    "text", ["这个信息会不会告诉店家", "他们会晓得是我告的不", "会不会保密", "who can see my phone number?"]
)
def test_whether_the_shop_learns_who_complains_is_answered(
    app: APIFlask, asked_for_number: Talk, rasa: FakeRasa, text: str
) -> None:
    rasa.answer = acting(app, "complaints/say", intent="answer_field")
    said = asked_for_number.say(text)
    answer = next(message["answer"] for message in said["messages"] if message["answer"])
    assert answer["service"]["id"] == "C1"
    assert [cite["article"] for cite in answer["citations"]][:1] == [37]
    assert said["pending"]["field_id"] == "mobile"


@pytest.mark.parametrize("text", ["13900000000", "我告诉老板了他不理", "他们没接电话"])
def test_other_words_are_left_to_the_complaint(
    app: APIFlask, asked_for_number: Talk, rasa: FakeRasa, text: str
) -> None:
    rasa.answer = acting(app, "complaints/say", intent="answer_field")
    assert "座机" not in asked_for_number.say(text)["messages"][1]["text"]


def test_a_village_is_an_address_and_a_sigh_is_none(app: APIFlask, asked_for_number: Talk, rasa: FakeRasa) -> None:
    rasa.answer = acting(app, "complaints/say", intent="answer_field")
    asked = asked_for_number.say("0745-2234567")["pending"]
    assert (asked["field_id"], asked["type"]) == ("address", "address")
    assert asked_for_number.say("要等好久")["pending"]["field_id"] == "address"
    assert asked_for_number.say("住黄金坳镇大塘村3组")["pending"]["kind"] == "confirm"
