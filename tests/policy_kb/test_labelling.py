"""What kind of message it is, on wordings that no example has."""

import pytest

from policy_kb import PolicyBase


@pytest.mark.parametrize(
    "message",
    [
        "刚给孩子喂了退烧药，现在他眼珠往上翻、手脚直抖",
        "阿公食錯藥，而家叫極都唔醒",
        "注射完没多久，右边眼睛忽然一片漆黑",
        "药瓶空了，人躺着没反应",
        "my aunt took the wrong tablets and now she can barely breathe",
        "she swallowed the whole packet and left a note",
    ],
)
def test_danger_is_heard_in_words_no_rule_lists(ingested: PolicyBase, message: str) -> None:
    assert ingested.answer(message).status == "emergency"


@pytest.mark.parametrize(
    "question",
    [
        "过敏性休克这样的严重不良反应几天内上报",
        "呼吸机属于第几类医疗器械",
        "假药致人死亡怎么处罚",
        "How many days does a maker have to report a death caused by a device?",
    ],
)
def test_law_about_danger_is_answered_as_law(ingested: PolicyBase, question: str) -> None:
    assert ingested.answer(question).status != "emergency"
