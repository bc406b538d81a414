"""A person with a confirmed address, and a portal whose mail goes to a server of the test."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread

import pytest
from apiflask import APIFlask

from policy_kb import clock
from portal.extensions import db
from portal.identity.models import Account
from portal.identity.service import Identity, identity_of
from portal.jobs import service as jobs
from portal.jobs.models import Job
from portal.notices import service as notices
from portal.notices.models import MailAddress
from portal.settings import Settings
from tests.portal.notices.smtp_edge import Script, SmtpServer

ADDRESS = "somebody@example.cn"
TEXT = {"zh": "您的申请已受理：顾怀川", "en": "Your application was accepted: Gu Huaichuan"}
Tell = Callable[..., notices.Notice]


@pytest.fixture
def person(make_account: Callable[..., Account]) -> Account:
    """Somebody whose address is confirmed."""
    account = make_account()
    now = clock.now()
    db.session.add(MailAddress(account_id=account.id, address=ADDRESS, language="zh", asked_at=now, confirmed_at=now))
    db.session.commit()
    return account


@pytest.fixture
def officer(make_account: Callable[..., Account]) -> Identity:
    return identity_of(make_account("at_desk", kind="staff", roles="officer"))


@pytest.fixture
def tell(person: Account) -> Tell:
    def act(number: str = "SQ2026112600001") -> notices.Notice:
        notice = notices.add_notice(person.id, TEXT, "/applications/", number=number)
        db.session.commit()
        return notice

    return act


@pytest.fixture
def serve(app: APIFlask) -> Callable[..., object]:
    """``with serve(script, mail_user=…):`` the portal mails to a server that follows the script."""

    @contextmanager
    def act(script: Script, **settings: object) -> Iterator[SmtpServer]:
        with SmtpServer(script) as server:
            Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
            wanted = {"mail_security": "none", "mail_from": "wenban@example.gov.cn"} | settings
            old = app.config["SETTINGS"]
            app.config["SETTINGS"] = Settings(
                env="test", data=old.data, mail_host="127.0.0.1", mail_port=server.port, **wanted
            )
            try:
                yield server
            finally:
                server.shutdown()
                app.config["SETTINGS"] = old
                app.extensions.pop("mail_server", None)

    return act


def wait_over(job: Job) -> None:
    """Let the time pass that a job waits, or that a dead worker's lease lasts."""
    job.lease_until = clock.now() - timedelta(seconds=1)
    db.session.commit()


def run_all(job: Job, most: int = 20) -> int:
    """Try a job until it is done or given up; how often it was tried."""
    for count in range(1, most):
        jobs.run_job(job.id)
        if job.state in ("done", "stuck"):
            return count
        wait_over(job)
    raise AssertionError(f"{job.state} after {most} tries")


def job_of(notice: notices.Notice) -> Job:
    found = jobs.find_job(f"mail:notice:{notice.id}")
    assert found is not None
    return found
