"""Hand one mail to the mail server, or, where none is set, to a folder; whether it can have arrived is always known."""

import smtplib
import ssl
import time
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app

from portal.jobs.service import Hopeless
from portal.settings import Settings

# The sweep works with one process: a dead server may hold it up once in this many seconds.
REST = 60.0


class Unreachable(Exception):
    """No conversation with the mail server: nothing was sent."""


class Deferred(Exception):
    """The server wants to be asked later (4xx): nothing was sent."""


class Refused(Hopeless):
    """The server will not take this mail (5xx): nothing was sent."""


class Unclear(Hopeless):
    """The line broke after the mail was handed over: it may have arrived, so it is not sent again."""


class MailServer:
    """One mail server and until when it is left alone after it could not be reached."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._rests_until = 0.0

    def send(self, message: EmailMessage) -> None:
        """Give the mail to the server, or raise one of the four errors above."""
        if time.monotonic() < self._rests_until:
            raise Unreachable("it did not answer a moment ago")
        try:
            server = self._open()
        except (OSError, smtplib.SMTPException) as error:
            self._rests_until = time.monotonic() + REST
            raise Unreachable(f"{type(error).__name__}: {error}") from error
        try:
            _hand_over(server, message)
        finally:
            _leave(server)

    def _open(self) -> smtplib.SMTP:
        settings = self._settings
        name = urlsplit(settings.portal_url).hostname or "localhost"
        where = (settings.mail_host, settings.mail_port, name)
        trust = ssl.create_default_context(cafile=settings.mail_ca or None)
        server: smtplib.SMTP
        if settings.mail_security == "tls":
            server = smtplib.SMTP_SSL(*where, timeout=settings.mail_timeout, context=trust)
        else:
            server = smtplib.SMTP(*where, timeout=settings.mail_timeout)
        try:
            if settings.mail_security == "starttls":
                server.starttls(context=trust)
            if settings.mail_user:
                server.login(settings.mail_user, settings.mail_password)
        except (OSError, smtplib.SMTPException):
            server.close()
            raise
        return server


def _leave(server: smtplib.SMTP) -> None:
    """Whether the mail was taken is known by now; how the server says good-bye changes nothing."""
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()


def _hand_over(server: smtplib.SMTP, message: EmailMessage) -> None:
    """MAIL, RCPT, DATA; only a failure after the body was begun leaves it open whether the mail arrived."""
    try:
        server.ehlo_or_helo_if_needed()
        _demand(server.mail(str(message["From"].addresses[0].addr_spec)))
        _demand(server.rcpt(str(message["To"].addresses[0].addr_spec)))
    except (OSError, smtplib.SMTPException) as error:
        raise Unreachable(f"{type(error).__name__}: {error}") from error
    try:
        answer = server.data(message.as_bytes(policy=SMTP))
    except smtplib.SMTPDataError as error:
        answer = (error.smtp_code, error.smtp_error if isinstance(error.smtp_error, bytes) else b"")
    except (OSError, smtplib.SMTPException) as error:
        raise Unclear(f"{type(error).__name__}: {error}") from error
    _demand(answer)


def _demand(answer: tuple[int, bytes]) -> None:
    code, text = answer
    if 200 <= code < 300:
        return
    told = f"{code} {text.decode('utf-8', 'replace')}"
    raise Refused(told) if code >= 500 else Deferred(told)


def _keep_as_file(folder: Path, message: EmailMessage) -> None:
    """One file a mail, named by its id: the same mail again is the same file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{str(message['Message-ID']).strip('<>').partition('@')[0]}.eml"
    partial = path.with_suffix(".partial")
    partial.write_bytes(message.as_bytes(policy=SMTP))
    partial.replace(path)


def goes_out() -> bool:
    """Whether a mail server is set; otherwise mails stay in the data folder."""
    return bool(current_app.config["SETTINGS"].mail_host)


def send(message: EmailMessage) -> None:
    """Hand the mail over, where this installation sends its mails to."""
    settings: Settings = current_app.config["SETTINGS"]
    if not settings.mail_host:
        _keep_as_file(settings.data / "mail", message)
        return
    server = current_app.extensions.setdefault("mail_server", MailServer(settings))
    server.send(message)
