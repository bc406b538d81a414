"""What gunicorn reads beside its command line (``--config python:portal.serving``): a worker is warm before it serves anybody."""

import logging
import threading
from typing import TYPE_CHECKING

from policy_kb import PolicyBaseError
from portal.complaints.service import warm_up as warm_reading
from portal.home.service import warm_up as warm_answers

if TYPE_CHECKING:
    from apiflask import APIFlask
    from gunicorn.workers.base import Worker

log = logging.getLogger(__name__)
LOOK_SECONDS = 1.0  # between two signs of life to the parent, which ends a worker that gives none


def post_worker_init(worker: "Worker") -> None:
    """Runs after the fork and before the first connection is taken; what comes meanwhile goes to workers that are warm."""
    warming = threading.Thread(target=warm_up, args=(worker.wsgi,), name="warm-up", daemon=True)
    warming.start()
    while warming.is_alive() and worker.alive:
        worker.notify()
        warming.join(LOOK_SECONDS)


def warm_up(app: "APIFlask") -> None:
    """Open the policy base, and answer and read once. A store that is away is told, and opened by the first question then."""
    with app.app_context():
        warm_reading()
        try:
            warm_answers()
        except PolicyBaseError as error:
            log.warning("this worker starts without the policy base: %s", error)
