"""What the officer's page proposes: rules, registers and law as they stand on the day it is looked at; the officer decides."""

import io
import re
from datetime import date
from pathlib import Path

import pytest
from apiflask import APIFlask

from portal.applications import service
from portal.applications.models import Case
from portal.applications.problems import Problem, list_problems
from portal.audit.models import AuditLine
from portal.extensions import db
from portal.identity.service import Identity
from portal.knowledge import policy_base
from portal.prefill.models import Record
from portal.prefill.service import put_record
from tests.portal.applications.conftest import PDF, Applicant

RULES = """# 医疗器械经营监督管理办法

（{day}虚构监督管理局令第{number}号公布）

第一条　为了规范医疗器械经营，制定本办法。

第十条　从事第三类医疗器械经营的，应当提交{what}。

第十一条　本办法自{day}起施行。{ends}
"""


def send(applicant: Applicant, **premises: str) -> Case:
    url = applicant.start()
    applicant.fill(url)
    if premises:
        assert applicant.save(url, "business", premises).status_code == 302
    return db.session.get_one(Case, applicant.get_case_id(applicant.send(url)))


@pytest.fixture
def sent(applicant: Applicant) -> Case:
    """A renewal for which the applicant chose one of two registers, and typed another address of the premises."""
    return send(applicant, premises="广州市天河区云岭路18号康瑞大厦902房")


@pytest.fixture
def at_desk(demo: APIFlask) -> Applicant:
    return Applicant(demo.test_client(), "officer")


def find(identity: Identity, case: Case, field_id: str, language: str = "zh") -> list[Problem]:
    return [one for one in list_problems(identity, case, language) if one.field_id == field_id]


def test_an_answer_that_is_not_what_the_register_says_is_proposed_with_a_note(sent: Case, officer: Identity) -> None:
    [problem] = find(officer, sent, "premises")
    assert problem.kind == "record"
    assert problem.text.startswith(
        "登记库现在的内容是：广州市天河区云岭路18号康瑞大厦901房（来自《医疗器械经营许可证》"
    )
    assert problem.note == problem.text
    [in_english] = find(officer, sent, "premises", "en")
    assert in_english.text.startswith("The register says today: ")
    assert in_english.note == problem.text, "the applicant sent it in Chinese and is told in Chinese"


def test_two_registers_that_disagree_are_named_and_a_choice_between_them_needs_no_note(
    sent: Case, officer: Identity
) -> None:
    [problem] = find(officer, sent, "legal_rep")
    assert problem.text.startswith("两处登记不一致：")
    assert {"顾怀川", "陆晚晴"} <= set(re.findall("顾怀川|陆晚晴", problem.text))
    assert problem.note == ""


def test_what_the_registers_agree_with_is_not_proposed(sent: Case, officer: Identity) -> None:
    assert {one.field_id for one in list_problems(officer, sent, "zh")} == {"premises", "legal_rep"}


def test_a_register_that_moved_on_since_is_seen(sent: Case, officer: Identity) -> None:
    before = db.session.query(Record).filter_by(party_code=sent.party_code, kind="business_register").one()
    values = {**before.values, "org.name": "广州康瑞新名医疗器械有限公司"}
    put_record(party_code=sent.party_code, kind="business_register", as_of=date(2026, 11, 24), values=values)
    [problem] = find(officer, sent, "org_name")
    assert "广州康瑞新名医疗器械有限公司" in problem.text


def test_the_window_is_that_of_the_day_it_was_sent(
    sent: Case, officer: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENBAN_NOW", "2027-02-10T10:00")  # ten working days before the end of the licence
    assert find(officer, sent, "valid_to") == []


def test_an_entry_on_the_credit_of_the_party_stands_last(sent: Case, officer: Identity) -> None:
    values = {"credit.state": "严重违法失信"}
    put_record(party_code=sent.party_code, kind="credit_note", as_of=date(2026, 10, 1), values=values)
    last = list_problems(officer, sent, "zh")[-1]
    assert (last.kind, last.field_id, last.note) == ("credit", "", "")
    assert last.text.startswith("严重违法失信")


def test_a_clause_that_changed_since_is_told_at_its_field(
    sent: Case, officer: Identity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "laws"
    folder.mkdir()
    ends = "2022年1月5日虚构监督管理局令第1号公布的《医疗器械经营监督管理办法》同时废止。"
    old, new = ("2022年1月5日", 1, "设施目录", ""), ("2026年12月1日", 9, "设施目录和照片", ends)
    for day, number, what, end in (old, new):
        text = RULES.format(day=day, number=number, what=what, ends=end)
        (folder / f"医疗器械经营监督管理办法({number}).md").write_text(text, encoding="utf-8")
    policy_base().ingest(folder)
    monkeypatch.setenv("WENBAN_NOW", "2026-12-02T10:00")
    told = {one.field_id: one for one in list_problems(officer, sent, "zh") if one.kind == "law"}
    assert told
    assert all({cite.article for cite in one.cites} == {10} and one.note == "" for one in told.values())


def test_proposals_go_into_the_notes_beside_what_was_typed_and_nothing_is_told_yet(
    sent: Case, at_desk: Applicant
) -> None:
    url = f"/applications/cases/{sent.id}/review"
    page = at_desk.text(url)
    assert 'name="take" value="premises"' in page
    assert 'name="take" value="legal_rep"' not in page
    typed = {"note-premises": "请附平面图。", "note-signer": "请由法定代表人签署。"}
    page = at_desk.client.post(url, data={"take": "premises", **typed}).text
    [note] = re.findall(r'<textarea name="note-premises"[^>]*>([^<]*)<', page)
    assert note.startswith("请附平面图。\n登记库现在的内容是")
    assert re.findall(r'<textarea name="note-signer"[^>]*>([^<]*)<', page) == ["请由法定代表人签署。"]
    db.session.refresh(sent)
    assert (sent.state, sent.notes) == ("submitted", [])


def test_nothing_is_proposed_of_a_case_that_is_decided(sent: Case, officer: Identity) -> None:
    service.accept_case(officer, sent.id)
    service.decide_case(officer, sent.id, approve=True)
    assert list_problems(officer, sent, "zh") == []


def test_the_party_sees_that_its_application_was_compared(sent: Case, at_desk: Applicant) -> None:
    at_desk.text(f"/applications/cases/{sent.id}/review")
    line = db.session.query(AuditLine).filter_by(action="compare_records").one()
    assert (line.subject_id, line.party_code) == (sent.number, sent.party_code)


def test_who_corrects_an_application_is_not_told_that_its_time_is_over(
    sent: Case, officer: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.return_case(officer, sent.id, {"premises": "请核对。"})
    monkeypatch.setenv("WENBAN_NOW", "2027-02-10T10:00")
    assert service.view_draft(sent.draft, "zh").list_warnings() == []
    sent.draft.state = "open"
    assert service.view_draft(sent.draft, "zh").list_warnings(), "a draft that begins on that day is late"


def test_one_file_in_the_place_of_two_materials_is_told_before_sending_and_at_the_desk(
    applicant: Applicant, officer: Identity
) -> None:
    url = applicant.start()
    applicant.fill(url)
    assert "同一份文件" not in applicant.text(f"{url}check")
    assert applicant.save(url, "papers", {"equipment_list": (io.BytesIO(PDF), "设施目录.pdf")}).status_code == 302
    assert "同一份文件用在了多项材料上：经办人授权文件；主要经营设施、设备目录。" in applicant.text(f"{url}check")
    case = db.session.get_one(Case, applicant.get_case_id(applicant.send(url)))
    [problem] = find(officer, case, "equipment_list")
    assert (problem.kind, problem.text) == (
        "file",
        "同一份文件用在了多项材料上：经办人授权文件；主要经营设施、设备目录。",
    )
