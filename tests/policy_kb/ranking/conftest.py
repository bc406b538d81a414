"""A small world of law: five laws of eight articles, and questions in other words than the law's."""

import pytest

from policy_kb.ranking import Article, Collection, Pairs

# law: (what it is about in its words, what people say instead)
SUBJECTS = {
    "图书馆借阅条例": ("借阅人应当按期归还图书", "书忘了还"),
    "自行车停放办法": ("非机动车应当在划定区域停放", "单车乱丢"),
    "居民养犬规定": ("犬只饲养人应当申领登记证", "养狗办手续"),
    "公园游览规则": ("游览者不得攀折花木", "掐了朵花"),
    "自来水供应条例": ("用水单位应当缴纳水费", "水钱没交"),
}
MATTERS = (
    "立法目的与依据",
    "适用范围",
    "主管部门职责",
    "办理程序",
    "办理期限为十日",
    "收费标准",
    "罚款一百元",
    "施行日期",
)
ASKED = {3: "该怎么弄", 4: "要等几天", 5: "要花多少钱", 6: "会被罚吗"}


@pytest.fixture(scope="session")
def articles() -> list[Article]:
    numerals = "一二三四五六七八"
    return [
        Article(f"{law}第{numerals[place]}条", law, f"第{numerals[place]}条", f"{subject}，{matter}。", "条例")
        for law, (subject, _) in SUBJECTS.items()
        for place, matter in enumerate(MATTERS)
    ]


@pytest.fixture(scope="session")
def collection(articles: list[Article]) -> Collection:
    return Collection(articles, dimensions=8)


@pytest.fixture(scope="session")
def pairs(collection: Collection) -> Pairs:
    """Each subject and each matter three times, with chatter between."""
    rows = [
        (f"{opening}{said}{asking}", (collection.numbers[f"{law}第{'一二三四五六七八'[place]}条"],))
        for opening in ("请问", "你好", "急")
        for law, (_, said) in SUBJECTS.items()
        for place, asking in ASKED.items()
    ]
    return Pairs(tuple(text for text, _ in rows), tuple(answers for _, answers in rows))
