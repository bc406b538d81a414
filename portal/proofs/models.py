"""Records of what was issued, and the files that were made of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.columns import Moment
from portal.extensions import db


class Proof(db.Model):
    """One document that was issued. ``kind``: answer, transcript, submission, certificate.

    ``lookup`` is the SHA-256 of the code: looking a code up tells nothing of a code that is nearly right. ``subject``
    names what it was made of (``message:12``), so that asking twice gives the same document. ``content`` is what it
    states; ``hash`` that of the whole file its holder has (see ``signing``). ``state``: valid, revoked, cancelled,
    superseded; ``replaced_by`` is the code of what took its place. Every column but id and lookup is signed.
    """

    __tablename__ = "proof"
    id: Mapped[int] = mapped_column(primary_key=True)
    lookup: Mapped[str] = mapped_column(String(64), unique=True)
    code: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(12))
    subject: Mapped[str] = mapped_column(String(80), unique=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    hash: Mapped[str] = mapped_column(String(64), index=True)
    issued_at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(String(12), default="valid")
    state_at: Mapped[datetime | None] = mapped_column(Moment, default=None)
    reason: Mapped[str] = mapped_column(String(300), default="")
    replaced_by: Mapped[str] = mapped_column(String(20), default="")
    key_id: Mapped[str] = mapped_column(String(12))
    signature: Mapped[str] = mapped_column(String(64))


class ProofFile(db.Model):
    """The SHA-256 of a PDF that was handed out, so that the very file can be recognised."""

    __tablename__ = "proof_file"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    proof_id: Mapped[int] = mapped_column(ForeignKey("proof.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
