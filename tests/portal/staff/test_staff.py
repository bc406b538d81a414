"""The officers' desk: one queue, permission first, an audit line for every look."""

import re
from collections.abc import Callable

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from portal.audit import service as audit
from portal.complaints import service as complaints
from portal.extensions import db
from portal.identity.models import Account
from portal.identity.service import ANONYMOUS
from tests.portal.conftest import PASSWORD

VALUES = {
    "facts": "买的药过期了",
    "seller": "=cmd|大药房",
    "seller_place": "某市",
    "demand": ["refund"],
    "name": "钱多多",
    "mobile": "19400000001",
    "address": "某市某区",
}


def lodge(kind: str = "complaint") -> str:
    [lodged] = complaints.lodge(ANONYMOUS, kind, VALUES, key=f"k-{kind}", language="zh")
    db.session.commit()
    return lodged.number


@pytest.fixture
def officer(make_account: Callable[..., Account], sign_in: Callable[[Account], FlaskClient]) -> FlaskClient:
    return sign_in(make_account(kind="staff", roles="officer"))


def test_the_queue_shows_what_came_in_with_its_day(officer: FlaskClient) -> None:
    number = lodge()
    page = officer.get("/staff/").get_data(as_text=True)
    assert number in page
    assert officer.get("/staff/?kind=report").get_data(as_text=True).count(number) == 0


def test_reading_a_matter_leaves_an_audit_line(officer: FlaskClient) -> None:
    number = lodge()
    assert "钱多多" in officer.get(f"/staff/complaints/{number}").get_data(as_text=True)
    assert [line.action for line in audit.list_lines(subject_id=number)][:1] == ["read"]


def test_an_officer_accepts_on_the_page_and_is_told_what_is_missing(officer: FlaskClient) -> None:
    number = lodge()
    refused = officer.post(f"/staff/complaints/{number}", data={"action": "refuse", "private_note": "记着"})
    assert refused.status_code == 422
    assert "记着" in refused.get_data(as_text=True)
    assert officer.post(f"/staff/complaints/{number}", data={"action": "accept"}).status_code == 302
    assert "调解中" in officer.get(f"/staff/complaints/{number}").get_data(as_text=True)


def test_a_private_note_never_reaches_the_person(officer: FlaskClient, client: FlaskClient) -> None:
    [lodged] = complaints.lodge(ANONYMOUS, "complaint", VALUES, key="own", language="zh")
    db.session.commit()
    officer.post(
        f"/staff/complaints/{lodged.number}",
        data={"action": "accept", "note": "已受理", "private_note": "内部备注一条"},
    )
    page = client.post("/complaints/status", data={"number": lodged.number, "code": lodged.code}).get_data(as_text=True)
    assert "已受理" in page
    assert "内部备注一条" not in page


def test_the_export_cannot_run_a_formula(officer: FlaskClient) -> None:
    lodge()
    rows = officer.get("/staff/queue.csv").get_data(as_text=True)
    assert "'=cmd|" in rows


@pytest.mark.parametrize(
    "path", ["/staff/", "/staff/queue.csv", "/staff/complaints/TS1", "/staff/talks/1", "/staff/audit"]
)
def test_a_citizen_comes_to_no_staff_page(
    path: str, make_account: Callable[..., Account], sign_in: Callable[[Account], FlaskClient]
) -> None:
    assert sign_in(make_account()).get(path).status_code == 403


@pytest.mark.parametrize("path", ["/staff/", "/staff/complaints/TS1"])
def test_nobody_comes_in_without_signing_in(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 401


def test_a_report_we_have_no_power_over_ends_with_a_word_to_whom(officer: FlaskClient) -> None:
    number = lodge("report")
    assert "由谁处理" in officer.get(f"/staff/complaints/{number}").get_data(as_text=True)
    refused = officer.post(f"/staff/complaints/{number}", data={"action": "not_ours"})
    assert (refused.status_code, 'value="not_ours" checked' in refused.get_data(as_text=True)) == (422, True)
    told = {"action": "not_ours", "note": "请向某市市场监督管理局提出"}
    assert officer.post(f"/staff/complaints/{number}", data=told).status_code == 302
    assert "已告知向有权部门提出" in officer.get(f"/staff/complaints/{number}").get_data(as_text=True)
    assert number not in officer.get("/staff/").get_data(as_text=True)


def test_a_case_of_a_report_comes_to_an_end(officer: FlaskClient) -> None:
    number = lodge("report")
    officer.post(f"/staff/complaints/{number}", data={"action": "file_case"})
    assert number in officer.get("/staff/").get_data(as_text=True)
    told = {"action": "end_case", "note": "已对经营者作出处罚"}
    assert officer.post(f"/staff/complaints/{number}", data=told).status_code == 302
    assert number not in officer.get("/staff/").get_data(as_text=True)


def test_a_history_names_people_and_not_numbers(officer: FlaskClient) -> None:
    number = lodge()
    officer.post(f"/staff/complaints/{number}", data={"action": "accept"})
    page = officer.get(f"/staff/complaints/{number}").get_data(as_text=True)
    assert "未登录者" in page
    assert "某人1" in page
    assert "staff:1" not in page


@pytest.mark.parametrize(
    ("query", "shown"), [("when=late", False), ("when=soon", False), ("sort=received", True), ("kind=ticket", False)]
)
def test_the_queue_is_filtered_by_its_days_and_sorted(officer: FlaskClient, query: str, shown: bool) -> None:
    number = lodge()
    assert (number in officer.get(f"/staff/?{query}").get_data(as_text=True)) == shown
    assert (number in officer.get(f"/staff/queue.csv?{query}").get_data(as_text=True)) == shown


def test_a_step_is_offered_as_a_step_and_told_as_what_happened(officer: FlaskClient, client: FlaskClient) -> None:
    number = lodge("report")
    page = officer.get(f"/staff/complaints/{number}?lang=en").get_data(as_text=True)
    assert "Open a case" in page
    assert "Needed for: No case; Not within our powers: tell whom to turn to." in page
    officer.post(f"/staff/complaints/{number}", data={"action": "file_case"})
    history = officer.get(f"/staff/complaints/{number}").get_data(as_text=True)
    assert "<strong>A case was opened</strong>" in history
    assert "Open a case" not in history
    assert "Needed for: The case has ended: tell the outcome." in history


@pytest.mark.parametrize(("kind", "home"), [("staff", "/staff/"), ("citizen", "/")])
def test_who_signs_in_from_the_front_page_comes_to_their_own_work(
    make_account: Callable[..., Account], app: APIFlask, kind: str, home: str
) -> None:
    account = make_account(kind=kind, roles="officer" if kind == "staff" else "")
    client = app.test_client()
    link = re.search(r'href="(/sign-in[^"]*)"', client.get("/").get_data(as_text=True))
    assert link
    main = client.get(link[1]).get_data(as_text=True).partition("<main")[2]
    shown = re.search(r'name="next" value="([^"]*)"', main)
    assert shown
    reply = client.post("/sign-in", data={"login": account.login, "password": PASSWORD, "next": shown[1]})
    assert reply.location == home
    again = client.post("/sign-in", data={"login": account.login, "password": PASSWORD, "next": "/policies/"})
    assert again.location == "/policies/"
