"""The second proof of who somebody is: six figures from an app (TOTP, RFC 6238), good once and for about half a minute.

Without it identity numbers and private contacts are neither fetched nor shown; everything else goes on.
"""

import base64
import hmac
import secrets
from datetime import timedelta
from urllib.parse import quote

from sqlalchemy import update

from policy_kb import clock
from portal.audit import service as audit
from portal.extensions import db
from portal.identity.models import SecondFactor
from portal.identity.service import Identity, require_signed_in

STEP = 30  # seconds a code stands for (RFC 6238, 5.2)
DRIFT = 1  # steps that a clock may be off, either way
MOST_WRONG = 5
CLOSED = timedelta(minutes=15)


def compute_code(secret: str, counter: int) -> str:
    """The six figures of one step (RFC 4226, 5.3). ``secret`` is base32, ``counter`` the number of the step."""
    digest = hmac.new(base64.b32decode(secret), counter.to_bytes(8, "big"), "sha1").digest()
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


def present_code(secret: str) -> str:
    """The code of this moment."""
    return compute_code(secret, _counter())


def _counter() -> int:
    return int(clock.now().timestamp()) // STEP


def find_factor(account_id: int | None) -> SecondFactor | None:
    return db.session.get(SecondFactor, account_id) if account_id is not None else None


def set_factor(account_id: int, secret: str = "") -> SecondFactor:
    """Give an account a new secret (160 bits when none is given); the old one ends. The caller commits."""
    secret = secret or base64.b32encode(secrets.token_bytes(20)).decode()
    factor = find_factor(account_id) or SecondFactor(account_id=account_id, last_counter=0)
    factor.secret, factor.wrong, factor.closed_until = secret, 0, None
    db.session.add(factor)
    audit.record("operator", "second_factor_set", "account", str(account_id))
    return factor


def build_address(login: str, secret: str) -> str:
    """What an authenticator app reads, as a QR code or typed."""
    return f"otpauth://totp/Wenban:{quote(login)}?secret={secret}&issuer=Wenban"


def check_code(identity: Identity, code: str) -> str:
    """Why the code does not count: wrong, closed (too many wrong ones), none (no app is set up); "" when it does.

    A code counts once, even when two requests bring it at the same moment. The caller commits, also after a refusal.
    """
    require_signed_in(identity)
    factor = find_factor(identity.account_id)
    if factor is None:
        return "none"
    if factor.closed_until is not None and factor.closed_until > clock.now():
        audit.record(identity.actor, "strong_sign_in_refused", "account", str(factor.account_id), detail="closed")
        return "closed"
    counter = _find_counter(factor.secret, code)
    if counter is None or not _claim(factor, counter):
        _count_wrong(factor)
        audit.record(identity.actor, "strong_sign_in_refused", "account", str(factor.account_id))
        return "wrong"
    factor.wrong, factor.closed_until = 0, None
    audit.record(identity.actor, "strong_sign_in", "account", str(factor.account_id))
    return ""


def _find_counter(secret: str, code: str) -> int | None:
    """The step a code belongs to; every step is compared, so that the time tells nothing."""
    given, found = "".join(code.split()).encode(), None
    for counter in range(_counter() - DRIFT, _counter() + DRIFT + 1):
        if hmac.compare_digest(compute_code(secret, counter).encode(), given):
            found = counter
    return found


def _claim(factor: SecondFactor, counter: int) -> bool:
    done = db.session.execute(
        update(SecondFactor)
        .where(SecondFactor.account_id == factor.account_id, SecondFactor.last_counter < counter)
        .values(last_counter=counter)
    )
    db.session.refresh(factor)
    return bool(getattr(done, "rowcount", 0) == 1)


def _count_wrong(factor: SecondFactor) -> None:
    factor.wrong += 1
    if factor.wrong >= MOST_WRONG:
        factor.wrong, factor.closed_until = 0, clock.now() + CLOSED
