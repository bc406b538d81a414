"""A portal whose Rasa is a recording server at the HTTP edge."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from apiflask import APIFlask
from chat_edge import FakeRasa, Talk, open_portal
from flask.testing import FlaskClient


@pytest.fixture
def rasa() -> Iterator[FakeRasa]:
    fake = FakeRasa()
    yield fake
    fake.close()


@pytest.fixture
def app(tmp_path: Path, rasa: FakeRasa) -> Iterator[APIFlask]:
    with open_portal(tmp_path, rasa, 30.0) as app:
        yield app


@pytest.fixture
def talk(client: FlaskClient) -> Talk:
    return Talk(client)
