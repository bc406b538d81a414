"""Every kind of file gives the same law; what is something else, locked, swollen or empty is refused with a plain word."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pypdfium2
import pytest
from docx.oxml import OxmlElement

from policy_kb import UnreadableText, Version
from policy_kb.ingest import read_document
from policy_kb.ingest.formats import unpack
from policy_kb.ingest.formats.numbering import format_count
from policy_kb.ingest.formats.pdf_lines import Line, join_lines
from tests.policy_kb.ingest import making

MAKERS: list[tuple[str, Callable[[], bytes]]] = [
    ("办法.html", making.make_html),
    ("办法.htm", lambda: making.make_html("gb18030")),
    ("办法.docx", making.make_docx),
    ("自动编号.docx", lambda: making.make_docx(numbered=True)),
    ("办法.pdf", making.make_pdf),
]


def read(folder: Path, name: str, content: bytes) -> Version:
    [reading] = read_document(making.write(folder, name, content))
    return reading.version


@pytest.mark.parametrize(("name", "make"), MAKERS, ids=[name for name, _ in MAKERS])
def test_the_same_law_comes_out_of_every_kind_of_file(tmp_path: Path, name: str, make: Callable[[], bytes]) -> None:
    version = read(tmp_path, name, make())
    articles = [clause for clause in version.clauses if clause.article]
    assert (version.title, version.document_number) == (making.TITLE, "虚构监督管理局令第1号")
    assert (version.published, version.in_force_from) == (date(2026, 1, 5), date(2026, 2, 1))
    assert [clause.label for clause in articles] == ["第一条", "第二条", "第三条"]
    assert articles[0].text == making.ARTICLES[0][0]
    assert [len(paragraph.items) for paragraph in articles[1].paragraphs] == [2, 0]
    assert articles[1].paragraphs[0].items == making.ARTICLES[1][1:3]
    assert articles[2].text == making.ARTICLES[2][0]


@pytest.mark.parametrize(("name", "make"), MAKERS, ids=[name for name, _ in MAKERS])
def test_a_table_of_an_annex_is_kept_row_by_row(tmp_path: Path, name: str, make: Callable[[], bytes]) -> None:
    [annex] = [clause for clause in read(tmp_path, name, make()).clauses if not clause.article]
    assert [line for line in annex.text.split("\n") if "展台" in line] == ["1  甲展台  3", "2  乙展台  5"]


def test_nothing_of_the_page_remains(tmp_path: Path) -> None:
    version = read(tmp_path, "办法.html", making.make_html())
    text = "".join(clause.text for clause in version.clauses)
    assert not any(left in text for left in ("首页", "分享", "share", "版权", "相关", "索引", "color", "新闻"))
    assert (version.issuer, version.source_url) == ("虚构监督管理局", "https://www.example.gov.cn/art/1.html")


def test_running_heads_and_page_numbers_are_dropped_and_broken_lines_joined(tmp_path: Path) -> None:
    text = "".join(clause.text for clause in read(tmp_path, "办法.pdf", making.make_pdf()).clauses)
    assert "公报" not in text
    assert "—" not in text


def test_the_rows_of_a_catalogue_are_sections_with_their_columns(tmp_path: Path) -> None:
    version = read(tmp_path, "目录.xlsx", making.make_xlsx())
    assert (version.title, version.in_force_from) == ("虚构器械分类目录", date(2026, 3, 1))
    assert [clause.label for clause in version.clauses] == ["01-01", "01-02"]
    assert version.clauses[1].text == "序号：01-02\n类别：展台\n品名：乙展台\n管理要求：第二类"
    assert [paragraph.text for paragraph in version.clauses[0].paragraphs][2] == "品名：甲展台"


def make_workbook(*sheets: list[list[object]]) -> bytes:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for number, rows in enumerate(sheets, 1):
        sheet = workbook.create_sheet(f"表{number}")
        for row in rows:
            sheet.append(row)
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


def test_rows_of_several_sheets_are_told_apart_by_their_sheet(tmp_path: Path) -> None:
    content = make_workbook([["品名", "类别"], ["甲", "一"]], [["品名", "类别"], ["乙", "二"], ["丙", 3.0]])
    version = read(tmp_path, "虚构目录.xlsx", content)
    assert [(clause.headings, clause.label) for clause in version.clauses] == [
        (("表1",), "1"),
        (("表2",), "2"),
        (("表2",), "3"),
    ]
    assert version.clauses[2].text == "品名：丙\n类别：3"


def test_a_header_of_two_rows_is_joined_and_what_stands_above_it_is_told_apart(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    rows: list[list[object]] = [
        ["附件1", None, None, None],
        ["虚构产品目录", None, None, None],
        ["序号", "产品类别", None, "管理类别"],
        [None, "一级", "二级", None],
        [1, "台", "展台", "Ⅰ"],
        [2, None, "讲台", "Ⅱ"],
    ]
    for values in rows:
        sheet.append(values)
    for cells in ("A1:D1", "A2:D2", "B3:C3", "A3:A4", "D3:D4", "B5:B6"):
        sheet.merge_cells(cells)
    written = io.BytesIO()
    workbook.save(written)
    version = read(tmp_path, "目录.xlsx", written.getvalue())
    assert version.title == "虚构产品目录"
    assert [clause.text for clause in version.clauses] == [
        "序号：1\n产品类别·一级：台\n产品类别·二级：展台\n管理类别：Ⅰ",
        "序号：2\n产品类别·一级：台\n产品类别·二级：讲台\n管理类别：Ⅱ",
    ]


def test_text_struck_out_under_tracked_changes_is_not_law(tmp_path: Path) -> None:
    document = docx.Document(io.BytesIO(making.make_docx()))
    paragraph = next(each for each in document.paragraphs if "不予受理" in each.text)
    struck = OxmlElement("w:del")
    kept = OxmlElement("w:ins")
    paragraph._p.append(struck)
    paragraph._p.append(kept)
    struck.append(document.add_paragraph("旧话。").runs[0]._r)
    kept.append(document.add_paragraph("新话。").runs[0]._r)
    written = io.BytesIO()
    document.save(written)
    assert (
        read(tmp_path, "办法.docx", written.getvalue()).clauses[1].paragraphs[1].text == "材料不全的，不予受理。新话。"
    )


def row(text: str, place: float) -> Line:
    return Line(50, place, 300, place + 10, text, table=True)


def test_the_header_of_a_table_that_goes_on_over_the_page_is_told_once_and_equal_rows_stay() -> None:
    pages = [
        [row("| 序号 | 名称 |", 90), row("| 无 | 无 |", 80), row("| 无 | 无 |", 70)],
        [row("| 序号 | 名称 |", 90), row("| 无 | 无 |", 80)],
    ]
    assert join_lines(pages) == ["| 序号 | 名称 |", "| 无 | 无 |", "| 无 | 无 |", "| 无 | 无 |"]


@pytest.mark.parametrize(
    ("count", "kind", "printed"),
    [
        (12, "chineseCounting", "十二"),
        (3, "decimal", "3"),
        (3, "decimalZero", "03"),
        (2, "lowerLetter", "b"),
        (2, "upperLetter", "B"),
        (14, "lowerRoman", "xiv"),
        (9, "upperRoman", "IX"),
        (3, "decimalEnclosedCircle", "③"),
        (3, "hebrew1", "3"),
    ],
)
def test_word_s_number_formats_are_printed_as_word_does(count: int, kind: str, printed: str) -> None:
    assert format_count(count, kind) == printed


def make_zip(members: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return written.getvalue()


def make_scan() -> bytes:
    """A PDF whose page is a picture."""
    from weasyprint import HTML

    picture = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    return bytes(HTML(string=f'<img src="{picture}" style="width:10cm;height:10cm">').write_pdf())


def make_locked_pdf() -> bytes:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    written = io.BytesIO()
    canvas = Canvas(written, encrypt=StandardEncryption("secret", ownerPassword="owner"))
    canvas.drawString(100, 100, "text")
    canvas.save()
    return written.getvalue()


OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 100


@pytest.mark.parametrize(
    ("name", "make", "complaint"),
    [
        ("办法.pdf", lambda: b"", "the file is empty"),
        ("办法.pdf", making.make_docx, "this is a Word file (.docx), not a PDF file; give it the ending .docx"),
        ("办法.docx", making.make_pdf, "this is a PDF file, not a Word file"),
        ("办法.docx", making.make_xlsx, "this is an Excel file (.xlsx), not a Word file"),
        ("办法.html", lambda: "第一条 正文。".encode(), "this is plain text, not a web page"),
        ("办法.jpg", lambda: "第一条 正文。".encode(), "files with this ending are not read"),
        ("办法.docx", lambda: OLD_OFFICE, "an old Office file (.doc, .xls); save it as .docx"),
        ("办法.docx", lambda: OLD_OFFICE + "EncryptedPackage".encode("utf-16-le"), "has a password"),
        ("办法.docx", lambda: making.make_docx()[:-200], "a zip archive, such as a Word or Excel file"),
        ("办法.docx", lambda: make_zip({"word/document.xml": b"<broken"}), "this Word file is damaged"),
        ("办法.xlsx", lambda: make_zip({"xl/workbook.xml": b"<broken"}), "this Excel file is damaged"),
        (
            "办法.docx",
            lambda: make_zip({"word/document.xml": b" " * 9_000_000}),
            "unpacks to far more than a legal text",
        ),
        ("办法.xlsx", lambda: make_workbook([["只有一格"]]), "no table with named columns"),
        ("办法.pdf", make_scan, "has no text layer (it is pictures of pages)"),
        ("办法.pdf", make_locked_pdf, "this PDF has a password"),
        ("办法.pdf", lambda: b"%PDF-1.7\nbroken", "this PDF is damaged"),
        ("办法.html", lambda: b"<html><body><script>load()</script></body></html>", "this page holds no text of law"),
        ("办法.txt", lambda: b"\x7fELF" + b"\x00" * 50, "a program"),
        ("办法.md", lambda: b"<?xml version='1.0'?><a/>", "an XML file"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_it_is_and_what_to_do(
    tmp_path: Path, name: str, make: Callable[[], bytes], complaint: str
) -> None:
    with pytest.raises(UnreadableText) as caught:
        read_document(making.write(tmp_path, name, make()))
    assert complaint in str(caught.value)
    assert str(caught.value).startswith(f"{name}: ")


def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "大.pdf"
    with path.open("wb") as sparse:
        sparse.truncate(51_000_000)
    with pytest.raises(UnreadableText, match="51 MB is more than the 50 MB"):
        read_document(path)


def test_pages_without_text_in_a_text_are_named(tmp_path: Path) -> None:
    whole = pypdfium2.PdfDocument(making.make_pdf(table=False))
    whole.import_pages(pypdfium2.PdfDocument(make_scan()))
    written = io.BytesIO()
    whole.save(written)
    [reading] = read_document(making.write(tmp_path, "办法.pdf", written.getvalue()))
    assert f"pages without a text layer were not read: {len(whole)}" in reading.warnings


def test_a_zip_is_unpacked_inside_its_folder_with_the_names_that_were_meant(tmp_path: Path) -> None:
    archive = making.write(tmp_path, "卷.zip", make_zip({"../../逃.md": b"1", "甲/办法.md": b"2", "__MACOSX/x": b"3"}))
    found = unpack(archive, tmp_path / "out")
    assert [str(path.relative_to(tmp_path / "out")) for path in found] == ["甲/办法.md", "逃.md"]


class WindowsName(zipfile.ZipInfo):
    """A name in the system's own encoding and without the mark for UTF-8, as old tools write it."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return "办法.md".encode("gb18030"), 0


def test_names_written_by_an_old_windows_are_read(tmp_path: Path) -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr(WindowsName("x.md"), b"1")
    found = unpack(making.write(tmp_path, "卷.zip", written.getvalue()), tmp_path / "out")
    assert [path.name for path in found] == ["办法.md"]


@pytest.mark.parametrize("content", [b"PK\x03\x04broken", make_zip({"a.md": b" " * 9_000_000}), make_zip({})])
def test_a_broken_swollen_or_empty_zip_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(UnreadableText):
        unpack(making.write(tmp_path, "卷.zip", content), tmp_path / "out")
