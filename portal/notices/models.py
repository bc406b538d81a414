"""Messages of the authority to one account, shown under “my matters”, and where they also go by mail."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.columns import Moment
from portal.extensions import db


class Notice(db.Model):
    """``text`` is ``{zh, en}``; ``url`` is a path of this portal; ``number`` is what a mail may name it by; ``read_at``
    is None until the person opened it."""

    __tablename__ = "notice"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    text: Mapped[dict[str, str]] = mapped_column(JSON)
    url: Mapped[str] = mapped_column(String(300))
    number: Mapped[str] = mapped_column(String(80), default="")
    at: Mapped[datetime] = mapped_column(Moment)
    read_at: Mapped[datetime | None] = mapped_column(Moment, default=None)


class MailAddress(db.Model):
    """The address of one account. Nothing but the link to confirm it goes there before ``confirmed_at``, nothing at all
    while ``wanted`` is false. ``code`` is what the open link carries ("" when none is open), ``asked_at`` when it was
    made."""

    __tablename__ = "mail_address"
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    address: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(5), default="zh")
    wanted: Mapped[bool] = mapped_column(default=True)
    code: Mapped[str] = mapped_column(String(40), default="")
    asked_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment, default=None)

    @property
    def takes_mail(self) -> bool:
        return self.wanted and self.confirmed_at is not None
