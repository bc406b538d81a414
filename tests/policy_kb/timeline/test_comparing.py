"""Two wordings compared: clauses are matched by what they say, and the difference inside a clause is exact."""

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_kb import PolicyBase
from policy_kb.model import Clause, Version
from policy_kb.timeline import Comparison, Run, compare_texts, compare_versions, find_named_version

ACCEPT = "药品监督管理部门收到申请材料后，应当在五个工作日内决定是否受理，并书面告知申请人。"
DECIDE = "药品监督管理部门应当自受理之日起三十个工作日内作出决定，符合条件的发给许可证。"
RENEW = "许可证有效期为五年，届满六个月前提出重新发证申请，逾期未提出的，到期自行失效。"
RECORD = "企业应当建立销售记录，保存至产品有效期满后一年，任何单位不得隐匿、伪造、销毁。"
PENALTY = "提供虚假资料骗取许可证的，撤销许可，十年内不受理其申请，并处五十万元以上罚款。"
NEW = "鼓励企业使用电子追溯系统，监管机构应当公开统一的编码标准供各方免费取用。"


def make_text(*texts: str, label: str = "a") -> Version:
    """A version whose articles count from 1 in the order given."""
    clauses = tuple(
        Clause(f"d@{label}:{number}", f"d@{label}", number, f"第{number}条", text)
        for number, text in enumerate(texts, 1)
    )
    return Version(f"d@{label}", "d", "试验办法", label, "rule", clauses=clauses)


def told(comparison: Comparison) -> list[tuple[str, tuple[int, ...], tuple[int, ...]]]:
    return [
        (change.kind, tuple(c.article for c in change.old), tuple(c.article for c in change.new))
        for change in comparison.changes
    ]


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ([ACCEPT, DECIDE], [ACCEPT, DECIDE], [("same", (1,), (1,)), ("same", (2,), (2,))]),
        ([ACCEPT, DECIDE], [NEW, ACCEPT, DECIDE], [("added", (), (1,)), ("renumbered", (1,), (2,)), ("renumbered", (2,), (3,))]),
        ([ACCEPT, RENEW, DECIDE], [ACCEPT, DECIDE], [("same", (1,), (1,)), ("removed", (2,), ()), ("renumbered", (3,), (2,))]),
        ([RENEW, ACCEPT], [ACCEPT], [("removed", (1,), ()), ("renumbered", (2,), (1,))]),
        ([ACCEPT, DECIDE], [DECIDE, ACCEPT], [("renumbered", (2,), (1,)), ("renumbered", (1,), (2,))]),
        ([ACCEPT, DECIDE.replace("三十", "二十")], [ACCEPT, DECIDE], [("same", (1,), (1,)), ("changed", (2,), (2,))]),
        ([ACCEPT, DECIDE, RENEW], [ACCEPT, RENEW.replace("六个月", "九十个工作日"), DECIDE], [("same", (1,), (1,)), ("changed", (3,), (2,)), ("renumbered", (2,), (3,))]),
        ([f"{RENEW}\n{RECORD}", PENALTY], [RENEW, RECORD, PENALTY], [("split", (1,), (1, 2)), ("renumbered", (2,), (3,))]),
        ([RENEW, RECORD, PENALTY], [f"{RENEW}\n{RECORD}", PENALTY], [("merged", (1, 2), (1,)), ("renumbered", (3,), (2,))]),
        ([], [ACCEPT], [("added", (), (1,))]),
        ([ACCEPT], [], [("removed", (1,), ())]),
    ],
    ids=["equal", "inserted", "dropped", "dropped-first", "moved", "changed", "changed-and-moved", "split", "merged", "from-nothing", "to-nothing"],
)  # fmt: skip
def test_clauses_are_matched_by_what_they_say(
    old: list[str], new: list[str], changes: list[tuple[str, tuple[int, ...], tuple[int, ...]]]
) -> None:
    assert told(compare_versions(make_text(*old), make_text(*new, label="b"))) == changes


def test_a_clause_written_anew_between_its_neighbours_is_changed_not_removed_and_added() -> None:
    old = make_text(ACCEPT, "经营企业变更许可事项的，应当在变更三十日前申请登记。", PENALTY)
    new = make_text(
        ACCEPT, "企业变更许可证载明的地址，须先向原发证机关申请登记，未经同意不得改变。", PENALTY, label="b"
    )
    assert [kind for kind, _, _ in told(compare_versions(old, new))] == ["same", "changed", "same"]


@pytest.mark.parametrize(
    ("old", "new", "runs"),
    [
        ("四十五个工作日内", "六十日内", [("gone", "四十五个工作日"), ("new", "六十日"), ("same", "内")]),
        ("处10000元罚款", "处15000元罚款", [("same", "处"), ("gone", "10000"), ("new", "15000"), ("same", "元罚款")]),
        ("应当备案。", "应当备案。", [("same", "应当备案。")]),
        ("", "新增。", [("new", "新增。")]),
    ],
)
def test_the_difference_keeps_numbers_and_words_whole(old: str, new: str, runs: list[tuple[str, str]]) -> None:
    assert [(run.kind, run.text) for run in compare_texts(old, new)] == runs


LAW = st.text(alphabet="药品企业应当在三十日内，。（一）\n12Aa ", max_size=60)


@settings(max_examples=150, deadline=None)
@given(old=LAW, new=LAW)
def test_the_runs_of_any_two_texts_give_both_back(old: str, new: str) -> None:
    runs = compare_texts(old, new)
    assert "".join(run.text for run in runs if run.kind != "new") == old
    assert "".join(run.text for run in runs if run.kind != "gone") == new


@settings(max_examples=60, deadline=None)
@given(old=st.lists(st.sampled_from([ACCEPT, DECIDE, RENEW, RECORD, PENALTY, NEW, "短。"]), max_size=6), new=st.lists(st.sampled_from([ACCEPT, DECIDE, RENEW, RECORD, PENALTY, NEW, "短。"]), max_size=6))  # fmt: skip
def test_every_clause_of_both_sides_is_told_exactly_once(old: list[str], new: list[str]) -> None:
    changes = compare_versions(make_text(*old), make_text(*new, label="b")).changes
    assert sorted(c.article for change in changes for c in change.old) == list(range(1, len(old) + 1))
    assert sorted(c.article for change in changes for c in change.new) == list(range(1, len(new) + 1))


def test_a_removed_clause_has_one_run_that_is_gone() -> None:
    [change] = compare_versions(make_text(ACCEPT), make_text(label="b")).changes
    assert change.runs == (Run("gone", ACCEPT),)


@pytest.mark.parametrize(
    ("old", "new", "article", "now", "was", "says"),
    [
        ("市场监督管理投诉举报处理暂行办法", "市场监督管理投诉举报处理办法", 21, 23, "四十五个工作日", "六十日"),
        ("药品管理法实施条例@2024-12-06", "药品管理法实施条例@2026-01-16", 17, 42, "6个月", ""),
        ("医疗器械监督管理条例@2021-02-09", "医疗器械监督管理条例@2024-12-06", 19, 19, "", ""),
    ],
)
def test_the_real_clauses_find_each_other_across_numbers(
    ingested: PolicyBase, old: str, new: str, article: int, now: int, was: str, says: str
) -> None:

    before, after = (
        ingested.get_version(find_named_version(ingested, name, day).id)
        for name, day in ((old, date(2026, 3, 1)), (new, date(2026, 11, 24)))
    )
    began = time.monotonic()
    change = compare_versions(before, after).find_by_old(f"{before.id}:{article}")
    assert time.monotonic() - began < 10
    assert change is not None
    assert now in [clause.article for clause in change.new]
    assert was in "".join(run.text for run in change.runs if run.kind == "gone")
    assert says in "".join(run.text for run in change.runs if run.kind == "new")
