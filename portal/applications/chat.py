"""Filling an application in the conversation: the same draft, validators and code lists as the pages.

Every function returns ``(messages, pending)`` like ``portal.complaints.chat``: messages as dictionaries (see
``portal.chat.flows``) and what is being asked next (None when nothing is). ``pending`` is
``{"flow": "application", "kind": "field"|"choice"|"confirm", "field_id", "type", "options": [{"value", "label"}],
"step", "draft_id"}``. A step is ``<draft id>:<version>:<field id>`` (``…:confirm`` at a read-back, ``…:submit`` before
sending); a step of an older question changes nothing. Nothing is written before the person has said yes to the
read-back. The caller commits. Errors of permission are raised (NotSignedIn, Forbidden, Missing), everything else is
said in a message.
"""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from portal.applications import (
    asking,
    consenting,
    draft_view,
    drafts,
    meanwhile,
    newer,
    prefilling,
    questions,
    saving,
    sending,
    wording,
)
from portal.applications.answering import answer, answer_at_read_back, answer_denial, keep_present
from portal.applications.correcting import correct, correct_at_read_back
from portal.applications.draft_view import View
from portal.applications.saying import Turn, name_of, page_button, say, step_of, without
from portal.applications.telling import (
    build_receipt,
    current_question,
    explain,
    filled,
    get_open,
    left,
    tell_next,
    tell_skippable,
    why,
)
from portal.errors import Conflict, Invalid
from portal.extensions import db
from portal.identity.service import Identity

__all__ = [
    "Turn",
    "answer",
    "answer_at_read_back",
    "answer_denial",
    "ask_sources",
    "confirm",
    "correct",
    "correct_at_read_back",
    "current_question",
    "explain",
    "filled",
    "find_newest",
    "find_subject",
    "keep_present",
    "left",
    "resume",
    "skip",
    "start",
    "stop",
    "tell_next",
    "tell_skippable",
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
    return _open(draft_view.view_draft(draft, language))


def _open(view: View) -> Turn:
    """How much is filled in, and the first open question; before that, whether the sources may be asked."""
    draft = view.draft
    if consenting.is_undecided(draft):
        return asking.ask_sources(view, [])
    filled = sum(view.origin_of(name) in ("auto", "locked", "computed") for name in view.values)
    item = wording.draft_title(draft)
    text = (
        _(
            "%(item)s: %(count)s answers are filled in from your records, each with its source on the page. I ask what is open.",
            item=item,
            count=filled,
        )
        if filled
        else _("%(item)s: nothing is filled in from records, so I ask one thing after the other.", item=item)
    )
    opening = say(text, buttons=[page_button(draft)])
    return asking.ask_next(view, [opening, *asking.list_warnings(view)])


def confirm(identity: Identity, draft_id: str, step: str, yes: bool | None, language: str) -> Turn:
    """The reply to a read-back: True writes (origin chat_confirmed), False asks again, None repeats the read-back."""
    view = get_open(identity, draft_id, language)
    if consenting.is_undecided(view.draft) or step.endswith(":sources"):
        return _decide_sources(identity, view, step, yes, language)
    if step.endswith(":newer"):
        return _decide_newer(identity, view, step, yes)
    if step.endswith(":submit"):
        return _confirm_sending(identity, view, step, yes, language)
    kept = view.draft.talk.get("read_back")
    if not kept or (step and not meanwhile.is_of(kept, view, step)):
        _drop(view)
        return asking.ask_next(view, [say(_("Something changed since; here is the present question."))])
    clash = meanwhile.find_clash(kept, view) if yes is not False else None
    if clash is not None:
        return clash
    if yes is None:
        return asking.read_back(view)
    _drop(view)
    if not yes:
        return _leave(view, kept)
    return _write(identity, view, kept, language)


def _leave(view: View, kept: dict[str, Any]) -> Turn:
    """What was read back is not written: its field is asked again, unless something else stands in it by now."""
    if kept.get("stands"):
        label = name_of(questions.fields_of(view.form)[kept["field"]], view.language)
        return asking.ask_next(view, [say(_("%(label)s stays as it is.", label=label))])
    if meanwhile.still_holds(kept, view):
        view.draft.talk = {**view.draft.talk, "wished": kept["field"]}
    return asking.ask_next(view, [say(_("Then I have not noted it."))])


def _decide_sources(identity: Identity, view: View, step: str, yes: bool | None, language: str) -> Turn:
    """Yes asks every source now, no asks none; neither of them repeats the question."""
    draft = view.draft
    undecided = consenting.is_undecided(draft)  # then no other answer to it can have come in meanwhile
    asked = meanwhile.asks(step, "sources") if undecided else step == step_of(view, "sources")
    if yes is None or (step and not asked):
        return asking.ask_sources(view, [])
    if not yes and not undecided:
        return asking.ask_next(view, [])
    consenting.decide_sources(identity, draft.id, consenting.read_said("all" if yes else "none", ()))
    return _open(draft_view.view_draft(draft, language))


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
        return asking.ask_next(draft_view.view_draft(draft, language), [say(error.message)])
    fresh = draft_view.view_draft(draft, language)
    if saved.errors:
        return asking.ask_next(fresh, [say(next(iter(saved.errors.values())))])
    wrong = field.id in fresh.list_errors()
    draft.talk = {**draft.talk, "wished": field.id} if wrong else without(draft.talk, "wished")
    db.session.flush()
    fresh = draft_view.view_draft(draft, language)
    return asking.ask_next(fresh, [say(asking.tell_noted(fresh, field))])


def ask_sources(identity: Identity, draft_id: str, language: str) -> Turn:
    """Ask once more whether the sources may be asked; what was typed stays."""
    return asking.ask_sources(get_open(identity, draft_id, language), [])


def find_newest(identity: Identity) -> str:
    """The id of the newest draft that can still be filled in, one's own before those of others who act for the party; ""
    when there is none."""
    known = drafts.list_drafts(identity)
    own = [draft for draft in known if draft.account_id == identity.account_id]
    return next((draft.id for draft in [*own, *known]), "")


def find_subject(identity: Identity, draft_id: str) -> tuple[str, str]:
    """Item and variant of a draft."""
    draft = drafts.get_draft(identity, draft_id)
    return draft.item, draft.variant


def skip(identity: Identity, draft_id: str, step: str, language: str) -> Turn:
    """Leave the asked field for later and ask the next one."""
    view = get_open(identity, draft_id, language)
    asked = asking.next_field(view)
    if asked is None or (step and not any(meanwhile.asks(step, name) for name in (asked.id, "confirm"))):
        return asking.ask_next(view, [])
    draft = view.draft
    kept = without(without(draft.talk, "read_back"), "wished")  # a wish to answer anew ends with it
    draft.talk = {**kept, "skipped": [*draft.talk.get("skipped", []), asked.id]}
    db.session.flush()
    return asking.ask_next(view, [say(_("Left for later: %(label)s.", label=name_of(asked, language)))])


def stop(identity: Identity, draft_id: str, language: str) -> Turn:
    """Leave the form; the draft is kept and can be continued here or on the page."""
    view = draft_view.view_draft(drafts.get_draft(identity, draft_id), language)
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
    if not draft_id or drafts.get_draft(identity, draft_id).state not in draft_view.EDITABLE:
        draft_id = find_newest(identity)
        if not draft_id:
            text = _("You have no open draft. Say which application you want to start.")
            return [say(text, buttons=[{"label": _("Services"), "url": url_for("services.index")}])], None
    draft = drafts.get_draft(identity, draft_id)
    changed = drafts.refresh(identity, draft)
    view = draft_view.view_draft(draft, language)
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
    _ask_skipped_again(_drop(view))
    return asking.ask_next(draft_view.view_draft(draft, language), [*said, *asking.list_warnings(view)])


def _ask_skipped_again(view: View) -> None:
    """Who comes back when nothing else can be asked here is asked what was skipped."""
    again = asking.list_skipped(view, view.list_errors()) if asking.next_field(view) is None else []
    if again:
        kept = [name for name in view.draft.talk.get("skipped", []) if name not in again]
        view.draft.talk = {**view.draft.talk, "skipped": kept}
        db.session.flush()


def _drop(view: View) -> View:
    """Forget what was being read back."""
    view.draft.talk = without(view.draft.talk, "read_back")
    return view


def _confirm_sending(identity: Identity, view: View, step: str, yes: bool | None, language: str) -> Turn:
    if step != step_of(view, "submit"):
        return asking.ask_next(view, [say(_("Something changed since; please look once more before it is sent."))])
    if yes is None:
        return asking.offer_sending(view, [])
    if not yes:
        return [say(_("Not sent. The draft is kept."), buttons=[page_button(view.draft)])], None
    try:
        case = sending.submit(identity, view.draft.id, view.draft.version, f"r{view.draft.version}", language=language)
    except Invalid:
        return asking.ask_next(draft_view.view_draft(view.draft, language), [])
    except Conflict as error:
        if error.code == "new_version":
            return asking.ask_next(view, [])
        return [say(error.message, buttons=[page_button(view.draft)])], None
    return [build_receipt(case)], None
