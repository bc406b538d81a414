"""Put work into the outbox, claim it under a lease, do it once.

A feature registers a handler with ``@handles("kind")``; the handler gets the payload, must be
idempotent (a worker may be killed after its effect and before its commit) and does not commit.
Long work is cut into parts, each well under the lease: a handler that returns True has done one part, which is committed,
and is called again for the next.
What cannot be taken back is registered with ``once``: work that a worker died over is not done
again by itself but shown to staff.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, or_, select, update

from policy_kb import clock
from portal.errors import Missing
from portal.extensions import db
from portal.jobs.models import Job as Job

LEASE = timedelta(minutes=2)
DELAYS = (2, 4, 8, 16)
INTERRUPTED = "Interrupted"

Handler = Callable[[dict[str, Any]], bool | None]


class Hopeless(Exception):
    """Trying again cannot help: the job gives up at once."""


@dataclass(frozen=True, slots=True)
class Kind:
    """``delays``: seconds to wait after each failure; one failure more and the job is stuck."""

    handler: Handler
    delays: tuple[int, ...]
    once: bool


_kinds: dict[str, Kind] = {}


def handles(kind: str, *, delays: tuple[int, ...] = DELAYS, once: bool = False) -> Callable[[Handler], Handler]:
    """Register the handler of one kind of job."""

    def register(handler: Handler) -> Handler:
        _kinds[kind] = Kind(handler, delays, once)
        return handler

    return register


def add_job(kind: str, payload: dict[str, Any], *, key: str) -> Job:
    """Add work to the present transaction; a second job with the same key is the first one. The caller commits."""
    known = find_job(key)
    if known:
        return known
    job = Job(kind=kind, payload=payload, key=key, created_at=clock.now())
    db.session.add(job)
    db.session.flush()
    return job


def list_due_ids(limit: int = 50) -> list[int]:
    """Jobs that wait, or whose lease has run out because a worker died."""
    return list(db.session.scalars(select(Job.id).where(_is_due()).order_by(Job.id).limit(limit)))


def _is_due() -> ColumnElement[bool]:
    now = clock.now()
    wanted = or_(Job.state == "waiting", (Job.state == "running") & (Job.lease_until < now))
    return wanted & or_(Job.lease_until.is_(None), Job.lease_until < now)


def find_waiting_since() -> datetime | None:
    """Since when the job that has been due for longest waits for a worker; None when nothing is due."""
    due = select(Job.lease_until, Job.created_at).where(_is_due())
    return min((until or created for until, created in db.session.execute(due)), default=None)


def find_job(key: str) -> Job | None:
    """The job added under that key."""
    return db.session.scalar(select(Job).where(Job.key == key))


def list_stuck(kind: str = "") -> list[Job]:
    """What gave up (of one kind), for the staff dashboard."""
    query = select(Job).where(Job.state == "stuck").order_by(Job.id)
    return list(db.session.scalars(query.where(Job.kind == kind) if kind else query))


def count_jobs(kind: str) -> dict[str, int]:
    """How many jobs of a kind there are, by state."""
    counted = db.session.execute(select(Job.state, func.count(Job.id)).where(Job.kind == kind).group_by(Job.state))
    return {state: int(count) for state, count in counted}


def count_all() -> dict[str, int]:
    """How many jobs there are, by state."""
    counted = db.session.execute(select(Job.state, func.count(Job.id)).group_by(Job.state))
    return {state: int(count) for state, count in counted}


def count_by_kind() -> dict[str, dict[str, int]]:
    """How many jobs there are, by kind and state."""
    rows = db.session.execute(select(Job.kind, Job.state, func.count(Job.id)).group_by(Job.kind, Job.state))
    found: dict[str, dict[str, int]] = {}
    for kind, state, count in rows:
        found.setdefault(kind, {})[state] = int(count)
    return found


def find_last_done() -> datetime | None:
    """When a worker last finished something."""
    return db.session.scalar(select(func.max(Job.done_at)))


def try_again(job_id: int, kinds: Collection[str]) -> Job:
    """Let a job of these kinds that gave up begin anew; Missing when there is no such. The caller commits."""
    job = db.session.get(Job, job_id)
    if job is None or job.kind not in kinds or job.state != "stuck":
        raise Missing(_("This is not waiting for you any more. Reload the page."))
    job.state, job.attempts, job.lease_until = "waiting", 0, None
    return job


def _claim(job_id: int, now: datetime, state: str) -> bool:
    due = or_(Job.lease_until.is_(None), Job.lease_until < now)
    done = db.session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state == state, due)
        .values(state="running", lease_until=now + LEASE, attempts=Job.attempts + 1)
    )
    db.session.commit()
    return bool(getattr(done, "rowcount", 0) == 1)


def run_job(job_id: int) -> bool:
    """Claim one job and do it or one part of it; False when somebody else has it or it is done. Commits (task boundary)."""
    now = clock.now()
    fresh = _claim(job_id, now, "waiting")
    if not fresh and not _claim(job_id, now, "running"):
        return False
    job = db.session.get_one(Job, job_id)
    kind = _kinds[job.kind]
    if kind.once and not fresh:
        _fail(job, f"{INTERRUPTED}: the worker died over it", None)
        return True
    worked = False
    try:
        more = kind.handler(job.payload)
        worked = True
        job.lease_until, job.last_error = None, ""
        if more:
            job.state, job.attempts = "waiting", 0
        else:
            job.state, job.done_at = "done", clock.now()
        db.session.commit()
    except Exception as error:  # noqa: BLE001  task boundary: whatever fails is kept, retried, and in the end shown to staff
        db.session.rollback()
        job = db.session.get_one(Job, job_id)
        hopeless = isinstance(error, Hopeless) or job.attempts > len(kind.delays) or (kind.once and worked)
        _fail(job, f"{type(error).__name__}: {error}", None if hopeless else kind.delays[job.attempts - 1])
    return True


def _fail(job: Job, reason: str, delay: int | None) -> None:
    """Keep the reason and wait ``delay`` seconds, or (None) give up."""
    job.last_error = reason[:500]
    job.state = "stuck" if delay is None else "waiting"
    job.lease_until = None if delay is None else clock.now() + timedelta(seconds=delay)
    db.session.commit()


def run_whole(job_id: int) -> bool:
    """Do a job part by part until it is done, fails or somebody else has it; whether anything was done. Commits."""
    ran = False
    while run_job(job_id):
        ran = True
    return ran


def run_due() -> int:
    """Do everything that is due now; the number of jobs done. What beat calls, and tests."""
    return sum(run_whole(job_id) for job_id in list_due_ids())
