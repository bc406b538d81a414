"""A licence sent as a file gives suggestions with their place, is checked, and fills nothing; bad files are refused."""

import io
import zipfile
from collections.abc import Callable

import pytest
from docx import Document
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from portal.applications import service
from portal.applications.models import Draft
from portal.audit import service as audit
from portal.extensions import db
from portal.identity.service import Identity
from portal.prefill import service as prefill
from portal.prefill.paper_lines import Line
from tests.portal.applications.conftest import Applicant, start_agreed

BUSINESS = [
    "营业执照",
    "统一社会信用代码：{code}",
    "名  称  广州康瑞医疗器械有限公司",
    "法定代表人：顾怀川  注册资本：500万元",
    "联系电话：020-00000199",
]
LICENCE = [
    "医疗器械经营许可证",
    "许可证编号：粤穗药监械经营许20220317号",
    "企业负责人：陆清和",
    "有效期限：自2022年2月24日至2027年2月23日",
    "库房地址：",
    "广州市黄埔区科学大道1号",
]


def make_pdf(lines: list[str], blank: bool = False, secret: str = "") -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    canvas = Canvas(out, encrypt=secret or None)
    canvas.setFont("STSong-Light", 12)
    for n, line in enumerate([] if blank else lines):
        canvas.drawString(60, 760 - 24 * n, line)
    canvas.rect(50, 50, 100, 100, fill=1)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def make_docx(lines: list[str]) -> bytes:
    document, out = Document(), io.BytesIO()
    for line in lines:
        document.add_paragraph(line)
    row = document.add_table(1, 4).rows[0].cells
    for cell, text in zip(row, ("传真", "020-00000188", "邮编", "510000"), strict=True):
        cell.text = text
    document.save(out)
    return out.getvalue()


def make_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 30_000_000)
    return out.getvalue()


@pytest.fixture
def empty(kangrui: Identity) -> Draft:
    """A new licence whose sources were not asked: nothing is known."""
    made = service.start(kangrui, "A11", "issue")
    service.decide_sources(kangrui, made.id, service.read_said("none", ()))
    db.session.commit()
    return made


@pytest.fixture
def send(applicant: Applicant) -> Callable[..., tuple[int, str]]:
    def act(draft: Draft, content: bytes, name: str, agreed: str = "yes") -> tuple[int, str]:
        data = {"paper": (io.BytesIO(content), name), "agreed": agreed}
        reply = applicant.client.post(
            f"/applications/drafts/{draft.id}/paper", data=data, content_type="multipart/form-data"
        )
        return reply.status_code, reply.get_data(as_text=True)

    return act


def lines_of(draft: Draft, field: str, language: str = "zh") -> list[tuple[str, str]]:
    outcome = service.view_draft(draft, language).outcomes[field]
    return [(str(choice.value), choice.origin_line) for choice in outcome.choices]


@pytest.mark.parametrize(("kind", "place"), [("pdf", "第1页第4行"), ("docx", "第4段")])
def test_a_business_licence_is_offered_with_where_it_was_read_and_fills_nothing(
    empty: Draft, kangrui: Identity, send: Callable[..., tuple[int, str]], kind: str, place: str
) -> None:
    lines = [line.format(code=kangrui.party_code) for line in BUSINESS]
    before = service.view_draft(empty).values
    status, page = send(empty, make_pdf(lines) if kind == "pdf" else make_docx(lines), f"执照.{kind}")
    assert status == 200, page
    assert "可供选用" in page
    [(value, line)] = lines_of(empty, "legal_rep")
    assert (value, line) == ("顾怀川", f"来自您上传的“执照.{kind}”{place} · 2026年11月24日 · 核对")
    assert service.view_draft(empty).values == before
    assert service.view_draft(empty).outcomes["legal_rep"].outcome == "suggest"
    assert next(line.action for line in audit.list_lines(subject_id=empty.id)) == "paper_read"


def test_what_a_person_takes_is_theirs_and_still_says_where_it_was_read(
    empty: Draft, kangrui: Identity, applicant: Applicant, send: Callable[..., tuple[int, str]]
) -> None:
    send(empty, make_pdf([line.format(code=kangrui.party_code) for line in BUSINESS]), "执照.pdf")
    choice = service.view_draft(empty).outcomes["legal_rep"].choices[0]
    service.save_fields(kangrui, empty.id, empty.version, {}, "page", chosen={"legal_rep": str(choice.fact_id)})
    row = service.newest_answers(empty)["legal_rep"]
    assert (row.value, row.fact_id, row.origin, bool(row.author)) == ("顾怀川", choice.fact_id, "manual", True)


def test_two_files_stand_beside_each_other_and_a_new_look_at_the_sources_keeps_them(
    empty: Draft, kangrui: Identity, send: Callable[..., tuple[int, str]]
) -> None:
    send(empty, make_pdf([line.format(code=kangrui.party_code) for line in BUSINESS]), "one.pdf")
    send(empty, make_pdf(["营业执照", "法定代表人：沈砚舟"]), "two.pdf")
    service.decide_sources(kangrui, empty.id, service.read_said("all", ()))
    db.session.commit()
    shown = service.view_draft(empty).outcomes["legal_rep"]
    told = [r.source for r in (*shown.choices, *shown.rejected)]
    assert told.count("own_file") == 2


def test_a_register_goes_before_what_a_file_says(kangrui: Identity, send: Callable[..., tuple[int, str]]) -> None:
    draft = start_agreed(kangrui, "A11", "renew")
    db.session.commit()
    before = service.view_draft(draft).values
    status, page = send(draft, make_pdf([*LICENCE[:2], "企业名称：别的名字有限公司"]), "证.pdf")
    assert status == 200
    assert service.view_draft(draft).values == before
    assert "不同，以现有内容为准" in page


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (make_pdf([], blank=True), "扫描.pdf", "没有文字层的扫描图片"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 50, "照片.png", "是照片，里面没有可读取的文字"),
        (make_pdf(BUSINESS, secret="open sesame"), "密.pdf", "设有密码"),
        (b"%PDF-1.4 broken", "坏.pdf", "已损坏"),
        (make_pdf(["会议纪要", "今天讨论了三件事"]), "纪要.pdf", "没有证照或营业执照上的项目"),
        (make_bomb(), "弹.docx", "有害内容，未予接收"),
        (b"PK\x03\x04 nothing", "假.docx", "有害内容，未予接收"),
        (make_docx(BUSINESS), "证.pdf", "证.pdf"),
        (b"", "空.pdf", "空.pdf"),
        (make_pdf(["营业执照"]).replace(b"%%EOF", b"/JavaScript %%EOF"), "脚本.pdf", "有害内容，未予接收"),
        (make_pdf(["统一社会信用代码：91320505MAWBQH0053", "法定代表人：沈砚舟"]), "别家.pdf", "另一家企业"),
    ],
)
def test_a_file_that_cannot_help_is_refused_clearly_and_leaves_nothing(
    empty: Draft, send: Callable[..., tuple[int, str]], content: bytes, name: str, told: str
) -> None:
    status, page = send(empty, content, name)
    assert status == 422
    assert told in page
    assert 'href="#field-paper"' in page
    assert [fact for fact in prefill.list_facts(empty.id) if fact.source == "own_file"] == []


def test_without_consent_nothing_is_read(empty: Draft, send: Callable[..., tuple[int, str]]) -> None:
    status, page = send(empty, make_pdf(BUSINESS), "执照.pdf", agreed="")
    assert (status, 'href="#field-agreed"' in page) == (422, True)
    assert [fact for fact in prefill.list_facts(empty.id) if fact.source == "own_file"] == []


def test_nobody_else_sends_a_file_to_a_draft(empty: Draft, applicant: Applicant) -> None:
    stranger = Applicant(applicant.client.application.test_client(), "yunqiao")
    data = {"paper": (io.BytesIO(make_pdf(BUSINESS)), "a.pdf"), "agreed": "yes"}
    url = f"/applications/drafts/{empty.id}/paper"
    assert stranger.client.post(url, data=data, content_type="multipart/form-data").status_code in (403, 404)
    assert stranger.client.get(url).status_code in (403, 404)


def read(*lines: str) -> dict[str, str]:
    paper = prefill.read_paper([Line(1, n, text) for n, text in enumerate(lines, 1)])
    return {one.concept: one.value for one in paper.said}


@pytest.mark.parametrize(
    ("lines", "concept", "value"),
    [
        (["营业执照", "类型：有限责任公司"], "org.type", "有限责任公司"),
        (
            ["营业执照", "经营范围：医疗器械批发；", "医疗器械零售。"],
            "org.business_scope",
            "医疗器械批发；医疗器械零售。",
        ),
        (["医疗器械经营许可证", "经营范围：02；03"], "licence.scope", "02；03"),
        (["医疗器械经营许可证", "有效期至：2027年2月23日"], "licence.valid_to", "2027-02-23"),
        (["医疗器械注册证", "有效期至：2027年2月23日"], "product.valid_to", "2027-02-23"),
        (["医疗器械经营许可证", "编 号：粤A1"], "licence.number", "粤A1"),
        (LICENCE, "licence.warehouses", "广州市黄埔区科学大道1号"),
        (LICENCE, "licence.principal", "陆清和"),
        (["营业执照", "名 称 某公司"], "org.name", "某公司"),
        (["营业执照", "企业名称  某公司  邮编  510000"], "org.postcode", "510000"),
    ],
)
def test_headings_are_read_as_the_paper_means_them(lines: list[str], concept: str, value: str) -> None:
    assert read(*lines)[concept] == value


@pytest.mark.parametrize(
    "line", ["法定代表人身份证号：110101199001010000", "法定代表人手机：19400000001", "本公司名称变更后另行公告"]
)
def test_identity_numbers_and_running_text_are_not_read(line: str) -> None:
    assert read("营业执照", line) == {}


MAKER = [
    "化妆品生产许可证",
    "许可证编号：粤妆20230188",
    "企业名称：广州和美日化有限公司",
    "统一社会信用代码：91440111MAWBMY003K",
    "生产地址：广州市白云区和美工业园2栋",
    "有效期至：2028年6月30日",
]


def test_the_licence_of_who_makes_the_product_is_offered_where_the_form_asks_for_the_maker(
    kangrui: Identity, send: Callable[..., tuple[int, str]]
) -> None:
    filing = start_agreed(kangrui, "A1", "file")
    db.session.commit()
    status, page = send(filing, make_pdf(MAKER), "受托企业.pdf")
    assert status == 200, page
    offered = {name: lines_of(filing, name)[0][0] for name in ("maker_name", "maker_licence", "maker_address")}
    assert offered == {
        "maker_name": "广州和美日化有限公司",
        "maker_licence": "粤妆20230188",
        "maker_address": "广州市白云区和美工业园2栋",
    }
    assert lines_of(filing, "maker_licence_valid_to")[0][0] == "2028-06-30"
    assert lines_of(filing, "org_name") == [], "it says nothing of the party"


def test_another_enterprises_production_licence_is_refused_where_no_maker_is_asked_for(
    empty: Draft, send: Callable[..., tuple[int, str]]
) -> None:
    status, page = send(empty, make_pdf(MAKER), "别人的.pdf")
    assert status == 422
    assert "是另一家企业" in page


def test_what_the_form_does_not_ask_is_told_in_words_people_use(
    empty: Draft, kangrui: Identity, send: Callable[..., tuple[int, str]]
) -> None:
    lines = [line.format(code=kangrui.party_code) for line in BUSINESS]
    _status, page = send(empty, make_pdf([*lines, "成立日期：2021年3月5日"]), "执照.pdf")
    assert "2021年3月5日" in page
    assert "2021-03-05" not in page
