"""The guide in the conversation, through the public API: with the bot's calls, and with Rasa away."""

from collections.abc import Callable
from typing import Any

import pytest
from apiflask import APIFlask
from chat_edge import FakeRasa, Talk, acting
from flask.testing import FlaskClient

from portal.chat.models import Conversation
from portal.chat.signing import sign_button
from portal.extensions import db

LENSES = "我要开网店卖隐形眼镜需要什么证"
SELL = "我想卖医疗器械，需要办什么证"


@pytest.fixture
def away(rasa: FakeRasa) -> FakeRasa:
    """Rasa is away: the portal reads the words itself."""
    rasa.answer = lambda body: (500, b"{}")
    return rasa


@pytest.fixture
def through(app: APIFlask, rasa: FakeRasa) -> Callable[..., None]:
    """The next turns arrive through the bot's action for ``verb``."""

    def choose(verb: str, **call: Any) -> None:
        rasa.answer = acting(app, verb, **call)

    return choose


def read_pending(talk: Talk) -> dict[str, Any]:
    db.session.expire_all()
    return db.session.get_one(Conversation, talk.id).pending or {}


def replies(said: dict[str, Any]) -> list[dict[str, Any]]:
    return [m for m in said["messages"] if m["role"] == "assistant"]


def press(talk: Talk, said: dict[str, Any], label: str) -> dict[str, Any]:
    buttons = [b for m in replies(said) for b in m["buttons"] if label in b["label"] and b.get("token")]
    assert buttons, [b["label"] for m in replies(said) for b in m["buttons"]]
    return talk.say(button=buttons[-1]["token"])


def test_a_wish_that_says_everything_is_answered_at_once_with_its_trace(
    talk: Talk, through: Callable[..., None]
) -> None:
    through("answer/ask")
    [told] = replies(talk.say(LENSES))
    answer = told["answer"]
    assert (answer["status"], answer["service"]["id"], answer["reason_code"]) == (
        "answered",
        "A11",
        "guide:devices/sell-3-online",
    )
    assert {fact["label"]: fact["value"] for fact in answer["facts"]}["管理类别"] == "第三类（您说“隐形眼镜”）"
    assert (answer["citations"][0]["title"], answer["citations"][0]["article"]) == ("医疗器械监督管理条例", 42)
    labels = [button["label"] for button in told["buttons"]]
    assert "改：管理类别" in labels
    page = next(button["url"] for button in told["buttons"] if button["label"] == "打开成网页")
    assert page == "/guide/devices?does=sell&class=III&who=other&how=online"
    assert read_pending(talk) == {}


def test_the_answer_is_right_by_the_law_of_a_day_that_is_named(talk: Talk, away: FakeRasa) -> None:
    told = replies(talk.say("按2023年10月的规定，自己生产牙膏要办什么证"))[0]
    assert told["answer"]["reason_code"] == "guide:cosmetics/tooth-before"


def test_one_fact_is_asked_at_a_time_by_buttons_until_it_is_settled(talk: Talk, away: FakeRasa) -> None:
    said = talk.say(SELL)
    assert read_pending(talk)["field_id"] == "class"
    said = press(talk, said, "第三类")
    assert read_pending(talk)["field_id"] == "who"
    said = press(talk, said, "别人的产品")
    said = press(talk, said, "只在线下")
    assert replies(said)[0]["answer"]["reason_code"] == "guide:devices/sell-3"
    assert read_pending(talk) == {}


def test_the_same_by_the_bots_calls(talk: Talk, through: Callable[..., None]) -> None:
    through("services/find", intent="find_service")
    talk.say(SELL)
    for words, asked in [("三类", "who"), ("代理别人的产品", "how"), ("只在线下", "")]:
        pending = read_pending(talk)
        step = {"step": pending["step"], "field_id": pending["field_id"], "option": None}
        through("guide/answer", intent="answer_field", payload=step)
        said = talk.say(words)
        assert read_pending(talk).get("field_id", "") == asked
    assert replies(said)[0]["answer"]["service"]["id"] == "A11"


def test_questions_in_between_are_answered_and_the_same_is_asked_again_five_times(talk: Talk, away: FakeRasa) -> None:
    talk.say(SELL)
    before = read_pending(talk)
    for question in (
        "药品经营许可证有效期几年？",
        "经营备案要交什么材料？",
        "第三类医疗器械经营许可证什么时候可以申请延续？",
        "投诉多久受理？",
        "化妆品备案要多久？",
    ):
        told = replies(talk.say(question))
        assert told[0]["kind"] == "answer"
        assert "产品是哪一类医疗器械？" in told[-1]["text"]
        assert told[-1]["buttons"][0]["label"] == "第一类"
        assert read_pending(talk) == before


@pytest.mark.parametrize("words", ["返回上一步", "上一步", "back"])
def test_back_asks_the_last_fact_again(talk: Talk, away: FakeRasa, words: str) -> None:
    press(talk, talk.say(SELL), "第三类")
    talk.say(words)
    assert read_pending(talk)["field_id"] == "class"
    assert dict(read_pending(talk)["facts"]) == {"does": "sell"}


@pytest.mark.parametrize("words", ["不确定", "不知道", "跳过", "为什么问这个？", "not sure"])
def test_not_sure_is_helped_with_a_clause_and_asked_again(talk: Talk, away: FakeRasa, words: str) -> None:
    talk.say(SELL)
    told = replies(talk.say(words))
    assert "注册证编号" in told[0]["text"]
    assert ("医疗器械注册与备案管理办法", 115) in [(c["title"], c["article"]) for c in told[0]["answer"]["citations"]]
    assert "产品是哪一类医疗器械？" in told[-1]["text"]
    assert read_pending(talk)["field_id"] == "class"


def test_an_earlier_answer_is_corrected_in_words(talk: Talk, away: FakeRasa) -> None:
    press(talk, talk.say(SELL), "第三类")
    talk.say("不是三类，是二类，在淘宝上卖")
    assert dict(read_pending(talk)["facts"]) == {"does": "sell", "class": "II", "how": "online"}


def test_a_fact_of_the_outcome_is_changed_by_its_button(talk: Talk, away: FakeRasa) -> None:
    said = press(talk, talk.say(LENSES), "改：管理类别")
    assert read_pending(talk)["field_id"] == "class"
    told = replies(press(talk, said, "第二类（要经营备案的）"))[0]
    assert told["answer"]["reason_code"] == "guide:devices/sell-2-online"


def test_words_that_are_no_answer_are_said_so_and_fill_nothing(talk: Talk, away: FakeRasa) -> None:
    talk.say(SELL)
    told = replies(talk.say("嗯随便看看"))
    assert "没有听明白您选哪一个" in told[0]["text"]
    assert dict(read_pending(talk)["facts"]) == {"does": "sell"}


def test_it_can_be_left_at_any_time(talk: Talk, away: FakeRasa) -> None:
    talk.say(SELL)
    assert "已停下" in replies(talk.say("算了"))[0]["text"]
    assert read_pending(talk) == {}


def test_the_state_survives_a_reload_and_another_window(client: FlaskClient, talk: Talk, away: FakeRasa) -> None:
    press(talk, talk.say(SELL), "第三类")
    shown = talk.list()[-2:]
    asked = next(m for m in reversed(shown) if m["buttons"])
    token = next(b["token"] for b in asked["buttons"] if b["label"] == "别人的产品")
    said = talk.post(button=token)
    assert said.json["pending"]["field_id"] == "how"


def test_a_button_of_an_earlier_step_changes_nothing(talk: Talk, away: FakeRasa) -> None:
    first = talk.say(SELL)
    press(talk, first, "第三类")
    told = replies(press(talk, first, "第一类"))
    assert "这个按钮属于前面的步骤" in told[0]["text"] or told[0]["data"]["reason"] == "earlier_step"
    assert dict(read_pending(talk)["facts"])["class"] == "III"


def test_a_button_for_a_table_that_is_gone_leads_to_the_list(app: APIFlask, talk: Talk, away: FakeRasa) -> None:
    with app.test_request_context():
        token = sign_button(talk.id, {"intent": "find_service", "guide": "tobacco", "facts": "does=sell"}, "改")
    labels = [b["label"] for b in replies(talk.say(button=token))[0]["buttons"]]
    assert labels[:2] == ["医疗器械", "药品"]


def test_the_plain_wish_to_be_guided_offers_the_tables(talk: Talk, through: Callable[..., None]) -> None:
    through("services/find", intent="find_service")
    said = talk.say("我不知道该办什么证，帮我选")
    assert [b["label"] for b in replies(said)[0]["buttons"]][:3] == ["医疗器械", "药品", "化妆品、牙膏、香皂"]
    press(talk, said, "广告")
    assert read_pending(talk)["table"] == "advertising"


def test_it_speaks_english(client: FlaskClient, away: FakeRasa) -> None:
    talk = Talk(client, "en")
    said = talk.say("Which licence do I need to sell Class III devices offline in a shop?")
    told = replies(said)[0]
    assert told["answer"]["reason_code"] == "guide:devices/sell-3"
    assert told["text"].startswith("A Class III distribution licence")


@pytest.mark.parametrize(
    "question",
    [
        "药品经营许可证有效期几年？",
        "办理第二类医疗器械经营备案要哪些材料？",
        "网店页面上应该展示哪些证？",
        "今天天气怎么样",
    ],
)
def test_a_question_about_a_licence_does_not_start_the_guide(talk: Talk, away: FakeRasa, question: str) -> None:
    said = talk.say(question)
    assert read_pending(talk) == {}
    assert not any("guide" in m["data"] for m in replies(said))


def test_danger_told_with_the_words_of_a_table_is_danger(talk: Talk, through: Callable[..., None]) -> None:
    through("answer/ask")
    told = replies(talk.say("孩子把网上买的疫苗药水喝了，现在喘不上气，个人要办什么证明"))
    assert told[0]["answer"]["status"] == "emergency"


def test_in_the_middle_of_a_form_a_wish_is_answered_and_the_form_goes_on(talk: Talk, away: FakeRasa) -> None:
    conversation = db.session.get_one(Conversation, talk.id)
    pending = {
        "flow": "application",
        "kind": "field",
        "field_id": "x",
        "type": "text",
        "step": "d:1:x",
        "draft_id": "d",
    }
    conversation.pending, conversation.question = (
        pending,
        {"kind": "form", "text": "仓库地址？", "buttons": [], "data": {}},
    )
    db.session.commit()
    told = replies(talk.say(LENSES + "？"))
    assert told[0]["answer"]["reason_code"] == "guide:devices/sell-3-online"
    assert "仓库地址？" in told[-1]["text"]
    assert read_pending(talk) == pending


@pytest.mark.parametrize("verb", ["guide/answer", "complaints/start"])
def test_a_grievance_told_while_it_asks_is_heard_as_one_and_fills_nothing(
    talk: Talk, through: Callable[..., None], verb: str
) -> None:
    through("answer/ask")
    talk.say("我想开一家药店要办什么证")
    before = read_pending(talk)
    assert before["flow"] == "guide"
    through(verb)
    told = replies(talk.say("我在网上买的面霜用了脸烂了商家不给退"))
    assert told[0]["answer"]["label"] == "complaint"
    assert told[-1]["data"]["guide"] == before["table"]
    assert (read_pending(talk)["facts"], read_pending(talk)["step"]) == (before["facts"], before["step"])


def test_how_to_renew_asked_while_it_asks_is_answered_by_the_rules_and_not_with_ones_own_matters(
    talk: Talk, through: Callable[..., None]
) -> None:
    through("answer/ask")
    talk.say("我想开一家药店要办什么证")
    before = read_pending(talk)
    through("status/show")
    told = replies(talk.say("快到期了怎么续"))
    assert told[0]["answer"]["citations"][0]["title"] == "药品经营和使用质量监督管理办法"
    assert read_pending(talk)["step"] == before["step"]
