"""Whoever holds a certificate is reminded of its own window: when it opens, in its middle, shortly before its end, once."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from policy_kb import clock, workdays
from portal import tasks
from portal.extensions import db
from portal.forms import service as forms
from portal.identity import service as identities
from portal.identity.models import Account
from portal.identity.service import identity_of
from portal.jobs.models import Job
from portal.notices.models import MailAddress, Notice
from portal.prefill import service as prefill
from portal.renewals import service as renewals
from portal.renewals.plans import STAGES, find_form, list_windows
from portal.vocabulary import KINDS

PARTY = "91440101MA5AAAAA1X"
ENDS = date(2027, 12, 31)
NUMBER = "粤穗药监械经营许20220317号"


@pytest.fixture
def holder(make_account: Callable[..., Account]) -> Account:
    return make_account("holder", kind="enterprise", party=PARTY, party_name="某器械公司")


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    """``on(day)``: it is that day, and beat runs the reminders three times."""

    def go(day: date) -> None:
        monkeypatch.setenv("WENBAN_NOW", f"{day.isoformat()}T09:00")
        for _ in range(3):
            tasks.remind.run()

    return go


def hold(
    kind: str = "device_licence",
    number: str = NUMBER,
    ends: date | None = ENDS,
    status: str = "valid",
    as_of: str = "2022-12-31",
) -> prefill.Record:
    record = prefill.put_record(
        party_code=PARTY, kind=kind, number=number, as_of=date.fromisoformat(as_of), valid_to=ends, status=status,
        valid_from=date(2022, 12, 31), values={}, taken_at=clock.now(),
    )  # fmt: skip
    db.session.commit()
    return record


def list_told() -> list[str]:
    return [notice.text["zh"] for notice in db.session.query(Notice).order_by(Notice.id)]


def test_every_kind_with_a_window_is_a_kind_of_record_with_the_window_of_its_form(app: APIFlask) -> None:
    for kind, (item, fact_id) in list_windows().items():
        assert KINDS[kind].grade == "A"
        plan = renewals.find_plan(kind, ENDS)
        assert plan is not None, kind
        form = find_form(item, fact_id)
        if form is not None:
            field = next(r.check.arguments[0] for r in form.rules if r.check.operator == "in_window")
            assert forms.find_window_days(form, {field: ENDS.isoformat()}) == (plan.opens, plan.closes), kind
            assert plan.variant == form.variant
        assert plan.fact.cites or kind == "pharmacist_registration"  # no text of it is in the base


def test_every_form_with_a_window_has_its_kind_reminded(app: APIFlask) -> None:
    windows = set(list_windows().values())
    for form in forms.list_forms():
        for rule in form.rules:
            if rule.check.operator == "in_window":
                assert (form.item, rule.check.arguments[1]) in windows


@pytest.mark.parametrize(
    ("kind", "opens", "closes"),
    [
        ("device_licence", date(2027, 8, 23), date(2027, 11, 19)),  # 90 and 30 working days
        ("drug_licence", date(2027, 6, 30), date(2027, 10, 31)),  # 6 and 2 months
        ("device_registration", None, date(2027, 6, 30)),  # 6 months, no first day
        ("drug_information_certificate", date(2027, 6, 30), ENDS),  # within the last 6 months
        ("preparation_registration", None, date(2027, 9, 30)),  # 3 months
        ("pharmacist_registration", None, date(2027, 12, 1)),  # 30 days
    ],
)
def test_each_certificate_has_its_own_window(app: APIFlask, kind: str, opens: date | None, closes: date) -> None:
    plan = renewals.find_plan(kind, ENDS)
    assert plan is not None
    assert (plan.opens, plan.closes) == (opens, closes)


def test_a_certificate_without_a_window_in_the_catalogue_reminds_nobody(app: APIFlask) -> None:
    assert renewals.find_plan("medical_institution_licence", ENDS) is None


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dates(date(2025, 1, 1), date(2032, 12, 31)), st.sampled_from(sorted(list_windows())))
def test_the_days_come_in_order_and_within_the_window(app: APIFlask, ends: date, kind: str) -> None:
    plan = renewals.find_plan(kind, ends)
    assert plan is not None
    days = [day for _stage, day in plan.days]
    assert [stage for stage, _day in plan.days] == list(STAGES)
    assert days == sorted(set(days))
    assert plan.opens is None or plan.opens == days[0]
    assert days[-1] < plan.closes <= ends
    assert sum(workdays.is_working_day(days[-1] + timedelta(n)) for n in range((plan.closes - days[-1]).days)) == 10
    for day in (days[0] - timedelta(days=1), plan.closes + timedelta(days=1)):
        assert plan.find_stage(day) == ""
    assert plan.find_stage(plan.closes) == "last"


def test_a_holder_is_told_three_times_each_on_its_day(holder: Account, on: Callable[[date], None]) -> None:
    hold()
    told = []
    day = date(2027, 8, 16)
    while day <= date(2028, 1, 4):
        before = len(list_told())
        on(day)
        if len(list_told()) > before:
            told.append((day, list_told()[-1].partition("：")[0]))
            assert len(list_told()) == before + 1
        day += timedelta(days=1)
    assert told == [
        (date(2027, 8, 23), "可以申请延续"),
        (date(2027, 10, 6), "申请延续的时间已过半"),
        (date(2027, 11, 5), "申请延续的时间即将截止"),
    ]
    assert "2027年8月23日至2027年11月19日" in list_told()[0]
    assert "《医疗器械经营监督管理办法》第十六条第一款" in list_told()[0]


def test_a_certificate_that_comes_in_late_is_told_of_once(holder: Account, on: Callable[[date], None]) -> None:
    hold()
    on(date(2027, 11, 8))
    on(date(2027, 11, 19))
    assert [text.partition("：")[0] for text in list_told()] == ["申请延续的时间即将截止"]


@pytest.mark.parametrize(
    "newer",
    [
        {"status": "cancelled"},
        {"status": "revoked"},
        {"status": "suspended"},
        {"ends": date(2032, 12, 31)},  # renewed
        {"ends": None},
    ],
)
def test_an_ended_or_renewed_certificate_reminds_nobody(
    holder: Account, on: Callable[[date], None], newer: dict[str, object]
) -> None:
    hold()
    hold(as_of="2027-08-01", **newer)  # type: ignore[arg-type]
    on(date(2027, 8, 24))
    assert list_told() == []


@pytest.mark.parametrize("day", [date(2027, 8, 22), date(2027, 11, 20), date(2027, 12, 31), date(2028, 1, 1)])
def test_outside_the_window_nobody_is_reminded(holder: Account, on: Callable[[date], None], day: date) -> None:
    hold()
    on(day)
    assert list_told() == []


def test_a_renewed_term_has_reminders_of_its_own(holder: Account, on: Callable[[date], None]) -> None:
    hold()
    on(date(2027, 8, 24))
    hold(as_of="2027-12-20", ends=date(2032, 12, 31))
    on(date(2032, 9, 1))
    assert len(list_told()) == 2


def test_everybody_who_may_act_in_the_item_is_told_and_nobody_else(
    holder: Account, make_account: Callable[..., Account], on: Callable[[date], None]
) -> None:
    agent, other, left, gone = (make_account(name, kind="enterprise") for name in ("agent", "other", "left", "gone"))
    party = identities.find_party(PARTY)
    assert party is not None
    identities.add_mandate(agent, party, items=["A11"])
    identities.add_mandate(other, party, items=["A12/renew"])
    identities.add_mandate(left, party, valid_to=date(2027, 8, 1))
    identities.add_mandate(gone, party)
    gone.active = False
    hold()
    on(date(2027, 8, 24))
    assert {n.account_id for n in db.session.query(Notice)} == {holder.id, agent.id}


def test_who_gets_a_mandate_later_is_told_then(
    make_account: Callable[..., Account], on: Callable[[date], None]
) -> None:
    identities.get_or_add_party(PARTY, "enterprise", "某器械公司")
    hold()
    on(date(2027, 8, 24))
    assert list_told() == []
    make_account("newcomer", kind="enterprise", party=PARTY)
    on(date(2027, 8, 25))
    assert len(list_told()) == 1


def test_of_two_workers_one_reminds(holder: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    hold()
    monkeypatch.setenv("WENBAN_NOW", "2027-08-24T09:00")
    [first], [second] = renewals.list_due(), renewals.list_due()
    assert renewals.remind(first) == 1
    db.session.commit()
    with pytest.raises(IntegrityError):
        renewals.remind(second)
    db.session.rollback()
    assert len(list_told()) == 1


def test_a_reminder_leads_to_the_renewal_and_goes_by_mail(holder: Account, on: Callable[[date], None]) -> None:
    now = clock.now()
    db.session.add(MailAddress(account_id=holder.id, address="a@example.cn", asked_at=now, confirmed_at=now))
    record = hold()
    on(date(2027, 8, 24))
    [notice] = db.session.query(Notice)
    assert notice.url == f"/applications/start?item=A11&variant=renew&record={record.id}"
    assert notice.number == NUMBER
    assert [job.kind for job in db.session.query(Job)] == ["mail"]


def test_where_no_form_renews_the_reminder_leads_to_the_item(holder: Account, on: Callable[[date], None]) -> None:
    hold("drug_information_certificate", "（粤）-经营性-2022-0001")
    on(date(2027, 7, 1))
    assert [n.url for n in db.session.query(Notice)] == ["/services/B11"]


def test_my_matters_show_the_window_of_each_certificate(
    holder: Account, sign_in: Callable[[Account], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    hold()
    hold("drug_licence", "粤AA0200001", ends=date(2027, 10, 1))
    browser = sign_in(holder)
    for day, words in (
        ("2027-08-24", ["还剩87天", "2027年8月23日至2027年11月19日", "已过申请延续的时间", "第十六条"]),
        ("2027-06-01", ["还剩61天"]),
    ):
        monkeypatch.setenv("WENBAN_NOW", day)
        page = browser.get("/applications/").get_data(as_text=True)
        assert [word for word in words if word not in page] == []
    assert renewals.list_own(identity_of(holder))[0].record.number == "粤AA0200001"
