"""Tell an account something that happened to one of its matters; it stands under “my matters” until it is opened, and goes
by mail to whoever confirmed an address."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from policy_kb import clock
from portal.audit import service as audit
from portal.errors import Missing
from portal.extensions import db
from portal.identity.service import Identity, require_role, require_signed_in
from portal.jobs import service as jobs
from portal.notices import mailing
from portal.notices.addresses import (
    confirm_address,
    find_address,
    find_link,
    forget_address,
    set_address,
    switch_mail,
)
from portal.notices.models import MailAddress, Notice
from portal.notices.posting import goes_out

__all__ = [
    "MailAddress",
    "Notice",
    "add_notice",
    "confirm_address",
    "count_mails",
    "count_unread",
    "find_address",
    "find_link",
    "forget_address",
    "get_notice",
    "goes_out",
    "list_failures",
    "list_mailed",
    "list_notices",
    "open_notice",
    "send_again",
    "set_address",
    "switch_mail",
]

LANGUAGES = {"zh", "en"}


def add_notice(account_id: int, text: dict[str, str], url: str, *, number: str = "") -> Notice:
    """Add a notice in both languages that leads to a path of this portal; ``number`` is all that a mail says of it. The
    mail goes into the outbox in the same transaction. The caller commits."""
    if set(text) != LANGUAGES or not url.startswith("/") or url.startswith("//"):
        raise ValueError("a notice needs its text in zh and en and a path of this portal")
    notice = Notice(account_id=account_id, text=text, url=url, number=number, at=clock.now())
    db.session.add(notice)
    db.session.flush()
    mailing.add_mail(notice)
    return notice


def list_notices(identity: Identity, *, limit: int = 30) -> list[Notice]:
    """The newest notices of the signed-in account, newest first."""
    require_signed_in(identity)
    query = select(Notice).where(Notice.account_id == identity.account_id).order_by(Notice.id.desc()).limit(limit)
    return list(db.session.scalars(query))


def count_unread(identity: Identity) -> int:
    """Notices not opened yet; 0 when nobody is signed in."""
    query = select(func.count(Notice.id)).where(Notice.account_id == identity.account_id, Notice.read_at.is_(None))
    return int(db.session.scalar(query) or 0) if identity.signed_in else 0


def get_notice(identity: Identity, notice_id: int) -> Notice:
    """An own notice; Missing for anybody else's."""
    require_signed_in(identity)
    notice = db.session.get(Notice, notice_id)
    if notice is None or notice.account_id != identity.account_id:
        raise Missing(f"notice {notice_id}")
    return notice


def open_notice(identity: Identity, notice_id: int) -> Notice:
    """Mark an own notice as read and give it back. The caller commits."""
    notice = get_notice(identity, notice_id)
    if notice.read_at is None:
        notice.read_at = clock.now()
        audit.record(identity.actor, "read", "notice", str(notice.id))
    return notice


def list_mailed(identity: Identity) -> list[tuple[Notice, str]]:
    """The newest notices that had a mail, with its state: waiting, running, done or stuck."""
    found = [(notice, jobs.find_job(mailing.mail_key(notice))) for notice in list_notices(identity, limit=10)]
    return [(notice, job.state) for notice, job in found if job is not None]


@dataclass(frozen=True, slots=True)
class Failure:
    """A mail that was given up. ``reason`` is a name of ``posting`` or ``jobs.INTERRUPTED``, ``detail`` what the server said;
    ``number`` is "" for a link that confirms an address."""

    job_id: int
    number: str
    name: str
    reason: str
    detail: str
    attempts: int
    at: datetime


def list_failures(identity: Identity) -> list[Failure]:
    """Mails that were given up, for officers and administrators."""
    require_role(identity, "officer", "administrator")
    found = []
    for job in (job for kind in mailing.KINDS for job in jobs.list_stuck(kind)):
        reason, _colon, detail = job.last_error.partition(": ")
        found.append(Failure(job.id, *mailing.name_of_job(job), reason, detail, job.attempts, job.created_at))
    return sorted(found, key=lambda one: one.job_id, reverse=True)


def count_mails(identity: Identity) -> dict[str, int]:
    """Mails by state: waiting, running, done, stuck."""
    require_role(identity, "officer", "administrator")
    counts = [jobs.count_jobs(kind) for kind in mailing.KINDS]
    return {state: sum(one.get(state, 0) for one in counts) for state in ("waiting", "running", "done", "stuck")}


def send_again(identity: Identity, job_id: int) -> None:
    """Try a mail anew that was given up: a person's decision, for it may have arrived. The caller commits."""
    require_role(identity, "officer", "administrator")
    jobs.try_again(job_id, mailing.KINDS)
    audit.record(identity.actor, "mail_again", "job", str(job_id))
