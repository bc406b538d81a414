"""Duties, terms and references, found again by words and from either end; and the commands that show them."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from policy_kb import Address, PolicyBase, UnknownDocument, open_policy_base
from policy_kb.commands import main

DAY = date(2026, 11, 24)
DISPLAY = """# 虚构器械展示管理办法

（2026年1月5日虚构监督管理局令第1号公布）

第一条　根据《虚构器械条例》，制定本办法。

第二条　本办法所称展示，是指公开陈列器械的活动。

第三条　展示人应当自收到展示通知之日起20个工作日内报告展示地点。

展示人不得伪造展示记录。

第四条　违反本办法第三条第二款的，依照《虚构器械条例》第五条至第七条处罚。

第五条　本办法自2026年2月1日起施行。
"""
RULES = """# 虚构器械条例

（2025年1月5日虚构国务院令第9号公布）

第一条　为了管理，制定本条例。

第二条　本条例自2025年2月1日起施行。
"""


@pytest.fixture
def base(tmp_path: Path) -> Iterator[PolicyBase]:
    folder = tmp_path / "law"
    folder.mkdir()
    (folder / "虚构器械展示管理办法.md").write_text(DISPLAY, encoding="utf-8")
    (folder / "虚构器械条例.md").write_text(RULES, encoding="utf-8")
    opened = open_policy_base(tmp_path / "var" / "kb")
    opened.ingest(folder)
    yield opened
    opened.close()


def test_duties_are_found_by_their_words_and_kept_to_those_with_a_deadline(base: PolicyBase) -> None:
    found = base.stated.list_obligations("展示人报告地点", as_of=DAY, dated=True)
    assert [(each.clause_id.rpartition(":")[2], each.what.subject) for each in found] == [("3", "展示人")]
    assert len(base.stated.list_obligations(title="虚构器械展示管理办法", as_of=DAY)) == 2


def test_what_is_not_in_force_states_no_duty(base: PolicyBase) -> None:
    assert base.stated.list_obligations("展示人报告地点", as_of=date(2026, 1, 6)) == []
    with pytest.raises(UnknownDocument, match="no version of 《虚构器械展示管理办法》 is in force on 2026-01-06"):
        base.stated.list_obligations(title="虚构器械展示管理办法", as_of=date(2026, 1, 6))


def test_terms_are_found_by_a_part_of_their_name(base: PolicyBase) -> None:
    assert [each.what.term for each in base.stated.list_terms("展", as_of=DAY)] == ["展示"]
    assert base.stated.list_terms("陈列", as_of=DAY) == []


def test_who_refers_to_a_text_is_known_from_the_text_referred_to(base: PolicyBase) -> None:
    version = base.find_version("虚构器械条例", as_of=DAY)
    assert version is not None
    found = base.stated.list_referring(version, as_of=DAY)
    assert [(each.version.title, each.what.at.article) for each in found] == [
        ("虚构器械展示管理办法", 1),
        ("虚构器械展示管理办法", 4),
    ]


@pytest.mark.parametrize(("place", "count"), [(Address(6), 1), (Address(7), 1), (Address(8), 0)])
def test_a_range_refers_to_every_article_in_it(base: PolicyBase, place: Address, count: int) -> None:
    version = base.find_version("虚构器械条例", as_of=DAY)
    assert version is not None
    assert len(base.stated.list_referring(version, place, as_of=DAY)) == count


@pytest.mark.parametrize(("place", "count"), [(Address(3), 1), (Address(3, 0, 2), 1), (Address(3, 0, 1), 0)])
def test_a_reference_to_a_paragraph_is_one_to_its_article_and_to_no_other_paragraph(
    base: PolicyBase, place: Address, count: int
) -> None:
    version = base.find_version("虚构器械展示管理办法", as_of=DAY)
    assert version is not None
    assert len(base.stated.list_referring(version, place, as_of=DAY)) == count


def run(base: PolicyBase, tmp_path: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--data", str(tmp_path / "var")])


@pytest.mark.parametrize(
    ("arguments", "places"),
    [
        (("obligations", "报告地点", "--dated"), ["第三条第一款"]),
        (("obligations", "--title", "虚构器械展示管理办法"), ["第三条第一款", "第三条第二款"]),
        (("terms", "展示"), ["第二条第一款"]),
        (("references", "虚构器械展示管理办法", "第四条"), ["第四条第一款", "第四条第一款"]),
        (("references", "虚构器械条例", "第六条", "--to"), ["第四条第一款"]),
    ],
)
def test_the_commands_speak_json(
    base: PolicyBase, tmp_path: Path, arguments: tuple[str, ...], places: list[str]
) -> None:
    told = json.loads(run(base, tmp_path, *arguments, "--json").stdout)
    assert [each["place"] for each in told["found"]] == places


def test_the_commands_speak_to_people_and_say_what_is_missing(base: PolicyBase, tmp_path: Path) -> None:
    shown = run(base, tmp_path, "obligations", "展示地点").stdout
    assert "展示人 | 应当自收到展示通知之日起20个工作日内报告展示地点" in shown
    assert "within 20 working days, from or to: 收到展示通知" in shown
    assert "give words to look for" in run(base, tmp_path, "terms").stderr
    assert "is in force on" in run(base, tmp_path, "references", "没有的办法").stderr
    assert "names no place" in run(base, tmp_path, "references", "虚构器械条例", "开头").stderr
