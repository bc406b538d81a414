"""Who amended, replaced and repealed what, as the texts tell it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from policy_kb import PolicyBase, UnknownDocument
from policy_kb.timeline import VersionLink, find_named_version, find_successor, trace_document

Ingest = Callable[..., PolicyBase]


FIRST = """# 试验管理条例

（2020年1月2日国务院令第7号公布）

第一条　为了加强管理，制定本条例。

第二条　申请自收到之日起三十个工作日内决定。

第三条　本条例自2020年3月1日起施行。
"""
SECOND = FIRST.replace(
    "（2020年1月2日国务院令第7号公布）",
    "（2020年1月2日国务院令第7号公布　根据2024年12月6日《国务院关于修改部分行政法规的决定》第一次修订）",
).replace("三十个工作日", "二十个工作日")
DECISION = """# 国务院关于修改部分行政法规的决定

（2024年12月6日国务院令第797号公布）

一、将《试验管理条例》第二条修改为：“申请自收到之日起二十个工作日内决定。”

二、废止《陈旧物品管理办法》（2001年1月1日国务院令第1号公布）。

本决定自2025年1月20日起施行。
"""
OUTDATED = """# 陈旧物品管理办法

（2001年1月1日国务院令第1号公布）

第一条　为了管理陈旧物品，制定本办法。

第二条　本办法自2001年2月1日起施行。
"""
PROVISIONAL = """# 意见处理暂行办法

（2019年11月30日某总局令第20号公布）

第一条　为了处理意见，制定本办法。

第二条　自受理之日起四十五个工作日内办结。

第三条　本办法自2020年1月1日起施行。
"""
LASTING = """# 意见处理办法

（2025年12月30日某总局令第121号公布）

第一条　为了处理意见，制定本办法。

第二条　意见自受理之日起六十日内办结。

第三条　本办法自2026年4月15日起施行。2019年11月30日某总局令第20号公布的《意见处理暂行办法》同时废止。
"""


def only(links: tuple[VersionLink, ...], kind: str) -> VersionLink:
    [found] = [link for link in links if link.kind == kind]
    return found


def test_an_amendment_names_its_decision_and_the_section_that_says_so(ingest: Ingest) -> None:
    history = trace_document(ingest(条例一=FIRST, 条例二=SECOND, 决定=DECISION), "试验管理条例")
    link = only(history.links, "amended")
    assert [version.label for version in history.versions] == ["2020-01-02", "2024-12-06"]
    assert (link.earlier, link.later) == tuple(version.id for version in history.versions)
    assert (link.decided, link.effective) == (date(2024, 12, 6), date(2025, 1, 20))
    assert (link.by_title, link.by_label, link.source) == ("国务院关于修改部分行政法规的决定", "一、", "clause")
    assert link.told == "《国务院关于修改部分行政法规的决定》第一次修订"


def test_an_amendment_is_known_from_the_history_line_when_its_decision_is_not_loaded(ingest: Ingest) -> None:
    link = only(trace_document(ingest(条例=SECOND), "试验管理条例").links, "amended")
    assert (link.earlier, link.by_version, link.by_clause, link.source) == ("", "", "", "history")
    assert link.later.endswith("@2024-12-06")
    assert link.effective is None  # only the decision tells when it took effect


def test_a_successor_is_told_with_the_clause_that_repeals_from_both_sides(ingest: Ingest) -> None:
    base = ingest(旧=PROVISIONAL, 新=LASTING)
    seen_from_old = only(trace_document(base, "意见处理暂行办法").links, "replaced")
    assert seen_from_old == only(trace_document(base, "《意见处理办法》").links, "replaced")
    assert (seen_from_old.by_label, seen_from_old.effective) == ("第三条", date(2026, 4, 15))
    assert seen_from_old.told.endswith("《意见处理暂行办法》同时废止。")


def test_a_decision_that_only_repeals_leaves_no_successor(ingest: Ingest) -> None:
    base = ingest(旧=OUTDATED, 决定=DECISION)
    link = only(trace_document(base, "陈旧物品管理办法").links, "repealed")
    assert (link.later, link.by_label, link.effective) == ("", "二、", date(2025, 1, 20))
    [version] = trace_document(base, "陈旧物品管理办法").versions
    assert find_successor(base, version, date(2026, 1, 1)) is None


def test_an_end_known_only_to_the_manifest_says_that_this_is_its_source(ingest: Ingest, tmp_path: Path) -> None:
    (tmp_path / "law").mkdir()
    noted = "title,kind,status\n陈旧物品管理办法,regulation,superseded 2024-01-01\n"
    (tmp_path / "law" / "manifest.csv").write_text(noted, encoding="utf-8")
    link = only(trace_document(ingest(陈旧物品管理办法=OUTDATED), "陈旧物品管理办法").links, "repealed")
    assert (link.source, link.effective, link.by_title) == ("manifest", date(2024, 1, 1), "")


@pytest.mark.parametrize(
    ("day", "label"),
    [(date(2020, 6, 1), "2020-01-02"), (date(2025, 1, 19), "2020-01-02"), (date(2025, 1, 20), "2024-12-06")],
)
def test_the_version_of_a_day_is_the_one_in_force_on_it(ingest: Ingest, day: date, label: str) -> None:
    version = trace_document(ingest(条例一=FIRST, 条例二=SECOND, 决定=DECISION), "试验管理条例").version_on(day)
    assert version is not None
    assert version.label == label


def test_no_version_is_in_force_before_the_first_began(ingest: Ingest) -> None:
    assert trace_document(ingest(条例=FIRST), "试验管理条例").version_on(date(2020, 2, 29)) is None


def test_the_successor_of_a_wording_is_the_next_one_or_the_text_that_replaced_it(ingest: Ingest) -> None:
    base = ingest(条例一=FIRST, 条例二=SECOND, 决定=DECISION, 旧=PROVISIONAL, 新=LASTING)
    first = trace_document(base, "试验管理条例").versions[0]
    [provisional] = trace_document(base, "意见处理暂行办法").versions
    found = [find_successor(base, version, date(2026, 11, 24)) for version in (first, provisional)]
    assert [version and (version.title, version.label) for version in found] == [
        ("试验管理条例", "2024-12-06"),
        ("意见处理办法", "2025-12-30"),
    ]


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("试验管理条例@2020-01-02", "2020-01-02"),
        ("试验管理条例@2024-12-06", "2024-12-06"),
        ("《试验管理条例》@2025-01-19", "2020-01-02"),
        ("试验管理条例", "2024-12-06"),
    ],
)
def test_a_wording_is_named_by_label_day_or_title(ingest: Ingest, name: str, label: str) -> None:
    base = ingest(条例一=FIRST, 条例二=SECOND, 决定=DECISION)
    assert find_named_version(base, name, date(2026, 11, 24)).label == label


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("没有的办法", "no text called 《没有的办法》 is loaded"),
        ("管理条例", "there are 《试验管理条例》"),
        ("试验管理条例@2019-01-01", "no wording of 《试验管理条例》 was in force on 2019-01-01; there are 2020-01-02"),
        ("试验管理条例@最新", "has no version '最新' (nor is that a day like 2026-05-15)"),
    ],
)
def test_a_name_that_means_nothing_is_answered_with_what_there_is(ingest: Ingest, name: str, said: str) -> None:
    base = ingest(条例=FIRST)
    with pytest.raises(UnknownDocument, match="《") as told:
        find_named_version(base, name, date(2026, 11, 24))
    assert said in str(told.value)


@pytest.mark.parametrize(
    ("title", "kind", "earlier", "later", "by", "effective"),
    [
        ("市场监督管理投诉举报处理暂行办法", "replaced", "2022-03-24", "2025-12-30", "第四十六条", date(2026, 4, 15)),
        ("药品管理法实施条例", "amended", "2024-12-06", "2026-01-16", "", date(2026, 5, 15)),
        ("医疗器械监督管理条例", "amended", "2021-02-09", "2024-12-06", "", date(2025, 1, 20)),
        ("网络交易监督管理办法", "amended", "", "2025-03-18", "二、", date(2025, 5, 1)),
        ("国家食品药品监督管理总局行政复议办法", "repealed", "2013-11-06", "", "一、", date(2025, 5, 1)),
    ],
)
def test_the_real_texts_tell_who_changed_them(
    ingested: PolicyBase, title: str, kind: str, earlier: str, later: str, by: str, effective: date
) -> None:
    links = trace_document(ingested, title).links
    told = {
        (link.kind, link.earlier.partition("@")[2], link.later.partition("@")[2], link.by_label, link.effective)
        for link in links
    }
    assert (kind, earlier, later, by, effective) in told
