"""A matter told bit by bit: nothing told before the wish to complain is asked again, and telling it is no question."""

from dataclasses import replace
from typing import Any

import pytest
from apiflask import APIFlask
from chat_edge import FakeRasa, Talk, acting

from portal.chat.answers import topic_of
from portal.chat.records import find_conversation
from portal.chat.topics import telling
from portal.chat.turn import Turn
from portal.identity.service import ANONYMOUS
from portal.knowledge import policy_base

BOUGHT = "我昨天在解放路的康养堂药店买了盒板蓝根"
HARM = "花了39元，吃了以后一直拉肚子"
WISH = "帮我投诉康养堂药店"


def tell(app: APIFlask, talk: Talk, rasa: FakeRasa, *texts: str) -> None:
    rasa.answer = acting(app, "answer/ask", intent="ask_policy")
    for text in texts:
        talk.say(text)


def begin(app: APIFlask, talk: Talk, rasa: FakeRasa, text: str = WISH) -> str:
    rasa.answer = acting(app, "complaints/start", intent="make_complaint")
    return next(one["text"] for one in talk.say(text)["messages"] if "我理解的内容" in one["text"])


def test_what_was_told_before_goes_into_the_complaint(app: APIFlask, talk: Talk, rasa: FakeRasa) -> None:
    tell(app, talk, rasa, BOUGHT, "药店要有执业药师吗", HARM)
    shown = begin(app, talk, rasa)
    for told in ("投诉", "板蓝根", "康养堂", "39", "拉肚子", "2026年"):
        assert told in shown, told
    assert "执业药师" not in shown


def test_a_matter_of_another_seller_stays_apart(app: APIFlask, talk: Talk, rasa: FakeRasa) -> None:
    tell(app, talk, rasa, BOUGHT, HARM)
    shown = begin(app, talk, rasa, "我要投诉美美化妆品店，面霜128元买的，收到就是破的，要求退款")
    assert "美美化妆品店" in shown and "板蓝根" not in shown and "39" not in shown


def test_a_form_filled_in_before_tells_of_no_matter(app: APIFlask, talk: Talk, rasa: FakeRasa) -> None:
    tell(app, talk, rasa, "江苏康达药业有限公司", "住所是南京市玄武区中山路1号", "我要办第三类医疗器械经营许可")
    rasa.answer = acting(app, "complaints/start", intent="make_complaint")
    assert not any("康达" in one["text"] for one in talk.say("我要投诉")["messages"][1:])


def test_what_was_put_aside_is_gone_on_with(app: APIFlask, talk: Talk, rasa: FakeRasa) -> None:
    begin(app, talk, rasa, f"{BOUGHT}，{HARM}，要求退款")
    rasa.answer = acting(app, "complaints/stop", intent="stop")
    assert talk.say("先不投诉了")["pending"] is None
    rasa.answer = acting(app, "complaints/start", intent="make_complaint")
    told = talk.say("还是帮我投诉吧")
    assert told["pending"]["flow"] == "complaint"
    assert not any(word in told["messages"][-1]["text"] for word in ("多少钱", "买了什么"))
    assert told["pending"]["field_id"] != "facts"


def test_another_matter_begins_anew(app: APIFlask, talk: Talk, rasa: FakeRasa) -> None:
    begin(app, talk, rasa, f"{BOUGHT}，{HARM}，要求退款")
    rasa.answer = acting(app, "complaints/stop", intent="stop")
    talk.say("先不投诉了")
    shown = begin(app, talk, rasa, "我要投诉另一家，美美化妆品店卖的面霜128元是假的")
    assert "面霜" in shown and "板蓝根" not in shown


def test_the_button_beside_told_facts_takes_down_all_that_was_told(app: APIFlask, talk: Talk, rasa: FakeRasa) -> None:
    tell(app, talk, rasa, "我妈在微信上买了个降糖茶")
    told = talk.say("微信群里的康养堂，收了398元")["messages"][-1]
    button = next(one for one in told["buttons"] if "投诉" in one["label"])
    rasa.answer = acting(app, "complaints/start", intent="make_complaint")
    shown = talk.say(button=button["token"])["messages"]
    text = next(one["text"] for one in shown if "我理解的内容" in one["text"])
    for word in ("降糖茶", "康养堂", "398"):
        assert word in text, word


@pytest.mark.parametrize(
    ("found", "offered"),
    [
        ({"status": "refused", "reason_code": "no_source", "confidence": 0.1}, True),
        ({"status": "answered", "reason_code": "", "confidence": 0.3}, True),
        ({"status": "answered", "reason_code": "", "confidence": 0.9}, False),
        ({"status": "refused", "reason_code": "medication_advice", "confidence": 0.1}, False),
    ],
)
def test_facts_without_a_likely_answer_are_offered_to_be_taken_down(
    app: APIFlask, talk: Talk, found: dict[str, Any], offered: bool
) -> None:
    text = "卖家叫康养堂，微信群里卖的，花了398"
    with app.test_request_context():
        conversation = find_conversation(talk.id)
        assert conversation is not None
        answer = replace(policy_base().answer(text), **found)
        turn = Turn(conversation, ANONYMOUS, text, "zh", asked={(text, "zh", topic_of(conversation.topic)): answer})
        drafts = telling.offer(turn)
    assert [len(one.buttons) for one in drafts or []] == ([2] if offered else [])


@pytest.mark.parametrize("verb", ["answer/ask", "complaints/start"])
@pytest.mark.parametrize("text", ["我妈在微信上买了个降糖茶", "你好，我昨天在康养堂药店买了盒板蓝根"])
def test_who_only_says_what_was_bought_is_asked_to_go_on(
    app: APIFlask, talk: Talk, rasa: FakeRasa, text: str, verb: str
) -> None:
    rasa.answer = acting(app, verb, intent="make_complaint")
    told = talk.say(text)
    assert told["pending"] is None
    assert told["messages"][-1]["data"] == {"reason": "told", "status": "clarify"}
    assert any(name in told["messages"][-1]["text"] for name in ("降糖茶", "板蓝根"))


@pytest.mark.parametrize(
    "text", ["我买了一瓶安眠药", "我在康养堂药店买了假药", "花39元买了盒板蓝根", "我买的血压计不准", "买面霜要看什么"]
)
def test_what_may_be_danger_or_tells_more_is_no_first_sentence(
    app: APIFlask, talk: Talk, rasa: FakeRasa, text: str
) -> None:
    rasa.answer = acting(app, "answer/ask", intent="ask_policy")
    assert not any(
        (one["data"] or {}).get("reason") == "told" and "记下了" in one["text"] for one in talk.say(text)["messages"]
    )
