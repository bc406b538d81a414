"""Search that says why: the shares of a hit's signs add up to the score it is ordered by."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from policy_kb import PolicyBase, open_policy_base
from policy_kb.answering.explaining import Explained, explain_search
from policy_kb.answering.learning import Asked, ask_all, learn, list_catalogue_pairs
from policy_kb.clock import today
from policy_kb.commands import main

LAWS = {
    "虚构器械展示管理办法": "（2020年1月5日虚构局令第1号公布 自2020年2月1日起施行）\n\n第一条 展示地点变更的，应当重新报告。\n\n"
    "第二条 举办虚构器械巡回展示的，应当在展示前十三个工作日内报告展示地点。",
    "虚构器械巡展规定": "（2026年1月5日虚构局令第2号公布 自2026年2月1日起施行）\n\n第一条 巡回展示的收费由双方约定。\n\n"
    "第二条 《虚构器械展示管理办法》同时废止。",
}
QUESTION = "虚构器械展示管理办法对展示地点怎么规定"


@pytest.fixture
def base(tmp_path: Path) -> PolicyBase:
    for title, text in LAWS.items():
        (tmp_path / f"{title}.md").write_text(f"# {title}\n\n{text}\n", encoding="utf-8")
    base = open_policy_base(tmp_path / "var" / "kb")
    base.ingest(tmp_path / "虚构器械展示管理办法.md")
    return base


def run(tmp_path: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["search", *arguments, "--data", str(tmp_path / "var")])


def assert_adds_up(found: list[Explained]) -> None:
    assert found
    for each in found:
        assert sum(share.added for share in each.shares) == pytest.approx(each.score, abs=1e-4)
        assert [abs(share.added) for share in each.shares] == sorted(
            (abs(share.added) for share in each.shares), reverse=True
        )


def test_by_the_weights_the_shares_of_the_signs_add_up_to_the_score(base: PolicyBase) -> None:
    found = explain_search(base, QUESTION, today(), 5)
    assert_adds_up(found)
    assert {each.by for each in found} == {"weights"}
    named = next(share for share in found[0].shares if share.sign == "named_document")
    assert (named.value, named.added) == (1.0, pytest.approx(1.2))


def test_on_a_past_day_what_changed_law_gains_is_a_share_of_its_own(base: PolicyBase, tmp_path: Path) -> None:
    base.ingest(tmp_path / "虚构器械巡展规定.md")
    found = explain_search(base, "2023年展示地点变更要重新报告吗", date(2023, 5, 1), 5)
    assert_adds_up(found)
    assert found[0].hit.version.in_force_to == date(2026, 2, 1)
    assert "past_law" in {share.sign for share in found[0].shares}


def test_by_a_trained_model_the_shares_add_up_to_what_the_model_gave(base: PolicyBase) -> None:
    asked = [each for each in ask_all(base, list_catalogue_pairs(base.catalogue)[:200:2]) if each.signs]
    told = [Asked(each.told, each.signs, tuple(place == 0 for place in range(len(each.signs)))) for each in asked]
    base.write_ranking(learn(told, []).model)
    found = explain_search(base, QUESTION, today(), 5)
    assert_adds_up(found)
    assert base.ranking is not None
    assert {each.by for each in found} == {base.ranking.version}


@pytest.mark.parametrize(
    ("tell", "options"),
    [
        (lambda out: next(hit["by"] for hit in json.loads(out)["hits"]) == "weights", ["--json"]),
        (lambda out: "named_document +1.20 (1.00)" in out and "ordered by weights" in out, []),
    ],
    ids=["for programs", "for people"],
)
def test_the_command_says_what_each_sign_added(
    base: PolicyBase, tmp_path: Path, tell: Callable[[str], bool], options: list[str]
) -> None:
    result = run(tmp_path, QUESTION, "--explain", *options)
    assert result.exit_code == 0, result.output
    assert tell(result.stdout), result.stdout


def test_reasons_for_every_version_at_once_are_refused_with_what_to_do(base: PolicyBase, tmp_path: Path) -> None:
    result = run(tmp_path, QUESTION, "--explain", "--all-versions")
    assert result.exit_code == 2 and "leave out --all-versions" in result.output


def test_nothing_to_explain_in_an_empty_base_says_how_to_fill_it(tmp_path: Path) -> None:
    assert "python -m policy_kb ingest FOLDER" in run(tmp_path, "展示", "--explain").stdout
