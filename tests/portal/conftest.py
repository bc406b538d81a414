"""A portal on an empty data folder, with the shipped catalogue and no law."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from policy_kb import wording
from portal import create_app
from portal.extensions import db
from portal.identity import service as identity
from portal.identity.models import Account
from portal.settings import Settings
from tests.portal.made_once import keep_templates, put_tables

PASSWORD = "a long enough password"


@pytest.fixture(scope="session", autouse=True)
def compiled_catalogues() -> None:
    assert wording.compile_catalogues() == []


class FreshClient(FlaskClient):
    """Each request gets an application context of its own, as a server gives it: nothing leaks through ``g``."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        with self.application.app_context():
            reply = super().open(*args, **kwargs)
        db.session.rollback()  # the test's own session looks at the database anew
        return reply


@pytest.fixture
def app(tmp_path: Path) -> Iterator[APIFlask]:
    put_tables(tmp_path)
    app = create_app(Settings(env="test", data=tmp_path, argon2_time_cost=1))
    keep_templates(app)
    app.config["WTF_CSRF_ENABLED"] = False
    app.config["PROPAGATE_BUGS"] = True
    app.test_client_class = FreshClient
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: APIFlask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def make_account(app: APIFlask) -> Callable[..., Account]:
    """``make_account("name", kind="enterprise", party="<code>")``; everything has a default."""
    count = 0

    def make(
        login: str = "", *, kind: str = "citizen", roles: str = "", party: str = "", party_name: str = "某企业"
    ) -> Account:
        nonlocal count
        count += 1
        account = identity.register_account(
            login or f"person{count}", PASSWORD, kind=kind, name=login or f"某人{count}", roles=roles
        )
        if party:
            identity.add_mandate(account, identity.get_or_add_party(party, "enterprise", party_name))
        db.session.commit()
        return account

    return make


@pytest.fixture
def sign_in(client: FlaskClient) -> Callable[[Account], FlaskClient]:
    def act(account: Account) -> FlaskClient:
        reply = client.post("/sign-in", data={"login": account.login, "password": PASSWORD})
        assert reply.status_code == 302
        return client

    return act
