"""Checks between fields and the window of the law, at their edges."""

from datetime import date
from typing import Any

import pytest
from apiflask import APIFlask

from policy_kb import workdays
from portal.forms.rules import bare_world, holds
from portal.forms.service import find_window_days, get_form, list_broken, list_chat_fields, list_shown
from portal.forms.spec import Check

TODAY = date(2026, 11, 24)
RENEWAL, FILING = "device-distribution-renewal", "general-cosmetic-filing"


def broken(form_id: str, today: date = TODAY, **answers: Any) -> set[str]:
    return {rule.id for rule in list_broken(get_form(form_id), answers, today)}


@pytest.mark.parametrize(
    ("left", "inside"),
    [(91, False), (90, True), (60, True), (30, True), (29, False), (0, False), (-5, False)],
)
def test_the_renewal_window_is_90_to_30_working_days(app: APIFlask, left: int, inside: bool) -> None:
    """Counted by hand: the licence ends ``left`` working days from today."""
    valid_to = workdays.add_working_days(TODAY, left)
    assert ("renewal_window" not in broken(RENEWAL, valid_to=valid_to.isoformat())) is inside


def test_the_window_has_dates_to_tell(app: APIFlask) -> None:
    found = find_window_days(get_form(RENEWAL), {"valid_to": "2026-06-30"})
    assert found is not None
    first, last = found
    assert first is not None
    assert workdays.count_working_days(last, date(2026, 6, 30)) == 30
    assert workdays.count_working_days(first, date(2026, 6, 30)) == 90
    assert find_window_days(get_form(FILING), {"tested_on": "2026-06-30"}) is None


@pytest.mark.parametrize(
    ("shares", "whole"),
    [
        (["70", "30"], True),
        (["70", "29.99"], False),
        (["33.3", "33.3", "33.4"], True),
        (["0.1", "0.2", "99.7"], True),
        (["100.000001"], False),
    ],
)
def test_a_formula_adds_up_to_exactly_100(app: APIFlask, shares: list[str], whole: bool) -> None:
    rows = [{"name": f"原料{n}", "percent": share} for n, share in enumerate(shares)]
    assert ("formula_is_whole" not in broken(FILING, formula=rows)) is whole


@pytest.mark.parametrize(
    ("rule", "bad", "good"),
    [
        ("not_special", {"claims": ["c04", "c11"]}, {"claims": ["c11"]}),
        ("not_special", {"claims": ["new"]}, {"claims": ["c06"]}),
        ("assessor_experience", {"assessor_years": "4.9"}, {"assessor_years": "5"}),
        ("maker_licence_valid", {"maker_licence_valid_to": "2026-11-23"}, {"maker_licence_valid_to": "2026-11-24"}),
        (
            "contract_is_confirmed",
            {"production": "contract", "contract_confirmed": False},
            {"production": "own", "contract_confirmed": False},
        ),
        ("children_are_named", {"users": ["u02"], "child_product": False}, {"users": ["u02"], "child_product": True}),
        (
            "ingredients_differ",
            {"formula": [{"name": "水"}, {"name": "水"}]},
            {"formula": [{"name": "水"}, {"name": "甘油"}]},
        ),
        (
            "ingredients_differ",
            {"formula": [{"name": "甘油（植物）"}, {"name": "甘油(植物)"}]},
            {"formula": [{"name": "甘油（植物）"}, {"name": "甘油"}]},
        ),
        ("signed_by_today", {"signed_on": "2026-11-25"}, {"signed_on": "2026-11-24"}),
    ],
)
def test_a_rule_holds_on_one_side_and_breaks_on_the_other(
    app: APIFlask, rule: str, bad: dict[str, Any], good: dict[str, Any]
) -> None:
    assert rule in broken(FILING, **bad)
    assert rule not in broken(FILING, **good)


def test_rules_stay_silent_about_what_is_not_answered(app: APIFlask) -> None:
    for form_id in (RENEWAL, FILING):
        assert broken(form_id) == set()


def test_a_page_appears_only_when_its_condition_holds(app: APIFlask) -> None:
    form = get_form(RENEWAL)

    def shown(**answers: Any) -> set[str]:
        return {f.id for f in list_shown(form, answers, TODAY)}

    assert {"change_note", "change_proof"} <= shown(changed=True)
    assert not {"change_note", "change_proof"} & shown(changed=False)
    assert not {"change_note", "change_proof"} & shown()


def test_what_hangs_on_a_hidden_answer_is_hidden_too() -> None:
    form = get_form(FILING)
    ids = {f.id for f in list_shown(form, {"production": "own", "contract_confirmed": True}, TODAY)}
    assert "contract_confirmed" not in ids


def test_the_chat_asks_neither_files_nor_tables() -> None:
    for form_id in (RENEWAL, FILING):
        asked = list_chat_fields(get_form(form_id), {}, TODAY)
        assert asked
        assert not {f.type for f in asked} & {"file", "repeat"}


def test_all_any_and_not_combine() -> None:
    yes, no = Check("equals", ("a", 1)), Check("equals", ("a", 2))
    world = bare_world(TODAY)
    assert holds(Check("any", (yes, no)), {"a": 1}, world)
    assert not holds(Check("all", (yes, no)), {"a": 1}, world)
    assert holds(Check("not", (no,)), {"a": 1}, world)
