"""Accounts, parties and the mandates that let an account act for a party."""

from datetime import date, datetime

from flask_login import UserMixin
from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.columns import Moment
from portal.extensions import db


class Party(db.Model):
    """An enterprise (``code`` is its unified social credit code) or a person (``code`` is ``P-`` and a number of ours)."""

    __tablename__ = "party"
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))  # enterprise | person
    name: Mapped[str] = mapped_column(String(200))


class Account(UserMixin, db.Model):
    """A local account. ``kind``: enterprise, citizen or staff; ``roles`` (staff only): curator, officer, administrator."""

    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(80), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(100))
    mobile: Mapped[str] = mapped_column(String(20), default="")
    email: Mapped[str] = mapped_column(String(120), default="")
    roles: Mapped[str] = mapped_column(String(120), default="")  # comma separated
    language: Mapped[str] = mapped_column(String(5), default="zh")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    mandates: Mapped[list["Mandate"]] = relationship(
        back_populates="account", cascade="all, delete-orphan", order_by="Mandate.id"
    )

    @property
    def is_active(self) -> bool:
        return self.active


class Mandate(db.Model):
    """That an account may act for a party, from a day until a day (open when None), in some service items (all when
    ``items`` is empty; ``A11`` stands for all its variants)."""

    __tablename__ = "mandate"
    __table_args__ = (UniqueConstraint("account_id", "party_code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    party_code: Mapped[str] = mapped_column(ForeignKey("party.code"))
    valid_from: Mapped[date | None] = mapped_column(default=None)
    valid_to: Mapped[date | None] = mapped_column(default=None)
    items: Mapped[list[str]] = mapped_column(JSON, default=list)
    account: Mapped[Account] = relationship(back_populates="mandates")
    party: Mapped[Party] = relationship(lazy="joined")

    def find_reason_out(self, day: date) -> str:
        """Why it does not hold on that day: a reason code, "" when it does."""
        if self.valid_from is not None and day < self.valid_from:
            return "mandate_not_begun"
        return "mandate_ended" if self.valid_to is not None and self.valid_to < day else ""

    def covers(self, item: str) -> bool:
        """Whether it names this item (``A11/renew``), or names none and so holds for all."""
        return not self.items or item in self.items or item.partition("/")[0] in self.items


class SecondFactor(db.Model):
    """The secret (base32) that an account shares with an authenticator app. ``last_counter`` is the step of the last
    code that counted, ``wrong`` the wrong ones since, ``closed_until`` when codes are looked at again."""

    __tablename__ = "second_factor"
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(String(64))
    last_counter: Mapped[int] = mapped_column(default=0)
    wrong: Mapped[int] = mapped_column(default=0)
    closed_until: Mapped[datetime | None] = mapped_column(Moment, default=None)
