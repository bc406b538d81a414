"""What is taken over from a sentence, which table it calls for, and whether it is a wish for guidance at all."""

from datetime import date

import pytest

from policy_kb.guidance import find_law_day, find_table, get_table, hear, load_tables, wishes


@pytest.mark.parametrize(
    ("table", "said", "facts"),
    [
        ("devices", "我想生产第二类医疗器械", {"does": "make", "class": "II"}),
        ("devices", "代理别人的助听器在網店賣", {"does": "sell", "class": "II", "who": "other", "how": "online"}),
        ("devices", "不是三类，是二类的", {"class": "II"}),
        ("devices", "生产还是销售没想好", {}),
        ("devices", "We make Class III implants in our own factory", {"does": "make", "class": "III"}),
        ("drugs", "只卖乙类非处方药的便利店", {"does": "retail", "controlled": "ordinary", "goods": "otcb"}),
        ("drugs", "we run a pharmacy and sell vaccines online", {"does": "net", "controlled": "vaccine", "seller": "shop"}),
        ("cosmetics", "美白牙膏", {"kind": "tooth"}),
        ("cosmetics", "普通面霜，不是防晒", {"kind": "general"}),
        ("cosmetics", "imported sunscreen", {"kind": "special", "does": "bring"}),
        ("advertising", "在抖音上给保健食品打广告", {"what": "health", "where": "web"}),
    ],
)  # fmt: skip
def test_the_words_of_a_table_are_taken_over(table: str, said: str, facts: dict[str, str]) -> None:
    assert {fact: each.code for fact, each in hear(get_table(table), said).items()} == facts


def test_the_words_that_were_heard_are_kept() -> None:
    assert hear(get_table("devices"), "賣隱形眼鏡")["class"].words == "隐形眼镜"


@pytest.mark.parametrize(
    ("said", "table"),
    [
        ("开店卖助听器要什么证", "devices"),
        ("开药店要什么证", "drugs"),
        ("做口红品牌要办什么", "cosmetics"),
        ("进口助听器要办什么", "import"),
        ("给助听器打广告要审批吗", "advertising"),
        ("药品生产工艺变更算哪类", "drug-change"),
        ("我们药店又开了一家分店，证要重办吗", "licence-change"),
        ("出国带吗啡要什么证明", "carrying"),
        ("我们器械公司换了法人要办什么", "licence-change"),
        ("个人能在微信卖减肥药吗", "drugs"),
        ("which licence do I need to sell hearing aids", "devices"),
        ("今天天气怎么样", ""),
        ("which licence do I need", ""),
    ],
)
def test_a_sentence_calls_for_the_table_it_is_about(said: str, table: str) -> None:
    found = find_table(load_tables(), said)
    assert (found.id if found else "") == table


@pytest.mark.parametrize(
    ("said", "is_wish"),
    [
        ("我要开网店卖隐形眼镜需要什么证", True),
        ("卖血糖仪要不要备案？", True),
        ("想做儿童面霜，走什么手续", True),
        ("面膜是备案还是注册", True),
        ("处方药可以在朋友圈推广吗", True),
        ("Which licence do I need to open a pharmacy?", True),
        ("Do I need a permit to sell soap?", True),
        ("药品经营许可证有效期几年", False),
        ("第三类医疗器械经营许可证什么时候可以申请延续？", False),
        ("未取得许可证卖器械怎么罚", False),
        ("办药品经营许可证要哪些材料", False),
        ("How long does a device distribution licence take?", False),
        ("孩子误吃了网上买的药怎么办", False),
        ("你好", False),
    ],
)
def test_a_wish_for_guidance_is_told_from_a_question_about_a_licence(said: str, is_wish: bool) -> None:
    assert wishes(said) is is_wish


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("按2023年10月的规定，自己生产牙膏要办什么证", date(2023, 10, 1)),
        ("2023年10月生产牙膏要备案吗", date(2023, 10, 1)),
        ("In October 2023 did toothpaste need filing", date(2023, 10, 1)),
        ("2020年开的药店要搬家，办什么", None),
        ("牙膏要备案吗", None),
    ],
)
def test_a_day_in_the_sentence_chooses_the_law(said: str, day: date | None) -> None:
    assert find_law_day(said) == day
