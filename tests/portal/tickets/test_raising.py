"""Doubts raised while a form is filled in: an override with its reason, two records that disagree, a locked value."""

import io
import re
from typing import Any

import pytest
from sqlalchemy import select

from portal.applications.models import Answer
from portal.extensions import db
from portal.identity import service as identities
from portal.prefill.service import Record
from portal.tickets import service as tickets
from portal.tickets.models import DataTicket
from tests.portal.applications.conftest import Applicant, read_controls
from tests.portal.tickets.conftest import send_paper


@pytest.fixture
def url(applicant: Applicant) -> str:
    return applicant.start()


def list_tickets() -> list[DataTicket]:
    return list(db.session.scalars(select(DataTicket).order_by(DataTicket.id)))


def find_licence() -> Record:
    return db.session.scalars(select(Record).where(Record.kind == "device_licence", Record.number.like("粤%"))).one()


def change_issuer(applicant: Applicant, url: str, **more: Any) -> int:
    return applicant.save(url, "licence", {"issuer": "广州市越秀区市场监督管理局"}, **more).status_code


def test_an_override_with_reason_and_paper_becomes_a_ticket_for_the_keeper(applicant: Applicant, url: str) -> None:
    more = {"reason-issuer": "机构改革后名称已改", "evidence-issuer": send_paper()}
    assert change_issuer(applicant, url, **more) == 302
    [ticket] = list_tickets()
    licence = find_licence()
    assert (ticket.source, ticket.record_id, ticket.concept) == ("device_licence", licence.id, "licence.issuer")
    assert (ticket.value, ticket.as_of, ticket.state) == ("广州市市场监督管理局", licence.as_of, "open")
    [claim] = ticket.claims
    assert (claim.cause, claim.value, claim.reason) == ("override", "广州市越秀区市场监督管理局", "机构改革后名称已改")
    assert (claim.account_id is not None, [one.name for one in claim.evidence]) == (True, ["证明.pdf"])
    assert "记录有误" in applicant.text(f"{url}s/licence")


def test_an_override_without_a_reason_doubts_nothing(applicant: Applicant, url: str) -> None:
    assert change_issuer(applicant, url) == 302
    assert list_tickets() == []


@pytest.mark.parametrize(
    ("section", "sent", "told"),
    [
        ("licence", {"reason-issuer": "不对"}, "请同时填写正确的内容"),
        ("licence", {"evidence-issuer": "paper"}, "请同时填写正确的内容"),
        ("licence", {"issuer": "别的局", "evidence-issuer": "paper"}, "请同时写明记录错在哪里"),
        ("company", {"evidence-legal_rep": "paper"}, "请同时选择哪个值是对的"),
    ],
)
def test_half_a_doubt_is_refused_and_nothing_of_the_field_is_saved(
    applicant: Applicant, url: str, section: str, sent: dict[str, Any], told: str
) -> None:
    reply = applicant.save(url, section, {n: send_paper() if v == "paper" else v for n, v in sent.items()})
    assert reply.status_code == 422
    assert told in reply.get_data(as_text=True)
    assert list_tickets() == []
    written = select(Answer).where(Answer.author != "", Answer.field_id.in_(("issuer", "legal_rep")))
    assert db.session.scalars(written).all() == []


def test_a_paper_that_is_refused_can_be_sent_again(applicant: Applicant, url: str) -> None:
    said = {"issuer": "广州市越秀区市场监督管理局", "reason-issuer": "名称已改"}
    reply = applicant.save(url, "licence", said | {"evidence-issuer": (io.BytesIO(b"plain"), "a.pdf")})
    assert (reply.status_code, "PDF、PNG、JPEG" in reply.get_data(as_text=True)) == (422, True)
    assert applicant.save(url, "licence", {"evidence-issuer": send_paper()}).status_code == 302
    [ticket] = list_tickets()
    assert [[paper.name for paper in claim.evidence] for claim in ticket.claims] == [[], ["证明.pdf"]]


def choose(applicant: Applicant, url: str, which: int) -> None:
    """On the page of the conflict: the licence (0), the business register (1)."""
    key = re.findall(r'name="choice-legal_rep" value="(\d+)"', applicant.text(f"{url}s/company"))[which]
    assert applicant.save(url, "company", {"choice-legal_rep": key, "reason-legal_rep": "已办变更"}).status_code == 302


@pytest.mark.parametrize(
    ("which", "source", "there", "claimed"),
    [(1, "device_licence", "顾怀川", "陆晚晴"), (0, "business_register", "陆晚晴", "顾怀川")],
)
def test_of_two_records_that_disagree_the_one_passed_over_gets_the_ticket(
    applicant: Applicant, url: str, which: int, source: str, there: str, claimed: str
) -> None:
    choose(applicant, url, which)
    [ticket] = list_tickets()
    assert (ticket.source, ticket.value, ticket.claims[0].value) == (source, there, claimed)
    assert (ticket.claims[0].cause, ticket.claims[0].reason) == ("conflict", "已办变更")


def test_who_changes_sides_takes_the_ticket_to_the_other_record(applicant: Applicant, url: str) -> None:
    choose(applicant, url, 0)
    choose(applicant, url, 0)  # the side that was passed over is the one that is offered now
    assert {(t.source, t.value, t.claims[-1].value, t.state) for t in list_tickets()} == {
        ("business_register", "陆晚晴", "顾怀川", "closed"),
        ("device_licence", "顾怀川", "陆晚晴", "open"),
    }


def test_neither_value_of_a_conflict_doubts_both(applicant: Applicant, url: str) -> None:
    sent = {"legal_rep": "白露", "choice-legal_rep": "other"}
    assert applicant.save(url, "company", sent).status_code == 302
    assert [(t.source, t.claims[0].value) for t in list_tickets()] == [
        ("device_licence", "白露"),
        ("business_register", "白露"),
    ]


def test_a_later_answer_moves_the_claim_and_the_records_own_value_takes_it_back(applicant: Applicant, url: str) -> None:
    assert change_issuer(applicant, url, **{"reason-issuer": "名称已改"}) == 302
    assert applicant.save(url, "licence", {"issuer": "广州市天河区市场监督管理局"}).status_code == 302
    [ticket] = list_tickets()
    assert [claim.value for claim in ticket.claims] == ["广州市越秀区市场监督管理局", "广州市天河区市场监督管理局"]
    assert applicant.save(url, "licence", {"issuer": "广州市市场监督管理局", "reason-issuer": ""}).status_code == 302
    db.session.refresh(ticket)
    assert (ticket.state, ticket.outcome, ticket.open_key) == ("closed", "withdrawn", None)


def test_saving_the_same_again_adds_nothing(applicant: Applicant, url: str) -> None:
    for _time in range(2):
        assert change_issuer(applicant, url, **{"reason-issuer": "名称已改"}) == 302
    assert [len(ticket.claims) for ticket in list_tickets()] == [1]


def test_a_second_draft_adds_its_claim_to_the_open_ticket(applicant: Applicant, url: str) -> None:
    assert change_issuer(applicant, url, **{"reason-issuer": "名称已改"}) == 302
    other = applicant.start("A11", "reissue")
    page = applicant.text(other)
    section = next(s for s in re.findall(r"/s/(\w+)\"", page) if 'name="issuer"' in applicant.text(f"{other}s/{s}"))
    sent = {"issuer": "广州市天河区市场监督管理局", "reason-issuer": "搬到天河区了"}
    assert applicant.save(other, section, sent).status_code == 302
    [ticket] = list_tickets()
    assert len({claim.draft_id for claim in ticket.claims}) == 2
    assert [event.action for event in ticket.events] == ["raise", "add"]


def test_the_applicants_own_account_is_no_record_to_doubt(applicant: Applicant, url: str) -> None:
    assert applicant.save(url, "contact", {"agent_name": "别人", "reason-agent_name": "换人了"}).status_code == 302
    assert list_tickets() == []


def test_a_locked_value_leads_to_the_page_for_its_keeper(applicant: Applicant, url: str) -> None:
    licence = find_licence()
    page = applicant.text(f"{url}s/licence")
    link = f"/tickets/new?record={licence.id}&amp;concept=licence.valid_to"
    assert link in page
    asked = applicant.text(link.replace("&amp;", "&"))
    assert re.search(r'value="licence.valid_to" checked', asked)
    assert read_controls(asked)["record"] == licence.id


def test_an_open_draft_asks_the_corrected_register_again(
    applicant: Applicant, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = identities.find_account("officer")
    assert account is not None
    sent = {
        "record": find_licence().id,
        "concept": "licence.issuer",
        "claimed": "广州市越秀区市场监督管理局",
        "reason": "已改",
    }
    number = str(applicant.client.post("/tickets/new", data=sent).location).rpartition("/")[2]
    monkeypatch.setenv("WENBAN_NOW", "2026-11-24T11:00")
    tickets.correct(identities.identity_of(account), number, "广州市越秀区市场监督管理局")
    db.session.commit()
    assert "发证部门" in applicant.text(url)
    assert 'value="广州市越秀区市场监督管理局"' in applicant.text(f"{url}s/licence")
