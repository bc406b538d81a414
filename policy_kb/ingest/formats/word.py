"""A Word file (.docx) to its text: paragraphs with the numbers Word gives them, tables as rows, in the order of the page.

Text struck out under tracked changes is left out, text put in is kept; headers, footers and notes are no part of the law.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph
from lxml.etree import XMLSyntaxError

from policy_kb.errors import UnreadableText
from policy_kb.ingest.formats.numbering import Numbering
from policy_kb.ingest.formats.plain import Text

_HEAD = 12  # paragraphs in which a title is looked for
_NO_TITLE = re.compile(
    r"^(?:附件|附表|附录)\s*[\d一二三四五六七八九十]*\s*[：:]?$|令$|^第.{1,8}号$|^[（(]|^\d{4}年|^第.{1,6}[条章]"
)


def read_word(content: bytes, name: str) -> Text:
    """The text of a Word file as Markdown-like lines; UnreadableText when it is damaged or holds no text."""
    try:
        document = docx.Document(io.BytesIO(content))
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, XMLSyntaxError, ValueError) as error:
        raise UnreadableText(f"{name}: this Word file is damaged ({error}); open it in Word, save it again") from error
    lines = _lines(document)
    if not any(lines):
        raise UnreadableText(f"{name}: this Word file holds no text (perhaps pictures of pages); save it as text")
    return Text("\n".join(lines))


def _lines(document: Any) -> list[str]:
    numbering = Numbering(document)
    lines: list[str] = []
    titled = False
    for count, block in enumerate(_blocks(document.element.body, document)):
        if isinstance(block, Table):
            lines += _rows(block)
            continue
        printed = [line for line in f"{numbering.number_of(block)}{_text(block)}".split("\n") if line.strip()]
        if printed and not titled and count < _HEAD and _is_title(block, printed[0]):
            printed, titled = ["# " + "".join(printed)], True
        lines += printed
    return lines


def _blocks(parent: Any, document: Any) -> Iterator[Paragraph | Table]:
    """Paragraphs and tables in order, also those inside content controls and insertions."""
    for child in parent.iterchildren():
        if child.tag == qn("w:p"):
            yield Paragraph(child, document)
        elif child.tag == qn("w:tbl"):
            yield Table(child, document)
        elif child.tag in {qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml"), qn("w:smartTag")}:
            yield from _blocks(child, document)


def _text(paragraph: Paragraph) -> str:
    written = []
    for node in paragraph._p.iter(qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:cr"), qn("w:noBreakHyphen")):
        if any(
            above.tag in {qn("w:del"), qn("w:moveFrom"), qn("w:txbxContent"), qn("w:tabs")}
            for above in node.iterancestors()
        ):
            continue
        if node.tag == qn("w:t"):
            written.append(node.text or "")
        elif node.tag == qn("w:noBreakHyphen"):
            written.append("-")
        else:
            written.append("\t" if node.tag == qn("w:tab") else "\n")
    return "".join(written).replace("\t", " ").strip()


def _is_title(paragraph: Paragraph, text: str) -> bool:
    """A paragraph in a title's style, or centred, that is not the order's number or a caption like 附件1."""
    style = paragraph.style.name if paragraph.style is not None else ""
    centred = paragraph.alignment == WD_ALIGN_PARAGRAPH.CENTER
    named = bool(re.match(r"(?:title|heading 1|标题)", style or "", re.I))
    return (named or centred) and 4 <= len(text.strip()) <= 100 and not _NO_TITLE.search(text.strip())


def _rows(table: Table) -> Iterator[str]:
    """A line a row; cells merged over columns or rows are told once a row."""
    for row in table.rows:
        cells: dict[Any, str] = {}
        for cell in row.cells:
            cells.setdefault(cell._tc, " ".join(filter(None, map(_text, cell.paragraphs))).replace("\n", " "))
        if any(cells.values()):
            yield "| " + " | ".join(text.replace("|", "/") for text in cells.values()) + " |"
