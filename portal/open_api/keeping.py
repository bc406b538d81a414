"""A reply is kept for its Idempotency-Key, so that a request that is sent again after a lost connection does nothing."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from policy_kb import clock
from portal.errors import Invalid
from portal.extensions import db
from portal.open_api.models import ApiToken, KeptReply


def find_reply(token: ApiToken | None, key: str, fingerprint: str) -> KeptReply | None:
    """What was answered for this key; Invalid when the key was another request's."""
    if token is None:
        return None
    kept = db.session.scalar(select(KeptReply).where(KeptReply.token_id == token.id, KeptReply.key == key))
    if kept is not None and kept.fingerprint != fingerprint:
        raise Invalid(
            _("This Idempotency-Key was used for another request. Use a new key for each thing that is to be done."),
            code="idempotency_key_reused",
        )
    return kept


def keep_reply(token: ApiToken, key: str, fingerprint: str, status: int, content: dict[str, Any], etag: str) -> None:
    """Part of the transaction of the work itself: both stand or neither. The caller commits."""
    db.session.add(
        KeptReply(
            token_id=token.id, key=key, fingerprint=fingerprint, status=status, content=content, etag=etag,
            at=clock.now(),
        )
    )  # fmt: skip
