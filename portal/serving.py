"""What gunicorn reads beside its command line (``--config python:portal.serving``): a worker is warm before it serves anybody,
and at a reload (HUP) the one before it serves until then.
"""

import logging
import mmap
import os
import struct
import threading
from types import FrameType
from typing import TYPE_CHECKING

from gunicorn.workers.gthread import ThreadWorker

from policy_kb import PolicyBaseError
from portal.complaints.service import warm_up as warm_reading
from portal.home.service import warm_up as warm_answers

if TYPE_CHECKING:
    from apiflask import APIFlask
    from gunicorn.workers.base import Worker

log = logging.getLogger(__name__)
LOOK_SECONDS = 1.0  # between two signs of life to the parent, which ends a worker that gives none
worker_class = "portal.serving.PatientWorker"
# A sign of life changes a file's time, at every request: where the file lies in memory that does not wait for a disk.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
# Ages as gunicorn counts its workers, shared by the parent and all of them: the newest begun, the newest done with warming.
_AGE = struct.Struct("=q")
_BEGUN, _DONE = 0, _AGE.size
_ages = mmap.mmap(-1, 2 * _AGE.size)


class PatientWorker(ThreadWorker):
    """A worker with threads that is told to end while a younger one is warming goes on until that one serves."""

    told: "tuple[int, FrameType | None] | None" = None

    def handle_exit(self, sig: int, frame: "FrameType | None") -> None:
        if is_awaited(self.age):
            self.told = (sig, frame)
        else:
            super().handle_exit(sig, frame)

    def notify(self) -> None:
        """Called about once a second while it serves."""
        super().notify()
        if self.told and not is_awaited(self.age):
            told, self.told = self.told, None
            super().handle_exit(*told)


def is_awaited(age: int) -> bool:
    """Whether a worker younger than this age has begun and none has come to the end of its warming."""
    begun, done = (_AGE.unpack_from(_ages, place)[0] for place in (_BEGUN, _DONE))
    return bool(begun > age >= done)


def pre_fork(_server: object, worker: "Worker") -> None:
    """Runs in the parent before each worker."""
    _AGE.pack_into(_ages, _BEGUN, worker.age)


def post_worker_init(worker: "Worker") -> None:
    """Runs after the fork and before the first connection is taken; what comes meanwhile goes to workers that are warm."""
    warming = threading.Thread(target=warm_up, args=(worker.wsgi,), name="warm-up", daemon=True)
    warming.start()
    while warming.is_alive() and worker.alive:
        worker.notify()
        warming.join(LOOK_SECONDS)
    _AGE.pack_into(_ages, _DONE, max(worker.age, _AGE.unpack_from(_ages, _DONE)[0]))


def warm_up(app: "APIFlask") -> None:
    """Open the policy base, and answer and read once. A store that is away is told, and opened by the first question then."""
    with app.app_context():
        warm_reading()
        try:
            warm_answers()
        except PolicyBaseError as error:
            log.warning("this worker starts without the policy base: %s", error)
