"""What only administrators come to: accounts of staff, the state of the system, the audit."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

import portal
from portal.audit import service as audit
from portal.chat.handover.states import EVENTS
from portal.complaints.handling import ACTIONS
from portal.extensions import db
from portal.identity.models import Account
from portal.identity.service import check_password, find_account
from portal.jobs import service as jobs
from portal.jobs.models import Job
from portal.staff.auditing import tell_action

PATHS = ("/staff/accounts", "/staff/accounts/1", "/staff/health", "/staff/audit", "/staff/audit.csv")


@pytest.fixture
def admin(make_account: Callable[..., Account], sign_in: Callable[[Account], FlaskClient]) -> FlaskClient:
    return sign_in(make_account(kind="staff", roles="administrator"))


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("roles", ["officer", "curator", "officer,curator"])
def test_other_staff_do_not_come_in(
    path: str, roles: str, make_account: Callable[..., Account], sign_in: Callable[[Account], FlaskClient]
) -> None:
    assert sign_in(make_account(kind="staff", roles=roles)).get(path).status_code == 403


@pytest.mark.parametrize("path", PATHS)
def test_the_pages_open_in_both_languages(admin: FlaskClient, path: str) -> None:
    for language in ("zh", "en"):
        assert admin.get(f"{path}?lang={language}").status_code == 200


def test_a_new_account_gets_a_password_that_is_shown_once(admin: FlaskClient) -> None:
    made = admin.post("/staff/accounts", data={"login": "newcomer", "name": "新人", "roles": ["officer", "curator"]})
    page = admin.get(made.headers["Location"]).get_data(as_text=True)
    found = re.search(r"newcomer的密码：(\S+)", page)
    assert found
    account = check_password("newcomer", found[1])
    assert account is not None
    assert (account.kind, account.roles) == ("staff", "curator,officer")
    assert found[1] not in admin.get(made.headers["Location"]).get_data(as_text=True)


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"login": "x", "name": "新人", "roles": "officer"}, "登录名"),
        ({"login": "newcomer", "name": "", "roles": "officer"}, "姓名"),
        ({"login": "newcomer", "name": "新人"}, "请至少选择一个角色"),
        ({"login": "newcomer", "name": "新人", "roles": "king"}, "请至少选择一个角色"),
    ],
)
def test_what_is_missing_is_told_and_no_account_made(admin: FlaskClient, form: dict[str, str], told: str) -> None:
    refused = admin.post("/staff/accounts", data=form)
    assert (refused.status_code, told in refused.get_data(as_text=True)) == (422, True)
    assert find_account("newcomer") is None


def test_roles_and_access_count_from_the_next_click(
    app: APIFlask, admin: FlaskClient, make_account: Callable[..., Account]
) -> None:
    officer = make_account(kind="staff", roles="officer")
    desk = app.test_client()
    desk.post("/sign-in", data={"login": officer.login, "password": "a long enough password"})
    assert desk.get("/curation/").status_code == 403
    admin.post(f"/staff/accounts/{officer.id}", data={"step": "roles", "roles": ["curator"]})
    assert desk.get("/curation/").status_code == 200
    admin.post(f"/staff/accounts/{officer.id}", data={"step": "close"})
    assert desk.get("/curation/").status_code == 401
    admin.post(f"/staff/accounts/{officer.id}", data={"step": "open"})
    admin.post(f"/staff/accounts/{officer.id}", data={"step": "password"})
    assert check_password(officer.login, "a long enough password") is None
    actions = [line.action for line in audit.list_lines(subject_kind="account", subject_id=str(officer.id))]
    assert {"set_roles", "close_account", "open_account", "renew_password"} <= set(actions)


def test_all_that_is_missing_is_told_at_once(admin: FlaskClient) -> None:
    page = admin.post("/staff/accounts", data={"login": "x", "name": ""}).get_data(as_text=True)
    assert [f'href="#field-{name}"' in page for name in ("login", "name", "roles")] == [True, True, True]


@pytest.mark.parametrize("form", [{"step": "close"}, {"step": "roles", "roles": "officer"}, {"step": "other"}])
def test_the_last_administrator_cannot_shut_themselves_out(admin: FlaskClient, form: dict[str, str]) -> None:
    assert admin.post("/staff/accounts/1", data=form).status_code == 422
    assert admin.get("/staff/accounts").status_code == 200


def test_accounts_of_others_are_not_reached(admin: FlaskClient, make_account: Callable[..., Account]) -> None:
    citizen = make_account()
    assert admin.get(f"/staff/accounts/{citizen.id}").status_code == 404
    assert admin.post(f"/staff/accounts/{citizen.id}", data={"step": "close"}).status_code == 404


def test_the_state_shows_what_gave_up_and_lets_it_begin_anew(admin: FlaskClient) -> None:
    job = jobs.add_job("read_text", {"file": 7}, key="k")
    job.state, job.last_error, job.attempts = "stuck", "OSError: no room", 5
    db.session.commit()
    page = admin.get("/staff/health").get_data(as_text=True)
    assert "OSError: no room" in page
    assert "尝试5次后放弃" in page
    assert admin.post(f"/staff/health/jobs/{job.id}").status_code == 302
    assert db.session.get_one(Job, job.id, populate_existing=True).state in ("waiting", "running", "done")


def test_the_state_shows_settings_and_no_secret(admin: FlaskClient, app: APIFlask) -> None:
    page = admin.get("/staff/health").get_data(as_text=True)
    settings = app.config["SETTINGS"]
    assert "WENBAN_STRONG_MINUTES" in page
    for secret in (settings.secret_key, settings.bot_token, settings.proof_keys):
        assert secret not in page


def test_the_audit_names_people_and_actions_and_is_filtered(
    admin: FlaskClient, make_account: Callable[..., Account]
) -> None:
    officer = make_account("officer-lin", kind="staff", roles="officer")
    admin.post(f"/staff/accounts/{officer.id}", data={"step": "close"})
    page = admin.get("/staff/audit?action=close_account").get_data(as_text=True)
    assert "停用账号" in page
    assert page.count("<tr>") == 2
    assert "没有符合条件的记录" in admin.get("/staff/audit?who=staff:99").get_data(as_text=True)
    assert admin.get("/staff/audit?since=gestern").status_code == 422
    assert "停用账号" in admin.get("/staff/audit.csv?action=close_account").get_data(as_text=True)


def test_every_step_that_leaves_a_line_has_a_name_in_both_languages(app: APIFlask) -> None:
    """A step without one would stand in the audit as its code, such as ``end_case``."""
    written = re.compile(r'audit\.record(?:_now)?\(\s*[^,()]+(?:\([^)]*\))?,\s*"([a-z_]+)"')
    found = {step for path in Path(portal.__file__).parent.rglob("*.py") for step in written.findall(path.read_text())}
    steps = {*found, *ACTIONS, *EVENTS}
    assert {"dry_run", "end_case", "admit"} <= steps
    for language in ("zh", "en"):
        with app.test_request_context(f"/?lang={language}"):
            assert sorted(step for step in steps if "_" in step and tell_action(step) == step) == []
            assert language == "en" or sorted(step for step in steps if tell_action(step).isascii()) == []
