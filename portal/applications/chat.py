"""Filling an application in the conversation: the same draft, validators and code lists as the pages.

Every function returns ``(messages, pending)`` like ``portal.complaints.chat``: messages as dictionaries (see
``portal.chat.flows``) and what is being asked next (None when nothing is). ``pending`` is
``{"flow": "application", "kind": "field"|"choice"|"confirm", "field_id", "type", "options": [{"value", "label"}],
"step", "draft_id"}``. A step is ``<draft id>:<version>:<field id>`` (``…:confirm`` at a read-back, ``…:submit`` before
sending); a step of an older question changes nothing. Nothing is written before the person has said yes to the
read-back. The caller commits. Errors of permission are raised (NotSignedIn, Forbidden, Missing), everything else is
said in a message.
"""

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from portal.applications import asking, cases, consenting, drafts, naming, newer, prefilling, questions, saving, wording
from portal.applications.drafts import View
from portal.applications.saying import Turn, name_of, page_button, say, step_of
from portal.applications.telling import current_question, explain, get_open, left, why
from portal.errors import Conflict, Invalid
from portal.extensions import db
from portal.forms.service import Field
from portal.identity.service import Identity

__all__ = [
    "Turn",
    "answer",
    "confirm",
    "correct",
    "correct_at_read_back",
    "current_question",
    "explain",
    "keep_present",
    "left",
    "resume",
    "skip",
    "start",
    "stop",
    "why",
]


def start(conversation_id: str, identity: Identity, item_id: str, variant: str, language: str) -> Turn:
    """Open (or go on with) the draft of this item and ask the first open question. ``variant`` may be ""."""
    form = questions.find_form(item_id, variant)
    if form is not None and identity.party_code and len(prefilling.list_records(identity, form)) > 1:
        url = url_for("applications.start", item=form.item, variant=form.variant)
        text = _(
            "Your enterprise has several licences. Choose on the page which one it is about; then say “continue” here."
        )
        return [say(text, buttons=[{"label": _("Choose the licence"), "url": url}])], None
    draft = drafts.start(identity, item_id, form.variant if form else variant)
    return _open(drafts.view_draft(draft, language))


def _open(view: View) -> Turn:
    """How much is filled in, and the first open question; before that, whether the sources may be asked."""
    draft = view.draft
    if consenting.is_undecided(draft):
        return asking.ask_sources(view, [])
    filled = sum(view.origin_of(name) in ("auto", "locked", "computed") for name in view.values)
    text = _(
        "%(item)s: %(count)s answers are filled in from your records, each with its source on the page. I ask what is open.",
        item=wording.draft_title(draft),
        count=filled,
    )
    opening = say(text, buttons=[page_button(draft)])
    return asking.ask_next(view, [opening, *asking.list_warnings(view)])


def answer(
    identity: Identity, draft_id: str, field_id: str, text: str, step: str, language: str, option: str | None = None
) -> Turn:
    """Read what was said for the asked field and read it back. ``option`` is the value of a named option, if any."""
    view = get_open(identity, draft_id, language)
    if consenting.is_undecided(view.draft):
        return asking.ask_sources(view, [])
    asked = asking.next_field(view)
    if (step and asked is not None and step != step_of(view, asked.id)) or (
        asked and field_id and field_id != asked.id
    ):
        return asking.ask_next(view, [say(_("That answer belonged to an earlier question; here is the present one."))])
    if asked is None:
        return asking.ask_next(view, [])
    option = option if option is not None else asking.read_yes_no(asked, text)
    offer = asking.find_offer(view, asked, option if option is not None else text)
    if offer is not None:
        value, errors = questions.read(asked, offer.value)
    else:
        value, errors = questions.read(asked, asking.tidy(asked, option if option is not None else text))
    if errors or value is None:
        error = next(iter(errors.values()), _("I could not read an answer in that. Say it again, or say “skip”."))
        question = asking.build_question(view, asked)
        return [say(error), question], asking.build_pending(view, asked)
    _keep(
        view,
        {"field": asked.id, "value": value, "fact": offer.fact_id if offer else None, "version": view.draft.version},
    )
    return asking.read_back(view)


def keep_present(identity: Identity, draft_id: str, language: str) -> Turn | None:
    """What stands in the asked field stays, and the next one is asked; None when nothing stands there."""
    view = get_open(identity, draft_id, language)
    asked = asking.next_field(view)
    if asked is None or consenting.is_undecided(view.draft) or view.values.get(asked.id) is None:
        return None
    if view.is_conflict(asked.id) or asked.id in view.notes:
        return None  # two records disagree, or an officer wants it otherwise
    view.draft.talk = _without(view.draft.talk, "wished")
    db.session.flush()
    text = _("%(label)s stays as it is.", label=name_of(asked, language))
    return asking.ask_next(drafts.view_draft(view.draft, language), [say(text)])


def confirm(identity: Identity, draft_id: str, step: str, yes: bool | None, language: str) -> Turn:
    """The reply to a read-back: True writes (origin chat_confirmed), False asks again, None repeats the read-back."""
    view = get_open(identity, draft_id, language)
    if consenting.is_undecided(view.draft):
        return _decide_sources(identity, view, step, yes, language)
    if step.endswith(":newer"):
        return _decide_newer(identity, view, step, yes)
    if step.endswith(":submit"):
        return _confirm_sending(identity, view, step, yes, language)
    kept = view.draft.talk.get("read_back")
    if not kept or kept["version"] != view.draft.version or (step and step != step_of(view, "confirm")):
        _drop(view)
        return asking.ask_next(view, [say(_("Something changed since; here is the present question."))])
    if yes is None:
        return asking.read_back(view)
    _drop(view)
    if not yes:
        view.draft.talk = {**view.draft.talk, "wished": kept["field"]}
        return asking.ask_next(view, [say(_("Then I have not noted it."))])
    return _write(identity, view, kept, language)


def _decide_sources(identity: Identity, view: View, step: str, yes: bool | None, language: str) -> Turn:
    """Yes asks every source now, no asks none; neither of them repeats the question."""
    draft = view.draft
    if yes is None or (step and step != step_of(view, "sources")):
        return asking.ask_sources(view, [])
    consenting.decide_sources(identity, draft.id, consenting.read_said("all" if yes else "none", ()))
    return _open(drafts.view_draft(draft, language))


def _decide_newer(identity: Identity, view: View, step: str, yes: bool | None) -> Turn:
    """Yes goes over to the newer version of the form, no stays; anything else, or a step of another moment, asks again."""
    if yes is None or step != step_of(view, "newer"):
        return asking.ask_next(view, [])
    fresh, said = newer.decide(identity, view, yes)
    return asking.ask_next(fresh, said)


def _write(identity: Identity, view: View, kept: dict[str, Any], language: str) -> Turn:
    field, draft = questions.fields_of(view.form)[kept["field"]], view.draft
    chosen = {field.id: str(kept["fact"])} if kept["fact"] is not None else {}
    raw = {} if chosen else {field.id: kept["value"]}
    try:
        saved = saving.save_fields(identity, draft.id, draft.version, raw, "chat", chosen=chosen)
    except (Invalid, Conflict) as error:
        return asking.ask_next(drafts.view_draft(draft, language), [say(error.message)])
    fresh = drafts.view_draft(draft, language)
    if saved.errors:
        return asking.ask_next(fresh, [say(next(iter(saved.errors.values())))])
    draft.talk = _without(draft.talk, "wished")
    fresh = drafts.view_draft(draft, language)
    return asking.ask_next(fresh, [say(asking.tell_noted(fresh, field))])


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
    view.draft.talk = {**_without(view.draft.talk, "read_back"), "wished": field.id}
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
        view.draft.talk = {**_without(view.draft.talk, "read_back"), "wished": pending["field_id"]}
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


def skip(identity: Identity, draft_id: str, step: str, language: str) -> Turn:
    """Leave the asked field for later and ask the next one."""
    view = get_open(identity, draft_id, language)
    asked = asking.next_field(view)
    if asked is None or (step and step not in (step_of(view, asked.id), step_of(view, "confirm"))):
        return asking.ask_next(view, [])
    draft = view.draft
    kept = {key: value for key, value in draft.talk.items() if key == "stays"}  # a wish to answer anew ends with it
    draft.talk = {**kept, "skipped": [*draft.talk.get("skipped", []), asked.id]}
    db.session.flush()
    return asking.ask_next(view, [say(_("Left for later: %(label)s.", label=name_of(asked, language)))])


def stop(identity: Identity, draft_id: str, language: str) -> Turn:
    """Leave the form; the draft is kept and can be continued here or on the page."""
    view = drafts.view_draft(drafts.get_draft(identity, draft_id), language)
    _drop(view)
    text = _("I stop here. Everything you confirmed is kept in the draft; say “continue” here, or go on on the page.")
    return [
        say(
            text,
            buttons=[
                page_button(view.draft),
                {"label": _("Continue"), "payload": {"intent": "continue_application", "draft_id": draft_id}},
            ],
        )
    ], None


def resume(identity: Identity, draft_id: str, language: str) -> Turn:
    """Go on with this draft, or with the newest open one when ``draft_id`` is ""."""
    if not draft_id:
        newest = next(iter(drafts.list_drafts(identity)), None)
        if newest is None:
            text = _("You have no open draft. Say which application you want to start.")
            return [say(text, buttons=[{"label": _("Services"), "url": url_for("services.index")}])], None
        draft_id = newest.id
    draft = drafts.get_draft(identity, draft_id)
    changed = drafts.refresh(identity, draft)
    view = drafts.view_draft(draft, language)
    said = [say(_("We go on with: %(item)s.", item=wording.draft_title(draft)), buttons=[page_button(draft)])]
    if changed:
        said.append(
            say(
                _(
                    "Changed in the records since you started: %(fields)s. Look at these again.",
                    fields=_("; ").join(changed),
                )
            )
        )
    return asking.ask_next(_drop(view), [*said, *asking.list_warnings(view)])


def _without(talk: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in talk.items() if key != name}


def _keep(view: View, read_back: dict[str, Any]) -> None:
    view.draft.talk = {**view.draft.talk, "read_back": read_back}
    db.session.flush()


def _drop(view: View) -> View:
    """Forget what was being read back."""
    view.draft.talk = _without(view.draft.talk, "read_back")
    return view


def _confirm_sending(identity: Identity, view: View, step: str, yes: bool | None, language: str) -> Turn:
    if step != step_of(view, "submit"):
        return asking.ask_next(view, [say(_("Something changed since; please look once more before it is sent."))])
    if yes is None:
        return asking.offer_sending(view, [])
    if not yes:
        return [say(_("Not sent. The draft is kept."), buttons=[page_button(view.draft)])], None
    try:
        case = cases.submit(identity, view.draft.id, view.draft.version, f"r{view.draft.version}", language=language)
    except Invalid:
        return asking.ask_next(drafts.view_draft(view.draft, language), [])
    except Conflict as error:
        if error.code == "new_version":
            return asking.ask_next(view, [])
        return [say(error.message, buttons=[page_button(view.draft)])], None
    return [asking.build_receipt(case)], None
