"""Tokens of the open API, and the replies that were given for a key once."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.columns import Moment
from portal.extensions import db


class ApiToken(db.Model):
    """A token by which a program acts as one account for one party. Only its SHA-256 is kept; ``hint`` is its beginning.

    ``scopes``: read, write, prefill, submit. It counts until ``expires_at`` or ``revoked_at``.
    """

    __tablename__ = "api_token"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    party_code: Mapped[str] = mapped_column(ForeignKey("party.code"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    hint: Mapped[str] = mapped_column(String(12))
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    last_used_at: Mapped[datetime | None] = mapped_column(Moment, default=None)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment, default=None)


class KeptReply(db.Model):
    """The reply that an Idempotency-Key had: the same request with the same key gets it again and does nothing.

    ``fingerprint`` is the SHA-256 of what was asked. It is written in the transaction of the work itself.
    """

    __tablename__ = "api_reply"
    __table_args__ = (UniqueConstraint("token_id", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    token_id: Mapped[int] = mapped_column(ForeignKey("api_token.id"))
    key: Mapped[str] = mapped_column(String(80))
    fingerprint: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    etag: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(Moment)
