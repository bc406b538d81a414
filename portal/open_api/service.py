"""Tokens of the open API: made and revoked by a party's user, found again by their hash, never wider than the mandate."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from policy_kb import clock
from portal.audit import service as audit
from portal.errors import Forbidden, Invalid, Missing, NotSignedIn
from portal.extensions import db
from portal.identity.service import Identity, identity_of_account, require_kind
from portal.open_api.models import ApiToken

SCOPES = ("read", "write", "prefill", "submit")
LONGEST = 365  # days
MOST = 20  # tokens that count at one time, of one account
BEGINNING = "wbt_"


def make_token(identity: Identity, name: str, scopes: Collection[str], days: int) -> tuple[ApiToken, str]:
    """A new token with its text, which is kept nowhere and so shown once. ``days`` until it ends. The caller commits.

    Needs the strong sign-in: a token acts for the party without its people being there.
    """
    require_kind(identity, "enterprise", "citizen")
    if not identity.party_code or identity.account_id is None:
        raise Forbidden(_("Your account acts for no enterprise. Ask the enterprise for a mandate first."))
    if not identity.strong:
        raise Forbidden(
            _("Making a token needs the strong sign-in. Sign in strongly, then make it."), code="not_strong"
        )
    _check(identity, name, scopes, days)
    text, now = BEGINNING + secrets.token_urlsafe(32), clock.now()
    token = ApiToken(
        account_id=identity.account_id, party_code=identity.party_code, name=name.strip(), hint=text[:10],
        hash=_hash(text), scopes=[one for one in SCOPES if one in scopes], created_at=now,
        expires_at=now + timedelta(days=days),
    )  # fmt: skip
    db.session.add(token)
    db.session.flush()
    _audit(token, "token_made", ", ".join(token.scopes))
    return token, text


def _check(identity: Identity, name: str, scopes: Collection[str], days: int) -> None:
    errors = {}
    if not 1 <= len(name.strip()) <= 60 or not name.isprintable():
        errors["name"] = _("Say in 1 to 60 characters which program will use it.")
    if not scopes or set(scopes) - set(SCOPES):
        errors["scopes"] = _("Tick at least one thing that the program may do.")
    if not 1 <= days <= LONGEST:
        errors["days"] = _("Choose how long it counts: at most one year.")
    if len([t for t in list_tokens(identity) if not find_reason_out(t)]) >= MOST:
        errors["name"] = _("There are %(count)s tokens already. Revoke one that is no longer used.", count=MOST)
    if errors:
        raise Invalid(_("The token was not made."), fields=errors)


def list_tokens(identity: Identity) -> list[ApiToken]:
    """The account's own tokens for the party acted for, the newest first."""
    query = select(ApiToken).where(
        ApiToken.account_id == identity.account_id, ApiToken.party_code == identity.party_code
    )
    return list(db.session.scalars(query.order_by(ApiToken.id.desc())))


def revoke_token(identity: Identity, token_id: int) -> None:
    """End one of the account's own tokens at once; a second time changes nothing. The caller commits."""
    require_kind(identity, "enterprise", "citizen")
    token = next((one for one in list_tokens(identity) if one.id == token_id), None)
    if token is None:
        raise Missing(_("There is no such token of yours."))
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        _audit(token, "token_revoked")


def find_reason_out(token: ApiToken) -> str:
    """Why a token does not count: revoked or expired; "" when it does."""
    if token.revoked_at is not None:
        return "revoked"
    return "expired" if token.expires_at <= clock.now() else ""


def open_token(text: str) -> tuple[ApiToken, Identity]:
    """The token with this text and whom it acts for now; NotSignedIn or Forbidden when it opens nothing."""
    token = db.session.scalar(select(ApiToken).where(ApiToken.hash == _hash(text)))
    if token is None:
        raise NotSignedIn(
            _("Send a token made on the page “Access for programs”: Authorization: Bearer <token>."),
            code="token_unknown",
        )
    if reason := find_reason_out(token):
        _refuse(token, reason)
        raise NotSignedIn(_("This token was revoked or has ended. Make a new one."), code=f"token_{reason}")
    identity = identity_of_account(token.account_id, token.party_code)
    if identity.party_code != token.party_code:
        _refuse(token, "no mandate")
        raise Forbidden(_("The account of this token may no longer act for its party."), code="mandate_ended")
    token.last_used_at = clock.now()
    return token, identity


def require_scope(token: ApiToken, scope: str) -> None:
    """Raise Forbidden, with an audit line, unless the token has the scope."""
    if scope not in token.scopes:
        _refuse(token, f"scope {scope}")
        raise Forbidden(
            _("This token may not do this: it lacks the scope “%(scope)s”.", scope=scope), code="token_scope"
        )


def _hash(text: str) -> str:
    """A token is 256 random bits, so a plain hash is as good as a slow one."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _refuse(token: ApiToken, why: str) -> None:
    """A line that stays even though the request fails."""
    audit.record_now(_actor(token), "refused_token", "token", str(token.id), party_code=token.party_code, detail=why)


def _audit(token: ApiToken, action: str, detail: str = "") -> None:
    audit.record(_actor(token), action, "token", str(token.id), party_code=token.party_code, detail=detail)


def _actor(token: ApiToken) -> str:
    return identity_of_account(token.account_id, token.party_code).actor
