"""A PDF with a text layer to its text: lines joined to paragraphs, tables as rows, nothing of the page's own furniture.

pdfium gives characters and where they stand; pages with ruling lines are read by pdfplumber too, for their tables. A PDF of
pictures of pages is refused: reading those needs text recognition, and a misread number is worse than none.
"""

import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pdfplumber
import pypdfium2
import pypdfium2.raw as pdfium

from policy_kb.errors import UnreadableText
from policy_kb.ingest.formats.pdf_lines import Line, drop_furniture, join_lines
from policy_kb.ingest.formats.plain import Text

_MOST_PAGES = 2000
_LEAST = 5  # characters; a page with fewer is a picture or blank
_RULED = 4  # drawn lines on a page before a table is looked for


@dataclass(slots=True)
class _Page:
    lines: list[Line] = field(default_factory=list)
    pictured: bool = False  # holds no text but something drawn


def read_pdf(content: bytes, name: str) -> Text:
    """The text layer as Markdown-like lines; UnreadableText when it is locked, damaged or has none."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableText(f"{name}: this PDF has a password; save it without one and ingest that") from error
        raise UnreadableText(f"{name}: this PDF is damaged ({error}); make it anew from the source") from error
    try:
        if len(document) > _MOST_PAGES:
            raise UnreadableText(
                f"{name}: {len(document)} pages are more than the {_MOST_PAGES} a text may have; split it"
            )
        pages = [_read_page(document[number], content, number) for number in range(len(document))]
    finally:
        document.close()
    return _joined(pages, name)


def _joined(pages: list[_Page], name: str) -> Text:
    blank = [number for number, page in enumerate(pages, 1) if page.pictured]
    if sum(len(line.text) for page in pages for line in page.lines) < _LEAST * max(len(pages), 4):
        raise UnreadableText(
            f"{name}: this PDF has no text layer (it is pictures of pages); have its text recognised (OCR) and checked first"
        )
    lines = join_lines(drop_furniture([page.lines for page in pages]))
    shown = ", ".join(map(str, blank[:20]))
    warnings = (f"pages without a text layer were not read: {shown}",) if blank else ()
    return Text("\n".join(lines), "", warnings)


def _read_page(page: Any, content: bytes, number: int) -> _Page:
    text_page = page.get_textpage()
    lines = _lines(text_page)
    objects = Counter(each.type for each in page.get_objects(max_depth=2))
    read = _Page(lines, sum(len(line.text) for line in lines) < _LEAST and objects[pdfium.FPDF_PAGEOBJ_IMAGE] > 0)
    if objects[pdfium.FPDF_PAGEOBJ_PATH] >= _RULED and lines:
        read.lines = _with_tables(lines, content, number)
    text_page.close()
    page.close()
    return read


def _lines(text_page: Any) -> list[Line]:
    """Pieces of text put together to lines, from the top of the page down."""
    pieces = []
    for index in range(text_page.count_rects()):
        left, bottom, right, top = text_page.get_rect(index)
        text = text_page.get_text_bounded(left, bottom, right, top)
        if text.strip():
            pieces.append(Line(left, bottom, right, top, _tidy(text)))
    rows: list[list[Line]] = []
    for piece in sorted(pieces, key=lambda each: -each.middle):
        if rows and abs(rows[-1][0].middle - piece.middle) < 0.5 * max(piece.height, 4):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [_merged(sorted(row, key=lambda each: each.left)) for row in rows]


def _merged(row: list[Line]) -> Line:
    text = row[0].text
    for before, piece in pairwise(row):
        gap = piece.left - before.right
        text += (" " if gap > 0.6 * piece.height else "") + piece.text
    height = max(piece.height for piece in row)
    bottom = min(piece.bottom for piece in row)
    return Line(row[0].left, bottom, row[-1].right, bottom + height, text)


def _tidy(text: str) -> str:
    """One line without breaks; letters spaced out by justification are closed up."""
    plain = re.sub(r"[\r\n\u00ad\ufffe\uffff]+", "", text).replace("\u3000", " ").strip()
    inner = plain.count(" ")
    return plain.replace(" ", "") if inner > 3 and inner * 2.6 > len(plain) else plain


def _with_tables(lines: list[Line], content: bytes, number: int) -> list[Line]:
    """The page's lines with those inside a ruled table replaced by its rows."""
    with pdfplumber.open(io.BytesIO(content), pages=[number + 1]) as document:
        page = document.pages[0]
        height = float(page.height)
        tables = [table for table in page.find_tables() if len(table.rows) > 1 and len(table.columns) > 1]
        made = [(_box(table, height), list(_rows(table))) for table in tables]
    kept = list(lines)
    for (left, bottom, right, top), rows in made:
        inside = [
            line for line in kept if bottom < line.middle < top and left - 5 < (line.left + line.right) / 2 < right + 5
        ]
        kept = [line for line in kept if line not in inside]
        step = (top - bottom) / max(len(rows), 1)
        kept += [
            Line(left, top - step * (place + 1), right, top - step * place, text, table=True)
            for place, text in enumerate(rows)
        ]
    return sorted(kept, key=lambda line: -line.middle)


def _box(table: Any, height: float) -> tuple[float, float, float, float]:
    left, top, right, bottom = table.bbox
    return left, height - bottom, right, height - top


def _rows(table: Any) -> Iterator[str]:
    for row in table.extract():
        cells = [re.sub(r"\s*\n\s*", "", cell or "").replace("|", "/").strip() for cell in row]
        if any(cells):
            yield "| " + " | ".join(cells) + " |"
