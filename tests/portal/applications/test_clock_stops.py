"""The authority's clocks stand still for what the law does not count, are told each time, and end on the right day."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from apiflask import APIFlask
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_kb import PolicyBase, catalogue, workdays
from portal.applications import clocks, pauses, running, service, stops
from portal.applications.models import Case
from portal.errors import Conflict, Forbidden, Invalid
from portal.extensions import db
from portal.forms import service as forms
from portal.identity.service import Identity
from portal.notices import service as notices
from tests.portal.applications.conftest import Applicant, Finish

DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))
PAUSES = st.lists(st.tuples(DAYS, st.integers(0, 120)).map(lambda p: (p[0], p[0] + timedelta(days=p[1]))), max_size=5)
UNITS = st.sampled_from(["working_day", "day", "month"])


@settings(deadline=None)
@given(DAYS, st.integers(1, 120), PAUSES)
def test_the_last_working_day_is_the_last_of_those_that_count(
    start: date, count: int, stopped: list[pauses.Pause]
) -> None:
    end = pauses.find_end(start, count, "working_day", stopped)
    assert workdays.is_working_day(end)
    assert not pauses.is_paused(end, stopped)
    assert pauses.count_used(start, end, stopped) == count
    assert pauses.count_used(start, end - timedelta(days=1), stopped) == count - 1


@settings(deadline=None)
@given(DAYS, st.integers(1, 60), UNITS, PAUSES, DAYS, st.integers(0, 60))
def test_one_more_pause_never_makes_a_limit_end_earlier_and_order_does_not_matter(
    start: date, count: int, unit: str, stopped: list[pauses.Pause], first: date, length: int
) -> None:
    end = pauses.find_end(start, count, unit, stopped)
    assert pauses.find_end(start, count, unit, []) == workdays.add_units(start, count, unit) <= end
    assert pauses.find_end(start, count, unit, reversed(stopped)) == end
    assert pauses.find_end(start, count, unit, [*stopped, *stopped]) == end
    assert pauses.find_end(start, count, unit, [*stopped, (first, first + timedelta(days=length))]) >= end


@settings(deadline=None)
@given(DAYS, st.integers(1, 60), UNITS, PAUSES)
def test_a_pause_outside_the_limit_changes_nothing(
    start: date, count: int, unit: str, stopped: list[pauses.Pause]
) -> None:
    end = pauses.find_end(start, count, unit, stopped)
    outside = [(start - timedelta(days=40), start), (end, end + timedelta(days=40)), (start, start)]
    assert pauses.find_end(start, count, unit, [*stopped, *outside]) == end


@settings(deadline=None)
@given(DAYS, st.integers(1, 60), st.integers(1, 90), st.integers(0, 60))
def test_a_limit_in_days_is_longer_by_the_days_it_stood(start: date, count: int, length: int, after: int) -> None:
    first = start + timedelta(days=after % count)
    stopped = [(first, first + timedelta(days=length))]
    assert pauses.find_end(start, count, "day", stopped) == start + timedelta(days=count + length)


def test_every_reason_stands_in_the_clause_it_cites(ingested: PolicyBase) -> None:
    for rule in stops.list_all():
        clause = ingested.find_clause(rule.cite.title, rule.cite.article, as_of=date(2026, 11, 24))
        assert clause is not None, rule.cite
        parts = [p.text for p in clause.paragraphs if p.number == rule.cite.paragraph] if rule.cite.paragraph else []
        assert rule.says in "".join(parts or [clause.text]), rule


def test_reasons_and_stages_are_of_items_and_facts_that_exist(app: APIFlask) -> None:
    from portal.knowledge import policy_base

    items = policy_base().catalogue.items
    for rule in stops.list_all():
        assert set(rule.label) == {"zh", "en"}
        for name in rule.items:
            item, _slash, variant = name.partition("/")
            assert not variant or items[item].find_variant(variant), name
    for form in forms.list_forms():
        for stage, (fact_id, which) in stops.list_stages(form.item, form.variant).items():
            fact: catalogue.ItemFact = next(f for f in items[form.item].facts if f.id == fact_id)
            assert fact.values[which].unit == "working_day", (form.id, stage)


@pytest.mark.parametrize(
    ("form", "limits"),
    [
        ("A2/issue", [("accept", 5), ("review", 60), ("decide", 20)]),
        ("A3/approve", [("accept", 5), ("review", 60), ("decide", 20)]),
        ("A4/renew", [("accept", 5), ("review", 60), ("decide", 20)]),
        ("A5/approve", [("accept", 5), ("review", 60), ("decide", 20)]),
        ("A5/transfer", [("accept", 5), ("decide", 20)]),
        ("B1/first", [("accept", 5), ("review", 90), ("decide", 20)]),
        ("A8/issue", [("accept", 5), ("decide", 20)]),
    ],
)
def test_registrations_have_a_review_before_the_decision(
    app: APIFlask, form: str, limits: list[tuple[str, int]]
) -> None:
    found = forms.find_form(*form.split("/"))
    assert found is not None
    assert [(c.due_for, c.count) for c in clocks.list_clocks(found.id, found.version)] == limits


@pytest.mark.parametrize(
    ("item", "variant", "stage", "reasons"),
    [
        ("A2", "issue", "review", "supplement rectification delayed experts suspended inspection hearing testing"),
        ("A2", "issue", "decide", "rectification delayed experts suspended inspection hearing testing"),
        ("A5", "approve", "review", "supplement rectification delayed suspended overseas hearing testing experts"),
        ("A6", "renew", "decide", "technical_review inspection rectification hearing testing experts"),
        ("A12", "retail", "decide", "technical_review inspection rectification hearing testing experts"),
        ("A11", "issue", "decide", "rectification hearing testing experts"),
        ("A7", "issue", "decide", "hearing testing experts"),
        ("C1", "complain", "decide", "testing"),
        ("B12", "drug", "decide", ""),
    ],
)
def test_each_item_has_the_reasons_of_its_own_law(item: str, variant: str, stage: str, reasons: str) -> None:
    assert [rule.reason for rule in stops.list_rules(item, variant, stage)] == reasons.split()


@pytest.fixture
def go_to(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    return lambda day: monkeypatch.setenv("WENBAN_NOW", f"{day}T10:00")


@pytest.fixture
def licence(finish: Finish) -> Case:
    """A drug distribution licence to be decided: accepted on 24 November 2026, due in 20 working days."""
    return finish("baicao", "A12", "renew", until="accepted")


@pytest.fixture
def registration(finish: Finish) -> Case:
    """A Class II registration in technical review since 24 November 2026."""
    return finish("qihang", "A2", "issue", until="accepted")


def test_an_inspection_and_a_hearing_do_not_count(
    licence: Case, officer: Identity, go_to: Callable[[str], None]
) -> None:
    assert (licence.due, licence.due_for) == (date(2026, 12, 22), "decide")
    go_to("2026-11-27")  # three working days are used, this one counts
    service.stop_clock(officer, licence.id, "inspection", None, "请备好温湿度记录")
    assert (licence.due, running.count_left(licence)) == (None, 17)
    go_to("2026-12-04")
    service.resume_clock(officer, licence.id)
    assert licence.due == date(2026, 12, 29)
    go_to("2026-12-08")
    service.stop_clock(officer, licence.id, "hearing", date(2026, 12, 18))
    go_to("2026-12-18")
    service.resume_clock(officer, licence.id)
    assert licence.due == date(2027, 1, 11)  # of the 17, two by 8 December, 15 after the 18th; New Year's Day is off
    assert [event.action for event in licence.events][2:] == ["stop", "resume", "stop", "resume"]


def test_each_step_is_told_with_its_reason_and_clause(
    licence: Case, officer: Identity, identity_of: Callable[[str], Identity], go_to: Callable[[str], None]
) -> None:
    service.stop_clock(officer, licence.id, "inspection", None)
    go_to("2026-11-30")
    service.resume_clock(officer, licence.id)
    db.session.commit()
    again, stopped = notices.list_notices(identity_of("baicao"))[:2]
    assert "现场检查（核查）（《药品经营和使用质量监督管理办法》第七十五条）" in stopped.text["zh"]
    assert "on-site inspection (《药品经营和使用质量监督管理办法》 Article 75)" in stopped.text["en"]
    assert "至2026年12月28日" in again.text["zh"]
    assert "until 28 December 2026" in again.text["en"]


def test_the_review_ends_and_the_clock_of_the_decision_begins(
    registration: Case, officer: Identity, go_to: Callable[[str], None]
) -> None:
    assert (registration.due_for, registration.due) == ("review", workdays.add_working_days(date(2026, 11, 24), 60))
    go_to("2027-01-04")
    service.end_review(officer, registration.id)
    assert (registration.due_for, registration.due) == ("decide", date(2027, 2, 1))
    with pytest.raises(Conflict):
        service.end_review(officer, registration.id)


def test_after_a_supplement_the_review_of_a_device_begins_anew(
    registration: Case, officer: Identity, go_to: Callable[[str], None]
) -> None:
    service.stop_clock(officer, registration.id, "supplement", None)
    go_to("2027-03-01")
    service.resume_clock(officer, registration.id)
    assert registration.due == workdays.add_working_days(date(2027, 3, 1), 60)


def test_after_a_supplement_the_review_of_a_drug_change_is_a_third_longer(
    finish: Finish, officer: Identity, go_to: Callable[[str], None]
) -> None:
    case = finish("renhe", "A5", "approve", until="accepted")
    before = case.due
    service.stop_clock(officer, case.id, "supplement", None)
    service.resume_clock(officer, case.id)
    assert before is not None
    assert case.due == workdays.add_working_days(before, 20)


def test_a_return_after_acceptance_neither_loses_nor_renews_the_time(
    licence: Case,
    registration: Case,
    officer: Identity,
    go_to: Callable[[str], None],
    identity_of: Callable[[str], Identity],
) -> None:
    """The drug rule has no word on supplements after acceptance, so its time runs on; the device rule begins anew."""
    for case, login in ((licence, "baicao"), (registration, "qihang")):
        field = next(n for n, how in case.snapshot.provenance.items() if how["origin"] == "manual")
        go_to("2026-11-26")
        service.return_case(officer, case.id, {field: "请核对"})
        assert (case.due, case.due_for) == (None, "applicant")
        go_to("2026-12-03")
        service.submit(identity_of(login), case.draft_id, case.draft.version, "again")
        assert case.due_for == "accept"
        go_to("2026-12-04")
        service.accept_case(officer, case.id)
    assert (licence.due, licence.due_for) == (date(2026, 12, 22), "decide")
    assert (registration.due, registration.due_for) == (workdays.add_working_days(date(2026, 12, 3), 60), "review")


@pytest.mark.parametrize(
    ("reason", "expected", "field"),
    [
        ("supplement", None, "reason"),
        ("", None, "reason"),
        ("hearing", None, "expected"),
        ("hearing", date(2026, 11, 24), "expected"),
    ],
)
def test_what_the_law_does_not_allow_is_said_at_its_field(
    licence: Case, officer: Identity, reason: str, expected: date | None, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        service.stop_clock(officer, licence.id, reason, expected)
    assert list(refused.value.fields) == [field]
    assert licence.due == date(2026, 12, 22)
    assert licence.stops == []


def test_a_clock_stops_once_and_runs_again_once(licence: Case, officer: Identity, kangrui: Identity) -> None:
    with pytest.raises(Conflict):
        service.resume_clock(officer, licence.id)
    service.stop_clock(officer, licence.id, "inspection", None)
    with pytest.raises(Conflict):
        service.stop_clock(officer, licence.id, "rectification", None)
    with pytest.raises(Forbidden):
        service.resume_clock(kangrui, licence.id)


def test_a_decision_ends_what_stood_still(licence: Case, officer: Identity) -> None:
    service.stop_clock(officer, licence.id, "inspection", None)
    service.decide_case(officer, licence.id, approve=True)
    assert licence.stops[0].ended == date(2026, 11, 24)
    assert (licence.due, licence.clock_stage) == (None, "")


def test_officer_and_applicant_see_it_on_their_pages(licence: Case, demo: APIFlask) -> None:
    desk = Applicant(demo.test_client(), "officer")
    url = f"/applications/cases/{licence.id}"
    page = desk.text(f"{url}/review")
    assert "药品经营和使用质量监督管理办法" in page
    wrong = desk.client.post(f"{url}/clock", data={"step": "stop", "reason": "hearing", "expected": "bald"})
    assert wrong.status_code == 422
    assert 'href="#field-expected"' in wrong.get_data(as_text=True)
    data = {"step": "stop", "reason": "hearing", "expected": "2026-12-18", "clock_note": "听证时间另行通知"}
    assert desk.client.post(f"{url}/clock", data=data).status_code == 302
    for person in (desk, Applicant(demo.test_client(), "baicao")):
        page = person.text(f"{url}/review" if person is desk else f"{url}/")
        for words in (
            "还剩20个工作日",
            "2026年11月24日起",
            "预计持续到2026年12月18日",
            "第四十五条",
            "听证时间另行通知",
        ):
            assert words in page, words
    assert desk.client.post(f"{url}/clock", data={"step": "resume"}).status_code == 302
    assert desk.client.post(f"{url}/clock", data={"step": "dance"}).status_code == 422
    assert desk.client.post(f"{url}/clock", data={"step": "reviewed"}).status_code == 409
