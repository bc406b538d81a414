"""Which reminder of which certificate was given."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.columns import Moment
from portal.extensions import db


class Reminder(db.Model):
    """One stage (opens, middle, last) of one term of a certificate, given once; a renewed term has reminders of its own."""

    __tablename__ = "renewal_reminder"
    __table_args__ = (UniqueConstraint("party_code", "kind", "number", "valid_to", "stage"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    party_code: Mapped[str] = mapped_column(ForeignKey("party.code"))
    kind: Mapped[str] = mapped_column(String(40))
    number: Mapped[str] = mapped_column(String(80))
    valid_to: Mapped[date]
    stage: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(Moment)
