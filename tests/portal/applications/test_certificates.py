"""What a decision gives: a paper with its number, its holder's and the officers' only, and what anybody is told of it on a day."""

import re
from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest
from apiflask import APIFlask

from portal.applications import certificates, service
from portal.applications.models import Case
from portal.audit import service as audit
from portal.errors import Conflict, Forbidden, Invalid
from portal.extensions import db
from portal.identity.service import Identity
from portal.notices import service as notices
from portal.prefill import service as prefill
from portal.proofs import service as proofs
from portal.proofs.service import Proof
from tests.portal.applications.conftest import Applicant, Finish

LONG = "四川省成都市锦江区" + "很长的街道名称" * 11 + "1号"


def get_paper(case: Case) -> Proof:
    given = certificates.find_certificate(case)
    assert given is not None
    return given


def ask(app: APIFlask, paper: Proof, language: str = "zh") -> tuple[str, str]:
    """(verdict, page) for a stranger."""
    page = app.test_client().get(f"/verify/{paper.code}?lang={language}").get_data(as_text=True)
    return page.partition('data-verdict="')[2].partition('"')[0], page


def print_paper(app: APIFlask, case: Case) -> bytes:
    """The PDF as an officer gets it."""
    return bytes(
        Applicant(app.test_client(), "officer").client.get(f"/applications/cases/{case.id}/certificate.pdf").data
    )


def read_pdf(content: bytes) -> str:
    return "".join(re.sub(r"\s+", "", page.get_textpage().get_text_range()) for page in pypdfium2.PdfDocument(content))


def test_a_licence_is_printed_with_number_holder_scope_days_and_authority_each_once(
    finish: Finish, demo: APIFlask
) -> None:
    case = finish("haoyi", "A11", "issue", premises=LONG)
    holder = Applicant(demo.test_client(), "haoyi")
    for language, told in (
        ("zh", ["医疗器械经营许可证", "2026年11月24日", "2031年11月23日", "示范省药品监督管理局", "演示数据"]),
        (
            "en",
            ["24November2026", "23November2031", "DemonstrationProvincialMedicalProductsAdministration", "made-updata"],
        ),
    ):
        reply = holder.client.get(f"/applications/cases/{case.id}/certificate.pdf?lang={language}")
        text = read_pdf(reply.data)
        assert [one for one in told if one not in text] == []
        for once in (
            case.certificate_number,
            case.party_name,
            case.party_code,
            LONG,
            proofs.write_code(get_paper(case).code),
        ):
            assert text.count(once) == 1, once
        assert reply.headers["Content-Disposition"].startswith("attachment")
        assert "".join(reply.headers.values()).isascii(), "servers refuse other characters in a header"
        assert reply.headers["Cache-Control"] == "private, no-store"


def test_nothing_on_the_paper_is_wider_than_the_paper(finish: Finish, demo: APIFlask) -> None:
    case = finish("haoyi", "A11", "issue", premises="W" * 90)
    document = pypdfium2.PdfDocument(print_paper(demo, case))
    for page in document:
        text = page.get_textpage()
        edges = [text.get_charbox(at) for at in range(text.count_chars())]
        assert all(left >= 0 and right <= page.get_width() for left, _bottom, right, _top in edges)


def test_owner_and_officer_get_the_paper_audited_and_strangers_do_not(finish: Finish, demo: APIFlask) -> None:
    case = finish("haoyi", "A11", "issue")
    url = f"/applications/cases/{case.id}/certificate.pdf"
    for login in ("haoyi", "officer"):
        assert Applicant(demo.test_client(), login).client.get(url).data.startswith(b"%PDF")
    for login in ("kangrui", "curator1", "citizen"):
        assert Applicant(demo.test_client(), login).client.get(url).status_code == 404
    assert demo.test_client().get(url).status_code in (302, 401)
    lines = audit.list_lines(subject_kind="case", subject_id=case.number)
    assert [line.action for line in lines].count("download_certificate") == 2


def test_a_stranger_is_told_that_it_is_valid_and_no_names_of_persons(finish: Finish, demo: APIFlask) -> None:
    case = finish("haoyi", "A11", "issue", principal="负责人某某", quality_head="质量某某")
    verdict, page = ask(demo, get_paper(case))
    assert verdict == "ok"
    assert "今天有效" in page
    assert (case.certificate_number in page) and ("成都好医商贸有限公司" in page)
    assert [name for name in ("周一鸣", "负责人某某", "质量某某", "zhouyiming", "1940000") if name in page] == []
    assert "valid today" in ask(demo, get_paper(case), "en")[1]


@pytest.mark.parametrize(
    ("on", "verdict", "told"),
    [("2026-11-24", "ok", "今天有效"), ("2031-11-23", "ok", "今天有效"), ("2031-11-24", "warn", "已过有效期")],
)
def test_its_validity_is_that_of_the_day(
    finish: Finish, demo: APIFlask, monkeypatch: pytest.MonkeyPatch, on: str, verdict: str, told: str
) -> None:
    paper = get_paper(finish("haoyi", "A11", "issue"))
    monkeypatch.setenv("WENBAN_NOW", on)
    seen, page = ask(demo, paper)
    assert (seen, told in page) == (verdict, True)


def test_a_renewed_licence_holds_to_the_end_of_its_term_and_then_gives_way(
    finish: Finish, demo: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change gives a paper with the old last day; the renewal's term begins the day after."""
    first = finish("kangrui", "A11", "renew")
    monkeypatch.setenv("WENBAN_NOW", "2026-12-01")
    begins = first.outcome["valid_from"]
    assert begins > "2026-12-01"
    assert "有效期尚未开始" in ask(demo, get_paper(first))[1]
    monkeypatch.setenv("WENBAN_NOW", begins)
    assert ask(demo, get_paper(first))[0] == "ok"


def test_a_change_replaces_the_paper_before_it(finish: Finish, demo: APIFlask) -> None:
    first = finish("baicao", "A12", "change", items=["scope"], new_scope=["slices", "tcm"], takeover=False)
    second = finish("baicao", "A12", "change", items=["scope"], new_scope=["slices"], takeover=False)
    old, new = get_paper(first), get_paper(second)
    assert (old.state, old.replaced_by, new.state) == ("superseded", new.code, "valid")
    verdict, page = ask(demo, old)
    assert verdict == "warn"
    assert "已被新的证书取代" in page
    assert proofs.write_code(new.code) in page
    assert ask(demo, new)[0] == "ok"
    stated = {row["concept"]: row["text"]["zh"] for row in new.content["rows"]}
    assert stated["licence.premises"], "what a change does not say stands on the paper as the register has it"


def test_a_cancelled_licence_is_told_to_be_cancelled(finish: Finish, demo: APIFlask) -> None:
    first = finish("haoyi", "A11", "issue")
    last = finish("haoyi", "A11", "cancel", prefill.list_entries(first.party_code, first.certificate_number)[0].id)
    assert last.certificate_number == first.certificate_number
    assert get_paper(first).state == "cancelled"
    assert ask(demo, get_paper(first))[0] == "danger"
    assert "已被注销" in ask(demo, get_paper(first))[1]
    assert "注销决定" in ask(demo, get_paper(last))[1]
    assert "2026年11月24日" in read_pdf(print_paper(demo, last))


def test_an_officer_revokes_with_a_reason_that_only_the_holder_is_told(
    finish: Finish, demo: APIFlask, officer: Identity, identity_of: Callable[[str], Identity]
) -> None:
    case = finish("haoyi", "A11", "issue")
    desk = Applicant(demo.test_client(), "officer")
    url = f"/applications/cases/{case.id}/review"
    assert 'value="revoke"' in desk.text(url)
    assert desk.client.post(url, data={"step": "revoke", "note": " "}).status_code == 422
    assert desk.client.post(url, data={"step": "revoke", "note": "以欺骗手段取得"}).status_code == 302
    db.session.expire_all()
    verdict, page = ask(demo, get_paper(case))
    assert (verdict, "已被撤销" in page, "欺骗" in page) == ("danger", True, False)
    assert "以欺骗手段取得" in Applicant(demo.test_client(), "haoyi").text(f"/applications/cases/{case.id}/")
    identity = identity_of("haoyi")
    assert prefill.list_entries(identity.party_code, case.certificate_number)[0].status == "revoked"
    assert "已被撤销" in str(notices.list_notices(identity)[0].text)
    assert 'value="revoke"' not in desk.text(url)
    with pytest.raises(Conflict):
        service.revoke_certificate(officer, case.id, "再来")


def test_nobody_else_revokes(finish: Finish, identity_of: Callable[[str], Identity], officer: Identity) -> None:
    case = finish("haoyi", "A11", "issue")
    for login in ("haoyi", "kangrui", "curator1"):
        with pytest.raises(Forbidden):
            service.revoke_certificate(identity_of(login), case.id, "理由")
    with pytest.raises(Invalid):
        service.revoke_certificate(officer, case.id, "")
    assert get_paper(case).state == "valid"


@pytest.mark.parametrize(
    ("state", "told"),
    [("revoked", "已被撤销"), ("suspended", "已被暂停"), ("cancelled", "已被注销"), ("superseded", "新的记录取代")],
)
def test_what_the_register_says_counts_too(finish: Finish, demo: APIFlask, state: str, told: str) -> None:
    case = finish("haoyi", "A11", "issue")
    prefill.list_entries(case.party_code, case.certificate_number)[0].status = state
    db.session.commit()
    verdict, page = ask(demo, get_paper(case))
    assert (verdict, told in page) == ("danger", True)


def change_content(paper: Proof, name: str) -> None:
    old: Any = paper.content[name]
    new = (
        not old
        if isinstance(old, bool)
        else [*old, {}]
        if isinstance(old, list)
        else {**old, "zh": "x"}
        if isinstance(old, dict)
        else f"{old}1"
    )
    paper.content = paper.content | {name: new}


def test_each_thing_stated_is_covered(finish: Finish, demo: APIFlask) -> None:
    paper = get_paper(finish("haoyi", "A11", "issue"))
    kept = paper.content
    for name in kept:
        change_content(paper, name)
        db.session.commit()
        assert ask(demo, paper)[0] == "altered", name
        paper.content = kept
        db.session.commit()
    assert ask(demo, paper)[0] == "ok"


def test_a_filing_gets_its_paper_at_once_and_a_notice_without_a_number_gets_none(
    finish: Finish, demo: APIFlask
) -> None:
    filed = finish("haoyi", "A10", "file", has_class3=True)
    assert get_paper(filed).content["number"] == "川药监械经营备20260001号"
    verdict, page = ask(demo, get_paper(filed))
    assert (verdict, "备案信息与登记一致，今天有效。" in page, "证书真实" in page) == ("ok", True, False)
    told = finish("haoyi", "A13", "tell", first_only=False, to_consumers=False, special_drugs=False)
    assert certificates.find_certificate(told) is None
    reply = Applicant(demo.test_client(), "haoyi").client.get(f"/applications/cases/{told.id}/certificate.pdf")
    assert reply.status_code == 404
    assert "没有发给证书" in reply.get_data(as_text=True)


def test_a_person_who_holds_a_certificate_is_not_named_to_strangers(finish: Finish, demo: APIFlask) -> None:
    case = finish("haoyi", "A11", "issue")
    paper = get_paper(case)
    person = paper.content | {"holder": {"name": "宋小满", "code": "P-1", "person": True}}
    made = proofs.issue("certificate", "case:0", person)
    db.session.commit()
    _verdict, page = ask(demo, made)
    assert "宋**" in page
    assert [one for one in ("宋小满", "P-1") if one in page] == []
