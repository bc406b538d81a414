"""Data tickets with the claims, the evidence and the steps that belong to them; rows of the last three are only added."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.columns import Moment
from portal.extensions import db


class DataTicket(db.Model):
    """One doubted value: ``value`` is what the record said of ``concept`` when the ticket was opened.

    ``state``: open, asked (the source was), corrected, kept, closed. ``open_key`` names record and concept until the
    ticket is closed, so that there is one open ticket of each. ``outcome``: corrected, kept, withdrawn or "";
    ``new_record_id`` is the record that puts it right.
    """

    __tablename__ = "data_ticket"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    party_code: Mapped[str] = mapped_column(ForeignKey("party.code"), index=True)
    source: Mapped[str] = mapped_column(String(40), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[str] = mapped_column(String(16), index=True)
    record_number: Mapped[str] = mapped_column(String(80))
    concept: Mapped[str] = mapped_column(String(60))
    value: Mapped[Any] = mapped_column(JSON, nullable=True)
    as_of: Mapped[date]
    grade: Mapped[str] = mapped_column(String(1))
    state: Mapped[str] = mapped_column(String(10), default="open", index=True)
    outcome: Mapped[str] = mapped_column(String(10), default="")
    open_key: Mapped[str | None] = mapped_column(String(90), unique=True)
    new_record_id: Mapped[str] = mapped_column(String(16), default="")
    opened_at: Mapped[datetime] = mapped_column(Moment)
    settled_at: Mapped[datetime | None] = mapped_column(Moment, default=None)
    claims: Mapped[list["TicketClaim"]] = relationship(back_populates="ticket", order_by="TicketClaim.id")
    events: Mapped[list["TicketEvent"]] = relationship(order_by="TicketEvent.id")


class TicketClaim(db.Model):
    """What one person says is right, and why. ``cause``: override, conflict, report, objection."""

    __tablename__ = "ticket_claim"
    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("data_ticket.id"), index=True)
    cause: Mapped[str] = mapped_column(String(10))
    value: Mapped[Any] = mapped_column(JSON, nullable=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    actor: Mapped[str] = mapped_column(String(40))
    draft_id: Mapped[str] = mapped_column(String(32), default="", index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    ticket: Mapped[DataTicket] = relationship(back_populates="claims")
    evidence: Mapped[list["TicketEvidence"]] = relationship(order_by="TicketEvidence.id")


class TicketEvidence(db.Model):
    """A file with a claim; the bytes lie in the data folder under ``stored_as``."""

    __tablename__ = "ticket_evidence"
    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("ticket_claim.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(60))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    stored_as: Mapped[str] = mapped_column(String(80))


class TicketEvent(db.Model):
    """One step. ``note`` is told to the party, ``private_note`` to staff alone."""

    __tablename__ = "ticket_event"
    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("data_ticket.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(12))
    note: Mapped[str] = mapped_column(Text, default="")
    private_note: Mapped[str] = mapped_column(Text, default="")
