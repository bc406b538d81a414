"""What is asked of the other side of a complaint is answered by the law of buyers, and by nothing that is about procedure."""

import pytest
from apiflask import APIFlask
from chat_edge import FakeRasa, Talk, acting

from portal.chat.lexicon import says
from portal.chat.topics.disputes import asks_of_dispute, put_as_buyer


@pytest.mark.parametrize(
    ("said", "put"),
    [
        ("他们凭什么不给退", "商家不给退货合法吗"),
        ("店家应该赔我多少", "商家应该赔我多少"),
        ("他凭啥不给换货？", "商家不给换货合法吗"),
        ("能退钱吗", "商家能退钱吗"),
        ("其他店也这样，老板不给发票怎么办", "其他店也这样，商家不给发票怎么办"),
    ],
)
def test_they_are_the_seller(said: str, put: str) -> None:
    assert put_as_buyer(said, "zh") == put


def test_they_are_the_seller_in_english() -> None:
    assert put_as_buyer("Do they have to give my money back?", "en") == "Do the seller have to give my money back?"


@pytest.mark.parametrize("text", ["他们凭什么不给退", "店家要赔几倍", "Does the shop have to refund me?"])
def test_what_the_sides_are_at_odds_about_is_heard(text: str) -> None:
    assert says("dispute", text)
    assert not says("procedure", text)


@pytest.mark.parametrize(
    "text", ["你们多久受理", "调解不成怎么办，能赔吗", "Will the shop see my name?", "化妆品备案退回了怎么办"]
)
def test_what_is_asked_of_the_authority_is_none(text: str) -> None:
    assert says("procedure", text) or not says("dispute", text)


def test_a_reproach_in_a_complaint_is_answered_by_the_law_of_buyers(talk: Talk, rasa: FakeRasa, app: APIFlask) -> None:
    rasa.answer = lambda body: (500, b"{}")
    talk.say("我要投诉，海泊桥惠生大药房卖给我过期的感冒药，要求退钱")
    said = talk.say("他们凭什么不给退？")
    answer = next(m["answer"] for m in said["messages"] if m["answer"])
    assert answer["status"] == "answered"
    assert {c["title"] for c in answer["citations"]} & {
        "中华人民共和国消费者权益保护法",
        "网络购买商品七日无理由退货暂行办法",
    }
    assert said["messages"][-1]["text"].startswith("回到刚才的步骤")
    assert said["pending"]["flow"] == "complaint"


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Do they have to give my money back?", True),
        ("他们凭什么不给退", False),  # heard as a question by the classifier, without a mark of its own
        ("能退钱吗", True),
        ("I paid 260 yuan, do they have to refund it?", False),
        ("我花了300块，能退吗？", False),
    ],
)
def test_a_question_of_the_dispute_tells_nothing_of_it(text: str, asks: bool) -> None:
    assert asks_of_dispute(text) is asks


def test_a_question_that_sounds_like_a_complaint_is_answered_and_not_taken_down(
    app: APIFlask, talk: Talk, rasa: FakeRasa
) -> None:
    rasa.answer = lambda body: (500, b"{}")
    begun = talk.say("我要投诉，海泊桥惠生大药房卖给我过期的感冒药，要求退钱")
    rasa.answer = acting(app, "complaints/start", intent="make_complaint")
    said = talk.say("Do they have to give my money back?")
    assert next(m["answer"] for m in said["messages"] if m["answer"])["language"] == "en"
    assert said["pending"]["step"] == begun["pending"]["step"]
