"""How pages and notices write a clause: as the law prints it in Chinese, as an Article in English."""

import re
from pathlib import Path

import pytest

from portal.pages import write_clause, write_place

PORTAL = Path(__file__).resolve().parents[2] / "portal"
BY_HAND = re.compile(
    r"第(?:\{\{?|%\()[^}]{0,40}?(?:article|paragraph|number)[^}]{0,20}?(?:\}\}?|\)s)[条款]|\bart\. [{%]"
)


@pytest.mark.parametrize(
    ("article", "paragraph", "label", "zh", "en"),
    [
        (10, 0, "", "第十条", "Article 10"),
        (16, 1, "第十六条", "第十六条第一款", "Article 16, paragraph 1"),
        (61, 2, "第六十一条之一", "第六十一条之一第二款", "Article 61-1, paragraph 2"),
        (3, 0, "三、", "三、", "三、"),
        (0, 0, "第十三条第三款", "第十三条第三款", "Article 13, paragraph 3"),
        (0, 0, "", "", ""),
    ],
)
def test_a_place_is_written_as_its_readers_write_it(article: int, paragraph: int, label: str, zh: str, en: str) -> None:
    assert write_place(article, paragraph, label, language="zh") == zh
    assert write_place(article, paragraph, label, language="en") == en


def test_a_title_stands_before_its_place() -> None:
    assert write_clause("药品管理法", 98, 2, language="zh") == "《药品管理法》第九十八条第二款"
    assert write_clause("药品管理法", 98, 2, language="en") == "《药品管理法》 Article 98, paragraph 2"


def test_no_page_or_message_writes_an_article_by_itself() -> None:
    """One function does, so that 第10条 never stands beside 第十条."""
    kinds = (".py", ".html", ".txt", ".po")
    files = [path for path in [*PORTAL.rglob("*"), *(PORTAL.parent / "locales").rglob("*.po")] if path.suffix in kinds]
    found = [path.relative_to(PORTAL.parent) for path in files if BY_HAND.search(path.read_text(encoding="utf-8"))]
    assert found == []
