"""Complaints and reports: taken in once, split, timed by the rules of the day, followed by number and code."""

import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from portal.complaints import service
from portal.complaints.rules import get_rules
from portal.errors import Conflict, Forbidden, Invalid, Missing
from portal.identity.models import Account
from portal.identity.service import ANONYMOUS, identity_of


def make_values(**changes: Any) -> dict[str, Any]:
    values = {
        "kind": "complaint",
        "facts": "买的感冒药已经过期，店家不肯退。",
        "seller": "某某大药房",
        "seller_place": "某市某区一路1号",
        "demand": ["refund"],
        "name": "钱多多",
        "mobile": "19400000001",
        "address": "某市某区二路2号",
    }
    return {**values, **changes}


def lodge_on_page(client: FlaskClient, **changes: Any) -> Any:
    return client.post("/complaints/new", data=make_values(**changes))


def read_receipt(client: FlaskClient) -> list[tuple[str, str]]:
    page = client.get("/complaints/receipt").get_data(as_text=True)
    return list(zip(re.findall(r"data-number>([^<]+)<", page), re.findall(r"data-code>([^<]+)<", page), strict=True))


def test_a_complaint_gets_number_code_and_a_clock_and_can_be_followed(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENBAN_NOW", "2026-11-24T10:00")
    assert lodge_on_page(client).status_code == 302
    [(number, code)] = read_receipt(client)
    assert number.startswith("TS20261124")
    page = client.post("/complaints/status", data={"number": number, "code": code}).get_data(as_text=True)
    assert "2026年12月3日" in page  # 7 working days after 24 November 2026, art. 15
    assert "钱多多" not in page


def test_a_wrong_code_shows_nothing_and_says_what_to_check(client: FlaskClient) -> None:
    lodge_on_page(client)
    [(number, _code)] = read_receipt(client)
    reply = client.post("/complaints/status", data={"number": number, "code": "AAAAAAAA"})
    assert reply.status_code == 422
    assert "回执" in reply.get_data(as_text=True)


def test_a_message_with_both_is_split_into_two_matters(client: FlaskClient) -> None:
    lodge_on_page(client, kind="both")
    receipts = read_receipt(client)
    assert [number[:2] for number, _code in receipts] == ["TS", "JB"]


def test_a_double_click_lodges_once(client: FlaskClient) -> None:
    first = lodge_on_page(client, key="same-key")
    again = lodge_on_page(client, key="same-key")
    assert (first.status_code, again.status_code) == (302, 302)
    assert len(read_receipt(client)) == 1


@pytest.mark.parametrize("field", ["name", "mobile", "address", "seller", "seller_place", "facts"])
def test_what_article_10_requires_is_asked_for_and_nothing_entered_is_lost(client: FlaskClient, field: str) -> None:
    reply = lodge_on_page(client, **{field: ""})
    page = reply.get_data(as_text=True)
    assert reply.status_code == 422
    assert f'href="#field-{field}"' in page
    assert ("钱多多" in page) == (field != "name")


def test_an_anonymous_report_keeps_no_person(client: FlaskClient, app: APIFlask) -> None:
    reply = lodge_on_page(client, kind="report", anonymous="yes", demand=[])
    assert reply.status_code == 302
    [(number, code)] = read_receipt(client)
    kept = service.get_by_code(number, code)
    assert not {"name", "mobile", "address"} & set(kept.fields)
    assert kept.account_id is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"mobile": "12"}, "电话号码"),
        ({"date": "2099-01-01"}, "还没到"),
        ({"date": "昨天"}, "年-月-日"),
        ({"price": "很多"}, "38.50"),
        ({"facts": "长" * 2001}, "最多2000"),
        ({"kind": "other"}, "请选择投诉"),
        ({"product_kind": "<script>"}, "列表"),
        ({"demand": ["everything"]}, "列表"),
    ],
)
def test_bad_input_says_what_to_do(client: FlaskClient, changes: dict[str, Any], expected: str) -> None:
    reply = lodge_on_page(client, **changes)
    assert reply.status_code == 422
    assert expected in reply.get_data(as_text=True)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.pdf", b"", "空文件"),
        ("a.exe", b"MZ\x90\x00" + b"0" * 200, "不是PDF"),
        ("a.png", b"%PDF-1.7 x", "扩展名不符"),
        ("a.pdf", b"%PDF-1.7 /JavaScript", "可执行"),
        ("a.pdf", b"%PDF-1.7 X5O!P%@AP EICAR-STANDARD-ANTIVIRUS-TEST-FILE", "有害"),
        ("a.pdf", b"%PDF-1.7" + b"0" * (5 * 1024 * 1024), "5MB"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_and_nothing_is_stored(
    client: FlaskClient, app: APIFlask, name: str, content: bytes, expected: str
) -> None:
    reply = lodge_on_page(client, evidence=(io.BytesIO(content), name))
    assert reply.status_code == 422
    assert expected in reply.get_data(as_text=True)
    assert not (app.config["SETTINGS"].data / "uploads").exists()


def test_evidence_is_served_to_its_owner_and_officers_only(
    app: APIFlask, make_account: Callable[..., Account], sign_in: Callable[[Account], FlaskClient]
) -> None:
    owner, stranger, officer = make_account(), make_account(), make_account(kind="staff", roles="officer")
    client = sign_in(owner)
    lodge_on_page(client, evidence=(io.BytesIO(b"%PDF-1.7 receipt"), "小票.pdf"))
    [(number, _code)] = read_receipt(client)
    evidence_id = service.get_own(identity_of(owner), number).evidence[0].id
    assert service.get_evidence(identity_of(officer), number, evidence_id)[1] == b"%PDF-1.7 receipt"
    with pytest.raises(Forbidden):
        service.get_evidence(identity_of(stranger), number, evidence_id)
    with pytest.raises(Missing):
        service.get_own(identity_of(stranger), number)


@pytest.mark.parametrize(
    ("received", "clock_name", "start", "expected"),
    [
        (date(2026, 4, 14), "mediate", date(2026, 4, 14), "working_day"),
        (date(2026, 4, 15), "mediate", date(2026, 4, 15), "day"),
    ],
)
def test_the_rules_of_the_day_it_came_in_apply(received: date, clock_name: str, start: date, expected: str) -> None:
    assert get_rules(received).clocks[clock_name].unit == expected


def test_an_officer_moves_a_complaint_on_and_only_as_its_state_allows(
    app: APIFlask, make_account: Callable[..., Account], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENBAN_NOW", "2026-11-24T10:00")
    officer = identity_of(make_account(kind="staff", roles="officer"))
    [lodged] = service.lodge(ANONYMOUS, "complaint", make_values(), key="k", language="zh")
    accepted = service.act(officer, lodged.number, "accept")
    assert (accepted.state, accepted.due) == ("accepted", date(2027, 1, 23))
    with pytest.raises(Conflict, match="刷新"):
        service.act(officer, lodged.number, "refuse", note="x")
    with pytest.raises(Invalid, match="理由"):
        service.act(officer, lodged.number, "terminate")
    assert service.act(officer, lodged.number, "settle", note="双方和解").due is None


def test_nobody_but_an_officer_sees_the_queue(app: APIFlask, make_account: Callable[..., Account]) -> None:
    for account in (make_account(), make_account(kind="staff", roles="curator")):
        with pytest.raises(Forbidden):
            service.list_queue(identity_of(account))


@pytest.mark.parametrize(("language", "place"), [("zh", "》第六条第三款"), ("en", "</span> Article 6, paragraph 3")])
def test_the_page_shows_how_a_message_was_understood(client: FlaskClient, language: str, place: str) -> None:
    reply = client.post(
        f"/complaints/preview?lang={language}",
        data={"facts": "昆明市五华区青年路安心大药房不凭处方卖曲马多，昨天还在卖，请查处，退我钱38元"},
    )
    page = reply.get_data(as_text=True)
    assert reply.status_code == 200
    assert "昆明市五华区市场监督管理局" in page
    assert place in page
    assert 'href="#field-name"' in page


def test_a_question_told_on_the_page_is_sent_to_the_chat(client: FlaskClient) -> None:
    page = client.post("/complaints/preview", data={"facts": "请问药店卖出的药能不能退？就想了解一下规定"}).get_data(
        as_text=True
    )
    assert "不作为投诉登记" in page


def withdraw_on_page(client: FlaskClient, number: str, code: str) -> Any:
    return client.post("/complaints/status/withdraw", data={"number": number, "code": code})


def test_a_complaint_is_withdrawn_without_an_account_and_its_report_goes_on(client: FlaskClient) -> None:
    lodge_on_page(client, kind="both")
    [(complaint, code), (report, other_code)] = read_receipt(client)
    offered = client.post("/complaints/status", data={"number": complaint, "code": code}).text
    assert "《市场监督管理投诉举报处理办法》第二十三条" in offered
    assert f"举报{report}继续核查" in offered
    page = withdraw_on_page(client, complaint, code).text
    assert "投诉已撤回" in page
    assert "确认撤回" not in page
    assert service.get_by_code(complaint, code).state == "withdrawn"
    assert service.get_by_code(report, other_code).state == "received"


def test_a_report_cannot_be_withdrawn_and_keeps_its_clock(client: FlaskClient) -> None:
    lodge_on_page(client, kind="report")
    [(number, code)] = read_receipt(client)
    offered = client.post("/complaints/status", data={"number": number, "code": code}).text
    assert "举报不能撤回" in offered
    assert "确认撤回" not in offered
    reply = withdraw_on_page(client, number, code)
    assert reply.status_code == 409
    assert "举报不能撤回" in reply.text
    intake = service.get_by_code(number, code)
    assert (intake.state, intake.due_for) == ("received", "check")


@pytest.mark.parametrize("code", ["", "AAAAAAAA"])
def test_nobody_without_the_code_withdraws_a_complaint(client: FlaskClient, code: str) -> None:
    lodge_on_page(client)
    [(number, right)] = read_receipt(client)
    assert withdraw_on_page(client, number, code).status_code == 404
    assert service.get_by_code(number, right).state == "received"


def test_a_complaint_is_withdrawn_once(client: FlaskClient) -> None:
    lodge_on_page(client)
    [(number, code)] = read_receipt(client)
    assert [withdraw_on_page(client, number, code).status_code for _n in range(2)] == [200, 409]
