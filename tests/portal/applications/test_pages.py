"""The whole way without JavaScript, from the start button to the receipt, and what may go wrong on it."""

import io
import re
from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select

from portal.applications import service
from portal.applications.models import Case, Draft, Upload
from portal.audit import service as audit
from portal.extensions import db
from tests.portal.applications.conftest import PDF, Applicant, draft_id_of, read_controls

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
ZIP_BOMB = b"PK\x03\x04\x14\x00\x00\x00\x08\x00" + b"\x00" * 12 + b"\xff\xff\xff\xff"  # four gigabytes, it says


def test_start_asks_to_sign_in_and_comes_back(demo: APIFlask) -> None:
    reply = demo.test_client().get("/applications/start?item=A11&variant=renew")
    assert reply.status_code == 302
    assert reply.location.startswith("/sign-in?next=/applications/start")


def test_start_asks_every_source_once_and_fills_most_of_the_form(applicant: Applicant) -> None:
    url = applicant.start()
    page = applicant.text(url)
    assert "已根据记录填好24项" in page
    lines = audit.list_lines(subject_id=draft_id_of(url))
    assert sorted(line.detail.partition(":")[0] for line in lines if line.action == "prefill_fetched") == [
        "account",
        "business_register",
        "earlier_submissions",
        "licence_register",
    ]


def test_starting_again_goes_on_with_the_same_draft(applicant: Applicant) -> None:
    assert applicant.start() == applicant.start()


def test_the_whole_way_without_javascript(applicant: Applicant) -> None:
    url = applicant.start()
    applicant.fill(url)
    case_id = applicant.get_case_id(applicant.send(url))
    receipt = applicant.text(f"/applications/cases/{case_id}/")
    assert re.search(r"data-number>SQ20261124\d{5}<", receipt)
    assert re.search(r"data-hash>[0-9a-f]{64}<", receipt)
    assert "2026年12月1日" in receipt  # five working days to accept, art. 11
    assert "2026年12月29日" in receipt  # and twenty to decide, art. 13
    assert "data:image/svg+xml" in receipt


@pytest.mark.parametrize(
    ("language", "item", "told"),
    [
        ("zh", "ZZ99", "没有事项“ZZ99”，请从办事目录里选择。"),
        ("en", "ZZ99", "There is no service item “ZZ99”. Choose one from the list of services."),
        ("zh", "A11&variant=nope", "这个事项暂时没有网上表单"),
        ("en", "A11&variant=nope", "There is no online form for this item here yet."),
    ],
)
def test_an_unknown_item_is_said_in_the_language_of_the_page(
    applicant: Applicant, language: str, item: str, told: str
) -> None:
    reply = applicant.client.get(f"/applications/start?item={item}&lang={language}")
    assert (reply.status_code, told in reply.get_data(as_text=True)) == (404, True)


def test_a_locked_value_is_text_and_never_a_control(applicant: Applicant) -> None:
    page = applicant.text(applicant.start() + "s/licence")
    assert "粤穗药监械经营许20220317号" in page
    assert not re.search(r'name="(had-)?licence_no"', page)


def test_a_disagreement_is_shown_with_both_values_and_their_sources(applicant: Applicant) -> None:
    page = applicant.text(applicant.start() + "s/company")
    box = page[page.index('class="conflict"') :]
    assert len(re.findall(r'name="choice-legal_rep" value="\d+"', box)) == 2
    assert "市场主体登记" in box
    assert "应当先办变更" in box or "变更" in box


def test_who_chose_one_side_of_a_conflict_can_choose_the_other(applicant: Applicant) -> None:
    url = applicant.start()
    offer = r'name="choice-legal_rep" value="(\d+)"'
    licence, register = re.findall(offer, applicant.text(url + "s/company"))
    draft = db.session.get_one(Draft, draft_id_of(url))
    for key, name in (
        (licence, "顾怀川"),
        (register, "陆晚晴"),
    ):  # one after the other on one page, as it saves by itself
        body = {"version": draft.version, "chosen": {"legal_rep": key}}
        saved = applicant.client.post(f"{url}fields", json=body).json
        assert (saved["saved"], saved["errors"]) == (["legal_rep"], {})
        assert service.view_draft(draft).values["legal_rep"] == name
    page = applicant.text(url + "s/company")
    assert re.findall(offer, page) == [licence]  # still offered, once, and no longer a conflict
    assert 'class="conflict"' not in page
    assert applicant.save(url, "company", {"choice-legal_rep": licence}).status_code == 302
    db.session.expire_all()
    row = service.view_draft(draft).answers["legal_rep"]
    assert (row.value, str(row.fact_id), row.origin) == ("顾怀川", licence, "manual")


def test_every_filled_value_says_where_it_comes_from(applicant: Applicant) -> None:
    url = applicant.start()
    view = service.view_draft(db.session.get_one(Draft, draft_id_of(url)))
    assert [name for name in view.values if not service.line_of(view, name)] == []


def test_an_error_comes_first_with_a_link_and_nothing_typed_is_lost(applicant: Applicant) -> None:
    url = applicant.start()
    reply = applicant.save(url, "contact", {"agent_mobile": "12", "phone": "020-80000099"})
    page = reply.get_data(as_text=True)
    assert reply.status_code == 422
    assert page.index('href="#field-agent_mobile"') < page.index("<h1>")
    assert 'value="12"' in page
    assert 'value="020-80000099"' in page
    assert "<title>有误" in page


def test_emptying_a_field_clears_it_and_a_blank_of_a_field_not_shown_does_not(applicant: Applicant) -> None:
    url = applicant.start()
    draft_id = draft_id_of(url)
    version = db.session.get_one(Draft, draft_id).version
    applicant.client.post(f"{url}s/people", data={"version": version, "principal": "", "quality_head": ""})
    view = service.view_draft(db.session.get_one(Draft, draft_id))
    assert view.values["principal"] == "顾怀川"
    assert applicant.save(url, "people", {"principal": ""}).status_code == 302
    view = service.view_draft(db.session.get_one(Draft, draft_id))
    assert "principal" not in view.values
    assert view.answers["principal"].state == "cleared"


def test_changing_a_filled_value_is_an_override_with_its_reason(applicant: Applicant) -> None:
    url = applicant.start()
    applicant.save(url, "contact", {"phone": "020-80000099"})
    applicant.save(url, "contact", {"reason-phone": "总机已更换"})
    row = service.view_draft(db.session.get_one(Draft, draft_id_of(url))).answers["phone"]
    assert (row.origin, row.reason, bool(row.author)) == ("override", "总机已更换", True)
    assert "总机已更换" in applicant.text(f"{url}s/contact")


def test_rows_are_added_and_removed_without_javascript(applicant: Applicant) -> None:
    url = applicant.start()
    reply = applicant.save(url, "places", {"action": "add:warehouses"})
    assert reply.status_code == 302
    page = applicant.text(str(reply.location).partition("#")[0])
    new = re.findall(r'data-row="(n[0-9a-f]+)"', page)[0]
    data = read_controls(page) | {
        f"warehouses[{new}].address": "广州市南沙区港前大道9号2仓",
        f"warehouses[{new}].area": "300",
        f"warehouses[{new}].kind": "owned",
    }
    assert applicant.client.post(f"{url}s/places", data=data).status_code == 302
    rows = service.view_draft(db.session.get_one(Draft, draft_id_of(url))).values["warehouses"]
    assert [row["area"] for row in rows] == ["820", "1300", "300"]
    assert applicant.save(url, "places", {"action": f"remove:warehouses:{rows[0]['_id']}"}).status_code == 302
    rows = service.view_draft(db.session.get_one(Draft, draft_id_of(url))).values["warehouses"]
    assert [row["area"] for row in rows] == ["1300", "300"]


def test_a_wrong_cell_says_so_at_the_cell(applicant: Applicant) -> None:
    url = applicant.start()
    row = re.findall(r'data-row="([^"]+)"', applicant.text(f"{url}s/places"))[0]
    reply = applicant.save(url, "places", {f"warehouses[{row}].area": "很大"})
    page = reply.get_data(as_text=True)
    assert reply.status_code == 422
    assert f'href="#field-warehouses[{row}].area"' in page
    assert 'value="很大"' in page


def test_saving_the_page_again_keeps_the_file_until_its_box_takes_it_away(applicant: Applicant) -> None:
    url = applicant.start()
    assert applicant.save(url, "papers", {"authorisation": (io.BytesIO(PDF), "授权书.pdf")}).status_code == 302
    for blank in ({}, {"authorisation": (io.BytesIO(b""), "")}):
        assert applicant.save(url, "papers", blank).status_code == 302
        assert "授权书.pdf" in applicant.text(f"{url}s/papers")
    assert applicant.save(url, "papers", {}, **{"remove-authorisation": "1"}).status_code == 302
    assert "授权书.pdf" not in applicant.text(f"{url}s/papers")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "空.pdf"),
        (b"MZ program", "坏.pdf"),
        (b"%PDF-1.4 /JavaScript", "脚本.pdf"),
        (b"%PDF-1.4 /EmbeddedFile", "夹带.pdf"),
        (b"%PDF-1.4", "图.png"),
        (b"\x89PNG\r\n\x1a\n PK\x03\x04\x14\x00 another file behind the picture", "两样.png"),
        (b"\xff\xd8\xff <script>alert(1)</script>", "脚本.jpg"),
        (ZIP_BOMB, "压缩.pdf"),
        (ZIP_BOMB, "压缩.docx"),
        (b"%PDF-1.4 " + EICAR, "病毒.pdf"),
        (b"%PDF-1.4 " + bytes(5 * 1024 * 1024), "太大.pdf"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_is_refused_is_stored_nowhere(applicant: Applicant, content: bytes, name: str) -> None:
    url = applicant.start()
    reply = applicant.save(url, "papers", {"authorisation": (io.BytesIO(content), name)})
    assert reply.status_code == 422
    assert "field-authorisation" in reply.get_data(as_text=True)
    assert db.session.scalar(select(func.count(Upload.id))) == 0


def test_a_stale_tab_loses_nothing_and_shows_what_changed(applicant: Applicant) -> None:
    url = applicant.start()
    old = read_controls(applicant.text(f"{url}s/contact"))
    applicant.save(url, "contact", {"phone": "020-80000099"})
    reply = applicant.client.post(f"{url}s/contact", data=old | {"agent_email": "new@kangrui.example.cn"})
    page = reply.get_data(as_text=True)
    assert reply.status_code == 409
    assert "020-80000099" in page[page.index('id="stale"') : page.index("<h1>")]
    assert 'value="new@kangrui.example.cn"' in page
    again = read_controls(page)
    assert applicant.client.post(f"{url}s/contact", data=again).status_code == 302
    values = service.view_draft(db.session.get_one(Draft, draft_id_of(url))).values
    assert (values["phone"], values["agent_email"]) == ("020-80000099", "new@kangrui.example.cn")


def test_the_check_page_lists_what_is_open_with_links(applicant: Applicant) -> None:
    url = applicant.start()
    reply = applicant.send(url)
    page = reply.get_data(as_text=True)
    assert reply.status_code == 422
    assert f'{url}s/papers#field-authorisation"' in page
    assert db.session.scalar(select(func.count(Case.id))) == 0


def test_a_double_click_the_back_button_and_two_tabs_give_one_receipt(applicant: Applicant) -> None:
    url = applicant.start()
    applicant.fill(url)
    first_tab, second_tab = (read_controls(applicant.text(f"{url}check")) for _tab in range(2))
    replies = [applicant.client.post(f"{url}check", data=data) for data in (first_tab, first_tab, second_tab)]
    assert len({reply.location for reply in replies}) == 1
    assert applicant.client.get(f"{url}s/contact").location == replies[0].location
    assert db.session.scalar(select(func.count(Case.id))) == 1


def test_autosave_takes_one_answer_and_says_when(applicant: Applicant) -> None:
    url = applicant.start()
    version = db.session.get_one(Draft, draft_id_of(url)).version
    saved = applicant.client.post(f"{url}fields", json={"version": version, "values": {"delivery": "both"}}).json
    assert saved["saved"] == ["delivery"]
    assert saved["version"] == version + 1
    assert saved["text"].startswith("已保存 2026年11月24日 10:0")
    stale = applicant.client.post(f"{url}fields", json={"version": version, "values": {"phone": "020-80000001"}})
    assert stale.status_code == 409
    assert stale.json["error"]["changed"] == ["领证方式"]


@pytest.mark.parametrize("body", [None, [], {"values": []}, {"version": 1, "clear": "x"}])
def test_a_body_that_is_no_object_is_refused(applicant: Applicant, body: Any) -> None:
    reply = applicant.client.post(applicant.start() + "fields", json=body)
    assert reply.status_code in (400, 422)


def test_the_same_bad_value_has_the_same_error_on_the_page_and_in_a_raw_request(applicant: Applicant) -> None:
    url = applicant.start()
    page = applicant.save(url, "contact", {"agent_mobile": "12"}).get_data(as_text=True)
    version = db.session.get_one(Draft, draft_id_of(url)).version
    raw = applicant.client.post(f"{url}fields", json={"version": version, "values": {"agent_mobile": "12"}}).json
    assert raw["errors"]["agent_mobile"] in page


def test_a_draft_outside_its_window_is_warned_about_early(
    applicant: Applicant, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = applicant.start()
    monkeypatch.setenv("WENBAN_NOW", "2027-02-20T10:00")
    page = applicant.text(url)
    assert "注意期限" in page
    assert "第十六条" in page


def test_a_question_that_depends_on_an_answer_appears_and_its_answer_stops_counting_when_hidden(
    applicant: Applicant,
) -> None:
    url = applicant.start()
    applicant.save(url, "business", {"online_sale": "no", "changed": "yes"})
    assert "s/changes" in applicant.text(url)
    assert applicant.save(url, "changes", {"change_note": "质量负责人由甲变更为乙"}).status_code == 302
    applicant.save(url, "business", {"changed": "no"})
    assert "s/changes" not in applicant.text(url)
    applicant.save(url, "business", {"changed": "yes"})
    assert "质量负责人由甲变更为乙" in applicant.text(f"{url}s/changes")
