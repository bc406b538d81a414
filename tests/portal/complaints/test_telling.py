"""Complaints and reports told in the chat: danger first, only what is missing asked, nothing lost, sent after a yes."""

from collections.abc import Callable
from typing import Any

import pytest
from apiflask import APIFlask

from portal.complaints import asking, chat, service
from portal.extensions import db
from portal.identity.models import Account
from portal.identity.service import ANONYMOUS, identity_of


def test_telling_it_in_chat_asks_only_what_is_missing_and_sends_after_a_yes(app: APIFlask) -> None:
    with app.test_request_context():
        messages, pending = chat.start(
            "c1",
            ANONYMOUS,
            "我在临江市北湖区长春路的康福大药房买的止咳糖浆过期了，要退款，我叫钱多多，电话19400000001",
            "complaint",
            "zh",
        )
        assert pending is not None
        assert pending["field_id"] == "address"
        stale = pending["step"]
        messages, pending = chat.say("c1", ANONYMOUS, "临江市南湖区二路2号", pending["step"], "zh")
        assert pending is not None
        assert pending["kind"] == "confirm"
        assert "康福大药房" in messages[0]["text"]
        messages, again = chat.say("c1", ANONYMOUS, "别的地址", stale, "zh")
        assert again is not None
        assert again["kind"] == "confirm"
        messages, end = chat.confirm("c1", ANONYMOUS, True, again["step"], "zh")
        assert end is None
        assert messages[0]["data"]["number"].startswith("TS")
        db.session.commit()
        messages, _end = chat.confirm("c1", ANONYMOUS, True, again["step"], "zh")
        assert "没有待提交" in messages[0]["text"]


def test_a_no_to_the_read_back_sends_nothing(app: APIFlask, make_account: Callable[..., Account]) -> None:
    with app.test_request_context():
        _messages, pending = chat.start(
            "c2", ANONYMOUS, "举报临江市北湖区长春路的康福大药房无证卖处方药，我不留姓名", "report", "zh"
        )
        assert pending is not None
        assert pending["kind"] == "confirm"
        messages, pending = chat.confirm("c2", ANONYMOUS, False, pending["step"], "zh")
        assert pending is None
        assert "没有提交" in messages[0]["text"]
    assert service.list_queue(identity_of(make_account(kind="staff", roles="officer"))) == []


def test_danger_comes_first_and_the_dispute_told_with_it_waits(app: APIFlask) -> None:
    with app.test_request_context():
        messages, pending = chat.start(
            "c3",
            ANONYMOUS,
            "刚在临江市北湖区长春路的康福大药房买的止痛片，我妈吃了现在喘不上气，嘴唇发紫！我要投诉，要他赔！",
            "",
            "zh",
        )
        assert pending is None
        assert messages[0]["data"]["emergency"]
        assert "120" in messages[0]["text"]
        assert {"label": "拨打120", "url": "tel:120"} in messages[0]["buttons"]
        messages, pending = chat.start("c3", ANONYMOUS, "", "", "zh")
        assert pending is not None
        assert pending["field_id"] == "name"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("抹了面霜脸上起红疹，现在好了，我不投诉，就想登记一下不良反应", "化妆品不良反应监测管理办法"),
        ("医院住院费乱收费，一天收了三次床位费", "卫生健康"),
        ("我们药店跟装修公司的合同纠纷，定金六万不退，帮忙要回来", "不会被受理"),
        ("一群饭桶，滚！", "没有可以处理的事项"),
    ],
)
def test_what_is_no_intake_is_told_where_it_belongs_and_nothing_is_taken_down(
    app: APIFlask, text: str, expected: str
) -> None:
    with app.test_request_context():
        messages, pending = chat.start("c4", ANONYMOUS, text, "", "zh")
        assert pending is None
        assert expected in messages[0]["text"]
        assert service.find_draft("c4") is None


def test_the_read_back_names_who_is_competent_with_the_clause_and_follows_a_correction(app: APIFlask) -> None:
    with app.test_request_context():
        messages, pending = chat.start(
            "c5", ANONYMOUS, "在橙集上的桃子小铺买的面霜是假货，要退款。我叫钱多多", "", "zh"
        )
        assert pending is not None
        assert "第十三条第三款" in messages[0]["text"]
        draft = service.find_draft("c5")
        assert draft is not None
        draft.data = {
            **draft.data,
            "fields": {
                **draft.data["fields"],
                "platform": "",
                "facts": "面霜是假货",
                "seller_place": "昆明市五华区青年路",
            },
        }
        messages, _pending = chat.say("c5", ANONYMOUS, "19400000001", "", "zh")
        messages, _pending = chat.say("c5", ANONYMOUS, "临江市南湖区二路2号", "", "zh")
        assert "昆明市五华区市场监督管理局" in messages[0]["text"]


def test_other_peoples_data_are_starred_in_what_is_kept(app: APIFlask) -> None:
    with app.test_request_context():
        chat.start(
            "c6",
            ANONYMOUS,
            "昆明市五华区青年路安心大药房的店主刘某（电话19400009901）卖我的感冒灵过期了，要退钱",
            "",
            "zh",
        )
        draft = service.find_draft("c6")
        assert draft is not None
        assert "19400009901" not in str(draft.data)
        assert "mobile" not in draft.data["fields"]


STORY = (
    "我11月18号在抖音“小雅美妆”直播间买了一盒“水漾补水面膜”，花了129块，用了两次脸上起了一大片红疹。"
    "找客服退款，把我拉黑了。包装上没有备案号。我要求退钱，还要你们查查这种卖假货的。"
)


def begin(conversation_id: str) -> dict[str, Any]:
    """The long message told first; what is asked next."""
    _messages, pending = chat.start(conversation_id, ANONYMOUS, STORY, "", "zh")
    assert pending is not None
    return pending


@pytest.mark.parametrize(
    "more",
    ["就在抖音上，店名叫小雅美妆", "是水漾的补水面膜，直播间里买的", "对了，客服后来还打电话骂了我一顿"],
)
def test_what_is_said_while_a_complaint_is_taken_down_adds_to_it_and_nothing_is_lost(app: APIFlask, more: str) -> None:
    with app.test_request_context("/"):
        begin("more1")
        before = dict(service.find_draft("more1").data["fields"])  # type: ignore[union-attr]
        assert chat.tell_more("more1", ANONYMOUS, more, "zh") is not None
        draft = service.find_draft("more1")
        assert draft is not None
        assert draft.data["kind"] == "both"
        assert STORY[:20] in draft.data["fields"]["facts"]
        assert more[:6] in draft.data["fields"]["facts"]
        assert {name for name in before if name not in draft.data["fields"]} == set()
        assert draft.data["fields"]["price"] == 129


@pytest.mark.parametrize("words", ["嗯", "好的", "是", "不知道", "。。。", "ok"])
def test_a_word_that_tells_nothing_is_no_name_and_no_address(app: APIFlask, words: str) -> None:
    with app.test_request_context("/"):
        pending = begin("empty1")
        assert pending["field_id"] == "name"
        _messages, again = chat.say("empty1", ANONYMOUS, words, pending["step"], "zh")
        assert again is not None
        assert again["field_id"] == "name"
        _messages, asked = chat.say("empty1", ANONYMOUS, "王秀兰", again["step"], "zh")
        assert asked is not None
        assert asked["field_id"] == "mobile"


@pytest.mark.parametrize(
    "said", ["那你们到底管不管啊", "你们怎么不给退", "凭什么", "气死我了", "why are you asking", "What is this?", "123"]
)
def test_words_that_are_no_name_never_become_one(app: APIFlask, said: str) -> None:
    with app.test_request_context("/"):
        pending = begin("noname1")
        messages, again = chat.say("noname1", ANONYMOUS, said, pending["step"], "zh")
        assert again is not None
        assert again["field_id"] == "name"
        assert "姓名" in messages[0]["text"]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("李小雨", "李小雨"),
        ("我叫欧阳若曦", "欧阳若曦"),
        ("姓名：买买提·艾力", "买买提·艾力"),
        ("My name is Anna O'Neil", "Anna O'Neil"),
        ("本人王不凡", "王不凡"),
    ],
)
def test_a_name_is_kept_without_what_leads_it_in(app: APIFlask, said: str, kept: str) -> None:
    with app.test_request_context("/"):
        pending = begin("name2")
        _messages, asked = chat.say("name2", ANONYMOUS, said, pending["step"], "zh")
        assert asked is not None
        assert asked["field_id"] == "mobile"
        assert find_fields("name2")["name"] == kept


def test_what_is_told_instead_of_the_answer_is_noted_and_the_question_stays(app: APIFlask) -> None:
    with app.test_request_context("/"):
        pending = begin("beside1")
        _messages, asked = chat.say("beside1", ANONYMOUS, "王秀兰", pending["step"], "zh")
        assert asked is not None
        told = "订单号DY202611209988，电话等下说"
        messages, again = chat.say("beside1", ANONYMOUS, told, asked["step"], "zh")
        assert again is not None
        assert again["field_id"] == "mobile"
        assert messages[0]["text"] == "好的，已记下。"
        assert find_fields("beside1")["order_no"] == "DY202611209988"


def test_a_name_said_later_replaces_the_one_before(app: APIFlask) -> None:
    with app.test_request_context("/"):
        pending = begin("later1")
        _messages, asked = chat.say("later1", ANONYMOUS, "王秀", pending["step"], "zh")
        assert asked is not None
        chat.say("later1", ANONYMOUS, "我叫王秀兰，电话19400000001", asked["step"], "zh")
        assert find_fields("later1")["name"] == "王秀兰"


@pytest.mark.parametrize("said", ["地址是临江市南湖区二路2号", "我住在临江市南湖区二路2号", "临江市南湖区二路2号"])
def test_an_address_is_kept_without_what_leads_it_in(app: APIFlask, said: str) -> None:
    with app.test_request_context("/"):
        pending: dict[str, Any] | None = begin("place1")
        for words in ("王秀兰", "19400000001", said):
            assert pending is not None
            _messages, pending = chat.say("place1", ANONYMOUS, words, pending["step"], "zh")
        assert find_fields("place1")["address"] == "临江市南湖区二路2号"


def find_fields(conversation_id: str) -> dict[str, Any]:
    draft = service.find_draft(conversation_id)
    assert draft is not None
    return dict(draft.data["fields"])


def test_an_answer_that_tells_more_than_was_asked_is_taken_whole(app: APIFlask) -> None:
    with app.test_request_context("/"):
        pending = begin("whole1")
        said = "我叫王秀兰，电话19400000001，住址临江市南湖区二路2号"
        _messages, pending_after = chat.say("whole1", ANONYMOUS, said, pending["step"], "zh")
        draft = service.find_draft("whole1")
        assert draft is not None
        assert draft.data["fields"]["name"] == "王秀兰"
        assert draft.data["fields"]["mobile"] == "19400000001"
        assert pending_after is not None
        assert pending_after["field_id"] in ("address", "confirm")


@pytest.mark.parametrize(
    "said", ["不对，花了139元", "算了不对，是139块不是129", "不是129元，是139元", "不是129，是139"]
)
def test_a_correction_at_the_read_back_is_taken_and_read_back_again(app: APIFlask, said: str) -> None:
    with app.test_request_context("/"):
        pending: dict[str, Any] | None = begin("fix1")
        for words in ("王秀兰", "19400000001", "临江市南湖区二路2号"):
            assert pending is not None
            _messages, pending = chat.say("fix1", ANONYMOUS, words, pending["step"], "zh")
        assert pending is not None
        assert pending["field_id"] == "confirm"
        told = chat.tell_more("fix1", ANONYMOUS, said, "zh")
        assert told is not None
        messages, pending = told
        assert pending is not None
        assert pending["field_id"] == "confirm"
        assert "139" in messages[0]["text"]
        assert "139" not in messages[-1]["text"], "what is asked again after an aside is short"


def test_the_receipt_of_a_report_promises_a_check_and_no_answer(app: APIFlask) -> None:
    [lodged] = service.lodge(ANONYMOUS, "report", {"facts": "无证卖药"}, key="promise1", language="zh")
    with app.test_request_context("/"):
        text = asking.receipt_message(lodged)["text"]
    assert "核查并决定是否立案" in text
    assert "答复" not in text


@pytest.mark.parametrize("text", ["让我想想", "等一下，我看看", "我找找", "稍等", "let me check", "hold on please"])
def test_who_hesitates_is_asked_again_and_the_words_fill_nothing(app: APIFlask, text: str) -> None:
    with app.test_request_context():
        story = "昨天在康福大药房花45元买的止咳糖浆过期了，要退款"
        _, pending = chat.start("c1", ANONYMOUS, story, "complaint", "zh")
        assert pending is not None
        assert pending["field_id"] == "seller_place"
        _, again = chat.say("c1", ANONYMOUS, text, pending["step"], "zh")
        assert again is not None
        assert again["field_id"] == "seller_place"
        assert "seller_place" not in service.find_draft("c1").data["fields"]
