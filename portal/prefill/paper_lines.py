"""The lines of a PDF or DOCX that a person sends, with the page and line each stands on. Nothing is guessed from pictures."""

import io
import zipfile
from dataclasses import dataclass

import pypdfium2
from docx import Document
from docx.oxml.ns import qn
from flask_babel import gettext as _

from portal.errors import Invalid
from portal.uploads import DOCX, CheckedFile

MOST_PAGES = 20
MOST_LINES = 2000


@dataclass(frozen=True, slots=True)
class Line:
    """``page`` from 1 (0 in a DOCX, which knows no pages), ``number`` from 1 within the page (DOCX: the paragraph)."""

    page: int
    number: int
    text: str


def read_lines(file: CheckedFile) -> list[Line]:
    """The lines that hold text; Invalid (on ``paper``) when there are none, or the file cannot be read."""
    if file.media_type.startswith("image/"):
        raise _refuse(
            _(
                "“%(name)s” is a photo: it holds no text that could be read. Send a PDF with a text layer (scanning apps call it searchable), or type the values.",
                name=file.name,
            )
        )
    lines = _read_docx(file) if file.media_type == DOCX else _read_pdf(file)
    if not lines:
        raise _refuse(
            _(
                "“%(name)s” is a scanned picture without a text layer: there is nothing to read. Scan it again with text recognition, or type the values.",
                name=file.name,
            )
        )
    return lines[:MOST_LINES]


def _refuse(text: str) -> Invalid:
    return Invalid(text, fields={"paper": text})


def _unreadable(name: str) -> Invalid:
    return _refuse(
        _("“%(name)s” is damaged or protected by a password. Save it again without one and send that.", name=name)
    )


def _read_pdf(file: CheckedFile) -> list[Line]:
    try:
        document = pypdfium2.PdfDocument(file.content)
    except pypdfium2.PdfiumError as error:
        raise _unreadable(file.name) from error
    try:
        if len(document) > MOST_PAGES:
            raise _refuse(
                _("“%(name)s” has more than %(most)s pages. Send the licence alone.", name=file.name, most=MOST_PAGES)
            )
        pages = [document[n].get_textpage().get_text_bounded() for n in range(len(document))]
    except pypdfium2.PdfiumError as error:
        raise _unreadable(file.name) from error
    finally:
        document.close()
    return [
        Line(page, number, text.strip())
        for page, whole in enumerate(pages, 1)
        for number, text in enumerate(whole.splitlines(), 1)
        if text.strip()
    ]


def _read_docx(file: CheckedFile) -> list[Line]:
    """Paragraphs in the order of the page, those of table cells and text boxes included; a row's cells are one line."""
    try:
        body = Document(io.BytesIO(file.content)).element.body
    except (ValueError, KeyError, SyntaxError, zipfile.BadZipFile) as error:
        raise _unreadable(file.name) from error
    texts = []
    for block in body.iter(qn("w:p"), qn("w:tr")):
        inside = next(block.iterancestors(qn("w:tr")), None) is not None
        if not inside:
            cells = block.findall(qn("w:tc")) or [block]
            texts.append("  ".join(filter(None, ("".join(t.text or "" for t in c.iter(qn("w:t"))) for c in cells))))
    return [Line(0, number, text.strip()) for number, text in enumerate(texts, 1) if text.strip()]
