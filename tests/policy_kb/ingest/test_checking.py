"""The check of what was read: a second count, and who is right where reader and manifest differ."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from policy_kb.commands import main
from policy_kb.ingest import read_manifest
from policy_kb.ingest.checking import GOAL, check_file, count_articles, rate

TEXT = (
    "# 试验办法\n\n（2020年1月2日某管理局令第7号公布　根据2022年3月4日某总局令第9号修订）\n\n"
    "第一条　甲。\n\n第二条　乙。\n\n第三条　本办法自2020年3月1日起施行。\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "试验办法.md").write_text(TEXT, encoding="utf-8")
    return tmp_path


def check(folder: Path, **noted: str) -> dict[str, tuple[str, str, str]]:
    """Field → (ours, theirs, verdict) for a manifest that notes these."""
    names = ["title", *noted]
    (folder / "manifest.csv").write_text(
        ",".join(names) + "\n" + ",".join(["试验办法", *noted.values()]) + "\n", encoding="utf-8"
    )
    checked = check_file(folder / "试验办法.md", read_manifest(folder))
    return {each.field: (each.ours, each.theirs, each.verdict) for each in checked.differences}


@pytest.mark.parametrize(
    ("raw", "count"),
    [
        (TEXT, 3),
        ("第一条 甲\n第三条 丙", 1),
        ("第一条 甲\n“第二条 改为乙”\n第二条第一款所称\n第二条 乙", 2),
        ("前言", 0),
        ("**第1条** 甲\n## 第2条 乙", 2),
    ],
)
def test_articles_are_counted_by_the_continuity_of_their_numbers(raw: str, count: int) -> None:
    assert count_articles(raw) == count


@pytest.mark.parametrize(
    ("noted", "field", "verdict"),
    [
        ({"publication_date": "2020-01-03"}, "published", "manifest_wrong"),
        ({"effective_date": "2022-03-04"}, "in_force_from", "open"),
        ({"document_number": "某管理局令第8号"}, "document_number", "manifest_wrong"),
        ({"document_number": "某总局令第9号"}, "document_number", "manifest_wrong"),
        ({"issuing_body": "某总局"}, "issuer", "amender"),
        ({"issuing_body": "别的局"}, "issuer", "manifest_wrong"),
    ],
)
def test_where_they_differ_the_file_is_asked(folder: Path, noted: dict[str, str], field: str, verdict: str) -> None:
    assert check(folder, **noted)[field][2] == verdict


@pytest.mark.parametrize(
    "noted",
    [
        {"publication_date": "2020-01-02"},
        {"issuing_body": "某管理局"},
        {"issuing_body": "原某局等（组建前）"},
        {"articles": "3"},
    ],
)
def test_what_agrees_or_was_not_known_is_no_difference(folder: Path, noted: dict[str, str]) -> None:
    assert check(folder, **noted) == {}


def test_the_command_ends_with_one_when_a_goal_is_missed(folder: Path) -> None:
    check(folder, effective_date="2022-03-04")
    result = CliRunner().invoke(main, ["check-ingest", str(folder), "--json"])
    told = json.loads(result.stdout)
    assert (result.exit_code, told["rates"]["articles"], told["rates"]["dates"]) == (1, 1.0, 0.0)
    shown = CliRunner().invoke(main, ["check-ingest", str(folder)]).stdout
    assert "《试验办法》 in_force_from: read 2020-03-01, manifest 2022-03-04" in shown


def test_the_reference_texts_are_read_as_well_as_was_promised(corpus: Path) -> None:
    manifest = read_manifest(corpus)
    checked = [check_file(path, manifest) for path in sorted(corpus.glob("*/*.md"))]
    rates = rate(checked)
    assert {name: rates[name] >= goal for name, goal in GOAL.items()} == dict.fromkeys(GOAL, True)
    assert len(checked) == 195
