"""The shipped decision tables are whole, say what their clauses say, and are asked no more than is needed."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from policy_kb import PolicyBase, clock, open_policy_base
from policy_kb.catalogue import load_catalogue
from policy_kb.errors import PolicyBaseError
from policy_kb.guidance import (
    Row,
    Table,
    answer_step,
    check_tables,
    explain,
    get_table,
    lint_table,
    list_periods,
    load_tables,
    open_outcomes,
    read_facts,
    take_step,
)

TODAY = date(2026, 11, 26)
TABLES = load_tables()
ROWS = [pytest.param(table, row, id=f"{table.id}/{row.id}") for table in TABLES for row in table.rows]


def test_the_tables_that_were_promised_are_there() -> None:
    names = {table.id for table in TABLES}
    assert names >= {"devices", "drugs", "cosmetics", "drug-change", "import", "advertising"}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.id)
def test_a_table_has_no_gap_no_overlap_and_asks_nothing_in_vain(table: Table) -> None:
    assert lint_table(table, load_catalogue()) == []


def test_every_clause_holds_on_the_first_and_the_last_day_of_its_row(ingested: PolicyBase) -> None:
    assert [f"{finding.where}: {finding.message}" for finding in check_tables(ingested)] == []


@pytest.mark.parametrize(("table", "row"), ROWS)
def test_a_row_is_reached_from_its_case_and_quotes_the_law_of_its_day(
    table: Table, row: Row, ingested: PolicyBase
) -> None:
    day = row.case_day or table.first_day(row)
    step = take_step(table, row.case or {}, day)
    assert step.row is not None and step.row.id == row.id
    for language in ("zh", "en"):
        answer = answer_step(ingested, step, language)
        assert answer.text == row.text.in_language(language)
        assert [fact.id for fact in answer.facts] == [q.id for q in table.questions if q.id in (row.case or {})]
        assert answer.citations and all(cited.quote for cited in answer.citations)
        assert all(cited.in_force_from is None or cited.in_force_from <= day for cited in answer.citations)
        assert all(cited.in_force_to is None or cited.in_force_to > day for cited in answer.citations)


@pytest.mark.parametrize(
    ("table", "facts", "change", "before", "after"),
    [
        ("cosmetics", {"kind": "tooth", "does": "brand"}, date(2023, 12, 1), "tooth-before", "brand-tooth"),
        ("cosmetics", {"kind": "legacy"}, date(2026, 1, 1), "legacy", "legacy-over"),
        ("drugs", {"does": "retail", "controlled": "ordinary", "goods": "otcb"}, date(2024, 1, 1), "retail-b-before", "retail-b"),
        ("drugs", {"does": "make", "controlled": "radio"}, date(2025, 1, 20), "make-radio-before", "make-radio"),
        ("drugs", {"does": "net", "controlled": "ordinary", "seller": "shop", "goods": "rx"}, date(2026, 5, 15), "net-shop-rx-before", "net-shop-rx"),
        ("devices", {"does": "sell", "class": "III", "who": "away", "how": "offline"}, date(2022, 5, 1), "away-before", "away-3"),
        ("advertising", {"what": "rx", "where": "web"}, date(2023, 5, 1), "rx-web-before", "rx-web"),
        ("import", {"what": "herb", "herb": "first"}, date(2026, 5, 15), "herb-first-before", "herb-first"),
        ("drug-change", {"what": "transfer"}, date(2026, 5, 15), "transfer-before", "transfer"),
        ("carrying", {"what": "ordinary"}, date(2026, 5, 15), "ordinary", "ordinary-now"),
    ],
)  # fmt: skip
def test_a_change_of_law_is_right_on_either_side(
    table: str, facts: dict[str, str], change: date, before: str, after: str
) -> None:
    eve = change.fromordinal(change.toordinal() - 1)
    assert [take_step(get_table(table), facts, day).rows[0].id for day in (eve, change)] == [before, after]
    assert change in [first for first, _next in list_periods(get_table(table))]


def test_the_regulation_on_devices_is_quoted_in_the_wording_of_the_day(ingested: PolicyBase) -> None:
    facts = {"does": "sell", "class": "III", "who": "other", "how": "offline"}
    versions = [
        answer_step(ingested, take_step(get_table("devices"), facts, day), "zh").citations[0].version
        for day in (date(2024, 6, 1), TODAY)
    ]
    assert versions == ["2021-02-09", "2024-12-06"]


def list_walks(table: Table, known: dict[str, str]) -> Iterator[list[str]]:
    """Every way through a table: the facts asked, one after another."""
    step = take_step(table, known, TODAY)
    if step.question is None:
        yield list(known)
        return
    for code, _rows in open_outcomes(step):
        yield from list_walks(table, {**known, step.question.id: code})


@pytest.mark.parametrize(("table", "most"), [("devices", 4), ("drugs", 4), ("cosmetics", 2), ("import", 3), ("advertising", 2)])  # fmt: skip
def test_no_way_through_a_table_is_longer_than_it_must_be(table: str, most: int) -> None:
    assert max(len(walk) for walk in list_walks(get_table(table), {})) == most


def test_what_is_known_is_not_asked_and_what_no_longer_matters_is_left_out() -> None:
    table = get_table("devices")
    step = take_step(table, {"class": "I", "does": "sell", "who": "other"}, TODAY)
    assert step.row is not None
    assert step.facts == {"does": "sell", "class": "I"}
    open_step = take_step(table, {"class": "III", "does": "sell"}, TODAY)
    assert open_step.question is not None and open_step.question.id == "who"


def test_somebody_who_is_not_sure_is_told_how_to_find_out_and_what_each_answer_comes_to(ingested: PolicyBase) -> None:
    answer = explain(ingested, take_step(get_table("devices"), {"does": "sell"}, TODAY), "zh")
    assert "注册证编号" in answer.text
    assert "第一类：不用办" in answer.text
    assert "第三类：还要看后面的问题" in answer.text
    assert any(cited.article == 115 and "产品管理类别" in cited.quote for cited in answer.citations)


def test_without_loaded_law_the_clause_is_named_and_nothing_is_quoted(tmp_path: Path) -> None:
    base = open_policy_base(tmp_path / "kb")
    answer = answer_step(base, take_step(get_table("cosmetics"), {"kind": "soap"}, TODAY), "en")
    base.close()
    assert [(cited.status, cited.quote) for cited in answer.citations] == [("not_loaded", "")]


@pytest.mark.parametrize(
    ("facts", "told"),
    [({"colour": "red"}, "'colour' is not asked here; there are does, class"), ({"class": "IV"}, "'IV' is not a choice; there are I, II")],
)  # fmt: skip
def test_a_fact_that_is_not_asked_is_refused_with_those_that_are(facts: dict[str, str], told: str) -> None:
    with pytest.raises(PolicyBaseError, match=told):
        read_facts(get_table("devices"), facts)


def test_a_day_before_the_table_begins_is_refused() -> None:
    with pytest.raises(PolicyBaseError, match="speaks for days from 2021-06-01"):
        take_step(get_table("devices"), {}, date(2021, 5, 31))


def test_an_unknown_table_is_refused_with_those_there_are() -> None:
    with pytest.raises(PolicyBaseError, match="there is no table 'tobacco'; there are devices, drugs"):
        get_table("tobacco")


def test_today_is_a_day_every_table_speaks_for() -> None:
    assert all(table.begins <= clock.today() for table in TABLES)
