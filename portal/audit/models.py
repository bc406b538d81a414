"""The audit table; rows are only ever added."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from portal.columns import Moment
from portal.extensions import db


class AuditLine(db.Model):
    """``actor`` did ``action`` to ``subject_kind`` ``subject_id`` for ``purpose``."""

    __tablename__ = "audit_line"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(String(40), index=True)
    action: Mapped[str] = mapped_column(String(40))
    subject_kind: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[str] = mapped_column(String(80), index=True)
    party_code: Mapped[str] = mapped_column(String(40), default="", index=True)
    detail: Mapped[str] = mapped_column(String(500), default="")
