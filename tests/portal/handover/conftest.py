"""A portal on a fixed morning with its desk open, two officers, and a person in a conversation."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from chat_edge import FakeRasa, Talk, open_portal
from desk_edge import Clock, Officers
from flask.testing import FlaskClient

from portal.chat.models import TalkRequest
from portal.extensions import db
from portal.identity.service import identity_of
from tests.portal.conftest import FreshClient

MORNING = "2026-11-24T09:30"  # a Tuesday, the desk is open until 17:00


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock(monkeypatch)
    clock.set(MORNING)
    return clock


@pytest.fixture
def rasa() -> Iterator[FakeRasa]:
    fake = FakeRasa()
    yield fake
    fake.close()


@pytest.fixture
def app(tmp_path: Path, rasa: FakeRasa, at: Clock) -> Iterator[APIFlask]:
    with open_portal(tmp_path, rasa, 30.0) as app:
        app.test_client_class = FreshClient
        yield app


@pytest.fixture
def talk(client: FlaskClient) -> Talk:
    return Talk(client)


@pytest.fixture
def officers(make_account: Callable[..., Any]) -> Officers:
    first, second = (identity_of(make_account(kind="staff", roles="officer")) for _n in range(2))
    return Officers(first, second)


@pytest.fixture
def ask(talk: Talk) -> Callable[[], TalkRequest]:
    """The person asks for a person; the request as it then is."""

    def act() -> TalkRequest:
        talk.say(person=True)
        request = db.session.query(TalkRequest).order_by(TalkRequest.id.desc()).first()
        assert request is not None
        return request

    return act
