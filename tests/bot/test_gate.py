"""The gate at a form: answers are let in, asides are kept out, words decide before the classifier does."""

from typing import Any

import pytest
from gate_edge import MODES, TYPES, decide_at, hear, make_pending

from bot.components.gate_rules import decide

ANSWERS = [
    ("张三", "person_name"), ("欧阳娜娜", "person_name"), ("阿依古丽·买买提", "person_name"), ("Mary Jane Smith", "person_name"), ("李想", "text"),
    ("2023年3月5日", "date"), ("2027-01-31", "date"), ("二〇二六年三月", "date"), ("去年五月", "date"), ("今天", "date"), ("2026.04", "date"), ("5 March 2027", "date"),
    ("120", "number"), ("一百二十平方米", "number"), ("大概50人", "number"), ("15%", "number"), ("about 120", "number"),
    ("3.5万元", "money"), ("¥1,299.00", "money"), ("三十八块五毛", "money"),
    ("13812345678", "phone"), ("010-6234 5678", "phone"), ("+86 138 1234 5678", "phone"),
    ("914403007084611366", "credit_code"), ("91440300MA5", "credit_code"), ("粤妆20190012", "licence_number"), ("渝食药监械经营许20230123号", "licence_number"),
    ("江苏省南京市玄武区中山路18号", "address"), ("中山路18号3栋402室", "address"), ("No. 18 Zhongshan Road, Nanjing", "address"),
    ("海泊桥惠生大药房", "company"), ("南京康宁医疗器械有限公司", "company"), ("南京康宁医疗器械有限公司", "text"), ("Kangning Medical Co., Ltd.", "company"),
    ("6840体外诊断试剂", "text"), ("冷链运输", "text"), ("本科", "text"), ("a.b@example.com", "email"), ("11010119900307447X", "id_number"),
    ("我在他家买的药过期了，店员说没事，我吃了两片才发现，怎么能这样呢", "textarea"), ("他们让我找厂家，厂家又让我找他们", "textarea"),
    ("2023年3月32日", "date"), ("电话是1381234", "phone"),
]  # fmt: skip

ASIDES = [
    "有效期几年？", "这个许可证要多久才能批下来", "什么是质量负责人", "需要什么材料吗", "质量负责人可以兼职吗", "能不能以后再交", "填错了会被罚吗",
    "how long does it take?", "what is a quality manager", "do I need a pharmacist", "请问延续什么时候申请", "第三类和第二类有什么区别",
]  # fmt: skip

YES = ["是", "是的", "对", "对的", "没错", "没问题", "确认", "确认无误", "嗯", "好的", "可以", "行", "对，没错", "是的，提交吧", "OK", "yes", "Yes, that's right", "correct", "looks good", "正确。", "嗯嗯", "就这样", "好的，谢谢", "同意，都查吧", "可以，你们去查", "都查吧", "yes, ask them", "Yes, send it now"]  # fmt: skip
NO = ["不是", "不对", "错了", "不正确", "有问题", "不对，是李四", "应该是李四", "改成李四", "不，填错了", "地址写错了", "重填", "no", "No, change it", "that's wrong", "not correct", "it should be Li Si", "不是的。", "没有", "不行"]  # fmt: skip
NEITHER = ["嗯这个嘛", "大概吧", "随便", "hmm", "张三", "😀"]


@pytest.mark.parametrize(("text", "type_name"), ANSWERS)
def test_an_answer_is_let_in_whatever_the_classifier_thinks(text: str, type_name: str) -> None:
    for intent in ("ask_policy", "check_status", "bye", "make_report", "greet"):
        assert decide_at(text, make_pending(type=type_name), intent, 0.70).intent == "answer_field", intent


@pytest.mark.parametrize("type_name", TYPES)
@pytest.mark.parametrize("text", ASIDES)
def test_a_question_never_fills_a_field(text: str, type_name: str) -> None:
    assert decide_at(text, make_pending(type=type_name)).intent == "ask_policy"


@pytest.mark.parametrize("type_name", TYPES)
@pytest.mark.parametrize(
    ("text", "intent"),
    [("你好", "greet"), ("谢谢", "thanks"), ("hello", "greet"), ("谢谢你", "thanks"), ("再见", "bye")],
)
def test_chit_chat_never_fills_a_field(text: str, intent: str, type_name: str) -> None:
    assert decide_at(text, make_pending(type=type_name), intent, 0.8).intent == intent


@pytest.mark.parametrize("text", ["电子", "纸质证书"])
def test_a_part_of_an_option_is_an_answer_whatever_the_classifier_thinks(text: str) -> None:
    options = [{"value": "e", "label": "电子证书"}, {"value": "b", "label": "电子证书和纸质证书"}]
    for intent in ("abuse", "ask_policy", "thanks"):
        assert decide_at(text, make_pending("choice", "choice", options=options), intent, 0.9).intent == "answer_field"
    assert decide_at(text, make_pending("choice", "choice", options=MODES), "ask_policy", 0.9).intent == "ask_policy"


@pytest.mark.parametrize("text", ["我要改签署人", "质量负责人写错了", "I want to change the phone number"])
def test_who_wants_to_change_an_answer_has_not_agreed_to_what_is_read_back(text: str) -> None:
    for about in ("submit", "phone"):
        pending = make_pending("confirm") | {"field_id": about}
        assert decide_at(text, pending, "affirm", 0.9).intent == "deny"


def test_at_the_question_for_consent_there_is_nothing_to_change_yet() -> None:
    assert decide_at("我要改签署人", make_pending("confirm") | {"field_id": "sources"}).intent == "unclear"


@pytest.mark.parametrize("text", ["为什么问领证方式", "为什么要填经营场所面积？", "干嘛要问质量负责人"])
def test_why_may_name_the_field_of_a_form_only(text: str) -> None:
    for kind in ("field", "choice", "confirm"):
        assert decide_at(text, make_pending(kind)).intent == "why"
    assert decide_at(text, None).intent == "ask_policy"


@pytest.mark.parametrize("text", YES)
def test_yes_is_yes(text: str) -> None:
    for intent in ("deny", "thanks", "ask_policy"):
        assert decide_at(text, make_pending("confirm"), intent, 0.76).intent == "affirm"


@pytest.mark.parametrize("text", NO)
def test_no_is_no(text: str) -> None:
    for intent in ("affirm", "thanks", "ask_policy"):
        assert decide_at(text, make_pending("confirm"), intent, 0.76).intent == "deny"


@pytest.mark.parametrize("text", NEITHER)
def test_what_is_neither_is_asked_again(text: str) -> None:
    assert decide_at(text, make_pending("confirm")).intent == "unclear"


@pytest.mark.parametrize(
    "text",
    [
        "有问题想问一下，有效期几年",
        "是不是还要交材料？",
        "这样对吗",
        "can I change it later?",
        "为什么要读一遍呢，有什么规定",
    ],
)
def test_a_question_at_a_confirmation_is_an_aside(text: str) -> None:
    assert decide_at(text, make_pending("confirm")).intent == "ask_policy"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("批发", "wholesale"),
        ("零售。", "retail"),
        (" 批零兼营 ", "both"),
        ("第二个", "retail"),
        ("1", "wholesale"),
        ("选3", "both"),
        ("the second one", "retail"),
        ("option 3", "both"),
        ("retail", "retail"),
        ("B", "retail"),
    ],
)
def test_an_option_is_taken_by_name_or_number(text: str, value: str) -> None:
    decision = decide_at(text, make_pending("choice", "choice", options=MODES), "bye", 0.9)
    assert (decision.intent, decision.option) == ("answer_field", value)


def test_a_number_beyond_the_options_names_none() -> None:
    assert decide_at("9", make_pending("choice", "choice", options=MODES)).option is None


def test_an_option_wins_over_the_word_it_sounds_like() -> None:
    options = [{"value": "cancel", "label": "取消"}, {"value": "renew", "label": "延续"}]
    assert decide_at("取消", make_pending("choice", "choice", options=options)).option == "cancel"


def test_a_number_for_a_number_field_is_no_option() -> None:
    assert decide_at("2", make_pending("field", "number", options=MODES)).option is None


@pytest.mark.parametrize(
    "text", ["为什么要填这个", "这个信息有什么用", "why do you need this?", "凭什么要这个", "what is this for"]
)
@pytest.mark.parametrize("kind", ["field", "confirm", "choice"])
def test_why_is_answered_with_the_reason_for_the_field(text: str, kind: str) -> None:
    assert decide_at(text, make_pending(kind)).intent == "why"


@pytest.mark.parametrize(
    "text",
    [
        "跳过",
        "先跳过",
        "不知道",
        "以后再填",
        "下一项",
        "skip",
        "skip this one",
        "I don't know the IP address",
        "I don't know",
        "next question",
        "这项先不填",
    ],
)
def test_skip_is_lexical(text: str) -> None:
    assert decide_at(text, make_pending(), "deny", 0.9).intent == "skip"


@pytest.mark.parametrize("text", ["跳绳有限公司", "以后再填的材料有哪些规定", "不知道怎么延续许可证，需要什么材料"])
def test_what_only_begins_like_skip_is_not_skip(text: str) -> None:
    assert decide_at(text, make_pending()).intent != "skip"


def test_yes_and_no_for_a_boolean_field_are_its_values() -> None:
    assert decide_at("是的", make_pending(type="boolean")).option == "true"
    assert decide_at("没有", make_pending(type="boolean")).option == "false"


@pytest.mark.parametrize(
    "pending", [{}, {"kind": "field"}, {"kind": "field", "type": None, "options": None}, {"kind": "what"}]
)
def test_a_pending_with_holes_is_no_crash(pending: dict[str, Any]) -> None:
    assert decide_at("张三", pending).intent


@pytest.mark.parametrize(
    "text",
    ["法人写错了", "地址填错了", "我想改一下法定代表人", "改联系电话", "经营场所要改", "把地址改成中山路18号", "change the address", "I want to correct the phone number", "the name is wrong", "Actually, change who buys to businesses only", "Sorry, correct the address"],
)  # fmt: skip
@pytest.mark.parametrize("type", ["text", "date", "choice"])
def test_an_earlier_answer_can_be_corrected_at_any_field(text: str, type: str) -> None:
    assert decide_at(text, make_pending(type=type)).intent == "correct"


@pytest.mark.parametrize("text", ["变更经营范围", "中山路18号改建楼3层", "错那县药店", "张改", "correctional supplies"])
def test_an_answer_that_sounds_like_a_correction_is_an_answer(text: str) -> None:
    assert decide_at(text, make_pending(type="text")).intent == "answer_field"


@pytest.mark.parametrize("text", ["还剩什么没填", "还差哪些", "还有多少要填", "what is left?", "What's missing"])
@pytest.mark.parametrize("kind", ["field", "confirm", "choice"])
def test_what_is_left_is_heard_at_every_step_of_an_application(text: str, kind: str) -> None:
    assert decide_at(text, make_pending(kind)).intent == "left"
    assert decide_at(text, make_pending(kind, flow="complaint")).intent != "left"


@pytest.mark.parametrize("text", ["没有变化", "都没有变动", "无变化", "有变动", "no changes", "nothing has changed"])
@pytest.mark.parametrize("type_name", ["boolean", "text", "phone"])
def test_how_it_is_is_an_answer_whatever_the_classifier_thinks(text: str, type_name: str) -> None:
    decision = decide(hear(text, "ask_policy", 0.95), make_pending("choice", type_name))
    assert decision.intent == "answer_field"


@pytest.mark.parametrize("text", ["没有变化也要填吗", "有变化怎么办", "没有变化的话要交什么材料"])
def test_a_question_about_how_it_is_stays_a_question(text: str) -> None:
    assert decide(hear(text, "ask_policy", 0.95), make_pending("choice", "boolean")).intent == "ask_policy"


@pytest.mark.parametrize("text", ["法人写错了", "地址填错了"])
def test_a_correction_refuses_no_sources(text: str) -> None:
    asked = {**make_pending("confirm"), "field_id": "sources"}
    assert decide_at(text, asked).intent == "unclear"
    assert decide_at("不同意", asked).intent == "deny"


@pytest.mark.parametrize("text", ["看看已经填了什么", "我填了哪些内容", "what have I filled in"])
def test_what_stands_in_a_form_is_asked_of_the_form(text: str) -> None:
    assert decide_at(text, make_pending()).intent == "left"
    assert decide_at(text, make_pending("confirm")).intent == "left"


def test_who_says_with_what_to_begin_is_not_told_what_can_be_asked() -> None:
    told = "我们是新公司，想从法国进口护肤品到中国卖，第一次，不知道从哪开始"
    assert decide_at(told, None, "help", 0.9).intent == "ask_policy"
    assert decide_at("怎么用", None, "help", 0.9).intent == "help"
    assert decide_at("what can you do for me", None, "help", 0.9).intent == "help"


@pytest.mark.parametrize("kind", ["confirm", "field", "choice"])
@pytest.mark.parametrize(
    "text", ["可以跳过吗", "这个可以不填吗？", "这项必须填吗", "必填吗", "Can I skip this?", "is this required?", "Do I have to answer this?"]
)  # fmt: skip
def test_whether_it_may_be_skipped_is_asked_of_the_form(text: str, kind: str) -> None:
    assert decide_at(text, make_pending(kind), "ask_policy", 0.9).intent == "why"
    assert decide_at(text, make_pending(kind, flow="complaint"), "ask_policy", 0.9).intent == "why"
    assert decide_at(text, None, "ask_policy", 0.9).intent == "ask_policy"


@pytest.mark.parametrize("text", ["可以跳过临床试验吗", "年报必须填哪些", "Can I skip the clinical trial?"])
def test_what_the_law_lets_one_skip_stays_a_question(text: str) -> None:
    assert decide_at(text, make_pending(), "ask_policy", 0.9).intent == "ask_policy"


def test_why_the_sources_are_asked_is_no_question_of_law() -> None:
    pending = make_pending("confirm") | {"field_id": "sources"}
    for text in ("这些为什么要查", "这些信息为什么要问", "为什么要查这些"):
        assert decide_at(text, pending, "ask_policy", 0.9).intent == "why"


@pytest.mark.parametrize("text", ["念给我听听", "把我填的都念一遍", "读给我听一下", "read it back to me"])
def test_what_is_to_be_read_out_is_what_stands_in_the_form(text: str) -> None:
    assert decide_at(text, make_pending(), "greet", 0.9).intent == "left"
