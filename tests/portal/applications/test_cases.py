"""A sent case: its number and hash, the officer's loop, the decision, the filing number, the receipt's check."""

import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from apiflask import APIFlask

from portal.applications import service, snapshots
from portal.applications.models import Case
from portal.errors import Conflict, Forbidden, Invalid
from portal.extensions import db
from portal.identity.service import Identity
from portal.notices import service as notices
from portal.prefill import service as prefill
from portal.proofs import service as proofs
from tests.portal.applications.conftest import Applicant


@pytest.fixture
def sent(applicant: Applicant) -> Case:
    """A renewal just sent by the demo enterprise."""
    url = applicant.start()
    applicant.fill(url)
    return db.session.get_one(Case, applicant.get_case_id(applicant.send(url)))


@pytest.fixture
def at_desk(demo: APIFlask) -> Applicant:
    return Applicant(demo.test_client(), "officer")


def post_step(at_desk: Applicant, case: Case, step: str, **more: str) -> Any:
    return at_desk.client.post(f"/applications/cases/{case.id}/review", data={"step": step} | more)


def test_the_hash_can_be_made_again_from_the_snapshot(sent: Case) -> None:
    assert snapshots.hash_content(sent.snapshot.content) == sent.snapshot_hash == sent.snapshot.hash


def test_every_answer_sent_has_a_true_origin(sent: Case) -> None:
    answers, how = sent.snapshot.content["answers"], sent.snapshot.provenance
    assert set(answers) == set(how)
    for name, one in how.items():
        if one["origin"] in ("auto", "locked"):
            assert one["line"]["zh"].startswith("来自"), name
            assert one["line"]["en"].startswith("From"), name
            assert one["fact_id"], name
        else:
            assert one["author"], name


def test_clocks_run_five_working_days_to_accept_and_twenty_to_decide(sent: Case, officer: Identity) -> None:
    assert (sent.due, sent.due_for) == (date(2026, 12, 1), "accept")
    service.accept_case(officer, sent.id)
    assert (sent.due, sent.due_for) == (date(2026, 12, 22), "decide")


def test_the_queue_has_what_the_desk_shows(sent: Case, officer: Identity, kangrui: Identity) -> None:
    [row] = service.list_queue(officer)
    assert (row.number, row.state_name, row.due) == (sent.number, "已提交，等待受理", date(2026, 12, 1))
    assert "康瑞" in row.title
    assert service.list_queue(officer, state="closed") == []
    with pytest.raises(Forbidden):
        service.list_queue(kangrui)


def test_what_was_put_in_a_records_place_stands_first_for_the_officer(applicant: Applicant, at_desk: Applicant) -> None:
    url = applicant.start()
    applicant.fill(url)
    applicant.save(url, "licence", {"issuer": "广州市越秀区市场监督管理局"}, **{"reason-issuer": "机构改革后名称已改"})
    case_id = applicant.get_case_id(applicant.send(url))
    first = at_desk.text(f"/applications/cases/{case_id}/review").partition('id="doubts"')[2].partition("</section>")[0]
    assert 'href="#field-issuer"' in first
    assert "机构改革后名称已改" in first
    assert "/tickets/desk/HS" in first


def test_a_value_chosen_among_records_is_not_called_typed(sent: Case, at_desk: Applicant) -> None:
    page = at_desk.text(f"/applications/cases/{sent.id}/review")
    chosen = page.partition('<div id="field-legal_rep"')[2].partition("</div>")[0]
    assert "来自市场主体登记" in chosen
    assert "申请人在不一致的记录中选定" in chosen
    assert "申请人填写" not in chosen


def test_returned_with_notes_corrected_and_approved(
    sent: Case, applicant: Applicant, at_desk: Applicant, kangrui: Identity
) -> None:
    page = at_desk.text(f"/applications/cases/{sent.id}/review")
    assert "粤穗药监械经营许20220317号" in page
    assert 'name="note-licence_no"' not in page  # a locked value cannot be corrected here
    assert post_step(at_desk, sent, "return", **{"note-premises_area": "面积与平面图不符"}).status_code == 302
    url = f"/applications/drafts/{sent.draft_id}/"
    page = applicant.text(url)
    assert set(re.findall(r"/s/(\w+)", page)) == {"places"}
    assert "1项待补正" in page
    assert "还没有改动的项目：</strong> 经营场所面积" in applicant.text(f"{url}check")
    section = applicant.text(f"{url}s/places")
    assert "面积与平面图不符" in section
    assert 'name="premises"' not in section
    version = re.search(r'name="version" value="(\d+)"', section)
    assert version
    refused = applicant.client.post(
        f"{url}fields", json={"version": int(version[1]), "values": {"phone": "020-80000001"}}
    )
    assert refused.json["error"]["code"] == "closed_field"
    assert applicant.save(url, "places", {"premises_area": "190"}).status_code == 302
    assert applicant.send(url).status_code == 302
    db.session.expire_all()
    assert (sent.state, len(sent.snapshots), sent.due_for) == ("resubmitted", 2, "accept")
    page = at_desk.text(f"/applications/cases/{sent.id}/review")
    changed = page[page.index('id="changed"') : page.index("</table>")]
    assert "186" in changed
    assert "190" in changed
    assert changed.count("<tr>") == 2  # the head and the one field that changed
    assert post_step(at_desk, sent, "accept").status_code == 302
    assert post_step(at_desk, sent, "approve").status_code == 302
    db.session.expire_all()
    assert sent.state == "approved"
    assert sent.outcome == {
        "number": "粤穗药监械经营许20220317号",
        "valid_from": "2027-02-24",
        "valid_to": "2032-02-23",
    }
    assert "2027年2月24日至2032年2月23日" in applicant.text(f"/applications/cases/{sent.id}/")
    records = prefill.list_records(kangrui, kangrui.party_code)
    assert any(r.number == sent.certificate_number and r.valid_to == date(2032, 2, 23) for r in records)
    assert len(notices.list_notices(kangrui)) == 3


def test_a_return_needs_a_note_and_takes_none_on_locked_fields(sent: Case, officer: Identity) -> None:
    with pytest.raises(Invalid):
        service.return_case(officer, sent.id, {"premises": "  "})
    with pytest.raises(Invalid) as caught:
        service.return_case(officer, sent.id, {"licence_no": "不对"})
    assert "licence_no" in caught.value.fields
    assert sent.state == "submitted"


def test_a_refusal_needs_its_reason(sent: Case, at_desk: Applicant) -> None:
    reply = post_step(at_desk, sent, "refuse")
    assert reply.status_code == 422
    assert 'href="#field-note"' in reply.get_data(as_text=True)
    assert post_step(at_desk, sent, "refuse", note="不符合条件").status_code == 302


def test_a_step_that_somebody_else_took_is_a_conflict(sent: Case, officer: Identity) -> None:
    service.accept_case(officer, sent.id)
    with pytest.raises(Conflict):
        service.accept_case(officer, sent.id)


def test_withdrawn_by_its_owner_and_then_closed(
    sent: Case, applicant: Applicant, officer: Identity, kangrui: Identity
) -> None:
    assert applicant.client.post(f"/applications/cases/{sent.id}/withdraw").status_code == 302
    db.session.expire_all()
    assert sent.state == "withdrawn"
    assert service.list_steps(sent) == []
    with pytest.raises(Conflict):
        service.withdraw(kangrui, sent.id)


def test_a_receipt_is_checked_by_its_code_and_tells_nothing_else(
    sent: Case, applicant: Applicant, app: APIFlask
) -> None:
    page = applicant.text(f"/applications/cases/{sent.id}/")
    code = re.search(r"data-code>([0-9A-Z-]{23})<", page)
    assert code
    told = app.test_client().get(f"/verify/{code[1]}").get_data(as_text=True)
    assert 'data-verdict="ok"' in told
    assert (sent.number in told) and (sent.snapshot_hash in told)
    assert "康瑞" not in told
    assert "91440106MAWBKR001J" not in told


def test_an_earlier_qr_code_leads_to_the_same_page(sent: Case, app: APIFlask) -> None:
    client = app.test_client()
    good = client.get(f"/applications/verify/{sent.number}?hash={sent.snapshot_hash}", follow_redirects=True)
    assert 'data-verdict="ok"' in good.get_data(as_text=True)
    for wrong in (f"?hash={'0' * 64}", "", "?hash=%00"):
        assert client.get(f"/applications/verify/{sent.number}{wrong}").location == "/verify/"


def test_the_receipt_of_an_earlier_round_says_that_a_correction_was_sent(
    sent: Case, applicant: Applicant, officer: Identity, app: APIFlask
) -> None:
    service.return_case(officer, sent.id, {"premises_area": "面积与平面图不符"})
    db.session.commit()
    url = f"/applications/drafts/{sent.draft_id}/"
    assert applicant.save(url, "places", {"premises_area": "190"}).status_code == 302
    assert applicant.send(url).status_code == 302
    db.session.expire_all()
    first, second = (proofs.find_by_subject(f"snapshot:{one.id}") for one in sent.snapshots)
    assert first is not None and second is not None
    assert (first.state, first.replaced_by, second.state) == ("superseded", second.code, "valid")
    assert "之后又提交了补正后的版本" in app.test_client().get(f"/verify/{first.code}").get_data(as_text=True)


def test_a_file_with_a_chinese_name_has_a_header_that_servers_pass_on(sent: Case, applicant: Applicant) -> None:
    reply = applicant.client.get(f"/applications/cases/{sent.id}/files/authorisation")
    assert reply.status_code == 200
    assert "".join(reply.headers.values()).isascii()
    assert "filename*=UTF-8''%E6%8E%88" in reply.headers["Content-Disposition"]


def test_the_pdf_as_it_was_downloaded_is_recognised_and_no_other(
    sent: Case, applicant: Applicant, app: APIFlask
) -> None:
    pdf = applicant.client.get(f"/applications/cases/{sent.id}/application.pdf").data
    client = app.test_client()

    def give(content: bytes) -> Any:
        return client.post(
            "/verify/", data={"file": (io.BytesIO(content), "x.pdf")}, content_type="multipart/form-data"
        )

    assert 'data-verdict="ok"' in give(pdf).get_data(as_text=True)
    assert give(pdf + b" ").status_code == 404
    assert give(pdf.replace(b"%PDF-1.7", b"%PDF-1.6", 1)).status_code == 404
    assert pdf == applicant.client.get(f"/applications/cases/{sent.id}/application.pdf").data


def test_notices_are_the_owners_and_open_their_matter(
    sent: Case, officer: Identity, applicant: Applicant, at_desk: Applicant
) -> None:
    service.accept_case(officer, sent.id)
    db.session.commit()
    page = applicant.text("/applications/")
    assert "您的申请已受理" in page
    [path] = re.findall(r'action="(/notices/\d+)"', page)
    assert at_desk.client.post(path).status_code == 404
    assert applicant.client.post(path).location == f"/applications/cases/{sent.id}/"
    assert 'class="badge warn">新' not in applicant.text("/applications/")


def test_a_notice_leads_only_into_the_portal(kangrui: Identity) -> None:
    assert kangrui.account_id is not None
    for url in ("https://example.cn/", "//example.cn/"):
        with pytest.raises(ValueError, match="path of this portal"):
            notices.add_notice(kangrui.account_id, {"zh": "好", "en": "good"}, url)


def test_my_matters_and_home_show_what_is_open(sent: Case, applicant: Applicant) -> None:
    assert sent.number in applicant.text("/applications/")
    assert sent.number in applicant.text("/")


def test_what_was_kept_of_a_source_that_was_taken_back_is_told_in_the_documents(
    applicant: Applicant, read_pdf: Callable[[bytes], str], read_docx: Callable[[bytes], str]
) -> None:
    url = applicant.start()
    applicant.fill(url)
    assert applicant.client.post(f"{url}sources", data={"withdraw": "licence_register"}).status_code == 302
    case_id = applicant.get_case_id(applicant.send(url))
    for kind, read in (("pdf", read_pdf), ("docx", read_docx)):
        text = re.sub(r"\s+", "", read(applicant.client.get(f"/applications/cases/{case_id}/application.{kind}").data))
        assert re.search(r"申请人撤回来源后保留·2026年11月24日10:\d\d", text)


def test_documents_hold_every_answer_once_with_chinese_glyphs(
    sent: Case, applicant: Applicant, read_pdf: Callable[[bytes], str], read_docx: Callable[[bytes], str]
) -> None:
    url = f"/applications/cases/{sent.id}/application"
    answers = [
        "广州康瑞医疗器械有限公司",
        "91440106MAWBKR001J",
        "康瑞器械进销存4.2",
        "授权书.pdf",
        "粤穗药监械经营许20220317号",
        "820",
        "科湖路9号B仓",
        "2027年2月23日",
    ]
    for text in (
        read_pdf(applicant.client.get(f"{url}.pdf").data),
        read_docx(applicant.client.get(f"{url}.docx").data),
    ):
        folded = re.sub(r"\s+", "", text)
        assert [one for one in answers if one not in folded] == []
        assert sent.snapshot_hash in folded
        assert "来自《医疗器械经营许可证》" in folded
        assert folded.count("康瑞器械进销存4.2") == 1
