"""Changes to the knowledge, from draft to published and back."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.columns import Moment
from portal.extensions import db


class KnowledgeChange(db.Model):
    """One proposed change. ``kind``: faq (a new or edited FAQ), fact (a catalogue fact), text (an uploaded legal text).

    ``state``: draft, submitted, checking (being published), published, withdrawn, discarded. ``content`` is the FAQ or fact in the overlay's format,
    or ``{"versions": [ids], "file": name}`` of a text or of several (then ``TextFile`` has a row for each file). ``tries`` are the questions tried and what they gave.
    """

    __tablename__ = "knowledge_change"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    title: Mapped[str] = mapped_column(String(200))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10), default="draft", index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), default=None)
    note: Mapped[str] = mapped_column(Text, default="")
    tries: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    unanswered_id: Mapped[int | None] = mapped_column(default=None)
    handover: Mapped[str] = mapped_column(String(24), default="")  # number of the hand-over whose answer it was
    created_at: Mapped[datetime] = mapped_column(Moment)
    decided_at: Mapped[datetime | None] = mapped_column(Moment, default=None)


class TextFile(db.Model):
    """One file of an upload that is read behind the page. ``state``: waiting, done, failed.

    ``report`` is what became of it: ``{"title", "clauses", "warnings", "error", "versions"}``.
    """

    __tablename__ = "text_file"
    id: Mapped[int] = mapped_column(primary_key=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("knowledge_change.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    stored_as: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class BindingReview(db.Model):
    """That somebody looked at what rests on a changed clause and why it is still right. ``key`` is that of the entry."""

    __tablename__ = "binding_review"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(300), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)


class Publication(db.Model):
    """One try to publish a change. ``state``: checking (gold questions are asked), checked, published, held (some are
    lost), outdated (edited after it was held), failed, stopped.

    ``asked`` of ``whole`` questions were asked of the base named ``base_version``; ``lost`` are those the change loses
    (``{"id", "question"}``), ``accepted`` the ids of those that ``reason`` was given for.
    """

    __tablename__ = "publication"
    id: Mapped[int] = mapped_column(primary_key=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("knowledge_change.id"), index=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    state: Mapped[str] = mapped_column(String(10), default="checking")
    reason: Mapped[str] = mapped_column(Text, default="")
    accepted: Mapped[list[str]] = mapped_column(JSON, default=list)
    asked: Mapped[int] = mapped_column(default=0)
    whole: Mapped[int]
    base_version: Mapped[str] = mapped_column(String(40))
    lost: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    error: Mapped[str] = mapped_column(Text, default="")
    begun_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment, default=None)
