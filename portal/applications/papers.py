"""A licence or business licence that a person sends for one draft: read, checked, offered beside the fields, and not kept."""

import re
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from portal.applications import draft_view, drafts, questions
from portal.applications.draft_view import View
from portal.applications.models import Draft
from portal.audit import service as audit
from portal.errors import Conflict, Invalid
from portal.forms import service as forms
from portal.forms.service import Field
from portal.identity.service import Identity, find_party
from portal.pages import write_date
from portal.prefill import service as prefill
from portal.prefill.service import Fact, Paper
from portal.uploads import CheckedFile

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Read:
    """One value that was read. ``state``: offered (beside its field), agrees, refused (``why``), unasked; ``section`` is
    where the field stands ("" when it is not asked)."""

    label: str
    value: str
    place: str
    state: str
    field_id: str = ""
    section: str = ""
    why: str = ""


def read_paper(identity: Identity, draft_id: str, file: CheckedFile, agreed: bool, language: str) -> list[Read]:
    """Read the file for this draft and say what came of each value. Nothing is filled in. The caller commits.

    Invalid (on ``agreed`` or ``paper``) when the person did not agree, the file holds no text, no known heading, or is
    another enterprise's.
    """
    draft = drafts.get_draft(identity, draft_id)
    if draft.state != "open":
        raise Conflict(_("This application was sent already. Its state stands under “my matters”."), code="sent")
    if not agreed:
        text = _("Agree that the file is read for this application, or type the values yourself.")
        raise Invalid(text, fields={"agreed": text})
    paper = _settle(prefill.read_paper(prefill.read_lines(file)), draft, file.name)
    drafts.hold(draft)
    rows = prefill.keep_paper(draft.id, draft.party_code, file.name, paper)
    detail = ", ".join(sorted({row.concept for row in rows}))
    audit.record(identity.actor, "paper_read", "draft", draft.id, party_code=draft.party_code, detail=detail)
    return _tell(draft_view.view_draft(draft, language), rows, paper.kind)


def _settle(paper: Paper, draft: Draft, name: str) -> Paper:
    """The paper as this application takes it: a production licence is the maker's where the form asks who makes the product;
    any other paper of another enterprise is refused."""
    if not paper.said:
        text = _(
            "“%(name)s” has text, but none of the headings of a licence or business licence. Send the licence itself, or type the values.",
            name=name,
        )
        raise Invalid(text, fields={"paper": text})
    codes = {forms.fold_width(code).upper() for code in paper.list_values("org.uscc")}
    others = sorted(code for code in codes if forms.is_credit_code(code) and code != draft.party_code)
    form = questions.form_of(draft.form_id, draft.form_version)
    if paper.kind in prefill.PRODUCTION and any(f.concept == prefill.MAKER_LICENCE for f in form.list_fields()):
        party = find_party(draft.party_code)
        return prefill.read_as_maker(paper, own=party is not None and party.name in paper.list_values("org.name"))
    if others and draft.party_code not in codes:
        text = _(
            "“%(name)s” is a paper of another enterprise (%(code)s). Nothing was taken from it.",
            name=name,
            code=others[0],
        )
        raise Invalid(text, fields={"paper": text})
    return paper


def _tell(view: View, rows: list[Fact], kind: str) -> list[Read]:
    asked = {one.id: (page.id, one) for page, fields in view.list_sections() for one in fields}
    found = []
    for row in rows:
        fields = [(section, one) for section, one in asked.values() if row.concept in (one.concept, *one.offered)]
        # a paper may speak of more than the form asks: said, so that nobody wonders where it went
        found += [_judge(view, row, section, one) for section, one in fields] or [_unasked(view, row, kind)]
    return found


def _place(view: View, row: Fact) -> str:
    return prefill.write_place(row.stand.place, view.language)


def _unasked(view: View, row: Fact, kind: str) -> Read:
    """In the words of the forms that read such papers; a day as people write it."""
    label, text = prefill.concept_label(row.concept, view.language, kind), str(row.value)
    if DAY.fullmatch(text):
        text = write_date(date.fromisoformat(text), view.language)
    return Read(label, text, _place(view, row), "unasked")


def _judge(view: View, row: Fact, section: str, one: Field) -> Read:
    outcome, language = view.outcomes[one.id], view.language
    value, errors = questions.read(one, row.value)
    state, why = "refused", next(iter(errors.values()), "")
    if any(choice.fact_id == row.id for choice in draft_view.offered(outcome)):
        state, why = "offered", ""
    elif not errors and value == view.values.get(one.id):
        state = "agrees"
    elif not errors:
        why = _("your answer or a register says otherwise; that stays")
    text = questions.write_raw(one, row.value, language)
    return Read(one.label[language], text, _place(view, row), state, one.id, section, why)
