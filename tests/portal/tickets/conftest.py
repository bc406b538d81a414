"""An enterprise with one device licence, people of it and of the authority, and doubts about that licence."""

import io
from collections.abc import Callable
from datetime import date

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from portal.extensions import db
from portal.identity import service as identities
from portal.identity.models import Account
from portal.identity.service import Identity
from portal.prefill import service as prefill
from portal.prefill.service import Record
from portal.tickets import service
from portal.tickets.service import DataTicket
from portal.uploads import CheckedFile
from tests.portal.applications.conftest import DAY, PDF, applicant, demo
from tests.portal.conftest import PASSWORD

__all__ = ["applicant", "demo"]
PARTY = "91440106MAWBKR001J"
NUMBER = "粤穗药监械经营许20220317号"


def send_paper() -> tuple[io.BytesIO, str]:
    return io.BytesIO(PDF), "证明.pdf"


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENBAN_NOW", DAY)


@pytest.fixture
def people(app: APIFlask, make_account: Callable[..., Account]) -> dict[str, Account]:
    """Accounts by login: two enterprises, a citizen, an officer, a curator."""
    return {
        "owner": make_account("owner", kind="enterprise", party=PARTY, party_name="广州康瑞医疗器械有限公司"),
        "other": make_account("other", kind="enterprise", party="91330108MAWBYQ002K"),
        "citizen": make_account("citizen"),
        "officer": make_account("officer", kind="staff", roles="officer"),
        "curator": make_account("curator", kind="staff", roles="curator"),
    }


@pytest.fixture
def owner(people: dict[str, Account]) -> Identity:
    return identities.identity_of(people["owner"])


@pytest.fixture
def officer(people: dict[str, Account]) -> Identity:
    return identities.identity_of(people["officer"])


@pytest.fixture
def licence(owner: Identity) -> Record:
    """The licence of the enterprise."""
    record = prefill.put_record(
        party_code=PARTY,
        kind="device_licence",
        number=NUMBER,
        issuer="广州市市场监督管理局",
        as_of=date(2022, 3, 1),
        valid_from=date(2022, 3, 1),
        valid_to=date(2027, 2, 28),
        values={
            "licence.number": NUMBER,
            "licence.valid_to": "2027-02-28",
            "licence.issuer": "广州市市场监督管理局",
            "licence.principal": "顾怀川",
            "licence.quality_head": "苏秋砚",
            "licence.scope": ["02 无源手术器械", "14 注输、护理和防护器械"],
        },
    )
    db.session.commit()
    return record


@pytest.fixture
def make_ticket(owner: Identity, licence: Record) -> Callable[..., DataTicket]:
    """A doubt about the licence; every argument has a default."""

    def make(
        concept: str = "licence.quality_head",
        claimed: str = "林疏影",
        reason: str = "2026年3月已变更",
        files: tuple[CheckedFile, ...] = (),
        by: Identity = owner,
    ) -> DataTicket:
        ticket = service.report(by, licence.id, concept, claimed, reason, files)
        db.session.commit()
        return ticket

    return make


@pytest.fixture
def browse(app: APIFlask, people: dict[str, Account]) -> Callable[[str], FlaskClient]:
    """A browser signed in with a login."""

    def sign_in(login: str) -> FlaskClient:
        client = app.test_client()
        assert client.post("/sign-in", data={"login": login, "password": PASSWORD}).status_code == 302
        return client

    return sign_in
