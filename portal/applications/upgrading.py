"""A draft whose form has a newer version: what is different, taking the answers over, and what the new law demands."""

from dataclasses import dataclass

from flask_babel import gettext as _

from policy_kb import clock
from portal.applications import completeness, prefilling, questions
from portal.applications.draft_view import View, view_draft
from portal.applications.drafts import fill, get_draft
from portal.applications.models import Answer, Draft
from portal.audit import service as audit
from portal.errors import Conflict
from portal.extensions import db
from portal.forms.service import Form
from portal.identity.service import Identity
from portal.vocabulary import is_private

# The reason of a row that opens a field again because the new version cannot read what stood there.
UNREADABLE = "new_version"


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
    before = completeness.check(view.form, view.values, view.recorded)
    return {path: text for path, text in completeness.check(form, moved.values).items() if path not in before}


def list_left_behind(view: View, reader: Identity) -> list[tuple[str, str]]:
    """(label, text) of the answers that an earlier version of the form asked for and this one has no place for or cannot
    read; they stay with the draft. What the reader may not see is not written out."""
    found = []
    for name, row in _last_given(view.draft).items():
        old = questions.find_earlier(view.form, name)
        if old is None or name not in questions.migrate(old, view.form, {name: row.value}).dropped:
            continue
        field = questions.fields_of(old)[name]
        hidden = is_private(field.concept) or prefilling.is_hidden(view.facts, row, reader)
        text = _("kept, not shown here") if hidden else questions.write(field, row.value, view.language)
        found.append((field.label[view.language], text))
    return found


def _last_given(draft: Draft) -> dict[str, Answer]:
    """The answer that was last given to each field, of those that stand and those that a newer version could not read."""
    newest = {row.field_id: row for row in draft.answers}
    given = {row.field_id: row for row in draft.answers if row.state == "given"}
    return {name: row for name, row in given.items() if newest[name] is row or newest[name].reason == UNREADABLE}


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
    for name in moved.dropped.keys() & questions.fields_of(form).keys():
        draft.answers.append(_clear(view.answers[name], draft.version))
    audit.record(identity.actor, "upgrade", "draft", draft.id, party_code=draft.party_code, detail=f"{form.version}")
    draft.failed, facts = prefilling.fetch(identity, draft, form)
    db.session.flush()
    fill(draft, facts)
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


def _clear(row: Answer, version: int) -> Answer:
    """The field is open again: what stood there cannot be read any more."""
    return Answer(
        field_id=row.field_id,
        value=None,
        state="cleared",
        origin=row.origin,
        author="",
        channel=row.channel,
        reason=UNREADABLE,
        at=clock.now(),
        version=version,
    )
