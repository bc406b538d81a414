"""The application as a document: DOCX and PDF with every answer in its place, Chinese glyphs, and an annex of origins.

Both are made from the snapshot that was sent, never from the draft. The DOCX template is itself built here, once.
"""

import io
from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from docx.shared import Pt
from docxtpl import DocxTemplate
from flask import render_template
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from policy_kb import wording as texts
from portal.applications import questions
from portal.applications.models import Case
from portal.applications.wording import item_title
from portal.forms.service import Field, Form
from portal.pages import write_moment
from portal.printing import SANS, write_pdf
from portal.proofs import service as proofs
from portal.proofs.service import Proof

OFFICE_FONT = "宋体"


def build_content(case: Case, language: str) -> dict[str, Any]:
    """What both documents say: ``facts`` [(label, text)], ``sections`` [{label, rows [(label, text)], tables}], ``annex``."""
    _ = texts.gettext_for(language)
    form, snapshot = questions.form_of(case.form_id, case.form_version), case.snapshot
    answers = snapshot.content["answers"]
    sections = []
    annex = []
    for page, fields in questions.list_sections(form, answers):
        given = [one for one in fields if one.id in answers]
        rows = [
            (one.label[language], questions.write(one, answers[one.id], language))
            for one in given
            if one.type != "repeat"
        ]
        tables = [_build_table(one, answers[one.id], language) for one in given if one.type == "repeat"]
        sections.append({"label": page.label[language], "rows": rows, "tables": tables})
        annex += [(one.label[language], _origin(snapshot.provenance[one.id], language)) for one in given]
    return {
        "title": item_title(case.item, case.variant, language),
        "facts": [
            (_("Number"), case.number),
            *([(_("Certificate or filing number"), case.certificate_number)] if case.certificate_number else []),
            (_("Applicant"), f"{case.party_name} ({case.party_code})"),
            (_("Sent"), write_moment(snapshot.at, language)),
            (
                _("Form and version"),
                _("%(form)s, version %(n)s") % {"form": form.label[language], "n": case.form_version},
            ),
            ("SHA-256", snapshot.hash),
        ],
        "sections": sections,
        "annex": annex,
        "annex_title": _("Annex: where each answer comes from"),
        "facts_title": _("Application"),
        "heads": (_("Field"), _("Where it comes from")),
        "language": language,
    }


def _build_table(one: Any, rows: list[dict[str, Any]], language: str) -> dict[str, Any]:
    cells = [[text for _label, text in questions.iter_cells(one, row, language)] for row in rows]
    return {"label": one.label[language], "heads": [inner.label[language] for inner in one.fields], "rows": cells}


def _origin(how: dict[str, Any], language: str) -> str:
    """The line of a value, with who entered it and when for what a person gave."""
    _ = texts.gettext_for(language)
    names = {
        "auto": _("filled from a record"),
        "locked": _("from the register, cannot be changed here"),
        "computed": _("computed"),
        "chat_confirmed": _("confirmed in the conversation"),
        "manual": _("entered by the applicant"),
        "override": _("changed by the applicant; the record says otherwise"),
        "carried": _("kept by the applicant, who no longer wants the source asked"),
    }
    parts = [
        how["line"][language],
        names[how["origin"]] if not how["line"][language] or how["origin"] not in ("auto", "locked") else "",
    ]
    parts += [write_moment(datetime.fromisoformat(how["at"]), language) if how["author"] else "", how["reason"]]
    return " · ".join(part for part in parts if part)


@lru_cache(maxsize=1)
def _template() -> bytes:
    """The DOCX template: headings, two-column tables and a table a repeat group, filled by docxtpl."""
    document = Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Noto Sans", Pt(10.5)
    for name in ("Normal", "Title", "Heading 1", "Heading 2"):
        fonts = document.styles[name].element.get_or_add_rPr().get_or_add_rFonts()
        for side in ("w:eastAsia", "w:cs"):
            fonts.set(qn(side), OFFICE_FONT)
    document.add_heading("{{ title }}", 0)
    _add_pairs(document, "facts")
    document.add_paragraph("{%p for section in sections %}")
    document.add_heading("{{ section.label }}", 1)
    document.add_paragraph("{%p if section.rows %}")
    _add_pairs(document, "section.rows")
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("{%p for table in section.tables %}")
    document.add_heading("{{ table.label }}", 2)
    _add_grid(document)
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("{%p endfor %}")
    document.add_heading("{{ annex_title }}", 1)
    _add_pairs(document, "annex")
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def _add_pairs(document: Any, source: str) -> None:
    table = document.add_table(rows=3, cols=2, style="Table Grid")
    table.cell(0, 0).text = "{%tr for label, text in " + source + " %}"
    table.cell(1, 0).text, table.cell(1, 1).text = "{{ label }}", "{{ text }}"
    table.cell(2, 0).text = "{%tr endfor %}"


def _add_grid(document: Any) -> None:
    table = document.add_table(rows=4, cols=1, style="Table Grid")
    heads, begin, cells, end = (row.cells[0] for row in table.rows)
    heads.text, cells.text = "{{ head }}", "{{ cell }}"
    begin.text, end.text = "{%tr for row in table.rows %}", "{%tr endfor %}"
    for width in list(table._tbl.iter(qn("w:tcW"))):
        width.getparent().remove(width)  # the number of columns is only known when it is filled
    _repeat_cell(heads, "head in table.heads")
    _repeat_cell(cells, "cell in row")


def _repeat_cell(cell: Any, loop: str) -> None:
    """One cell a turn of the loop: docxtpl wants the loop's tags in cells of their own around it."""
    before, after = deepcopy(cell._tc), deepcopy(cell._tc)
    cell._tc.addprevious(before)
    cell._tc.addnext(after)
    for element, text in ((before, "{%tc for " + loop + " %}"), (after, "{%tc endfor %}")):
        element.findall(".//" + qn("w:t"))[0].text = text


def build_docx(case: Case, language: str) -> bytes:
    """The application as a Word document: in the official layout of its form where there is one."""
    form = questions.form_of(case.form_id, case.form_version)
    layout = questions.find_layout(form)
    content = build_content(case, language)
    if layout is not None:
        content |= _name_answers(form, case.snapshot.content["answers"], language)
    template = DocxTemplate(layout or io.BytesIO(_template()))
    template.render(content, SandboxedEnvironment(autoescape=True, undefined=StrictUndefined))
    made = io.BytesIO()
    template.save(made)
    return made.getvalue()


def _name_answers(form: Form, answers: Mapping[str, Any], language: str) -> dict[str, Any]:
    """What a layout may name: ``answer``, ``label`` and ``head`` by field, ``page`` by page; what was not answered is blank."""

    def write(field: Field) -> Any:
        if field.type != "repeat":
            return questions.write(field, answers[field.id], language) if field.id in answers else ""
        rows = [dict(questions.iter_columns(field, row, language)) for row in answers.get(field.id, ())]
        return [SimpleNamespace(**row) for row in rows]

    fields = list(form.list_fields())
    return {
        "answer": SimpleNamespace(**{field.id: write(field) for field in fields}),
        "label": SimpleNamespace(**{field.id: field.label[language] for field in fields}),
        "head": SimpleNamespace(
            **{f.id: SimpleNamespace(**{c.id: c.label[language] for c in f.fields}) for f in fields if f.fields}
        ),
        "page": SimpleNamespace(**{page.id: page.label[language] for page in form.pages}),
    }


def build_pdf(case: Case, language: str, proof: Proof) -> bytes:
    """The application as a PDF, with the code and the QR code of its receipt."""
    _ = texts.gettext_for(language)
    return write_pdf(
        render_template(
            "applications/document.html",
            **build_content(case, language),
            code=proofs.write_code(proof.code),
            address=proofs.make_url(proof),
            qr=proofs.draw_qr_inline(proof),
            check_title=_("Check this document"),
            font=SANS,
        )
    )
