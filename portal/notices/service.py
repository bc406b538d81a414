"""Tell an account something that happened to one of its matters; it stands under “my matters” until it is opened."""

from sqlalchemy import func, select

from policy_kb import clock
from portal.audit import service as audit
from portal.errors import Missing
from portal.extensions import db
from portal.identity.service import Identity, require_signed_in
from portal.notices.models import Notice

LANGUAGES = {"zh", "en"}


def add_notice(account_id: int, text: dict[str, str], url: str) -> Notice:
    """Add a notice in both languages that leads to a path of this portal. The caller commits."""
    if set(text) != LANGUAGES or not url.startswith("/") or url.startswith("//"):
        raise ValueError("a notice needs its text in zh and en and a path of this portal")
    notice = Notice(account_id=account_id, text=text, url=url, at=clock.now())
    db.session.add(notice)
    db.session.flush()
    return notice


def list_notices(identity: Identity, *, limit: int = 30) -> list[Notice]:
    """The newest notices of the signed-in account, newest first."""
    require_signed_in(identity)
    query = select(Notice).where(Notice.account_id == identity.account_id).order_by(Notice.id.desc()).limit(limit)
    return list(db.session.scalars(query))


def count_unread(identity: Identity) -> int:
    """Notices not opened yet; 0 when nobody is signed in."""
    query = select(func.count(Notice.id)).where(Notice.account_id == identity.account_id, Notice.read_at.is_(None))
    return int(db.session.scalar(query) or 0) if identity.signed_in else 0


def open_notice(identity: Identity, notice_id: int) -> Notice:
    """Mark an own notice as read and give it back; Missing for anybody else's. The caller commits."""
    require_signed_in(identity)
    notice = db.session.get(Notice, notice_id)
    if notice is None or notice.account_id != identity.account_id:
        raise Missing(f"notice {notice_id}")
    if notice.read_at is None:
        notice.read_at = clock.now()
        audit.record(identity.actor, "read", "notice", str(notice.id))
    return notice
