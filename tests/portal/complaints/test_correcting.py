"""What is put right or said out of turn in a complaint: it lands in its own field, and no sentence becomes a name."""

from typing import Any

import pytest
from apiflask import APIFlask

from portal.complaints import chat, service
from portal.complaints.correcting import bare_place, read_corrections, read_phone, restated_price
from portal.complaints.hearing import could_be_name, join_demands, read_answer
from portal.identity.service import ANONYMOUS

KEPT = {
    "seller": "Sunrise Pharmacy",
    "product_name": "cough drops",
    "price": 1980.0,
    "order_no": "JD3300112233",
    "name": "张三",
    "mobile": "19400000888",
}
STORY = "Sunrise Pharmacy on Bridge Road sold me cough drops that were two years past the date, 35 yuan, I want my money back"


def fields_of(conversation_id: str) -> dict[str, Any]:
    draft = service.find_draft(conversation_id)
    assert draft is not None
    fields: dict[str, Any] = draft.data["fields"]
    return fields


@pytest.mark.parametrize(
    ("text", "corrected"),
    [
        ("Actually it wasn't Sunrise, it was Sunset Pharmacy next door", {"seller": "Sunset Pharmacy"}),
        ("Actually the product was throat lozenges", {"product_name": "throat lozenges"}),
        ("no wait, change the phone to 19400000889", {"mobile": "19400000889"}),
        ("the shop name is still wrong", {"seller": ""}),
        ("对了，订单号写错了，是JD3300112234", {"order_no": "JD3300112234"}),
        ("wait, the price was 1,890 not 1,980", {"price": 1890.0}),
        ("店名不是Sunrise，是康福药店", {"seller": "康福药店"}),
        ("电话错了", {"mobile": ""}),
        ("the shop was closed when I came back", {}),
        ("the pharmacy is on Bridge Road", {}),
        ("the product was expired", {}),
        ("商家不肯退钱", {}),
        ("他们的价格太高了", {}),
        ("Is the shop name wrong?", {}),
    ],
)
def test_a_correction_says_what_is_right(text: str, corrected: dict[str, Any]) -> None:
    assert read_corrections(text, KEPT) == corrected


@pytest.mark.parametrize(
    ("text", "kept", "right"),
    [
        ("the price was 1,890 not 1,980", 1980.0, 1890.0),
        ("不是一万块，是一百块，我打错了", 10000.0, 100.0),
        ("不对，价钱是98", 88.0, 98.0),
        ("I did not pay 35 twice", 35.0, 0.0),
    ],
)
def test_a_price_said_anew_is_read_with_its_thousands_and_in_words(text: str, kept: float, right: float) -> None:
    assert restated_price(text, kept) == right


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Nanjing Road 88, Shanghai Huangpu", "Nanjing Road 88, Shanghai Huangpu"),
        ("it's Yuyuan Old Street 35", "Yuyuan Old Street 35"),
        ("人民路22号，临江市", "人民路22号，临江市"),
        ("長寧路60號", "長寧路60號"),
        ("我昨天在人民路3号买的药过期了", ""),
        ("I bought it at the shop on Bridge Road, 12 yuan", ""),
        ("两盒药96块", ""),
    ],
)
def test_an_address_alone_is_known_as_one(text: str, place: str) -> None:
    assert bare_place(text) == place


def test_a_number_is_found_in_a_sentence_but_not_in_an_order() -> None:
    assert read_phone("I only have a French number, +33 6 12 34 56 78") == "+33612345678"
    assert read_phone("订单号DY202611209988，电话等下说") == ""


@pytest.mark.parametrize(
    "said",
    [
        "Actually the product was throat lozenges",
        "我唔知門牌號碼",
        "好的提交",
        "yes, send",
        "no, both",
        "城南区",
        "李大爷",
    ],
)
def test_a_sentence_is_no_name(said: str) -> None:
    assert not could_be_name(said)


@pytest.mark.parametrize("said", ["I'd rather not give my name", "no, both", "不想说"])
def test_a_refusal_is_no_shop(app: APIFlask, said: str) -> None:
    with app.test_request_context("/"):
        assert read_answer("seller", said)[1]
        assert read_answer("seller", 'the stall had a sign "Jade Garden Cosmetics"') == ("Jade Garden Cosmetics", "")


def test_a_new_wish_stands_beside_the_old_one_unless_it_is_the_only_one() -> None:
    assert join_demands("还要赔我医药费", ["refund"], ["compensation"]) == ["refund", "compensation"]
    assert join_demands("花了不止120，还有运费十块", ["refund"], ["compensation"]) == ["refund"]
    assert join_demands("I don't want the refund, just check them", ["refund"], ["punish"]) == ["punish"]


def test_another_shop_and_an_address_said_out_of_turn_go_where_they_belong(app: APIFlask) -> None:
    with app.test_request_context("/"):
        _messages, pending = chat.start("turn1", ANONYMOUS, STORY, "", "en")
        assert pending is not None
        assert pending["field_id"] == "name"
        assert "platform" not in fields_of("turn1")
        assert chat.correct("turn1", "Actually it wasn't Sunrise, it was Sunset Pharmacy next door") is not None
        messages, asked = chat.say("turn1", ANONYMOUS, "Bridge Road 12, Linjiang", "", "en")
        assert asked is not None
        assert asked["field_id"] == "name"
        assert "Bridge Road 12, Linjiang" in messages[0]["text"]
        kept = fields_of("turn1")
        assert (kept["seller"], kept["seller_place"]) == ("Sunset Pharmacy", "Bridge Road 12, Linjiang")


def test_a_value_called_wrong_is_asked_for_again(app: APIFlask) -> None:
    with app.test_request_context("/"):
        chat.start("turn2", ANONYMOUS, STORY, "", "en")
        told = chat.correct("turn2", "the shop name is still wrong")
        assert told is not None
        pending = told[1]
        assert pending is not None
        assert pending["field_id"] == "seller"
        draft = service.find_draft("turn2")
        assert draft is not None
        assert draft.data["kind"] == "complaint"


def test_a_name_said_where_the_wish_was_asked_is_kept(app: APIFlask) -> None:
    with app.test_request_context("/"):
        told = "Rose Beauty, 88 Nanjing Road, Shanghai, sold me a whitening cream for 260 yuan and my cheeks went red"
        _messages, pending = chat.start("turn3", ANONYMOUS, told, "complaint", "en")
        assert pending is not None
        assert pending["field_id"] == "demand"
        _messages, again = chat.say("turn3", ANONYMOUS, "Maria Lopez", pending["step"], "en")
        assert again is not None
        assert again["field_id"] == "demand"
        assert fields_of("turn3")["name"] == "Maria Lopez"


def test_a_report_that_names_nobody_asks_who_and_where_in_english_too(app: APIFlask) -> None:
    with app.test_request_context("/"):
        text = "I work at a factory that makes face masks, and they put new dates on expired boxes"
        _messages, pending = chat.start("turn4", ANONYMOUS, text, "", "en")
        assert pending is not None
        assert pending["field_id"] == "facts"
        assert "harm" not in fields_of("turn4")


def test_a_name_said_for_a_place_is_a_name(app: APIFlask) -> None:
    with app.test_request_context("/"):
        told = "百草堂大药房硬塞给我三盒鹿胎膏，刷了我一千二百八，回家拉了两天肚子，把钱退给我"
        _messages, pending = chat.start("turn5", ANONYMOUS, told, "complaint", "zh")
        assert pending is not None
        assert pending["field_id"] == "seller_place"
        _messages, again = chat.say("turn5", ANONYMOUS, "孙桂芳", pending["step"], "zh")
        assert again is not None
        assert again["field_id"] == "seller_place"
        assert fields_of("turn5")["name"] == "孙桂芳"


def test_what_is_called_a_complaint_about_what_was_sold_to_oneself_is_one() -> None:
    assert chat.read_kinds("我要投诉网店卖给我的美容仪") == ["complaint"]
    assert "report" in chat.read_kinds("我要投诉这家店卖给我假药，请你们查处") or "both" in chat.read_kinds(
        "我要投诉这家店卖给我假药，请你们查处"
    )
