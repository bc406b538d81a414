"""Writing and reading audit lines. Takes plain strings so that any room can call it without an import knot."""

from datetime import datetime

from sqlalchemy import select

from policy_kb import clock
from portal.audit.models import AuditLine
from portal.extensions import db

__all__ = ["AuditLine", "list_actions", "list_lines", "list_party_lines", "record", "record_now"]


def record(
    actor: str, action: str, subject_kind: str, subject_id: str, *, party_code: str = "", detail: str = ""
) -> None:
    """Add a line to the present transaction; the caller commits."""
    db.session.add(
        AuditLine(
            at=clock.now(),
            actor=actor,
            action=action,
            subject_kind=subject_kind,
            subject_id=str(subject_id)[:80],
            party_code=party_code,
            detail=detail[:500],
        )
    )


def record_now(
    actor: str, action: str, subject_kind: str, subject_id: str, *, party_code: str = "", detail: str = ""
) -> None:
    """Add a line that stays even when the request fails: what was pending is rolled back, the line is committed."""
    db.session.rollback()
    record(actor, action, subject_kind, subject_id, party_code=party_code, detail=detail)
    db.session.commit()


def list_lines(
    *,
    subject_kind: str = "",
    subject_id: str = "",
    party_code: str = "",
    actor: str = "",
    action: str = "",
    since: datetime | None = None,
    before: datetime | None = None,
    older_than: int = 0,
    limit: int = 200,
) -> list[AuditLine]:
    """The newest lines first, of those that all the filters let through; ``older_than`` is the id of a line."""
    query = select(AuditLine).order_by(AuditLine.id.desc()).limit(limit)
    for column, value in (
        (AuditLine.subject_kind, subject_kind),
        (AuditLine.subject_id, subject_id),
        (AuditLine.party_code, party_code),
        (AuditLine.actor, actor),
        (AuditLine.action, action),
    ):
        if value:
            query = query.where(column == value)
    if since is not None:
        query = query.where(AuditLine.at >= since)
    if before is not None:
        query = query.where(AuditLine.at < before)
    return list(db.session.scalars(query.where(AuditLine.id < older_than) if older_than else query))


def list_actions() -> list[str]:
    """Every action there is a line of."""
    return sorted(db.session.scalars(select(AuditLine.action).distinct()))


def list_party_lines(party_code: str, since: datetime | None, before: datetime | None, limit: int) -> list[AuditLine]:
    """What was done to anything of a party, the newest first, from a moment on and before another."""
    query = select(AuditLine).where(AuditLine.party_code == party_code).order_by(AuditLine.id.desc()).limit(limit)
    if since is not None:
        query = query.where(AuditLine.at >= since)
    if before is not None:
        query = query.where(AuditLine.at < before)
    return list(db.session.scalars(query))
