"""Drafts with their append-only answers, and the cases they become."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.columns import Moment
from portal.extensions import db


class Draft(db.Model):
    """One application being filled in, pinned to one version of its form.

    ``version`` counts every change, so that a page made from an older one is noticed. ``state``: open, submitted,
    returned (only the fields an officer noted may change), abandoned. ``failed`` names the sources that did not answer.
    ``talk`` is what the conversation keeps: the value being read back and the fields left for later.
    """

    __tablename__ = "draft"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    form_id: Mapped[str] = mapped_column(String(80))
    form_version: Mapped[int]
    item: Mapped[str] = mapped_column(String(10))
    variant: Mapped[str] = mapped_column(String(40))
    party_code: Mapped[str] = mapped_column(ForeignKey("party.code"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    record_id: Mapped[str] = mapped_column(String(60), default="")
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(12), default="open", index=True)
    failed: Mapped[list[str]] = mapped_column(JSON, default=list)
    talk: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)
    answers: Mapped[list["Answer"]] = relationship(back_populates="draft", order_by="Answer.id")


class Answer(db.Model):
    """One answer given; rows are only added and the newest of a field counts.

    ``state``: given, cleared. ``origin``: auto, chat_confirmed, manual, override, computed, carried. ``version`` is the draft's
    version it made. ``author`` is empty exactly when no person gave it (auto, computed).
    """

    __tablename__ = "answer"
    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[str] = mapped_column(ForeignKey("draft.id"), index=True)
    field_id: Mapped[str] = mapped_column(String(60))
    value: Mapped[Any] = mapped_column(JSON, nullable=True)
    state: Mapped[str] = mapped_column(String(12), default="given")
    origin: Mapped[str] = mapped_column(String(16))
    fact_id: Mapped[int | None] = mapped_column(default=None)
    author: Mapped[str] = mapped_column(String(40), default="")
    channel: Mapped[str] = mapped_column(String(12), default="")
    reason: Mapped[str] = mapped_column(String(300), default="")
    version: Mapped[int]
    at: Mapped[datetime] = mapped_column(Moment)
    draft: Mapped[Draft] = relationship(back_populates="answers")


class Upload(db.Model):
    """A file of a draft; the bytes lie in the data folder under ``stored_as``."""

    __tablename__ = "upload"
    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[str] = mapped_column(ForeignKey("draft.id"), index=True)
    field_id: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(60))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    stored_as: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Moment)


class Case(db.Model):
    """A submitted application. One draft makes one case, however often it is sent.

    ``state``: submitted, accepted, returned, resubmitted, approved, refused, withdrawn, completed (a filing).
    ``due_for``: accept, review, decide, applicant or "". ``clock_stage`` is the clock of the authority that began after
    ``clock_from`` (review, decide, or ""), ``clock_more`` what was added to it; ``due`` is None while it stands. ``outcome`` holds what a decision gave (number, valid_from, valid_to).
    """

    __tablename__ = "case_file"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    draft_id: Mapped[str] = mapped_column(ForeignKey("draft.id"), unique=True)
    submission_key: Mapped[str] = mapped_column(String(80), unique=True)
    party_code: Mapped[str] = mapped_column(ForeignKey("party.code"), index=True)
    party_name: Mapped[str] = mapped_column(String(200))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    form_id: Mapped[str] = mapped_column(String(80))
    form_version: Mapped[int]
    item: Mapped[str] = mapped_column(String(10))
    variant: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(5), default="zh")
    state: Mapped[str] = mapped_column(String(12), index=True)
    snapshot_hash: Mapped[str] = mapped_column(String(64))
    certificate_number: Mapped[str] = mapped_column(String(60), default="", index=True)
    outcome: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    received_at: Mapped[datetime] = mapped_column(Moment)
    due: Mapped[date | None] = mapped_column(default=None, index=True)
    due_for: Mapped[str] = mapped_column(String(10), default="")
    clock_stage: Mapped[str] = mapped_column(String(10), default="")
    clock_from: Mapped[date | None] = mapped_column(default=None)
    clock_more: Mapped[int] = mapped_column(default=0)
    stops: Mapped[list["ClockStop"]] = relationship(back_populates="case", order_by="ClockStop.id")
    snapshots: Mapped[list["Snapshot"]] = relationship(back_populates="case", order_by="Snapshot.round")
    events: Mapped[list["CaseEvent"]] = relationship(back_populates="case", order_by="CaseEvent.id")
    notes: Mapped[list["FieldNote"]] = relationship(back_populates="case", order_by="FieldNote.id")
    draft: Mapped[Draft] = relationship()

    @property
    def snapshot(self) -> "Snapshot":
        """What was sent last."""
        return self.snapshots[-1]

    @property
    def title(self) -> str:
        from portal.applications.wording import case_title

        return case_title(self)

    @property
    def state_name(self) -> str:
        from portal.applications.wording import state_name

        return state_name(self.state)


class Snapshot(db.Model):
    """What was sent, in one round: 1 at submission, 2 and on at each resubmission. ``content`` makes the hash;
    ``provenance`` tells per field how its value came about and is kept beside it."""

    __tablename__ = "snapshot"
    __table_args__ = (UniqueConstraint("case_id", "round"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    round: Mapped[int] = mapped_column(default=1)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    provenance: Mapped[dict[str, Any]] = mapped_column(JSON)
    hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Moment)
    case: Mapped[Case] = relationship(back_populates="snapshots")


class CaseEvent(db.Model):
    """One step of a case. ``note`` is told to the applicant."""

    __tablename__ = "case_event"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text, default="")
    case: Mapped[Case] = relationship(back_populates="events")


class FieldNote(db.Model):
    """What an officer wants corrected in one field, told once and completely in one round."""

    __tablename__ = "field_note"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    round: Mapped[int]
    field_id: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(Text)
    case: Mapped[Case] = relationship(back_populates="notes")


class ClockStop(db.Model):
    """A time that does not count into a clock of the authority: the days after ``began`` until and with ``ended`` (None
    while it lasts). ``reason`` is a key of ``clocks.yml``; ``expected`` the last day that was told in advance."""

    __tablename__ = "clock_stop"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    stage: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(20))
    began: Mapped[date]
    expected: Mapped[date | None] = mapped_column(default=None)
    ended: Mapped[date | None] = mapped_column(default=None)
    note: Mapped[str] = mapped_column(Text, default="")
    actor: Mapped[str] = mapped_column(String(40))
    case: Mapped[Case] = relationship(back_populates="stops")


class Serial(db.Model):
    """The last number given of one series (a province's filings of a year)."""

    __tablename__ = "serial"
    series: Mapped[str] = mapped_column(String(60), primary_key=True)
    last: Mapped[int] = mapped_column(default=0)
