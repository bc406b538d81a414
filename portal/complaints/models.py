"""Complaints and reports as they came in, and everything that happened to them since."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.columns import Moment
from portal.extensions import db


class Intake(db.Model):
    """One complaint (投诉) or one report (举报). A message that holds both makes two, each naming the other as ``twin``.

    ``state`` of a complaint: received, accepted, refused, settled, terminated, withdrawn;
    of a report: received, case_filed, not_filed, not_ours, case_ended. ``fields`` is what the person gave (see ``fields``).
    """

    __tablename__ = "intake"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    kind: Mapped[str] = mapped_column(String(10))  # complaint | report
    state: Mapped[str] = mapped_column(String(12), default="received", index=True)
    twin: Mapped[str] = mapped_column(String(24), default="")
    submission_key: Mapped[str] = mapped_column(String(80), unique=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), default=None, index=True)
    conversation_id: Mapped[str] = mapped_column(String(32), default="")
    language: Mapped[str] = mapped_column(String(5), default="zh")
    anonymous: Mapped[bool] = mapped_column(default=False)
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    received_at: Mapped[datetime] = mapped_column(Moment)
    due: Mapped[date | None] = mapped_column(default=None, index=True)
    due_for: Mapped[str] = mapped_column(String(10), default="")  # accept | mediate | check
    events: Mapped[list["IntakeEvent"]] = relationship(back_populates="intake", order_by="IntakeEvent.id")
    evidence: Mapped[list["Evidence"]] = relationship(back_populates="intake", order_by="Evidence.id")


class IntakeEvent(db.Model):
    """One step of a matter. ``note`` is told to the person; ``private_note`` is for staff only."""

    __tablename__ = "intake_event"
    id: Mapped[int] = mapped_column(primary_key=True)
    intake_id: Mapped[int] = mapped_column(ForeignKey("intake.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text, default="")
    private_note: Mapped[str] = mapped_column(Text, default="")
    intake: Mapped[Intake] = relationship(back_populates="events")


class Evidence(db.Model):
    """An uploaded file; the bytes lie in the data folder under ``stored_as``."""

    __tablename__ = "evidence"
    id: Mapped[int] = mapped_column(primary_key=True)
    intake_id: Mapped[int] = mapped_column(ForeignKey("intake.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(60))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    stored_as: Mapped[str] = mapped_column(String(80))
    intake: Mapped[Intake] = relationship(back_populates="evidence")


class IntakeDraft(db.Model):
    """A complaint being told in a conversation, before it is sent."""

    __tablename__ = "intake_draft"
    conversation_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(Moment)
