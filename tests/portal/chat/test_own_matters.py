"""What one has begun or filled in is told when it is asked for, in a word as in a sentence."""

import pytest

from policy_kb import find_product
from portal.chat.lexicon import says


@pytest.mark.parametrize(
    "text", ["我的办件", "看看我的申请", "我的草稿", "查一下我的投诉", "my applications", "show my drafts"]
)
def test_the_list_of_ones_own_matters_is_asked_for(text: str) -> None:
    assert says("own_matters", text)


@pytest.mark.parametrize(
    "text", ["我的申请要什么材料", "我的投诉多久受理", "我的药店要办什么证", "my application needs which papers"]
)
def test_a_question_of_rules_asks_for_no_list(text: str) -> None:
    assert not says("own_matters", text)


@pytest.mark.parametrize("text", ["看看已经填了什么", "填了哪些内容", "what have I filled in"])
def test_what_stands_in_the_form_is_asked_for(text: str) -> None:
    assert says("filled", text)


@pytest.mark.parametrize("text", ["还差什么没填", "还有哪些没填"])
def test_what_is_left_is_not_what_stands_there(text: str) -> None:
    assert not says("filled", text)


@pytest.mark.parametrize(
    ("text", "product"),
    [
        ("I want to file a cosmetic product", "cosmetic"),
        ("帮我办化妆品备案", "cosmetic"),
        ("I want to register an infusion pump", "device"),
        ("帮我办延续", ""),
    ],
)
def test_the_kind_of_product_is_heard_in_both_languages(text: str, product: str) -> None:
    assert find_product(text) == product
