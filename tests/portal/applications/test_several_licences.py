"""An owner of several shops renews one licence: the link says which, the list begins with what ends first, chat asks too."""

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from apiflask import APIFlask

from portal.applications import chat, drafts
from portal.extensions import db
from portal.identity import service as identities
from portal.identity.service import Identity
from portal.prefill import demo as demo_data
from portal.prefill.service import import_file
from tests.portal.applications.conftest import Applicant

SHOPS = {
    "2027-02-20": "长沙市芙蓉区五一大道88号",
    "2029-06-30": "长沙市岳麓区枫林路12号",
}  # the chain's own ends between


@pytest.fixture
def owner(demo: APIFlask) -> Applicant:
    chain = demo_data.FAMILIES["baicao"]
    rows = [
        {
            "party_code": chain.code,
            "kind": "drug_licence",
            "number": f"湘CB7310001{number}1",
            "valid_from": f"{int(end[:4]) - 5}{end[4:]}",
            "valid_to": end,
            "as_of": f"{int(end[:4]) - 5}{end[4:]}",
            "taken_on": "2026-11-23",
            "values": {"org.uscc": chain.code, "licence.premises": place, "licence.mode": "零售"},
        }
        for number, (end, place) in enumerate(SHOPS.items())
    ]
    report = import_file("\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode(), "shops.jsonl")
    assert report.added == len(SHOPS)
    db.session.commit()
    return Applicant(demo.test_client(), "baicao")


def list_radios(page: str) -> list[tuple[str, bool, str]]:
    """Record id, whether it is ticked, and what stands beside it."""
    found = re.findall(r'name="record" value="([^"]+)"( checked)?><label[^>]*>(.*?)</label>', page)
    return [(record, bool(ticked), re.sub(r"<[^>]+>", "", text)) for record, ticked, text in found]


def test_what_ends_first_comes_first_with_its_address(owner: Applicant) -> None:
    radios = list_radios(owner.text("/applications/start?item=A12&variant=renew"))
    assert [ticked for _record, ticked, _text in radios] == [True, False, False]
    assert SHOPS["2027-02-20"] in radios[0][2]
    assert SHOPS["2029-06-30"] in radios[2][2]


def test_the_licence_that_a_link_names_is_ticked(owner: Applicant) -> None:
    address = "/applications/start?item=A12&variant=renew"
    last = list_radios(owner.text(address))[-1][0]
    again = list_radios(owner.text(f"{address}&record={last}"))
    assert [record for record, ticked, _text in again if ticked] == [last]
    unknown = list_radios(owner.text(f"{address}&record=of-somebody-else"))
    assert [ticked for _record, ticked, _text in unknown] == [True, False, False]


def test_the_conversation_leaves_the_choice_to_the_page(
    owner: Applicant, identity_of: Callable[[str], Identity]
) -> None:
    with owner.client.application.test_request_context():
        messages, pending = chat.start("c9", identity_of("baicao"), "A12", "renew", "zh")
    assert pending is None
    assert "多张许可证" in messages[0]["text"]


def test_continue_goes_on_with_ones_own_draft_before_that_of_an_agent(
    owner: Applicant, identity_of: Callable[[str], Identity]
) -> None:
    party, agent = identities.find_party(demo_data.FAMILIES["baicao"].code), identities.find_account("haoyi")
    assert party
    assert agent
    identities.add_mandate(agent, party, items=["A12/renew"])
    own = drafts.start(identity_of("baicao"), "A14", "report")
    other = drafts.start(identities.identity_of(agent, party.code), "A12", "renew")
    other.updated_at = own.updated_at + timedelta(minutes=1)
    db.session.flush()
    assert chat.find_newest(identity_of("baicao")) == own.id
    assert chat.find_newest(identities.identity_of(agent, party.code)) == other.id


def test_a_later_mandate_does_not_change_for_whom_one_acts_by_default(demo: APIFlask) -> None:
    agent = identities.register_account("later", "a long enough password", kind="enterprise", name="林代办")
    codes = sorted((demo_data.KANGRUI.code, demo_data.HAOYI.code), reverse=True)
    for code in codes:
        party = identities.find_party(code)
        assert party is not None
        identities.add_mandate(agent, party)
    db.session.commit()
    db.session.expire_all()
    assert identities.identity_of(agent).party_code == codes[0]
