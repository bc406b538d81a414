"""Put work into the outbox, claim it under a lease, do it once.

A feature registers a handler with ``@handles("kind")``; the handler gets the payload, must be
idempotent (a worker may be killed after its effect and before its commit) and does not commit.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update

from policy_kb import clock
from portal.extensions import db
from portal.jobs.models import Job

LEASE = timedelta(minutes=2)
MAX_ATTEMPTS = 5

Handler = Callable[[dict[str, Any]], None]
_handlers: dict[str, Handler] = {}


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Register the handler of one kind of job."""

    def register(handler: Handler) -> Handler:
        _handlers[kind] = handler
        return handler

    return register


def add_job(kind: str, payload: dict[str, Any], *, key: str) -> Job:
    """Add work to the present transaction; a second job with the same key is the first one. The caller commits."""
    known = db.session.scalar(select(Job).where(Job.key == key))
    if known:
        return known
    job = Job(kind=kind, payload=payload, key=key, created_at=clock.now())
    db.session.add(job)
    db.session.flush()
    return job


def list_due_ids(limit: int = 50) -> list[int]:
    """Jobs that wait, or whose lease has run out because a worker died."""
    now = clock.now()
    due = or_(Job.state == "waiting", (Job.state == "running") & (Job.lease_until < now))
    return list(
        db.session.scalars(
            select(Job.id)
            .where(due, or_(Job.lease_until.is_(None), Job.lease_until < now))
            .order_by(Job.id)
            .limit(limit)
        )
    )


def find_job(key: str) -> Job | None:
    """The job added under that key."""
    return db.session.scalar(select(Job).where(Job.key == key))


def list_stuck() -> list[Job]:
    """What gave up, for the staff dashboard."""
    return list(db.session.scalars(select(Job).where(Job.state == "stuck").order_by(Job.id)))


def _claim(job_id: int, now: datetime) -> bool:
    due = or_(Job.lease_until.is_(None), Job.lease_until < now)
    done = db.session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state.in_(("waiting", "running")), due)
        .values(state="running", lease_until=now + LEASE, attempts=Job.attempts + 1)
    )
    db.session.commit()
    return bool(getattr(done, "rowcount", 0) == 1)


def run_job(job_id: int) -> bool:
    """Claim and do one job; False when somebody else has it or it is done. Commits (task boundary)."""
    now = clock.now()
    if not _claim(job_id, now):
        return False
    job = db.session.get_one(Job, job_id)
    try:
        _handlers[job.kind](job.payload)
        job.state, job.done_at, job.lease_until, job.last_error = "done", clock.now(), None, ""
        db.session.commit()
    except Exception as error:  # noqa: BLE001  task boundary: whatever fails is kept, retried, and in the end shown to staff
        db.session.rollback()
        job = db.session.get_one(Job, job_id)
        job.last_error = f"{type(error).__name__}: {error}"[:500]
        gave_up = job.attempts >= MAX_ATTEMPTS
        job.state = "stuck" if gave_up else "waiting"
        job.lease_until = None if gave_up else clock.now() + timedelta(seconds=2**job.attempts)
        db.session.commit()
    return True


def run_due() -> int:
    """Do everything that is due now; the number of jobs done. What beat calls, and tests."""
    return sum(run_job(job_id) for job_id in list_due_ids())
