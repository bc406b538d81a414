"""The page where a person sets their mail: nothing goes to an address before its link was opened by its owner."""

import re
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from policy_kb import clock
from portal.extensions import db
from portal.identity.models import Account
from portal.identity.service import identity_of
from portal.jobs import service as jobs
from portal.jobs.models import Job
from portal.notices import service as notices
from portal.notices.models import MailAddress
from tests.portal.conftest import PASSWORD
from tests.portal.notices.conftest import ADDRESS, TEXT, Tell, job_of


@pytest.fixture
def browser(make_account: Callable[..., Account], sign_in: Callable[[Account], FlaskClient]) -> FlaskClient:
    """Signed in, without an address."""
    return sign_in(make_account("wang"))


def save(browser: FlaskClient, address: str = ADDRESS, language: str = "zh") -> int:
    return browser.post("/notices/mail", data={"step": "save", "address": address, "language": language}).status_code


def read_link(app: APIFlask) -> str:
    """The path of the newest link that was mailed."""
    jobs.run_due()
    newest = max((app.config["SETTINGS"].data / "mail").glob("link-*.eml"), key=lambda p: p.stat().st_mtime_ns)
    mail = message_from_bytes(newest.read_bytes(), policy=default)
    assert "请确认您的邮箱" in mail["Subject"]
    found = re.search(r"(/notices/mail/confirm/\S+)", mail.get_content())  # type: ignore[attr-defined]
    assert found
    return found[1]


def test_an_address_counts_when_its_link_was_opened_and_confirmed(browser: FlaskClient, app: APIFlask) -> None:
    assert save(browser) == 302
    page = browser.get("/notices/mail").get_data(as_text=True)
    assert "未确认" in page
    link = read_link(app)
    notices.add_notice(1, TEXT, "/applications/")
    db.session.commit()
    assert db.session.query(Job).filter_by(kind="mail").count() == 0
    assert "确认" in browser.get(link).get_data(as_text=True)
    assert db.session.get_one(MailAddress, 1).confirmed_at is None  # a program that follows links confirms nothing
    assert browser.post(link).status_code == 302
    assert db.session.get_one(MailAddress, 1).takes_mail
    notices.add_notice(1, TEXT, "/applications/")
    db.session.commit()
    assert db.session.query(Job).filter_by(kind="mail").count() == 1
    assert browser.post(link).status_code == 404  # once


def test_the_link_leads_through_sign_in_and_back(browser: FlaskClient, app: APIFlask) -> None:
    save(browser)
    link = read_link(app)
    browser.post("/sign-out")
    reply = browser.get(link)
    assert reply.location == f"/sign-in?next={link}"
    assert browser.post(link).status_code == 401
    data = {"login": "wang", "password": PASSWORD, "next": link}
    assert browser.post("/sign-in", data=data).location == link


@pytest.mark.parametrize("why", ["another account", "too old", "a newer one", "made up"])
def test_a_link_that_does_not_count_says_so(
    browser: FlaskClient, app: APIFlask, make_account: Callable[..., Account], sign_in: Callable[..., object], why: str
) -> None:
    save(browser)
    link = read_link(app)
    if why == "another account":
        sign_in(make_account("liwei"))
    elif why == "too old":
        db.session.get_one(MailAddress, 1).asked_at = clock.now() - timedelta(days=2, minutes=1)
        db.session.commit()
    elif why == "a newer one":
        save(browser)
        assert read_link(app) != link
    else:
        link = "/notices/mail/confirm/x"
    assert "不再有效" in browser.get(link).get_data(as_text=True)
    assert browser.post(link).status_code == 404
    assert db.session.get_one(MailAddress, 1).confirmed_at is None


def test_another_address_must_be_confirmed_anew_another_language_not(
    tell: Tell, person: Account, sign_in: Callable[[Account], FlaskClient]
) -> None:
    browser = sign_in(person)
    save(browser, language="en")
    found = db.session.get_one(MailAddress, person.id)
    assert (found.language, found.takes_mail) == ("en", True)
    save(browser, "other@example.cn")
    assert not db.session.get_one(MailAddress, person.id).takes_mail


@pytest.mark.parametrize(
    "typed", ["", "nobody", "a@b@example.cn", "a b@example.cn", "x@example.cn\r\nBcc: y@example.cn"]
)
def test_what_is_no_address_is_said_at_the_field(browser: FlaskClient, typed: str) -> None:
    reply = browser.post("/notices/mail", data={"step": "save", "address": typed})
    assert reply.status_code == 422
    assert 'href="#field-address"' in reply.get_data(as_text=True)
    assert db.session.query(MailAddress).count() == 0


def test_mail_is_switched_off_on_and_forgotten(
    person: Account, sign_in: Callable[[Account], FlaskClient], tell: Tell
) -> None:
    browser = sign_in(person)
    job_of(tell())
    assert "SQ2026112600001" in browser.get("/notices/mail").get_data(as_text=True)
    for step, wanted in (("off", False), ("on", True)):
        assert browser.post("/notices/mail", data={"step": step}).status_code == 302
        assert db.session.get_one(MailAddress, person.id).wanted is wanted
    browser.post("/notices/mail", data={"step": "forget"})
    assert db.session.query(MailAddress).count() == 0
    assert browser.post("/notices/mail", data={"step": "off"}).status_code == 404
    assert browser.post("/notices/mail", data={"step": "dance"}).status_code == 422


def test_a_mail_leads_to_its_notice_and_only_its_owner_reads_it(
    tell: Tell, person: Account, make_account: Callable[..., Account], sign_in: Callable[[Account], FlaskClient]
) -> None:
    path = f"/notices/{tell().id}"
    browser = sign_in(person)
    assert TEXT["zh"] in browser.get(path).get_data(as_text=True)
    assert notices.count_unread(identity_of(person)) == 1
    assert browser.post(path).location == "/applications/"
    assert sign_in(make_account("liwei")).get(path).status_code == 404
    browser.post("/sign-out")
    assert browser.get(path).location == f"/sign-in?next={path}"


def test_officers_see_what_was_given_up_and_send_it_again(
    tell: Tell, make_account: Callable[..., Account], sign_in: Callable[[Account], FlaskClient]
) -> None:
    job = job_of(tell())
    job.state, job.last_error = "stuck", "Refused: 550 no such box"
    db.session.commit()
    desk = sign_in(make_account("at_desk", kind="staff", roles="officer"))
    page = desk.get("/staff/mail").get_data(as_text=True)
    assert "SQ2026112600001" in page
    assert "550 no such box" in page
    assert ADDRESS not in page
    assert desk.post(f"/staff/mail/{job.id}").status_code == 302
    assert job.state == "waiting"
    assert sign_in(make_account("zhao")).get("/staff/mail").status_code == 403
