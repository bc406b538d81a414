"""An earlier answer is to be another one: which field is meant, whether it may change, and its question anew."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from portal.applications import asking, consenting, naming, prefilling, questions
from portal.applications.answering import answer
from portal.applications.draft_view import View
from portal.applications.saying import Turn, name_of, page_button, say, without
from portal.applications.telling import get_open
from portal.extensions import db
from portal.forms.service import Field
from portal.identity.service import Identity


def correct(
    identity: Identity, draft_id: str, field_id: str, text: str, step: str, language: str, wished: str = ""
) -> Turn:
    """Answer an earlier question anew: the field that ``text`` names (or ``wished``), with the new value if it says one.

    Words that name no field change nothing: the person is asked which field they mean.
    """
    view = get_open(identity, draft_id, language)
    named = naming.find_named(questions.list_shown(view.form, view.values), text)
    field = questions.fields_of(view.form).get(wished) or named.one
    if field is None and named.fields:
        return _ask_which(view, named.fields)
    if field is None:
        return asking.ask_next(view, [say(_("Tell me which answer is to be changed, by the name of its field."))])
    refusal = _refuse_change(view, field)
    if refusal:
        return asking.ask_next(view, [refusal])
    view.draft.talk = {**without(view.draft.talk, "read_back"), "wished": field.id}
    db.session.flush()
    if named.value:
        return answer(identity, draft_id, field.id, named.value, "", language)
    hidden = prefilling.is_hidden(view.facts, view.answers.get(field.id), identity)
    present = "" if hidden else questions.write(field, view.values.get(field.id), language)
    said = _("%(label)s stands as: %(value)s", label=name_of(field, language), value=present) if present else ""
    return asking.ask_next(view, [say(said)] if said else [])


def correct_at_read_back(
    identity: Identity, draft_id: str, text: str, step: str, language: str, pending: dict[str, Any]
) -> Turn | None:
    """A no with more in it: the right value of what is read back, or the name of another field; None for a plain no."""
    view = get_open(identity, draft_id, language)
    if consenting.is_undecided(view.draft) or pending.get("field_id") == "newer":
        return None
    shown = [f for f in questions.list_shown(view.form, view.values) if f.id != pending.get("field_id")]
    named = naming.find_named(shown, text)
    if named.one is not None:
        return correct(identity, draft_id, "", text, step, language, named.one.id)
    if named.value and pending.get("field_id") in questions.fields_of(view.form):
        view.draft.talk = {**without(view.draft.talk, "read_back"), "wished": pending["field_id"]}
        db.session.flush()
        return answer(identity, draft_id, str(pending["field_id"]), named.value, "", language)
    return None


def _ask_which(view: View, fields: Sequence[Field]) -> Turn:
    """Several fields may be meant: each as a button, then the present question."""
    buttons = [{"label": f.label[view.language], "payload": {"intent": "correct", "wished": f.id}} for f in fields]
    return asking.ask_next(view, [say(_("Which of these is to be changed?"), buttons=buttons)])


def _refuse_change(view: View, field: Field) -> dict[str, Any] | None:
    """Why a field cannot be changed here; None when it can."""
    label = name_of(field, view.language)
    if view.is_locked(field.id):
        text = _(
            "%(label)s comes from the register and cannot be changed here. If it is wrong, have the register corrected first.",
            label=label,
        )
    elif not view.is_open(field.id):
        text = _("Only what the authority returned can be changed now.")
    elif not field.asked_in_chat or field.type in ("file", "repeat"):
        text = _("%(label)s is changed on the page.", label=label)
    else:
        return None
    return say(text, buttons=[page_button(view.draft)])
