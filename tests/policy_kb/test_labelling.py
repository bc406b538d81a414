"""What kind of message it is, on wordings that no example has."""

import re

import pytest

from policy_kb import PolicyBase
from policy_kb.answering.routing import FOLDER, load_routes


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


def is_held_back(message: str) -> bool:
    """Whether what only the model hears as danger is no cry by its words."""
    heard = next(route.heard for route in load_routes() if route.label == "emergency")
    return heard is not None and any(pattern.search(message) for pattern in heard.none)


@pytest.mark.parametrize(
    "message",
    [
        "他出去吃饭那一个钟头，门口要挂啥",
        "人不在的时候柜台上摆个什么牌子",
        "她走开一会儿门上贴啥",
        "吃完那批货要登记什么",
    ],
)
def test_who_asks_what_to_put_up_or_write_down_is_in_no_danger(message: str) -> None:
    assert is_held_back(message)


def test_no_example_of_a_cry_asks_what_to_put_up_or_write_down() -> None:
    cries = (FOLDER / "examples" / "emergency.txt").read_text(encoding="utf-8").splitlines()
    put_up = re.compile(r"(?:挂|贴|摆|公示|标|写|登记|盖|签|留存)(?:个|张|块|着|上|出|点)?(?:啥|什么|哪)")
    assert [cry for cry in cries if put_up.search(cry)] == []
