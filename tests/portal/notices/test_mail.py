"""Notices by mail: a real conversation with a server, once each, given up visibly, and nothing in them but number and link."""

import socket
from collections.abc import Callable
from contextlib import AbstractContextManager
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask

from portal.errors import Forbidden, Missing
from portal.extensions import db
from portal.identity.models import Account
from portal.identity.service import Identity, identity_of
from portal.jobs import service as jobs
from portal.jobs.models import Job
from portal.notices import service as notices
from portal.notices.models import MailAddress
from portal.settings import Settings, SettingsError, read_settings
from tests.portal.notices.conftest import ADDRESS, TEXT, Tell, job_of, run_all, wait_over
from tests.portal.notices.smtp_edge import Script, make_certificate

Serve = Callable[..., AbstractContextManager[Any]]


def test_a_mail_names_the_number_and_a_link_and_nothing_else(tell: Tell, serve: Serve) -> None:
    script, notice = Script(), tell()
    with serve(script):
        assert jobs.run_due() == 1
    [mail] = script.mails
    assert (mail["To"], mail["From"]) == (ADDRESS, "wenban@example.gov.cn")
    assert mail["Subject"] == "示范省药品监督管理局：SQ2026112600001 有一条新通知"
    body = mail.get_content()
    assert f"http://127.0.0.1:8000/notices/{notice.id}" in body
    assert mail["Message-ID"] == f"<notice-{notice.id}@127.0.0.1>"
    assert mail["Auto-Submitted"] == "auto-generated"
    for word in ("顾怀川", "申请", "受理", "某人", ADDRESS):
        assert word not in body


def test_the_mail_is_written_in_the_language_chosen(tell: Tell, person: Account, serve: Serve) -> None:
    db.session.get_one(MailAddress, person.id).language = "en"
    script = Script()
    tell()
    with serve(script):
        jobs.run_due()
    assert script.mails[0]["Subject"].endswith("a new notice about SQ2026112600001")
    assert "Sign in to read it" in script.mails[0].get_content()


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_the_password_goes_over_a_line_whose_certificate_was_checked(
    tell: Tell, serve: Serve, tmp_path: Path, security: str
) -> None:
    certificate = make_certificate(tmp_path)
    login = ("wenban", "a-password")
    script = Script(certificate=certificate, tls=security == "tls", login=login)
    job = job_of(tell())
    with serve(script, mail_security=security, mail_user=login[0], mail_password=login[1]):
        jobs.run_job(job.id)  # nobody vouches for this certificate
    assert (job.state, script.received) == ("waiting", [])
    assert job.last_error.startswith("Unreachable: SSLCertVerificationError")
    assert "AUTH" not in script.commands
    wait_over(job)
    with serve(script, mail_security=security, mail_user=login[0], mail_password=login[1], mail_ca=str(certificate)):
        jobs.run_job(job.id)
    assert (job.state, len(script.received)) == ("done", 1)
    assert "AUTH" in script.commands


def test_a_server_without_encryption_gets_no_password(tell: Tell, serve: Serve) -> None:
    script, job = Script(login=("wenban", "a-password")), job_of(tell())
    with serve(script, mail_security="starttls", mail_user="wenban", mail_password="a-password"):
        jobs.run_job(job.id)
    assert job.state == "waiting"
    assert "AUTH" not in script.commands


def test_a_mail_is_sent_once_however_often_its_job_is_run(tell: Tell, serve: Serve) -> None:
    script, job = Script(), job_of(tell())
    with serve(script):
        for _ in range(3):
            jobs.run_job(job.id)
            jobs.run_due()
    assert (job.state, len(script.received)) == ("done", 1)


def test_a_mail_whose_worker_died_over_it_is_not_sent_again_by_itself(
    tell: Tell, serve: Serve, officer: Identity
) -> None:
    script, job = Script(), job_of(tell())
    job.state, job.attempts = "running", 1  # a worker claimed it, and was killed
    wait_over(job)
    with serve(script):
        jobs.run_due()
        assert (job.state, script.received) == ("stuck", [])
        [failure] = notices.list_failures(officer)
        assert failure.reason == "Interrupted"
        notices.send_again(officer, job.id)
        db.session.commit()
        jobs.run_due()
    assert (job.state, len(script.received)) == ("done", 1)


def test_a_mail_that_was_handed_over_before_the_line_broke_is_not_sent_again(
    tell: Tell, serve: Serve, officer: Identity
) -> None:
    script, job = Script(cut_after_body=True), job_of(tell())
    with serve(script):
        assert run_all(job) == 1
    assert len(script.received) == 1
    assert [f.reason for f in notices.list_failures(officer)] == ["Unclear"]


@pytest.mark.parametrize(
    ("command", "reply", "tries", "reason"),
    [
        ("RCPT", f"550 <{ADDRESS}> no such box", 1, "Refused"),
        ("MAIL", "530 sign in first", 1, "Refused"),
        ("DATA", "554 not this one", 1, "Refused"),
        ("RCPT", "450 try later", 7, "Deferred"),
        ("DATA", "421 too busy", 7, "Deferred"),
    ],
)
def test_what_the_server_says_decides_whether_it_is_asked_again(
    tell: Tell, serve: Serve, officer: Identity, command: str, reply: str, tries: int, reason: str
) -> None:
    script, job = Script(replies={command: reply}), job_of(tell("GZ1"))
    with serve(script):
        assert run_all(job) == tries
    [failure] = notices.list_failures(officer)
    assert (failure.reason, failure.number, failure.attempts) == (reason, "GZ1", tries)
    assert failure.detail.startswith(reply[:3])
    assert ADDRESS not in job.last_error
    assert notices.count_mails(officer) == {"waiting": 0, "running": 0, "done": 0, "stuck": 1}


def test_a_mail_waits_longer_each_time_and_goes_out_when_the_server_is_back(tell: Tell, serve: Serve) -> None:
    script, job = Script(replies={"MAIL": "451 later"}), job_of(tell())
    waits = []
    with serve(script):
        for _ in range(3):
            jobs.run_job(job.id)
            assert job.lease_until is not None
            assert jobs.run_job(job.id) is False  # not yet
            waits.append(job.lease_until)
            wait_over(job)
        script.replies.clear()
        jobs.run_job(job.id)
    assert job.state == "done"
    assert len(script.received) == 1
    assert 200 < (waits[1] - waits[0]).total_seconds() < 280
    assert 1400 < (waits[2] - waits[1]).total_seconds() < 1600


def test_a_dead_server_is_left_alone_for_a_while(tell: Tell, app: APIFlask) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and nobody listens
        old = app.config["SETTINGS"]
        app.config["SETTINGS"] = Settings(
            env="test", data=old.data, mail_host="127.0.0.1", mail_port=taken.getsockname()[1],
            mail_security="none", mail_from="wenban@example.gov.cn",
        )  # fmt: skip
        first, second = job_of(tell("A1")), job_of(tell("A2"))
        jobs.run_due()
        app.config["SETTINGS"] = old
    assert first.last_error.startswith("Unreachable: ConnectionRefusedError")
    assert second.last_error == "Unreachable: it did not answer a moment ago"
    assert {first.state, second.state} == {"waiting"}


def test_without_a_server_mails_are_files(tell: Tell, app: APIFlask) -> None:
    notice = tell()
    jobs.run_due()
    [path] = (app.config["SETTINGS"].data / "mail").iterdir()
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert (path.name, mail["To"]) == (f"notice-{notice.id}.eml", ADDRESS)


def test_the_mail_comes_and_goes_with_its_notice(person: Account) -> None:
    notices.add_notice(person.id, TEXT, "/applications/")
    db.session.rollback()
    assert db.session.query(Job).count() == 0


@pytest.mark.parametrize("change", ["off", "unconfirmed", "gone"])
def test_nothing_is_sent_to_who_does_not_want_it_any_more(
    tell: Tell, person: Account, serve: Serve, change: str
) -> None:
    script, job = Script(), job_of(tell())
    found = db.session.get_one(MailAddress, person.id)
    if change == "off":
        notices.switch_mail(identity_of(person), False)
    elif change == "gone":
        notices.forget_address(identity_of(person))
    else:
        found.confirmed_at = None
    db.session.commit()
    with serve(script):
        jobs.run_due()
    assert (job.state, script.received) == ("done", [])
    assert jobs.find_job(f"mail:notice:{tell().id}") is None


def test_failures_are_for_officers(person: Account, officer: Identity) -> None:
    for act in (notices.list_failures, notices.count_mails):
        with pytest.raises(Forbidden):
            act(identity_of(person))
    with pytest.raises(Missing):
        notices.send_again(officer, 77)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({}, "needs WENBAN_MAIL_FROM, WENBAN_MAIL_USER, WENBAN_MAIL_PASSWORD"),
        ({"mail_from": "a@example.cn", "mail_user": "a"}, "needs WENBAN_MAIL_PASSWORD"),
        ({"mail_security": "none"}, "needs WENBAN_MAIL_FROM"),
        (
            {"mail_security": "none", "mail_user": "a", "mail_password": "b", "mail_from": "a@example.cn"},
            "in the open; choose starttls or tls",
        ),
    ],
)
def test_a_mail_server_is_named_whole_in_production(given: dict[str, str], reason: str) -> None:
    secrets = {"secret_key": "s" * 40, "bot_token": "t" * 40, "proof_keys": "p" * 40}
    with pytest.raises(SettingsError, match=reason):
        read_settings(
            env="production", database_url="postgresql://x", broker_url="redis://x", mail_host="mail.example.cn",
            **secrets, **given,
        )  # fmt: skip
