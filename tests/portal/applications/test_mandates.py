"""An agent acts for several enterprises, each for a time and in the items its mandate names, and nowhere else."""

from datetime import timedelta

import pytest
from apiflask import APIFlask

from policy_kb import clock
from portal.applications import drafts
from portal.errors import Forbidden, Missing
from portal.extensions import db
from portal.identity import service as identities
from portal.identity.models import Account
from portal.prefill import demo as demo_data


@pytest.fixture
def agent(demo: APIFlask) -> Account:
    """An agent with a mandate of one enterprise for cosmetics filings alone, and an ended one of another."""
    account = identities.register_account("agent", "a long enough password", kind="enterprise", name="林代办")
    identities.add_mandate(account, get_party(demo_data.KANGRUI.code), items=["A1"])
    yesterday = clock.today() - timedelta(days=1)
    identities.add_mandate(account, get_party(demo_data.HAOYI.code), valid_to=yesterday)
    db.session.commit()
    return account


def get_party(code: str) -> identities.Party:
    party = identities.find_party(code)
    assert party is not None
    return party


def test_an_item_the_mandate_names_is_open_and_another_is_not(agent: Account) -> None:
    who = identities.identity_of(agent)
    assert drafts.start(who, "A1", "file").party_code == demo_data.KANGRUI.code
    with pytest.raises(Forbidden, match="授权不包括这个事项"):
        drafts.start(who, "A11", "renew")


def test_a_draft_of_another_item_is_not_even_there(agent: Account) -> None:
    owner = identities.find_account("kangrui")
    assert owner is not None
    draft = drafts.start(identities.identity_of(owner), "A11", "renew")
    db.session.commit()
    who = identities.identity_of(agent)
    assert drafts.list_drafts(who) == []
    with pytest.raises(Missing):
        drafts.get_draft(who, draft.id)


def test_an_ended_mandate_lets_nobody_in(agent: Account) -> None:
    assert identities.identity_of(agent, demo_data.HAOYI.code).party_code != demo_data.HAOYI.code


def test_the_command_gives_a_mandate_for_items_and_days(demo: APIFlask) -> None:
    args = [
        "accounts",
        "mandate",
        "kangrui",
        "--party",
        demo_data.HAOYI.code,
        "--item",
        "A11/renew",
        "--to",
        "2030-01-01",
    ]
    assert "A11/renew" in demo.test_cli_runner().invoke(args=args).output
    account = identities.find_account("kangrui")
    assert account is not None
    who = identities.identity_of(account, demo_data.HAOYI.code)
    assert (who.covers("A11/renew"), who.covers("A11/change")) == (True, False)
