"""What fills a field, what is only offered, and why not: the settled table, row by row, and what must always hold."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_kb import clock
from portal.forms import service as forms
from portal.prefill.comparing import comparison_key
from portal.prefill.facts import READ, STATUS, Fact, Stand
from portal.prefill.service import Given, Outcome, resolve

TODAY = date(2026, 11, 24)
PARTY = "91440106MAWBKR001J"
LICENCE = "粤穗药监械经营许20220317号"
RENEWAL = forms.get_form("device-distribution-renewal")
FILING = forms.get_form("general-cosmetic-filing")


def make_fact(
    concept: str = "licence.premises",
    value: Any = "广州市天河区云岭路18号",
    *,
    source: str = "device_licence",
    grade: str = "A",
    subject: str = f"licence:{LICENCE}",
    as_of: date = date(2024, 3, 11),
    taken: date = date(2026, 11, 1),
    record: str = "licence",
    number: str = LICENCE,
    status: str = "valid",
    valid_from: date | None = None,
    valid_to: date | None = date(2027, 2, 23),
    item: str = "",
    party: str = PARTY,
    about: str = "",
    batch: int = 1,
) -> Fact:
    """A fact of the kangrui-like party; ``about`` is the subject of its record when it differs from its own."""
    kind = {"business_register": "business_register", "accepted_filing": "filing", "unaccepted_filing": "filing"}.get(
        source, source
    )
    stand = Stand(kind, number, status, valid_from, valid_to, item, about or subject)
    fetched_at = datetime(taken.year, taken.month, taken.day, tzinfo=clock.BEIJING)
    return Fact(
        party,
        source,
        grade,
        subject,
        concept,
        value,
        as_of,
        fetched_at,
        stand,
        record,
        abs(hash((concept, record, str(value)))) % 10**6,
        batch,
    )


def make_register(concept: str, value: Any, **changes: Any) -> Fact:
    made: dict[str, Any] = {
        "source": "business_register", "subject": f"party:{PARTY}", "as_of": date(2026, 10, 30), "record": "register",
        "number": "", "valid_to": None, **changes,
    }  # fmt: skip
    return make_fact(concept, value, **made)


def make_filing(concept: str, value: Any, **changes: Any) -> Fact:
    made: dict[str, Any] = {
        "source": "accepted_filing", "grade": "B", "as_of": date(2025, 3, 24), "record": "filing", "number": "A11C1",
        "status": "accepted", "valid_to": None, "item": "A11/change", **changes,
    }  # fmt: skip
    return make_fact(concept, value, **made)


def make_stand(record: str = "licence", **changes: Any) -> Fact:
    """The fact that says how a record as such stands."""
    return make_fact(STATUS, "valid", record=record, **changes)


def settle(
    field_id: str, *facts: Fact, form: forms.Form = RENEWAL, answers: dict[str, Any] | None = None, **how: Any
) -> Outcome:
    known = [make_stand(), *facts] if form is RENEWAL else list(facts)
    return resolve(form, known, answers or {}, party_code=PARTY, today=TODAY, **how)[field_id]


def list_codes(outcome: Outcome) -> list[str]:
    return [rejected.code for rejected in outcome.rejected]


def test_the_named_licence_fills_what_stands_on_it() -> None:
    settled = settle("premises", make_fact(), named_record="licence")
    assert (settled.outcome, settled.value, settled.locked) == ("auto", "广州市天河区云岭路18号", False)


def test_the_origin_is_said_in_words_in_both_languages() -> None:
    assert settle("premises", make_fact()).origin_line == f"来自《医疗器械经营许可证》{LICENCE} · 2024年3月11日 · 核对"
    english = settle("premises", make_fact(), language="en").origin_line
    assert english == f"From the device distribution licence {LICENCE} · 11 March 2024 · please check"


def test_only_grade_a_locks_a_field() -> None:
    assert settle("uscc", make_register("org.uscc", PARTY)).locked
    by_filing = replace(make_register("org.uscc", PARTY), grade="B")
    assert (settle("uscc", by_filing).outcome, settle("uscc", by_filing).locked) == ("auto", False)


def test_a_newer_register_entry_on_an_asked_field_is_a_conflict_with_the_duty_to_change() -> None:
    licence = make_fact("org.legal_rep", "顾怀川", subject=f"party:{PARTY}", about=f"licence:{LICENCE}")
    settled = settle("legal_rep", licence, make_register("org.legal_rep", "陆晚晴"), named_record="licence")
    assert settled.outcome == "conflict"
    assert [choice.value for choice in settled.choices] == ["顾怀川", "陆晚晴"]
    assert "变更" in settled.hint


def test_an_older_filing_beside_a_newer_register_is_superseded_without_a_conflict() -> None:
    settled = settle("domicile", make_register("org.domicile", "广州市天河区云岭路18号"),
                     make_filing("org.domicile", "广州市天河区旧路1号", subject=f"party:{PARTY}", about="case:1", as_of=date(2020, 1, 1)))  # fmt: skip
    assert (settled.outcome, settled.value) == ("auto", "广州市天河区云岭路18号")


def test_a_newer_accepted_filing_against_the_licence_is_put_to_the_person() -> None:
    settled = settle(
        "quality_head", make_fact("licence.quality_head", "苏秋砚"), make_filing("licence.quality_head", "温故")
    )
    assert settled.outcome == "conflict"


def test_the_same_form_comes_first_on_an_asked_field_and_the_newest_elsewhere() -> None:
    other = make_filing("licence.cold_chain", "是", item="A13/file", as_of=date(2026, 1, 1), record="other")
    same = make_filing("licence.cold_chain", "否", as_of=date(2025, 1, 1))
    assert settle("cold_chain", other, same).value is True  # conflict: newest
    warehouse = [{"address": "广州市黄埔区枫林三街6号", "kind": "租赁"}]
    asked = settle("warehouses", make_filing("licence.warehouses", warehouse, as_of=date(2026, 1, 1), record="same"),
                   make_filing("licence.warehouses", [{"address": "广州市天河区别处2号", "kind": "自有"}], item="A13/file", record="other"))  # fmt: skip
    assert asked.value[0]["address"] == "广州市黄埔区枫林三街6号"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"valid_to": TODAY - timedelta(days=1)}, "expired"),
        ({"valid_from": TODAY + timedelta(days=1)}, "future"),
        ({"as_of": TODAY + timedelta(days=1)}, "future"),
        ({"status": "revoked"}, "revoked"),
        ({"status": "cancelled"}, "cancelled"),
        ({"status": "superseded"}, "superseded"),
        ({"status": "suspended"}, "suspended"),
        ({"status": "expired", "valid_to": None}, "expired"),
        ({"taken": TODAY - timedelta(days=181)}, "stale"),
        ({"value": "短"}, "failed_check"),
    ],
)
def test_a_fact_that_does_not_count_is_listed_with_its_reason(changes: dict[str, Any], code: str) -> None:
    settled = settle("premises", make_fact(**changes), named_record="licence")
    assert (settled.outcome, list_codes(settled)) == ("none", [code])
    assert settled.rejected[0].reason


def test_valid_on_the_last_day_counts() -> None:
    assert settle("premises", make_fact(valid_to=TODAY)).outcome == "auto"


def test_filings_of_a_licence_that_has_ended_count_for_nothing() -> None:
    gone = make_stand(valid_to=TODAY - timedelta(days=3))
    outcomes = resolve(
        RENEWAL,
        [gone, make_filing("licence.it_system", "进销存 4.2")],
        {},
        party_code=PARTY,
        today=TODAY,
        named_record="licence",
    )
    assert (outcomes["it_system"].outcome, list_codes(outcomes["it_system"])) == ("none", ["ended_licence"])


def test_nothing_counts_of_a_party_whose_registration_has_ended() -> None:
    ended = make_register(STATUS, "cancelled", status="cancelled")
    settled = settle("it_system", ended, make_filing("licence.it_system", "进销存 4.2"))
    assert list_codes(settled) == ["ended_party"]


@pytest.mark.parametrize(
    "concept", ["licence.premises", "licence.principal", "licence.quality_head", "licence.warehouses", "licence.scope"]
)
def test_another_licence_of_the_same_party_never_fills(concept: str) -> None:
    value: Any = "杭州市余杭区药港路5号"
    if concept.endswith("warehouses"):
        value = [{"address": "杭州市余杭区药港路5号", "kind": "owned"}]
    if concept.endswith("scope"):
        value = ["c02"]
    field = next(f for f in RENEWAL.list_fields() if f.concept == concept)
    for source in ("drug_licence", "device_licence"):
        other = make_fact(concept, value, source=source, subject="licence:别的", record="other", number="别的")
        settled = settle(field.id, other, named_record="licence")
        assert settled.outcome == "suggest"
        assert len(settled.choices) == 1


def test_with_two_valid_licences_and_none_named_nothing_about_a_licence_fills() -> None:
    second = make_stand("second", subject="licence:第二", number="第二")
    settled = settle("premises", second, make_fact())
    assert settled.outcome == "suggest"


def test_the_formula_of_another_product_is_only_offered() -> None:
    formula = [
        {"name": "水", "percent": "90", "purpose": "溶剂"},
        {"name": "甘油", "percent": "10", "purpose": "保湿剂"},
    ]
    fact = make_filing("product.formula", formula, subject="product:粤G妆网备字2026000001", item="A1/file")
    settled = settle("formula", fact, form=FILING)
    assert (settled.outcome, settled.value) == ("suggest", None)


def test_a_formula_that_does_not_add_up_falls_as_a_whole() -> None:
    formula = [
        {"name": "水", "percent": "90", "purpose": "溶剂"},
        {"name": "甘油", "percent": "9.9", "purpose": "保湿剂"},
    ]
    subject = "product:粤G妆网备字2026000001"
    facts = [make_filing(STATUS, "accepted", subject=subject), make_filing("product.formula", formula, subject=subject)]
    settled = settle("formula", *facts, form=FILING, named_record="filing")
    assert (settled.outcome, list_codes(settled)) == ("none", ["failed_check"])


def test_domicile_and_premises_are_two_things() -> None:
    settled = settle("premises", make_register("org.domicile", "广州市天河区云岭路18号"))
    assert (settled.outcome, settled.choices[0].value) == ("suggest", "广州市天河区云岭路18号")


@pytest.mark.parametrize("grade", ["C", "D"])
def test_what_was_not_accepted_is_offered_and_never_filled(grade: str) -> None:
    source = "unaccepted_filing" if grade == "C" else "conversation"
    settled = settle(
        "it_system", make_filing("licence.it_system", "进销存 4.2", grade=grade, source=source, status="submitted")
    )
    assert settled.outcome == "suggest"


@pytest.mark.parametrize("value", ["<b>康瑞</b>系统", "长" * 101])
def test_markup_and_overlong_values_are_offered_for_correction_and_never_cut(value: str) -> None:
    settled = settle("it_system", make_filing("licence.it_system", value))
    assert (settled.outcome, settled.choices[0].value) == ("suggest", value)
    assert settled.choices[0].note


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("广州康瑞（集团）有限公司", "广州康瑞(集团)有限公司"),
        ("廣州康瑞醫療器械有限公司", "广州康瑞医疗器械有限公司"),
        ("广州康瑞 医疗器械有限公司", "广州康瑞医疗器械有限公司"),
        ("Ａ座９０１房", "A座901房"),
        ("上海市闸北区灵石路1号", "上海市静安区灵石路1号"),
        (["c02", "c14"], ["c14", "c02"]),
        ([{"_id": "r1", "area": "820.0"}], [{"_id": "x", "area": "820"}]),
    ],
)
def test_values_are_compared_after_normalising(one: Any, other: Any) -> None:
    assert comparison_key(one) == comparison_key(other)


def test_the_same_number_and_another_are_told_apart() -> None:
    assert comparison_key("186") != comparison_key("187")


def test_an_old_district_name_is_filled_and_marked_for_a_look() -> None:
    settled = settle("premises", make_fact(value="上海市闸北区灵石路1号"))
    assert (settled.outcome, settled.value) == ("auto", "上海市闸北区灵石路1号")
    assert "旧区名" in settled.hint


def test_handler_fields_come_from_the_account_of_the_person_who_acts_only() -> None:
    account = make_fact("handler.name", "程予安", source="account", grade="B", subject="person:7", record="", about="")
    assert settle("agent_name", account, actor=7).value == "程予安"
    assert settle("agent_name", account, actor=8).outcome == "none"


def test_another_partys_fact_is_not_even_mentioned() -> None:
    settled = settle("premises", make_fact(party="91330108MAWBYQ002M"))
    assert settled == Outcome("none")


@pytest.mark.parametrize(
    "field_id", ["declare_true", "declare_conditions", "signer", "signed_on", "changed", "authorisation"]
)
def test_declarations_signatures_and_fields_never_reused_have_no_candidates(field_id: str) -> None:
    field = RENEWAL.get_field(field_id)
    facts = [
        make_fact(field.concept or "x.y", value, grade=g)
        for value in ("on", "true", "2026-01-01", "某人")
        for g in "AD"
    ]
    assert settle(field_id, *facts) == Outcome("none")


def test_an_answer_of_the_person_is_never_overwritten() -> None:
    answer = Given("广州市海珠区自己填的1号", at=datetime(2026, 11, 20, tzinfo=clock.BEIJING))
    settled = settle("premises", make_fact(), answers={"premises": answer})
    assert (settled.outcome, settled.value) == ("kept", "广州市海珠区自己填的1号")


def test_a_register_entry_newer_than_the_answer_raises_a_conflict_and_keeps_the_answer() -> None:
    answer = Given("广州市海珠区自己填的1号", at=datetime(2024, 1, 1, tzinfo=clock.BEIJING))
    settled = settle("premises", make_fact(), answers={"premises": answer})
    assert (settled.outcome, settled.value) == ("conflict", "广州市海珠区自己填的1号")
    assert settled.choices[0].value == "广州市天河区云岭路18号"


def test_a_cleared_field_is_not_filled_again() -> None:
    settled = settle("premises", make_fact(), answers={"premises": Given(None, state="cleared")})
    assert (settled.outcome, settled.value) == ("kept", None)


def test_what_was_filled_before_follows_the_newest_fact() -> None:
    old = Given("广州市天河区旧址1号", origin="auto")
    assert settle("premises", make_fact(), answers={"premises": old}).value == "广州市天河区云岭路18号"


def test_a_typed_value_of_a_locked_field_gives_way_or_is_a_conflict() -> None:
    fact = make_fact("licence.number", LICENCE)
    assert settle("licence_no", fact, answers={"licence_no": LICENCE}).locked
    assert settle("licence_no", fact, answers={"licence_no": "粤穗药监械经营许20990001号"}).outcome == "conflict"


def test_a_new_look_replaces_the_old_one_even_when_it_found_nothing() -> None:
    mark = make_fact(
        READ, {"channel": "licence_register", "sources": ["device_licence"]}, source="licence_register", batch=2
    )
    assert settle("premises", make_fact(), mark).outcome == "none"


SUBJECTS = [f"licence:{LICENCE}", "licence:别的", f"party:{PARTY}", "product:甲", "person:7"]
CONCEPTS = sorted({f.concept for f in RENEWAL.list_fields() if f.concept})
RAW = st.one_of(
    st.sampled_from(["广州市天河区云岭路18号", "顾怀川", PARTY, LICENCE, "2027-02-23", "batch", "是", "<i>x</i>", "长" * 300, ""]),
    st.lists(st.sampled_from(["c02", "批发", "02"]), max_size=3),
    st.lists(st.dictionaries(st.sampled_from(["address", "kind", "area", "_id"]), st.sampled_from(["广州市黄埔区1号", "owned", "5"])), max_size=2),
    st.none(), st.booleans(), st.integers(-5, 10**9), st.text(max_size=30),
)  # fmt: skip
DAYS = st.dates(date(2019, 1, 1), date(2028, 1, 1))
FACTS = st.lists(
    st.builds(
        make_fact, st.sampled_from(CONCEPTS), RAW,
        source=st.sampled_from(["device_licence", "business_register", "accepted_filing", "drug_licence", "conversation"]),
        grade=st.sampled_from("ABCD"), subject=st.sampled_from(SUBJECTS), as_of=DAYS, taken=DAYS,
        record=st.sampled_from(["licence", "one", "two"]), status=st.sampled_from(["valid", "valid", "accepted", "revoked"]),
        valid_to=st.none() | DAYS, party=st.sampled_from([PARTY, PARTY, PARTY, "91330108MAWBYQ002M"]),
    ),
    max_size=12,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(facts=FACTS, named=st.sampled_from(["", "licence"]), order=st.randoms(use_true_random=False))
def test_whatever_the_facts_what_must_hold_holds(facts: list[Fact], named: str, order: Any) -> None:
    known = [make_stand(), *facts]
    outcomes = resolve(RENEWAL, known, {"mode": "retail"}, party_code=PARTY, today=TODAY, named_record=named)
    for field in RENEWAL.list_fields():
        settled = outcomes[field.id]
        if not field.reuse or field.type in ("declaration", "file"):
            assert settled == Outcome("none")
        if settled.outcome == "auto":
            source = [f for f in facts if f.id == settled.fact_id and f.concept == field.concept and f.grade in "AB"]
            source = [
                f for f in source if f.party_code == PARTY and f.source in field.sources and f.stand.status != "revoked"
            ]
            source = [f for f in source if f.stand.valid_to is None or f.stand.valid_to >= TODAY]
            source = [f for f in source if f.subject.partition(":")[0] == field.about and f.subject != "licence:别的"]
            assert any(forms.read_value(field, f.value) == settled.value for f in source)
            assert settled.origin_line
        if settled.locked:
            assert field.lock
            assert any(f.id == settled.fact_id and f.grade == "A" for f in facts)
    assert outcomes["mode"].value == "retail"
    order.shuffle(known)
    assert resolve(RENEWAL, known, {"mode": "retail"}, party_code=PARTY, today=TODAY, named_record=named) == outcomes


def test_two_records_alike_but_for_their_standing_are_told_in_one_order() -> None:
    """Found by the property above."""
    day = date(2019, 1, 1)
    alike = [
        make_fact("handler.email", value, source="device_licence", subject=SUBJECTS[0], as_of=day, taken=day,
                  record="licence", status=status, party=PARTY)
        for value, status in (("云岭路18号", "valid"), (None, "valid"), ("云岭路18号", "revoked"))
    ]  # fmt: skip
    told = [
        resolve(RENEWAL, facts, {"mode": "retail"}, party_code=PARTY, today=TODAY, named_record="")
        for facts in ([make_stand(), *alike], [*reversed(alike), make_stand()])
    ]
    assert told[0] == told[1]


@settings(max_examples=100, deadline=None)
@given(
    answer=st.text(min_size=1, max_size=20),
    origin=st.sampled_from(["manual", "override", "chat_confirmed"]),
    facts=FACTS,
)
def test_no_fact_ever_overwrites_what_a_person_said(answer: str, origin: str, facts: list[Fact]) -> None:
    settled = settle("premises", *facts, answers={"premises": Given(answer, origin)})
    assert (settled.outcome in ("kept", "conflict"), settled.value) == (True, answer)
