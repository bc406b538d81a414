"""The classifier alone never decides: a question it took for something else is answered, a cry for help is not lost."""

import pytest
from apiflask import APIFlask
from chat_edge import FakeRasa, Talk, acting

from portal.chat.models import Conversation
from portal.extensions import db


@pytest.mark.parametrize(
    ("verb", "text"),
    [
        ("emergency/show", "药品不良反应定期安全性更新报告交给哪个部门"),
        ("emergency/show", "How long must purchase records of cosmetics be kept?"),
        ("language/set", "进口医疗器械只有英文标签，没有中文标签可以卖吗"),
        ("status/show", "第三类医疗器械经营许可证什么时候可以申请延续？"),
        ("answer/ask", "药店除了处方药以外还有什么不能在网上卖"),
    ],
)
def test_a_question_taken_for_something_else_is_answered(
    app: APIFlask, rasa: FakeRasa, talk: Talk, verb: str, text: str
) -> None:
    rasa.answer = acting(app, verb)
    said = talk.say(text)["messages"][1]
    assert not (said["data"] or {}).get("emergency")
    assert said["answer"]["status"] in {"answered", "clarify"}


def test_a_look_at_other_peoples_matters_is_refused(app: APIFlask, rasa: FakeRasa, talk: Talk) -> None:
    rasa.answer = acting(app, "status/show", intent="check_status")
    said = talk.say("帮我查一下别的公司的申请材料")["messages"][1]
    assert said["answer"]["label"] == "others_data"


@pytest.mark.parametrize(
    "text", ["我妈吃错药了，现在叫不醒", "he took the whole packet and cannot breathe", "救命，孩子喝了消毒液"]
)
def test_a_cry_for_help_is_believed(app: APIFlask, rasa: FakeRasa, talk: Talk, text: str) -> None:
    rasa.answer = acting(app, "emergency/show")
    said = talk.say(text)["messages"][1]
    assert said["data"]["emergency"] is True
    assert "120" in said["text"]


@pytest.mark.parametrize("text", ["switch to English please", "说中文"])
def test_the_plain_wish_to_change_the_language_is_followed(
    app: APIFlask, rasa: FakeRasa, talk: Talk, text: str
) -> None:
    rasa.answer = acting(app, "language/set")
    assert talk.say(text)["messages"][1]["answer"] is None


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("三岁娃拉肚子，蒙脱石散一次吃几克", "refused"),
        ("小孩咳嗽有痰，氨溴索糖浆喂多少毫升合适", "refused"),
        ("How many drops of the fever syrup do I give a two year old?", "refused"),
        ("我老公前几天打了破伤风针后胳膊红肿，这种情况向谁上报", "handoff"),
    ],
)
def test_who_asks_how_much_to_take_or_where_to_report_is_not_sent_to_the_ambulance(
    app: APIFlask, rasa: FakeRasa, talk: Talk, text: str, status: str
) -> None:
    rasa.answer = acting(app, "emergency/show")
    said = talk.say(text)["messages"][1]
    assert not (said["data"] or {}).get("emergency")
    assert said["answer"]["status"] == status


@pytest.mark.parametrize(
    "text", ["孩子打了针全身起疹子喘不上气，该向谁上报", "他吞了二十片安眠药，要喝多少水", "她晕过去了，药还要喂几毫升"]
)
def test_danger_is_believed_even_when_such_a_question_is_asked_with_it(
    app: APIFlask, rasa: FakeRasa, talk: Talk, text: str
) -> None:
    rasa.answer = acting(app, "emergency/show")
    assert talk.say(text)["messages"][1]["data"]["emergency"] is True


@pytest.mark.parametrize(
    ("text", "item", "variant"),
    [
        ("帮我把化妆品生产许可证换发一下", "A7", "renew"),
        ("医疗器械生产许可证要换发，怎么开始填", "A8", "renew"),
    ],
)
def test_the_kind_of_application_is_read_from_the_words_when_no_entity_names_it(
    app: APIFlask, rasa: FakeRasa, talk: Talk, text: str, item: str, variant: str
) -> None:
    entity = {"entity": "service_item", "value": item}
    rasa.answer = acting(app, "applications/open", intent="start_application", entities=[entity])
    talk.say(text)
    topic = db.session.get(Conversation, talk.id).topic  # type: ignore[union-attr]
    assert (topic["item"], topic["variant"]) == (item, variant)


def test_who_says_no_kind_of_application_chooses_one_of_those_that_can_be_filled_in(
    app: APIFlask, rasa: FakeRasa, talk: Talk
) -> None:
    entity = {"entity": "service_item", "value": "A12"}
    rasa.answer = acting(app, "applications/open", intent="start_application", entities=[entity])
    said = talk.say("药品经营许可证，帮我办一下")["messages"][1]
    assert "暂不能" not in said["text"]
    assert len(said["buttons"]) > 1
    assert all("token" in button for button in said["buttons"])


@pytest.mark.parametrize(
    ("first", "text"),
    [
        ("用了新买的精华脸上起红疹", "那款精华还可以继续抹吗"),
        ("I got a rash from my new hand lotion", "Should I go on using it?"),
    ],
)
def test_whether_to_go_on_with_a_product_is_for_a_doctor(
    app: APIFlask, rasa: FakeRasa, talk: Talk, first: str, text: str
) -> None:
    rasa.answer = acting(app, "answer/ask")
    talk.say(first)
    said = talk.say(text)["messages"][1]
    assert (said["answer"]["status"], said["answer"]["label"]) == ("refused", "medication_advice")


@pytest.mark.parametrize(
    ("verb", "text", "asked"),
    [
        ("people/talk", "我叫钱多多", "mobile"),
        ("status/show", "订单号DY202611209988", "name"),
        ("complaints/say", "电话19400000001", "name"),
        ("complaints/say", "你们到底管不管啊", "name"),
    ],
)
def test_what_belongs_to_the_complaint_that_is_told_goes_into_it(
    app: APIFlask, rasa: FakeRasa, talk: Talk, verb: str, text: str, asked: str
) -> None:
    rasa.answer = acting(app, "complaints/start")
    began = talk.say("我在临江市北湖区长春路的康福大药房买的止咳糖浆过期了，要退款")
    assert began["pending"]["field_id"] == "name"
    rasa.answer = acting(app, verb)
    said = talk.say(text)
    assert said["handover"] is None
    assert said["pending"]["field_id"] == asked
    assert all("登录" not in message["text"] for message in said["messages"])
