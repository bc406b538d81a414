"""Messages of the authority to one account, shown under “my matters”."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.columns import Moment
from portal.extensions import db


class Notice(db.Model):
    """``text`` is ``{zh, en}``; ``url`` is a path of this portal; ``read_at`` is None until the person opened it."""

    __tablename__ = "notice"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    text: Mapped[dict[str, str]] = mapped_column(JSON)
    url: Mapped[str] = mapped_column(String(300))
    at: Mapped[datetime] = mapped_column(Moment)
    read_at: Mapped[datetime | None] = mapped_column(Moment, default=None)
