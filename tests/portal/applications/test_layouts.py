"""Every form as a document (F11): each answer once and in its place, tables as rows, the annex behind; and the official
layouts, which are Word files and nothing else."""

import io
import re
import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from docx import Document
from docx.oxml.ns import qn

from policy_kb import clock
from portal.applications import documents, questions
from portal.applications.models import Case, Snapshot
from portal.forms import layouts
from portal.forms import service as forms
from portal.forms.loading import list_newest, load_forms
from portal.forms.service import Form
from portal.language import set_language
from tests.portal.forms.made_answers import make_answers

DAY = date(2026, 11, 24)
AT = datetime(2026, 11, 24, 10, 0, tzinfo=clock.BEIJING)
LAYOUTS = sorted(path.stem for path in layouts.FOLDER.glob("*.docx"))
RENEWAL = "device-distribution-renewal"


@pytest.fixture(autouse=True)
def in_request(app: APIFlask) -> Iterator[None]:
    with app.test_request_context():
        set_language("zh")
        yield


def make_case(form: Form, answers: dict[str, Any]) -> Case:
    """An application that was sent, of nobody in particular."""
    how = {"origin": "manual", "line": {"zh": "", "en": ""}, "author": "7", "at": AT.isoformat(), "reason": ""}
    shown = {name: value for name, value in answers.items() if value is not None}
    snapshot = Snapshot(round=1, content={"answers": shown}, provenance=dict.fromkeys(shown, how), hash="0" * 64, at=AT)
    return Case(
        number="SQ2026112400001", party_name="某企业", party_code="91350100M000100Y43", form_id=form.id,
        form_version=form.version, item=form.item, variant=form.variant, certificate_number="", snapshots=[snapshot],
    )  # fmt: skip


def list_lines(content: bytes) -> list[str]:
    """Every paragraph with words, in the order of the document; merged cells once."""
    body = Document(io.BytesIO(content)).element.body
    lines = ["".join(t.text or "" for t in one.iter(qn("w:t"))) for one in body.iter(qn("w:p"))]
    return [line for line in lines if line]


def list_texts(form: Form, answers: dict[str, Any], language: str) -> list[str]:
    """What must stand in the document: each single answer, each cell of each row."""
    texts: list[str] = []
    for field in form.list_fields():
        value = answers.get(field.id)
        if field.type == "repeat":
            texts += [text for row in value or () for _label, text in questions.iter_cells(field, row, language)]
        elif value is not None:
            texts.append(questions.write(field, value, language))
    return [text for text in texts if text]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_form_becomes_a_document_with_all_its_answers(language: str) -> None:
    missing: dict[str, list[str]] = {}
    for form in list_newest() if language == "zh" else list_newest()[::5]:
        answers = make_answers(form, DAY)
        shown = {one.id for one in questions.list_shown(form, answers)}
        answers = {name: value for name, value in answers.items() if name in shown}
        told = "\n".join(list_lines(documents.build_docx(make_case(form, answers), language)))
        assert "{{" not in told
        assert "{%" not in told
        folded = re.sub(r"\s+", "", told)
        lost = [text for text in list_texts(form, answers, language) if re.sub(r"\s+", "", text) not in folded]
        if lost:
            missing[form.id] = lost
    assert missing == {}


def find_form(stem: str) -> Form:
    form_id, _at, version = stem.partition("@")
    return load_forms()[form_id, int(version)]


def test_there_are_layouts_for_forms_that_exist() -> None:
    assert len(LAYOUTS) >= 2
    assert [form.id for form in map(find_form, LAYOUTS) if forms.list_faults(form)] == []


@pytest.mark.parametrize("stem", LAYOUTS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_layout_says_every_answer_once_before_the_annex(stem: str, language: str) -> None:
    """Each single answer is a word of its own here, so that it can be counted."""
    form = find_form(stem)
    answers: dict[str, Any] = make_answers(form, DAY)
    marked = {f.id: f"答{n}号" for n, f in enumerate(form.list_fields()) if f.type in ("text", "long_text")}
    lines = list_lines(documents.build_docx(make_case(form, answers | marked), language))
    annex = lines.index({"zh": "附：各项内容的来源", "en": "Annex: where each answer comes from"}[language])
    assert [word for word in marked.values() if lines[:annex].count(word) != 1] == []
    assert [f.label[language] for f in form.list_fields() if f.label[language] not in lines[:annex]] == []


@pytest.mark.parametrize("stem", LAYOUTS)
def test_a_layout_has_chinese_fonts_and_fits_the_paper(stem: str) -> None:
    document = Document(io.BytesIO(documents.build_docx(make_case(find_form(stem), {}), "zh")))
    fonts = document.styles["Normal"].element.rPr.find(qn("w:rFonts"))
    assert fonts.get(qn("w:eastAsia")) == "宋体"
    section = document.sections[0]
    room = section.page_width - section.left_margin - section.right_margin
    for table in document.tables:
        for row in table.rows:
            widths = [int(w.get(qn("w:w"))) * 635 for w in row._tr.iter(qn("w:tcW")) if w.get(qn("w:type")) == "dxa"]
            assert sum(widths) <= room * 1.02, [cell.text for cell in row.cells]


def test_rows_stand_below_each_other_under_their_heads() -> None:
    form = load_forms()[RENEWAL, 1]
    rows = [{"_id": f"r{n}", "address": f"某市{n}路{n}号", "area": str(n * 10), "kind": "owned"} for n in (1, 2, 3)]
    document = Document(io.BytesIO(documents.build_docx(make_case(form, {"warehouses": rows}), "zh")))
    [table] = [one for one in document.tables if one.rows[0].cells[0].text == "库房地址"]
    assert [[cell.text for cell in row.cells] for row in table.rows[1:]] == [
        [f"某市{n}路{n}号", str(n * 10), "自有"] for n in (1, 2, 3)
    ]


def test_markup_in_an_answer_is_words_and_runs_nothing() -> None:
    form = load_forms()[RENEWAL, 1]
    said = {"it_system": "{{ 7 * 7 }} <w:p/> & 系统"}
    assert said["it_system"] in list_lines(documents.build_docx(make_case(form, said), "zh"))


@pytest.fixture
def other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of layouts of our own."""
    monkeypatch.setattr(layouts.find_layout, "__defaults__", (tmp_path,))
    return tmp_path


def test_one_more_layout_is_one_more_file(app: APIFlask, other: Path) -> None:
    """The command draws a file to begin with; kept under the form's name and version it is used."""
    form = next(f for f in list_newest() if f.id == "drug-retail-licence")
    case = make_case(form, make_answers(form, DAY))
    assert not has_grid(form, documents.build_docx(case, "zh"))
    drawn = other / "new.docx"
    ran = app.test_cli_runner().invoke(args=["forms", "layout", form.id, str(drawn)])
    assert ran.exit_code == 0, ran.output
    assert app.test_cli_runner().invoke(args=["forms", "layout", form.id, str(drawn)]).exit_code == 1
    shutil.move(drawn, other / f"{form.id}@{form.version}.docx")
    assert forms.list_faults(form) == []
    assert has_grid(form, documents.build_docx(case, "zh"))


def has_grid(form: Form, content: bytes) -> bool:
    """Whether two answers stand in a line, as in an official layout."""
    labels = {field.label["zh"] for field in form.list_fields()}
    rows = [[cell.text for cell in row.cells] for t in Document(io.BytesIO(content)).tables for row in t.rows]
    return any(len(row) == 4 and labels >= {row[0], row[2]} for row in rows)


def test_what_is_wrong_with_a_layout_is_named(other: Path) -> None:
    form = load_forms()[RENEWAL, 1]
    path = other / f"{form.id}@{form.version}.docx"
    path.write_bytes(layouts.draw(form))
    document = Document(str(path))
    document.add_paragraph("{{ answer.phone }} {{ answer.colour }}")
    for one in document.element.body.iter(qn("w:t")):
        one.text = (one.text or "").replace("{{ row.area }}", "{{ row.size }}").replace("{{ answer.signer }}", "")
    document.save(str(path))
    assert forms.list_faults(form) == [
        "layout: answer.colour: the form has no such field",
        "layout: answer.phone: stands there 2 times, not once",
        "layout: answer.signer: stands there 0 times, not once",
        "layout: answer.warehouses: has no column size",
        "layout: answer.warehouses: its column area is missing",
    ]
