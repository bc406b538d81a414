"""From when to when: amendments, successors, repeals, and the facts of the reference corpus."""

from datetime import date
from itertools import pairwise

import pytest

from policy_kb import PolicyBase
from policy_kb.ingest import document_id
from policy_kb.model import Version
from policy_kb.versions import (
    EARLIER_NOT_LOADED,
    END_FROM_MANIFEST,
    END_UNDATED,
    NO_AMENDMENT_DAY,
    Statement,
    describe_status,
    place,
)


def make_version(
    title: str = "测试条例",
    label: str = "2020-01-01",
    published: date | None = date(2020, 1, 1),
    amended: date | None = None,
    number: str = "",
) -> Version:
    document = document_id(title)
    return Version(
        f"{document}@{label}",
        document,
        title,
        label,
        "rule",
        published=published,
        amended=amended,
        document_number=number,
    )


def place_all(*pairs: tuple[Version, Statement]) -> dict[str, Version]:
    placed = place([version for version, _ in pairs], {version.id: statement for version, statement in pairs})
    return {f"{version.title}@{version.label}": version for version in placed}


def span(version: Version) -> tuple[date | None, date | None]:
    return version.in_force_from, version.in_force_to


def test_a_new_wording_ends_the_one_before_it() -> None:
    placed = place_all(
        (make_version(), Statement(starts=date(2020, 3, 1))),
        (make_version(label="2026-01-16", amended=date(2026, 1, 16)), Statement(starts=date(2026, 5, 15))),
    )
    assert span(placed["测试条例@2020-01-01"]) == (date(2020, 3, 1), date(2026, 5, 15))
    assert span(placed["测试条例@2026-01-16"]) == (date(2026, 5, 15), None)


def test_an_amendment_takes_effect_when_its_decision_says() -> None:
    decision = make_version("总局关于修改部分规章的决定", "2025-03-18", date(2025, 3, 18), number="总局令第101号")
    amended = make_version(label="2025-03-18", amended=date(2025, 3, 18))
    placed = place_all(
        (decision, Statement(starts=date(2025, 5, 1))),
        (amended, Statement(starts=date(2020, 3, 1), amended_by=("总局令第101号",))),
    )
    assert span(placed["测试条例@2025-03-18"]) == (date(2025, 5, 1), None)


def test_a_noted_end_tells_when_the_same_decision_took_effect_elsewhere() -> None:
    decision = ("国务院关于修改和废止部分行政法规的决定",)
    placed = place_all(
        (make_version(), Statement(starts=date(2020, 3, 1), ended=date(2025, 1, 20))),
        (make_version(label="2024-12-06", amended=date(2024, 12, 6)), Statement(date(2020, 3, 1), decision)),
        (make_version("另一条例", "2024-12-06", amended=date(2024, 12, 6)), Statement(date(2011, 1, 1), decision)),
    )
    assert span(placed["测试条例@2024-12-06"]) == (date(2025, 1, 20), None)
    assert span(placed["另一条例@2024-12-06"]) == (date(2025, 1, 20), None)


def test_the_same_title_of_decision_on_another_day_is_another_decision() -> None:
    decision = ("国务院关于修改和废止部分行政法规的决定",)
    placed = place_all(
        (make_version(), Statement(starts=date(2020, 3, 1), ended=date(2025, 1, 20))),
        (make_version(label="2024-12-06", amended=date(2024, 12, 6)), Statement(date(2020, 3, 1), decision)),
        (make_version("另一条例", "2022-03-29", amended=date(2022, 3, 29)), Statement(date(2011, 1, 1), decision)),
    )
    assert span(placed["另一条例@2022-03-29"]) == (date(2011, 1, 1), None)
    assert NO_AMENDMENT_DAY in placed["另一条例@2022-03-29"].status_note


def test_a_text_named_as_repealed_ends_when_the_naming_one_begins() -> None:
    placed = place_all(
        (make_version("旧办法"), Statement(starts=date(2020, 3, 1))),
        (make_version("新办法", "2025-12-30", date(2025, 12, 30)), Statement(date(2026, 4, 15), repeals=("旧办法",))),
    )
    assert span(placed["旧办法@2020-01-01"]) == (date(2020, 3, 1), date(2026, 4, 15))


def test_an_older_repeal_does_not_end_a_newer_text_of_the_same_name() -> None:
    placed = place_all(
        (make_version("办法", "2020-01-01"), Statement(starts=date(2020, 3, 1))),
        (make_version("别的规定", "2010-01-01", date(2010, 1, 1)), Statement(date(2010, 2, 1), repeals=("办法",))),
    )
    assert span(placed["办法@2020-01-01"]) == (date(2020, 3, 1), None)


def test_an_end_known_only_to_the_manifest_is_marked_so() -> None:
    placed = place_all((make_version(), Statement(starts=date(2020, 3, 1), ended=date(2023, 1, 1))))
    assert placed["测试条例@2020-01-01"].in_force_to == date(2023, 1, 1)
    assert END_FROM_MANIFEST in placed["测试条例@2020-01-01"].status_note


def test_a_repeal_without_a_day_counts_from_when_the_source_was_read() -> None:
    placed = place_all((make_version(), Statement(date(2020, 3, 1), repealed_undated=True, seen=date(2026, 6, 8))))
    assert placed["测试条例@2020-01-01"].in_force_to == date(2026, 6, 8)
    assert END_UNDATED in placed["测试条例@2020-01-01"].status_note


def test_placing_twice_changes_nothing() -> None:
    pairs = [
        (make_version(), Statement(starts=date(2020, 3, 1), remark="x")),
        (make_version(label="2024-12-06", amended=date(2024, 12, 6)), Statement(date(2020, 3, 1))),
    ]
    statements = {version.id: statement for version, statement in pairs}
    once = place([version for version, _ in pairs], statements)
    assert place(once, statements) == once


def test_a_statement_survives_being_kept() -> None:
    statement = Statement(date(2020, 3, 1), ("令",), ("旧",), date(2025, 1, 1), "新", True, date(2026, 1, 1), True, "x")
    assert Statement.load(statement.dump()) == statement


def test_the_note_on_a_version_is_told_in_both_languages() -> None:
    [placed] = place_all((make_version(), Statement(date(2020, 3, 1), ended=date(2023, 1, 1)))).values()
    assert describe_status(placed, "en") == END_FROM_MANIFEST
    assert describe_status(placed, "zh") != END_FROM_MANIFEST


@pytest.mark.parametrize("note", [NO_AMENDMENT_DAY, EARLIER_NOT_LOADED, END_FROM_MANIFEST, END_UNDATED])
def test_no_note_holds_what_stands_between_notes(note: str) -> None:
    assert "; " not in note


@pytest.mark.parametrize(
    ("title", "label", "begins", "ends"),
    [
        ("药品管理法实施条例", "2019-03-02", None, date(2025, 1, 20)),
        ("药品管理法实施条例", "2024-12-06", date(2025, 1, 20), date(2026, 5, 15)),
        ("药品管理法实施条例", "2026-01-16", date(2026, 5, 15), None),
        ("医疗器械监督管理条例", "2021-02-09", date(2021, 6, 1), date(2025, 1, 20)),
        ("医疗器械监督管理条例", "2024-12-06", date(2025, 1, 20), None),
        ("市场监督管理投诉举报处理暂行办法", "2022-03-24", date(2020, 1, 1), date(2026, 4, 15)),
        ("市场监督管理投诉举报处理办法", "2025-12-30", date(2026, 4, 15), None),
        ("麻醉药品和精神药品管理条例", "2024-12-06", date(2025, 1, 20), None),
        ("放射性药品管理办法", "2017-03-01", None, date(2025, 1, 20)),
        ("网络交易监督管理办法", "2025-03-18", date(2025, 5, 1), None),
        ("国家食品药品监督管理总局行政复议办法", "2013-11-06", date(2014, 1, 1), date(2025, 5, 1)),
        ("化妆品标识管理规定", "2007-08-27", date(2008, 9, 1), date(2022, 5, 1)),
        ("药品管理法", "2019-08-26", date(2019, 12, 1), None),
    ],
)
def test_the_real_texts_apply_from_and_to_the_right_days(
    ingested: PolicyBase, title: str, label: str, begins: date | None, ends: date | None
) -> None:
    version = ingested.get_version(f"{document_id(title)}@{label}")
    assert begins in (None, version.in_force_from)
    assert version.in_force_to == ends


@pytest.mark.parametrize(
    ("day", "days"),
    [(date(2026, 3, 10), "45个工作日"), (date(2026, 4, 14), "45个工作日")],
)
def test_mediation_before_the_change_of_2026_is_found_in_the_old_measures(
    ingested: PolicyBase, day: date, days: str
) -> None:
    clause = ingested.find_clause("《市场监督管理投诉举报处理暂行办法》", 21, as_of=day)
    assert clause is not None
    assert days in clause.text.replace("四十五个", "45个")
    assert ingested.find_clause("市场监督管理投诉举报处理办法", 21, as_of=day) is None


def test_no_two_wordings_of_a_text_apply_on_one_day(ingested: PolicyBase) -> None:
    spans: dict[str, list[Version]] = {}
    for version in ingested.list_versions():
        spans.setdefault(version.document_id, []).append(version)
    for family in spans.values():
        for earlier, later in pairwise(family):
            assert earlier.in_force_to is not None, earlier.id
            assert earlier.in_force_to <= (later.in_force_from or date.max)
