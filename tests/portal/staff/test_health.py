"""The state of the system, for administrators: every process of Rasa, the policy base, and work that nobody does."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from apiflask import APIFlask
from chat_edge import FakeRasa, open_portal
from flask.testing import FlaskClient

from policy_kb import clock
from portal.extensions import db
from portal.identity.models import Account
from portal.jobs import service as jobs


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
def administrator(make_account: Callable[..., Account], sign_in: Callable[[Account], FlaskClient]) -> FlaskClient:
    return sign_in(make_account(kind="staff", roles="administrator"))


@pytest.mark.parametrize(("ready", "told"), [(True, "可用"), (False, "正在加载模型")])
def test_each_process_of_rasa_stands_there_as_it_is_now(
    administrator: FlaskClient, rasa: FakeRasa, ready: bool, told: str
) -> None:
    rasa.ready = ready
    page = administrator.get("/staff/health").text
    assert rasa.url in page
    assert f">{told}</span>" in page
    assert ("没有可用的进程" in page) != ready


def test_a_rasa_that_is_away_is_said_to_be(administrator: FlaskClient, rasa: FakeRasa) -> None:
    rasa.close()
    assert "没有响应" in administrator.get("/staff/health").text


@pytest.mark.parametrize(("minutes", "late"), [(1, False), (3, True)])
def test_work_that_nobody_does_is_told(
    administrator: FlaskClient, monkeypatch: pytest.MonkeyPatch, minutes: int, late: bool
) -> None:
    jobs.add_job("notice", {}, key="n1")
    db.session.commit()
    monkeypatch.setenv("WENBAN_NOW", (clock.now() + timedelta(minutes=minutes)).isoformat())
    assert ("后台进程可能没有运行" in administrator.get("/staff/health").text) == late


@pytest.mark.parametrize(("roles", "status"), [("officer", 403), ("curator", 403), ("administrator", 200)])
def test_it_is_for_administrators(
    make_account: Callable[..., Account], sign_in: Callable[[Account], FlaskClient], roles: str, status: int
) -> None:
    assert sign_in(make_account(kind="staff", roles=roles)).get("/staff/health").status_code == status
