"""Notices by mail: an outbox job beside each notice, a short mail that names a number and a link and nothing else.

The job is added with its notice, in one transaction. When it runs, the address is looked at again: a mail that is not
wanted any more is not sent. A mail is handed over once: see ``jobs.handles(once=True)`` and ``posting``.
"""

import re
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from flask import current_app

from policy_kb import clock
from portal.extensions import db
from portal.identity.service import find_name
from portal.jobs import service as jobs
from portal.notices import posting
from portal.notices.addresses import is_link_open
from portal.notices.models import MailAddress, Notice
from portal.settings import Settings

# One minute, five, half an hour, two, six and twenty-four hours: a server that was away over a night is met again.
DELAYS = (60, 300, 1800, 7200, 21600, 86400)
KINDS = ("mail", "mail_link")
ANY_ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+")


def add_mail(notice: Notice) -> None:
    """Put the mail for a notice into the outbox if its account wants mail. The caller commits."""
    found = db.session.get(MailAddress, notice.account_id)
    if found is not None and found.takes_mail:
        jobs.add_job("mail", {"notice_id": notice.id}, key=mail_key(notice))


def mail_key(notice: Notice) -> str:
    return f"mail:notice:{notice.id}"


@jobs.handles("mail", delays=DELAYS, once=True)
def send_notice(payload: dict[str, Any]) -> None:
    """Mail that there is a notice."""
    notice = db.session.get_one(Notice, payload["notice_id"])
    found = db.session.get(MailAddress, notice.account_id)
    if found is None or not found.takes_mail:
        return
    message = _write(
        found,
        "notice",
        f"notice-{notice.id}",
        number=notice.number,
        link=_link(f"/notices/{notice.id}"),
    )
    _post(message)


@jobs.handles("mail_link", delays=DELAYS, once=True)
def send_link(payload: dict[str, Any]) -> None:
    """Mail the link that confirms an address; an older link than the newest is not sent any more."""
    found = db.session.get(MailAddress, payload["account_id"])
    if found is None or not is_link_open(found, payload["code"]):
        return
    code = payload["code"]
    _post(_write(found, "confirm", f"link-{found.account_id}-{code[:12]}", link=_link(f"/notices/mail/confirm/{code}")))


def _post(message: EmailMessage) -> None:
    try:
        posting.send(message)
    except (posting.Refused, posting.Deferred) as error:
        # servers like to repeat the address; the list of failures is no place for it
        raise type(error)(ANY_ADDRESS.sub("…@…", str(error))) from error


def _link(path: str) -> str:
    return str(current_app.config["SETTINGS"].portal_url).rstrip("/") + path


def _write(found: MailAddress, template: str, name: str, **words: str) -> EmailMessage:
    """The mail in the language chosen; the template's first line is its subject."""
    settings: Settings = current_app.config["SETTINGS"]
    language = "en" if found.language == "en" else "zh"
    text = current_app.jinja_env.get_template(f"notices/mail_{template}.{language}.txt").render(
        authority=settings.authority_en if language == "en" else settings.authority_zh,
        settings_link=_link("/notices/mail"),
        **words,
    )
    subject, _blank, body = text.partition("\n")
    message = EmailMessage()
    message["From"], message["To"] = settings.mail_from, found.address
    message["Subject"] = " ".join(subject.split())
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{name}@{urlsplit(settings.portal_url).hostname or 'localhost'}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "en" if language == "en" else "zh-CN"
    message.set_content(body.lstrip("\n"))
    return message


def name_of_job(job: jobs.Job) -> tuple[str, str]:
    """(number, name of the account) that a mail job is about."""
    notice = db.session.get(Notice, job.payload.get("notice_id", 0))
    account_id = notice.account_id if notice else job.payload.get("account_id")
    return (notice.number if notice else ""), find_name(account_id)
