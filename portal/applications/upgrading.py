"""A draft whose form has a newer version: what is different, taking the answers over, and what the new law demands."""

from dataclasses import dataclass

from flask_babel import gettext as _

from portal.applications import prefilling, questions
from portal.applications.drafts import View, fill, get_draft, view_draft
from portal.applications.models import Answer, Draft
from portal.audit import service as audit
from portal.errors import Conflict
from portal.extensions import db
from portal.forms.service import Form
from portal.identity.service import Identity


@dataclass(frozen=True, slots=True)
class Difference:
    """What a newer version of the form changes for a draft, in labels. ``demands`` is what it needs that the draft has not."""

    version: int
    added: list[str]
    gone: list[str]
    demands: list[str]


def find_difference(view: View) -> Difference | None:
    """What the newest version of the form would change; None when the draft is on it."""
    form = questions.form_of(view.draft.form_id)
    if form.version <= view.form.version:
        return None
    moved = questions.migrate(view.form, form, view.values)
    label = view.language
    return Difference(
        form.version,
        [one.label[label] for one in form.list_fields() if one.id not in questions.fields_of(view.form)
         and one.id not in moved.values],
        [one.label[label] for one in view.form.list_fields() if one.id in moved.dropped],
        [questions.label_of(form, path, label) for path in list_new_demands(view, form)],
    )  # fmt: skip


def list_new_demands(view: View, form: Form | None = None) -> dict[str, str]:
    """What the newest version demands beyond the draft's own, by path: it holds for every application sent from now on."""
    form = form or questions.form_of(view.draft.form_id)
    if form.version <= view.form.version:
        return {}
    moved = questions.migrate(view.form, form, view.values)
    before = questions.check(view.form, view.values, view.recorded)
    return {path: text for path, text in questions.check(form, moved.values).items() if path not in before}


def upgrade(identity: Identity, draft_id: str) -> Draft:
    """Take an open draft to the newest version of its form: every answer goes along under its new name with its origin,
    sources are asked for what is new. The caller commits."""
    draft = get_draft(identity, draft_id)
    view, form = view_draft(draft), questions.form_of(draft.form_id)
    if draft.state != "open" or form.version <= view.form.version:
        raise Conflict(_("This draft is on the newest version of the form that it can be on."))
    moved = questions.migrate(view.form, form, view.values)
    draft.form_version, draft.version = form.version, draft.version + 1
    for name, value in moved.values.items():
        row = view.answers.get(moved.origins[name])
        if row is not None and (name != moved.origins[name] or value != row.value):
            draft.answers.append(_carry(row, name, value, draft.version))
    audit.record(identity.actor, "upgrade", "draft", draft.id, party_code=draft.party_code, detail=f"{form.version}")
    draft.failed = prefilling.fetch(identity, draft, form)
    db.session.flush()
    fill(draft)
    return draft


def _carry(row: Answer, name: str, value: object, version: int) -> Answer:
    """The same answer under its new name, by the same author."""
    return Answer(
        field_id=name,
        value=value,
        state="given",
        origin=row.origin,
        author=row.author,
        channel=row.channel,
        reason=row.reason,
        fact_id=row.fact_id,
        at=row.at,
        version=version,
    )
