"""Questions we could not answer well, kept (masked, counted) for the curators' queue."""

import hashlib
import re
from collections.abc import Sequence

from sqlalchemy import select

from policy_kb import clock
from policy_kb import text as kb_text
from portal.chat.masking import mask
from portal.chat.models import UnansweredQuestion
from portal.errors import Missing
from portal.extensions import db
from portal.identity.service import Identity, require_role

STATES = ("open", "done", "dismissed")


def note(question: str, language: str, reason_code: str, confidence: float = 0.0) -> UnansweredQuestion:
    """Count the question; a question that was settled and comes again is open again. The caller commits."""
    shown = mask(question).text[:1000]
    folded = re.sub(r"\W+", "", kb_text.normalise(shown).lower())
    key = hashlib.sha256(f"{language}:{folded}".encode()).hexdigest()
    now = clock.now()
    kept = db.session.scalar(select(UnansweredQuestion).where(UnansweredQuestion.key == key))
    if kept is None:
        kept = UnansweredQuestion(
            key=key, question=shown, language=language, count=0, first_asked_at=now, status="open"
        )
        db.session.add(kept)
    kept.count += 1
    kept.reason_code, kept.confidence, kept.last_asked_at = reason_code[:60], confidence, now
    if kept.status == "done":
        kept.status = "open"
    db.session.flush()
    return kept


def list_unanswered(identity: Identity, *, status: str = "open", limit: int = 200) -> list[UnansweredQuestion]:
    """For curators: most often asked first, then the newest."""
    require_role(identity, "curator", "administrator")
    query = select(UnansweredQuestion).where(UnansweredQuestion.status == status)
    order = (UnansweredQuestion.count.desc(), UnansweredQuestion.last_asked_at.desc())
    return list(db.session.scalars(query.order_by(*order).limit(limit)))


def set_unanswered_status(identity: Identity, question_id: int, status: str) -> UnansweredQuestion:
    """Mark a question done (an answer was published), dismissed, or open again. The caller commits."""
    require_role(identity, "curator", "administrator")
    kept = db.session.get(UnansweredQuestion, question_id)
    if kept is None or status not in STATES:
        raise Missing(f"no such question or status; statuses are {', '.join(STATES)}")
    kept.status = status
    return kept


def list_unanswered_texts(ids: Sequence[int]) -> dict[int, str]:
    """The questions of these rows by id, masked as they were kept; rows that are gone are left out."""
    rows = db.session.scalars(select(UnansweredQuestion).where(UnansweredQuestion.id.in_(ids)))
    return {row.id: row.question for row in rows}
