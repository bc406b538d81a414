"""Records (what a source said on a day), the facts read from them for one draft, and who agreed that a source is asked."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from policy_kb import clock
from portal.columns import Moment
from portal.extensions import db


class Record(db.Model):
    """One historical record of a party: a licence, a register entry, an earlier filing.

    ``subject`` is what it concerns (``licence:<number>``, ``product:<number>`` or ``party:<code>``); ``values`` maps
    concepts to values as the source writes them; ``taken_at`` is when our copy was taken from the source; ``ref`` is
    the name an outside file gave the record.
    """

    __tablename__ = "record"
    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    party_code: Mapped[str] = mapped_column(ForeignKey("party.code"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(40))
    grade: Mapped[str] = mapped_column(String(1))
    number: Mapped[str] = mapped_column(String(80), default="", index=True)
    issuer: Mapped[str] = mapped_column(String(100), default="")
    as_of: Mapped[date]
    valid_from: Mapped[date | None] = mapped_column(default=None)
    valid_to: Mapped[date | None] = mapped_column(default=None)
    status: Mapped[str] = mapped_column(String(12), default="valid")
    subject: Mapped[str] = mapped_column(String(120))
    item: Mapped[str] = mapped_column(String(40), default="")
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    taken_at: Mapped[datetime] = mapped_column(Moment)
    ref: Mapped[str] = mapped_column(String(60), default="")

    @property
    def is_valid_today(self) -> bool:
        """Whether it counts on the day of the clock: by its dates and its state."""
        from portal.prefill.facts import find_reason_ended

        return not find_reason_ended(self.status, self.valid_from, self.valid_to, clock.today())


class FactSheet(db.Model):
    """What one record (or account, or file) gave for a draft in one look-up, never changed. ``batch`` numbers the look-ups
    of a draft, ``first`` is the number of the first fact among all of the draft, ``size`` how many there are.

    ``facts`` holds ``[concept, subject, value]`` of each in the order read; ``concept`` is ``record.status`` for the record
    as such and ``source.read`` / ``source.failed`` for the look-up itself. ``record`` says how the record stood.
    """

    __tablename__ = "fact_sheet"
    __table_args__ = (UniqueConstraint("draft_id", "first"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[str] = mapped_column(String(40))
    batch: Mapped[int]
    first: Mapped[int]
    size: Mapped[int]
    party_code: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[str] = mapped_column(String(16), default="")
    source: Mapped[str] = mapped_column(String(40))
    grade: Mapped[str] = mapped_column(String(1))
    as_of: Mapped[date]
    fetched_at: Mapped[datetime] = mapped_column(Moment)
    record: Mapped[dict[str, Any]] = mapped_column(JSON)
    facts: Mapped[list[Any]] = mapped_column(JSON)


class SourceConsent(db.Model):
    """What one person said about asking one source for one draft; rows are only added and the newest counts.

    ``source`` is a channel name; ``purpose`` the item and variant it is asked for; ``decision``: given, refused,
    withdrawn; ``wording`` the version of the texts they were shown.
    """

    __tablename__ = "source_consent"
    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[str] = mapped_column(String(40), index=True)
    party_code: Mapped[str] = mapped_column(ForeignKey("party.code"), index=True)
    actor: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(40))
    purpose: Mapped[str] = mapped_column(String(60))
    decision: Mapped[str] = mapped_column(String(12))
    wording: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(Moment)
