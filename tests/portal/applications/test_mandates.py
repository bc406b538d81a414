"""An agent acts for several enterprises, each for a time and in the items its mandate names, and nowhere else."""

from datetime import timedelta

import pytest
from apiflask import APIFlask

from policy_kb import clock
from portal.applications import chat, drafts, service
from portal.errors import Forbidden, Missing
from portal.extensions import db
from portal.identity import service as identities
from portal.identity.commands import DEMO_PASSWORD
from portal.identity.models import Account
from portal.prefill import demo as demo_data
from tests.portal.applications.conftest import Applicant, draft_id_of


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


# What a page or a file of the enterprise would give away.
SECRETS = ("粤穗药监械经营许20220317号", "康瑞器械进销存", "云岭路18号", "陆晚晴")


@pytest.fixture
def both(demo: APIFlask) -> Applicant:
    """An agent of two enterprises, acting for the first one."""
    account = identities.register_account(
        "both", DEMO_PASSWORD, kind="enterprise", name="林代办", mobile="19400000077", email="lin@example.cn"
    )
    for one in (demo_data.KANGRUI, demo_data.MEIYAN):
        identities.add_mandate(account, get_party(one.code))
    db.session.commit()
    agent = Applicant(demo.test_client(), "both")
    act_for(agent, demo_data.KANGRUI.code)
    return agent


def act_for(agent: Applicant, code: str) -> None:
    assert agent.client.post("/act-for", data={"party_code": code}).status_code == 302


def test_who_goes_over_to_another_enterprise_sees_nothing_of_the_first(both: Applicant) -> None:
    """In pages, raw requests, files, lists and the conversation; and no copy of a page stays in the browser."""
    open_url, sent_url = both.start(), both.start("A11", "change_registered")
    both.fill(open_url)
    case_id = both.get_case_id(both.send(open_url))
    kept = both.client.get(sent_url)
    assert "no-store" in kept.headers["Cache-Control"]
    assert SECRETS[0] in both.text(f"{sent_url}check")

    act_for(both, demo_data.MEIYAN.code)
    gone = [sent_url, f"{sent_url}s/company", f"{sent_url}check", f"{sent_url}sources", open_url]
    gone += [f"/applications/cases/{case_id}/{end}" for end in ("", "application.docx", "application.pdf")]
    for address in gone:
        reply = both.client.get(address)
        assert reply.status_code == 404, address
        assert [word for word in SECRETS if word in reply.get_data(as_text=True)] == [], address
    sent = {"version": 1, "values": {"delivery": "both"}}
    assert both.client.post(f"{sent_url}fields", json=sent).status_code == 404
    for address in ("/", "/applications/", "/records/", "/applications/start?item=A11&variant=renew"):
        assert [word for word in SECRETS if word in both.text(address)] == [], address
    account = identities.find_account("both")
    assert account is not None
    who = identities.identity_of(account, demo_data.MEIYAN.code)
    assert service.list_drafts(who) == []
    with pytest.raises(Missing):
        chat.resume(who, draft_id_of(sent_url), "zh")

    act_for(both, demo_data.KANGRUI.code)
    assert both.client.get(sent_url).status_code == 200


def test_my_matters_say_for_whom_one_acts_and_the_page_changes_it(both: Applicant) -> None:
    page = both.text("/applications/")
    assert f"您代表{demo_data.KANGRUI.name}办理。" in page
    assert f"改为代表{demo_data.MEIYAN.name}办理" in page
    sent = {"party_code": demo_data.MEIYAN.code, "next": "/applications/"}
    assert both.client.post("/act-for", data=sent).location == "/applications/"
    page = both.text("/applications/")
    assert f"您代表{demo_data.MEIYAN.name}办理。" in page
    assert f"改为代表{demo_data.KANGRUI.name}办理" in page


def test_what_a_mandate_covers_is_said_before_anything_is_filled_in(agent: Account, demo: APIFlask) -> None:
    client = demo.test_client()
    client.post("/sign-in", data={"login": "agent", "password": "a long enough password"})
    assert "您的授权只包括：" in client.get("/applications/").text
    page = client.get("/applications/start?item=A11&variant=renew").text
    assert "您的授权不包括这个事项" in page
    assert 'name="consent"' not in page
    assert 'name="consent"' in client.get("/applications/start?item=A1&variant=file").text
