"""Yes, no and danger in many words: yes is never taken for no, and no danger is missed."""

import pytest

from bot.components.gate_rules import Heard, decide

ASKED = {"kind": "confirm", "step": "s", "version": 1, "options": []}
YES = ["是", "对", "嗯", "好", "好的", "可以", "可以的", "行", "成", "没错", "没有错", "没问题", "没有问题", "没啥问题", "没什么问题", "没意见", "没有异议", "无异议", "不错", "要", "要的", "要得", "冇問題", "對的", "是滴", "妥了", "确认无误", "信息无误", "提交吧", "都对", "完全正确", "嗯嗯，没问题", "好的，谢谢", "对，没错", "no problem", "no objections", "yes please", "not a problem", "i agree", "that's right", "OK", "Ｏｋ", "sounds good", "go ahead"]  # fmt: skip
NO = ["不", "不是", "不对", "不要", "不用", "不用了", "不可以", "不行", "不好", "不同意", "没有", "别提交", "先别提交", "写错了", "有误", "有问题", "不太对", "不對", "唔係", "对不上", "有出入", "不，地址错了", "对不起，写错了", "好像不对", "不是的", "no", "nope", "not really", "not yet", "no, that's wrong", "i disagree", "do not submit", "absolutely not", "there is a mistake in it"]  # fmt: skip
NEITHER = ["不是不行", "要不要", "好不好", "可以吗", "是不是", "随便", "也许吧", "看情况", "maybe", "hmm"]


def say(text: str, ranking: list[tuple[str, float]] | None = None, asked: bool = True) -> str:
    return decide(Heard(text, ranking or [("ask_policy", 0.4)]), ASKED if asked else None).intent


@pytest.mark.parametrize("text", YES)
def test_yes_at_a_confirmation(text: str) -> None:
    assert say(text) == "affirm"


@pytest.mark.parametrize("text", NO)
def test_no_at_a_confirmation(text: str) -> None:
    assert say(text) == "deny"


@pytest.mark.parametrize("text", NEITHER)
def test_what_is_neither_is_asked_again_or_answered(text: str) -> None:
    assert say(text) not in ("affirm", "deny")


@pytest.mark.parametrize("text", YES)
@pytest.mark.parametrize("certainty", [0.5, 1.0])
def test_the_classifier_cannot_turn_a_yes_into_a_no(text: str, certainty: float) -> None:
    assert say(text, [("deny", certainty)]) == "affirm"


DANGER = [
    "我爸打完针没有意识了", "孩子把一瓶药全吃了", "老人误食了老鼠药怎么办", "她割腕了", "不想活了", "喉嚨腫起來了喘不過氣", "输液后心跳停了",
    "娃翻白眼了", "人快没了", "吃药以后视力没了", "my son drank bleach", "she is not responding", "he took all his pills", "my throat is closing",
]  # fmt: skip
NO_DANGER = [
    "药品严重不良反应几天内上报", "昏迷属于严重伤害吗", "过敏性休克要在多少天内报告", "举报有人卖自杀药", "应急预案要写中毒吗", "说明书写着可能呼吸困难",
    "what counts as a serious event, unconscious patients?", "deadline for reporting when a patient collapsed",
]  # fmt: skip


@pytest.mark.parametrize("text", DANGER)
@pytest.mark.parametrize("asked", [True, False])
def test_danger_is_heard_by_its_words_alone(text: str, asked: bool) -> None:
    assert say(text, [("ask_policy", 0.99)], asked) == "emergency"


@pytest.mark.parametrize("text", NO_DANGER)
def test_a_question_about_danger_is_no_danger(text: str) -> None:
    assert say(text, [("ask_policy", 0.9), ("emergency", 0.04)], asked=False) != "emergency"


@pytest.mark.parametrize(
    ("text", "chance", "asked", "heard"),
    [
        ("敷了药膏整个人都不对劲了", 0.06, False, "emergency"),
        ("敷了药膏整个人都不对劲了", 0.04, False, "ask_policy"),
        ("现在是几点", 0.06, False, "ask_policy"),
        ("现在是几点", 0.21, False, "emergency"),
        ("王小明", 0.21, True, "unclear"),
    ],
)
def test_a_weak_suspicion_needs_words_of_harm(text: str, chance: float, asked: bool, heard: str) -> None:
    assert say(text, [("ask_policy", 0.5), ("emergency", chance)], asked) == heard


def test_what_belongs_elsewhere_is_said_before_the_catch_all() -> None:
    assert say("怎么做红烧肉", [("ask_policy", 0.5), ("out_of_scope", 0.21)], asked=False) == "out_of_scope"
    assert say("怎么做红烧肉", [("ask_policy", 0.5), ("out_of_scope", 0.19)], asked=False) == "ask_policy"


@pytest.mark.parametrize(
    ("first", "chance", "guess"),
    [
        ("start_application", 0.4, "start_application"),
        ("make_complaint", 0.31, "make_complaint"),
        ("start_application", 0.24, None),
        ("start_application", 0.5, None),
        ("abuse", 0.4, None),
        ("help", 0.4, None),
    ],
)
def test_a_doubtful_wish_to_do_something_goes_along_as_a_guess(first: str, chance: float, guess: str | None) -> None:
    assert decide(Heard("那个事情弄一弄", [(first, chance), ("ask_policy", 0.2)]), None).guess == guess
