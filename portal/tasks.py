"""Celery tasks: thin, named, carrying ids only. The work itself is in ``portal.jobs``."""

from celery import shared_task
from flask import current_app
from sqlalchemy.exc import IntegrityError

from portal.extensions import db
from portal.jobs import service as jobs


@shared_task(name="portal.run_job", ignore_result=True)
def run_job(job_id: int) -> None:
    """Do one outbox job."""
    jobs.run_whole(job_id)


@shared_task(name="portal.sweep", ignore_result=True)
def sweep() -> None:
    """Do what a dead worker or a lost message left behind."""
    jobs.run_due()


@shared_task(name="portal.time_handovers", ignore_result=True)
def time_handovers() -> None:
    """Let the clock move the hand-overs; looks at them do the same, so a stopped worker only delays the message."""
    from portal.chat import service as chat  # rooms import this module for ``send_soon``

    chat.apply_due_handovers()
    db.session.commit()


@shared_task(name="portal.remind", ignore_result=True)
def remind() -> None:
    """Remind of renewals; each certificate is a transaction of its own."""
    from portal.renewals import service as renewals  # as above

    for due in renewals.list_due():
        try:
            renewals.remind(due)
            db.session.commit()
        except IntegrityError:  # another worker gave this one
            db.session.rollback()


@shared_task(name="portal.delete_conversations", ignore_result=True)
def delete_conversations() -> None:
    """Delete the conversations that have outlived their days."""
    from portal.chat import service as chat  # as above

    chat.retention.delete_due()


def send_soon(job_id: int) -> None:
    """Tell the worker about a job after the commit; when the broker is down the sweep finds the job."""
    assert not db.session.new, "commit before telling the worker"
    try:
        run_job.apply_async((job_id,), retry=False)
    except run_job.OperationalError as error:
        current_app.logger.warning("broker unreachable, the sweep will find job %s: %s", job_id, error)
