"""A portal whose Rasa is a recording server at the HTTP edge."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from apiflask import APIFlask
from chat_edge import BOT_TOKEN, FakeRasa, Talk
from flask.testing import FlaskClient

from portal import create_app
from portal.extensions import db
from portal.settings import Settings


@pytest.fixture
def rasa() -> Iterator[FakeRasa]:
    fake = FakeRasa()
    yield fake
    fake.close()


@pytest.fixture
def app(tmp_path: Path, rasa: FakeRasa) -> Iterator[APIFlask]:
    settings = Settings(
        env="test", data=tmp_path, argon2_time_cost=1, rasa_url=rasa.url, rasa_timeout=30.0, bot_token=BOT_TOKEN
    )
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    app.config["PROPAGATE_BUGS"] = True
    with app.app_context():
        db.create_all()
        yield app
        if "rasa_line" in app.extensions:
            app.extensions["rasa_line"].close()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def talk(client: FlaskClient) -> Talk:
    return Talk(client)
