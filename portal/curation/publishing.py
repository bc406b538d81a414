"""Publishing in the background: the gold questions are asked part by part by the worker, then the change goes live.

A publication is a row and an outbox job. Each part is committed with how far it came, so a worker or portal that dies
costs one part; every step is a conditional update, so two clicks or two workers publish once. While it runs the change
cannot be edited; its reviewer, or any curator, may stop it until it goes live.
"""

import time
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update

from policy_kb import PolicyBase, clock, find_regressions, list_askable
from portal.audit import service as audit
from portal.chat import service as chat
from portal.curation.finding import get_change
from portal.curation.models import KnowledgeChange, Publication
from portal.curation.overlays import check_overlay, overlay_with, release
from portal.errors import Conflict, Forbidden, Invalid
from portal.extensions import db
from portal.identity.service import Identity, identity_of_account
from portal.jobs import service as jobs
from portal.knowledge import policy_base

PART_SECONDS = (
    15.0  # an eighth of a job's lease: even on a machine eight times slower nobody else takes the job meanwhile
)
BATCH = 20  # questions between two looks at the watch; so few are asked while the reviewer waits, half a second


def publish(identity: Identity, change_id: int, reason: str = "") -> KnowledgeChange:
    """Begin to make a submitted change live; never by its author. The caller commits, then sends ``find_job``.

    Where the base holds so little law that hardly a gold question can be asked, they are asked here and it is live at once.
    A ``reason`` lets it go live though the questions shown by the publication before are lost; the audit keeps it.
    """
    change = get_change(identity, change_id)
    assert identity.account_id is not None
    if change.author_id == identity.account_id:
        raise Forbidden(_("Another curator has to publish this; nobody publishes their own change."))
    settle_failed(change)
    before = find_publication(change)
    if before is not None and before.state == "held" and not reason.strip():
        raise Invalid(_("Give the reason."), fields={"reason": _("Give the reason.")})
    if not _move(change, "submitted", "checking"):
        raise Conflict(_("Only a submitted change can be published."))
    publication = Publication(
        change_id=change.id,
        reviewer_id=identity.account_id,
        reason=reason.strip()[:1000],
        accepted=[one["id"] for one in before.lost] if before is not None and reason.strip() else [],
        whole=len(list_askable(policy_base())),
        base_version=policy_base().version,
        begun_at=clock.now(),
        lost=[],
    )
    db.session.add(publication)
    db.session.flush()
    audit.record(identity.actor, "begin_publication", change.kind, str(change.id), detail=change.title)
    if publication.whole > BATCH:
        jobs.add_job("publish", {"publication": publication.id}, key=_key(publication))
        return change
    while _go_on(publication, change):
        pass
    return change


def _key(publication: Publication) -> str:
    return f"publish:{publication.id}"


def _move(change: KnowledgeChange, before: str, after: str) -> bool:
    """From one state to the next, for exactly one of several who try."""
    db.session.flush()
    done = db.session.execute(
        update(KnowledgeChange)
        .where(KnowledgeChange.id == change.id, KnowledgeChange.state == before)
        .values(state=after)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(change)
    return bool(getattr(done, "rowcount", 0) == 1)


def _step(publication: Publication, before: str, **values: Any) -> bool:
    """Write to a publication that still stands in a state; False when somebody moved it on meanwhile."""
    done = db.session.execute(
        update(Publication)
        .where(Publication.id == publication.id, Publication.state == before)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(publication)
    return bool(getattr(done, "rowcount", 0) == 1)


def find_publication(change: KnowledgeChange) -> Publication | None:
    """The newest one of a change."""
    return db.session.scalar(
        select(Publication).where(Publication.change_id == change.id).order_by(Publication.id.desc()).limit(1)
    )


def find_job(change: KnowledgeChange) -> jobs.Job | None:
    """What the worker has to be told after the commit; None when nothing is running."""
    publication = find_publication(change)
    return jobs.find_job(_key(publication)) if publication is not None and change.state == "checking" else None


def settle_failed(change: KnowledgeChange) -> None:
    """Let a change whose publication gave up wait for review again, with what was wrong. The caller commits."""
    publication, job = find_publication(change), find_job(change)
    if publication is None or job is None or job.state != "stuck":
        return
    if _step(publication, publication.state, state="failed", error=job.last_error, ended_at=clock.now()):
        _move(change, "checking", "submitted")


def stop(identity: Identity, change_id: int) -> KnowledgeChange:
    """Stop a publication before the change is live; it waits for review again. The caller commits."""
    change = get_change(identity, change_id)
    publication = find_publication(change)
    if (
        publication is None
        or not _step(publication, "checking", state="stopped", ended_at=clock.now())
        or not _move(change, "checking", "submitted")
    ):
        raise Conflict(_("It can no longer be stopped. Reload the page; what is published can be taken back."))
    audit.record(identity.actor, "stop_publication", change.kind, str(change.id), detail=change.title)
    return change


def outdate(change: KnowledgeChange) -> None:
    """The change was edited: what an earlier publication lost says nothing of it any more. The caller commits."""
    publication = find_publication(change)
    if publication is not None:
        _step(publication, "held", state="outdated")


@jobs.handles("publish")
def go_on(payload: dict[str, Any]) -> bool:
    """One part: questions for some seconds, or the last step. True while there is more to do."""
    publication = db.session.get_one(Publication, payload["publication"])
    return _go_on(publication, db.session.get_one(KnowledgeChange, publication.change_id))


def _go_on(publication: Publication, change: KnowledgeChange) -> bool:
    if publication.state == "checking":
        return _ask_some(publication, change)
    if publication.state == "checked":
        _go_live(publication, change)
    return False


def _ask_some(publication: Publication, change: KnowledgeChange) -> bool:
    now, changed, preview = policy_base(), *_changed(change)
    questions = list_askable(now)
    began_anew = now.version != publication.base_version  # the law or the knowledge changed meanwhile
    asked = 0 if began_anew else publication.asked
    lost = [] if began_anew else list(publication.lost)
    until = time.monotonic() + PART_SECONDS
    for start in range(asked, len(questions), BATCH):
        found = find_regressions(now, changed, preview, questions=questions[start : start + BATCH])
        lost += [{"id": each.id, "question": each.question} for each in found]
        asked = min(start + BATCH, len(questions))
        if time.monotonic() > until:
            break
    told = {"asked": asked, "whole": len(questions), "lost": lost, "base_version": now.version}
    if asked < len(questions):
        return _step(publication, "checking", **told)
    if {each["id"] for each in lost} <= set(publication.accepted):
        return _step(publication, "checking", **told, state="checked")
    if _step(publication, "checking", **told, state="held", ended_at=clock.now()):
        _move(change, "checking", "submitted")
        actor = _reviewer(publication).actor
        audit.record(actor, "hold_publication", change.kind, str(change.id), detail=f"{len(lost)} gold questions lost")
    return False


def _changed(change: KnowledgeChange) -> tuple[PolicyBase, str]:
    """The base with the change, and the id of the preview it is asked with."""
    if change.kind == "text":
        return policy_base(), str(change.id)
    try:
        return check_overlay(overlay_with(change)), ""
    except Invalid as error:
        raise jobs.Hopeless(error.message) from error


def _reviewer(publication: Publication) -> Identity:
    return identity_of_account(publication.reviewer_id)


def _go_live(publication: Publication, change: KnowledgeChange) -> None:
    """The last step, in one transaction; what a worker died over is done again and gives the same."""
    if not (
        _step(publication, "checked", state="published", ended_at=clock.now())
        and _move(change, "checking", "published")
    ):
        return
    change.reviewer_id, change.decided_at = publication.reviewer_id, clock.now()
    release(change, "published")
    reviewer = _reviewer(publication)
    if change.unanswered_id:
        chat.set_unanswered_status(reviewer, change.unanswered_id, "done")
    lost = f"{change.title} | {len(publication.lost)} gold questions lost: {publication.reason}"
    told = lost if publication.lost else change.title
    audit.record(reviewer.actor, "publish_knowledge", change.kind, str(change.id), detail=told[:500])
