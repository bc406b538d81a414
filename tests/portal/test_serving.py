"""A portal process takes connections only once it is warm."""

import logging
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest
from apiflask import APIFlask

from portal import create_app, serving
from portal.settings import Settings


@dataclass
class GunicornWorker:
    """What the hook sees of gunicorn's worker."""

    wsgi: APIFlask
    alive: bool = True
    signs: int = 0
    age: int = 1

    def notify(self) -> None:
        self.signs += 1


def test_the_policy_base_is_open_when_a_worker_begins_and_its_parent_saw_that_it_lives(app: APIFlask) -> None:
    worker = GunicornWorker(app)
    serving.post_worker_init(worker)
    assert app.extensions["policy_base"] is not None
    assert worker.signs >= 1


def test_a_worker_that_is_told_to_end_does_not_wait_until_it_is_warm(app: APIFlask) -> None:
    worker = GunicornWorker(app, alive=False)
    serving.post_worker_init(worker)
    assert worker.signs == 0
    for thread in threading.enumerate():
        if thread.name == "warm-up":
            thread.join()


def test_a_worker_starts_although_the_store_is_away(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    away = create_app(
        Settings(env="test", data=tmp_path, store="elasticsearch", elasticsearch_url="http://127.0.0.1:1")
    )
    with caplog.at_level(logging.WARNING):
        serving.warm_up(away)
    assert "starts without the policy base" in caplog.text


def test_at_a_reload_the_worker_before_is_awaited_until_the_new_one_is_warm(app: APIFlask) -> None:
    first, second = GunicornWorker(app, age=101), GunicornWorker(app, age=102)
    serving.pre_fork(None, first)
    serving.post_worker_init(first)
    assert not serving.is_awaited(first.age), "nobody younger: told to end it ends"
    serving.pre_fork(None, second)
    assert serving.is_awaited(first.age)
    serving.post_worker_init(second)
    assert not serving.is_awaited(first.age)


def test_a_worker_that_is_ended_while_it_warms_holds_nobody_back(app: APIFlask) -> None:
    serving.pre_fork(None, GunicornWorker(app, age=202))
    assert serving.is_awaited(201)
    serving.post_worker_init(GunicornWorker(app, alive=False, age=202))
    assert not serving.is_awaited(201)
