"""Where an account wants its notices by mail: set, confirmed by a link, switched off and on, forgotten."""

import hmac
import secrets
from datetime import timedelta

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _

from policy_kb import clock
from portal.audit import service as audit
from portal.errors import Invalid, Missing
from portal.extensions import db
from portal.identity.service import Identity, require_signed_in
from portal.jobs import service as jobs
from portal.notices.models import MailAddress

# Long enough for a mailbox that is read once a day, short enough for a link that lies about.
LINK_LASTS = timedelta(days=2)


def find_address(identity: Identity) -> MailAddress | None:
    """The address of the signed-in account, confirmed or not."""
    require_signed_in(identity)
    return db.session.get(MailAddress, identity.account_id)


def _get_address(identity: Identity) -> MailAddress:
    found = find_address(identity)
    if found is None:
        raise Missing(_("No mail address is kept for your account. Enter one first."))
    return found


def set_address(identity: Identity, address: str, language: str) -> MailAddress:
    """Keep the address and send it the link that confirms it; until then no notice goes there. The caller commits."""
    require_signed_in(identity)
    try:
        read = str(validate_email(address.strip(), check_deliverability=False, allow_smtputf8=False).ascii_email)
    except EmailNotValidError as error:
        text = _("This is no mail address we can write to. Enter one like name@example.cn.")
        raise Invalid(text, fields={"address": text}) from error
    found = find_address(identity)
    if found is None:
        found = MailAddress(account_id=identity.account_id, address="", asked_at=clock.now())
        db.session.add(found)
    found.language = language
    if found.address != read or found.confirmed_at is None:
        found.address, found.confirmed_at, found.wanted = read, None, True
        _send_link(found)
    audit.record(identity.actor, "mail_address_set", "account", str(identity.account_id))
    return found


def _send_link(found: MailAddress) -> None:
    found.code, found.asked_at = secrets.token_urlsafe(24), clock.now()
    db.session.flush()
    key = f"mail:link:{found.account_id}:{found.code[:12]}"
    jobs.add_job("mail_link", {"account_id": found.account_id, "code": found.code}, key=key)


def is_link_open(found: MailAddress, code: str) -> bool:
    """Whether that code confirms the address now: it is the newest one, and not too old."""
    fresh = clock.now() - found.asked_at <= LINK_LASTS
    return bool(found.code) and fresh and hmac.compare_digest(found.code.encode(), code.encode())


def find_link(identity: Identity, code: str) -> MailAddress | None:
    """The address that this link confirms for the signed-in account; None when the link does not count (any more)."""
    found = find_address(identity)
    return found if found is not None and is_link_open(found, code) else None


def confirm_address(identity: Identity, code: str) -> MailAddress:
    """From now on notices go to the address. The caller commits."""
    found = find_link(identity, code)
    if found is None:
        raise Missing(
            _("This link does not count any more, or belongs to another account. Ask for a new one on the mail page.")
        )
    found.confirmed_at, found.code = clock.now(), ""
    audit.record(identity.actor, "mail_address_confirmed", "account", str(identity.account_id))
    return found


def switch_mail(identity: Identity, wanted: bool) -> MailAddress:
    """Notices by mail on or off; the address stays. The caller commits."""
    found = _get_address(identity)
    found.wanted = wanted
    audit.record(identity.actor, "mail_on" if wanted else "mail_off", "account", str(identity.account_id))
    return found


def forget_address(identity: Identity) -> None:
    """Keep no address any more. The caller commits."""
    db.session.delete(_get_address(identity))
    audit.record(identity.actor, "mail_address_forgotten", "account", str(identity.account_id))
