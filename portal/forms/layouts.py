"""The official layout of a form: a Word file that a clerk draws, filled by the names of its fields. No code belongs to one.

``layouts/<form id>@<version>.docx`` holds ``{{ answer.<field> }}`` once for every field (a repeat group as table rows between
``{%tr for row in answer.<group> %}`` and ``{%tr endfor %}``), and may hold ``{{ label.<field> }}``, ``{{ head.<group>.<column> }}``,
``{{ page.<page> }}`` and what the general layout says (title, facts, annex). ``draw`` makes one to begin with.
"""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Cm, Pt

from portal.forms.spec import Field, Form, Page

FOLDER = Path(__file__).parent / "layouts"
SONG, HEI = "宋体", "黑体"
SHADE = "EDEFF2"
LABEL_WIDTH, VALUE_WIDTH = int(Cm(3.0)), int(Cm(5.5))
# What takes a whole line: too long for half of one.
WIDE = ("long_text", "choices", "declaration", "file")
_ANSWER = re.compile(r"(?:\{\{\s*|\bin\s+)answer\.(\w+)")
_LOOP = re.compile(r"for\s+(\w+)\s+in\s+answer\.(\w+)(.*?)endfor", re.DOTALL)


def find_layout(form: Form, folder: Path = FOLDER) -> Path | None:
    """The layout of this very version, if there is one."""
    path = folder / f"{form.id}@{form.version}.docx"
    return path if path.is_file() else None


def list_faults(form: Form, path: Path) -> list[str]:
    """What a layout forgets, says twice or names wrongly."""
    known = {field.id: field for field in form.list_fields()}
    text = _read_text(path)
    named = _ANSWER.findall(text)
    faults = [f"answer.{name}: the form has no such field" for name in sorted(set(named) - set(known))]
    faults += [
        f"answer.{name}: stands there {named.count(name)} times, not once" for name in known if named.count(name) != 1
    ]
    for variable, group, rows in _LOOP.findall(text):
        columns = {column.id for column in known[group].fields} if group in known else set()
        used = set(re.findall(rf"\{{\{{\s*{variable}\.(\w+)", rows))
        faults += [f"answer.{group}: has no column {name}" for name in sorted(used - columns)]
        faults += [f"answer.{group}: its column {name} is missing" for name in sorted(columns - used)]
    return faults


def _read_text(path: Path) -> str:
    """The words of the file, a paragraph a line; Word may cut a name into several runs."""
    body = Document(str(path)).element.body
    return "\n".join("".join(t.text or "" for t in one.iter(qn("w:t"))) for one in body.iter(qn("w:p")))


def draw(form: Form) -> bytes:
    """A layout to begin with: title, a grid of two answers a line in the order of the form, tables, annex."""
    document: Any = Document()
    section = document.sections[0]
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin = section.bottom_margin = Cm(2)
    style = document.styles["Normal"]
    style.font.size = Pt(10.5)
    _set_font(style.element.get_or_add_rPr(), SONG)
    _write(document.add_paragraph(), "{{ title }}", HEI, 18).alignment = WD_ALIGN_PARAGRAPH.CENTER
    _draw_pairs(document, "facts")
    for page in form.pages:
        _draw_page(document, page)
    document.add_page_break()
    _write(document.add_paragraph(), "{{ annex_title }}", HEI, 12)
    _draw_pairs(document, "annex")
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def _draw_page(document: Any, page: Page) -> None:
    """The single answers of a page in a grid, then its repeat groups."""
    heading = _write(document.add_paragraph(), "{{ page." + page.id + " }}", HEI, 12)
    heading.paragraph_format.keep_with_next = True
    lines = list(_pair_up([field for field in page.fields if field.type != "repeat"]))
    if lines:
        table = document.add_table(rows=len(lines), cols=4, style="Table Grid")
        _set_columns(table, LABEL_WIDTH, VALUE_WIDTH, LABEL_WIDTH, VALUE_WIDTH)
        for row, line in zip(table.rows, lines, strict=True):
            _fill_line(row, line)
    for field in page.fields:
        if field.type == "repeat":
            _draw_rows(document, field)


def _pair_up(fields: list[Field]) -> Iterator[tuple[Field, ...]]:
    """Two short fields a line, a wide one alone."""
    waiting: Field | None = None
    for field in fields:
        if field.type in WIDE:
            if waiting is not None:
                yield (waiting,)
            waiting = None
            yield (field,)
        elif waiting is None:
            waiting = field
        else:
            yield waiting, field
            waiting = None
    if waiting is not None:
        yield (waiting,)


def _fill_line(row: Any, line: tuple[Field, ...]) -> None:
    cells = list(row.cells)
    width = VALUE_WIDTH
    if len(line) == 1 and line[0].type == "declaration":  # the words that are declared are the long part
        cells = [cells[0].merge(cells[2]), cells[3]]
    elif len(line) == 1:
        cells, width = [cells[0], cells[1].merge(cells[3])], VALUE_WIDTH * 2 + LABEL_WIDTH
    for field, label, value in zip(line, cells[::2], cells[1::2], strict=True):
        label.text, value.text = "{{ label." + field.id + " }}", "{{ answer." + field.id + " }}"
        label.width, value.width = LABEL_WIDTH * 2 + VALUE_WIDTH if field.type == "declaration" else LABEL_WIDTH, width
        _shade(label)


def _draw_rows(document: Any, field: Field) -> None:
    """A repeat group: heads, and one line for each row."""
    _write(document.add_paragraph(), "{{ label." + field.id + " }}", HEI, 10.5).paragraph_format.keep_with_next = True
    table = document.add_table(rows=4, cols=len(field.fields), style="Table Grid")
    heads, begin, cells, end = table.rows
    begin.cells[0].text = "{%tr for row in answer." + field.id + " %}"
    end.cells[0].text = "{%tr endfor %}"
    for head, cell, column in zip(heads.cells, cells.cells, field.fields, strict=True):
        head.text = "{{ head." + f"{field.id}.{column.id}" + " }}"
        cell.text = "{{ row." + column.id + " }}"
        _shade(head)


def _draw_pairs(document: Any, source: str) -> None:
    table = document.add_table(rows=3, cols=2, style="Table Grid")
    _set_columns(table, LABEL_WIDTH, VALUE_WIDTH * 2 + LABEL_WIDTH)
    table.cell(0, 0).text = "{%tr for name, text in " + source + " %}"
    table.cell(1, 0).text, table.cell(1, 1).text = "{{ name }}", "{{ text }}"
    table.cell(2, 0).text = "{%tr endfor %}"
    _shade(table.cell(1, 0))


def _set_columns(table: Any, *widths: int) -> None:
    """Fixed widths, in the grid and in every cell: Word goes by the one, other programs by the other."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width


def _write(paragraph: Any, text: str, font: str, size: float) -> Any:
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    _set_font(run._element.get_or_add_rPr(), font)
    return paragraph


def _set_font(properties: Any, font: str) -> None:
    """The font of Chinese and of Latin letters alike."""
    fonts = properties.get_or_add_rFonts()
    for side in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(side), font)


def _shade(cell: Any) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", SHADE)):
        shade.set(qn(name), value)
    cell._tc.get_or_add_tcPr().append(shade)
