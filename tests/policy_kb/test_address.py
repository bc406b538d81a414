"""Places in a text, as people write them and as the law prints them."""

from datetime import date
from pathlib import Path

import pytest

from policy_kb import Address, Clause, Paragraph, open_policy_base
from policy_kb.address import (
    find_at,
    format_address,
    headings_anchor,
    parse_address,
    parse_headings,
    split_points,
    stands_under,
)

CLAUSE = Clause(
    "d@1:16",
    "d@1",
    16,
    "第十六条",
    "",
    paragraphs=(
        Paragraph(1, "申请人应当提交下列材料："),
        Paragraph(2, "有下列情形之一的：", ("（一）甲；", "（二）乙：\n1.乙一；\n2.乙二；", "（三）丙。")),
    ),
)


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("第十六条", Address(16)),
        ("16", Address(16)),
        ("16条", Address(16)),
        ("第十六条之一", Address(16, 1)),
        ("16-1", Address(16, 1)),
        ("第十六条第二款", Address(16, 0, 2)),
        ("第16条第2款第3项", Address(16, 0, 2, 3)),
        ("第十六条第二款第（三）项", Address(16, 0, 2, 3)),
        ("第十六条第二款（三）项", Address(16, 0, 2, 3)),
        ("第 十六 条 第（三）项", Address(16, 0, 0, 3)),
        ("16.2.3", Address(16, 0, 2, 3)),
        ("第十六条第二款第（三）项第1目", Address(16, 0, 2, 3, 1)),
        ("三、", Address(3)),
        ("三、第二款", Address(3, 0, 2)),
        ("三、（二）", Address(3, 0, 0, 2)),
        ("附件2", Address(0, 2)),
        ("附表", Address(0, 1)),
    ],
)
def test_a_place_is_read_however_it_is_written(written: str, place: Address) -> None:
    assert parse_address(written) == place


@pytest.mark.parametrize("written", ["", "医疗器械", "第十六条规定", "第二章", "第十六条第二款以及"])
def test_what_names_no_place_is_none(written: str) -> None:
    assert parse_address(written) is None


@pytest.mark.parametrize(
    ("place", "printed", "anchor"),
    [
        (Address(16), "第十六条", "a16"),
        (Address(16, 1, 2, 3), "第十六条之一第二款第（三）项", "a16-1p2i3"),
        (Address(16, 0, 0, 12, 4), "第十六条第（十二）项第4目", "a16i12n4"),
        (Address(0, 2), "附件2", "a0-2"),
    ],
)
def test_a_place_is_printed_as_the_law_does_and_read_back(place: Address, printed: str, anchor: str) -> None:
    assert (format_address(place), place.anchor) == (printed, anchor)
    assert parse_address(printed) == place


@pytest.mark.parametrize(
    ("place", "found"),
    [
        (Address(16, 0, 1), (Address(16, 0, 1), "申请人应当提交下列材料：")),
        (Address(16, 0, 2, 3), (Address(16, 0, 2, 3), "（三）丙。")),
        (Address(16, 0, 0, 2), (Address(16, 0, 2, 2), "（二）乙：\n1.乙一；\n2.乙二；")),
        (Address(16, 0, 2, 2, 2), (Address(16, 0, 2, 2, 2), "2.乙二；")),
        (Address(16, 0, 3), None),
        (Address(16, 0, 1, 1), None),
        (Address(16, 0, 2, 3, 1), None),
    ],
)
def test_what_stands_at_a_place_is_found_or_there_is_no_such_place(
    place: Address, found: tuple[Address, str] | None
) -> None:
    assert find_at(CLAUSE, place) == found


def test_points_below_an_item_are_its_numbered_lines_with_what_follows_them() -> None:
    assert split_points("（一）某类：\n①甲；\n②乙。\n另有规定的除外。") == (
        "（一）某类：",
        [(1, "①甲；"), (2, "②乙。\n另有规定的除外。")],
    )


HEADINGS = ("第二编 合同", "第三章 违约", "第一节 一般规定")


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("第三章", ("第三章",)),
        ("第3章", ("第三章",)),
        ("第二编第三章 第一节", ("第二编", "第三章", "第一节")),
        ("第三条", ()),
        ("第三章的规定", ()),
        ("", ()),
    ],
)
def test_headings_are_read_however_they_are_written(written: str, named: tuple[str, ...]) -> None:
    assert parse_headings(written) == named


@pytest.mark.parametrize(
    ("named", "under"),
    [("第三章", True), ("第二编", True), ("第三章第一节", True), ("第二编第一节", False), ("第四章", False)],
)
def test_what_stands_under_a_heading_is_told_by_the_headings_above_it(named: str, under: bool) -> None:
    assert stands_under(HEADINGS, parse_headings(named)) is under


def test_a_heading_has_an_anchor_of_its_own() -> None:
    assert headings_anchor(HEADINGS[:2]) == "第二编第三章"


def test_the_front_door_finds_a_place_of_the_text_in_force(tmp_path: Path) -> None:
    path = tmp_path / "测试办法.md"
    path.write_text(
        "# 测试办法\n\n（2020年1月2日某总局令第7号公布）\n\n第一条　有下列情形之一的：\n\n（一）甲；\n\n（二）乙。\n\n"
        "第二条　自2020年3月1日起施行。\n",
        encoding="utf-8",
    )
    base = open_policy_base(tmp_path / "kb")
    base.ingest(path)
    part = base.find_part("测试办法", "第一条第（二）项", as_of=date(2026, 11, 24))
    assert part is not None
    assert (part.at, part.text, part.clause.label) == (Address(1, 0, 1, 2), "（二）乙。", "第一条")
    assert base.find_part("测试办法", "第九条", as_of=date(2026, 11, 24)) is None
    assert base.find_part("测试办法", "第一条", as_of=date(2020, 1, 3)) is None
    with pytest.raises(ValueError, match="names no place"):
        base.find_part("测试办法", "开头", as_of=date(2026, 11, 24))
    base.close()
