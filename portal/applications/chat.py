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

from portal.applications import asking, cases, drafts, prefilling, questions, saving, wording
from portal.applications.drafts import View
from portal.errors import Conflict, Invalid
from portal.extensions import db
from portal.identity.service import Identity
from portal.services import service as services

Turn = tuple[list[dict[str, Any]], dict[str, Any] | None]


def start(conversation_id: str, identity: Identity, item_id: str, variant: str, language: str) -> Turn:
    """Open (or go on with) the draft of this item and ask the first open question. ``variant`` may be ""."""
    form = questions.find_form(item_id, variant)
    if form is not None and identity.party_code and len(prefilling.list_records(identity, form)) > 1:
        url = url_for("applications.start", item=form.item, variant=form.variant)
        text = _(
            "Your enterprise has several licences. Choose on the page which one it is about; then say “continue” here."
        )
        return [asking.say(text, buttons=[{"label": _("Choose the licence"), "url": url}])], None
    draft = drafts.start(identity, item_id, form.variant if form else variant)
    view = drafts.view_draft(draft, language)
    filled = sum(view.origin_of(name) in ("auto", "locked", "computed") for name in view.values)
    text = _(
        "%(item)s: %(count)s answers are filled in from your records, each with its source on the page. I ask what is open.",
        item=wording.draft_title(draft),
        count=filled,
    )
    opening = asking.say(text, buttons=[asking.page_button(draft)])
    return asking.ask_next(view, [opening, *asking.list_warnings(view)])


def answer(
    identity: Identity, draft_id: str, field_id: str, text: str, step: str, language: str, option: str | None = None
) -> Turn:
    """Read what was said for the asked field and read it back. ``option`` is the value of a named option, if any."""
    view = _get_open(identity, draft_id, language)
    asked = asking.next_field(view)
    if (step and asked is not None and step != asking.step_of(view, asked.id)) or (
        asked and field_id and field_id != asked.id
    ):
        return asking.ask_next(
            view, [asking.say(_("That answer belonged to an earlier question; here is the present one."))]
        )
    if asked is None:
        return asking.ask_next(view, [])
    offer = asking.find_offer(view, asked, option if option is not None else text)
    if offer is not None:
        value, errors = questions.read(asked, offer.value)
    else:
        value, errors = questions.read(asked, asking.tidy(asked, option if option is not None else text))
    if errors or value is None:
        error = next(iter(errors.values()), _("I could not read an answer in that. Say it again, or say “skip”."))
        question = asking.build_question(view, asked)
        return [asking.say(error), question], asking.build_pending(view, asked)
    _keep(
        view,
        {"field": asked.id, "value": value, "fact": offer.fact_id if offer else None, "version": view.draft.version},
    )
    return asking.read_back(view)


def confirm(identity: Identity, draft_id: str, step: str, yes: bool | None, language: str) -> Turn:
    """The reply to a read-back: True writes (origin chat_confirmed), False asks again, None repeats the read-back."""
    view = _get_open(identity, draft_id, language)
    if step.endswith(":submit"):
        return _confirm_sending(identity, view, step, yes, language)
    kept = view.draft.talk.get("read_back")
    if not kept or kept["version"] != view.draft.version or (step and step != asking.step_of(view, "confirm")):
        _drop(view)
        return asking.ask_next(view, [asking.say(_("Something changed since; here is the present question."))])
    if yes is None:
        return asking.read_back(view)
    _drop(view)
    if not yes:
        return asking.ask_next(view, [asking.say(_("Then I have not noted it."))])
    return _write(identity, view, kept, language)


def _write(identity: Identity, view: View, kept: dict[str, Any], language: str) -> Turn:
    field, draft = questions.fields_of(view.form)[kept["field"]], view.draft
    chosen = {field.id: str(kept["fact"])} if kept["fact"] is not None else {}
    raw = {} if chosen else {field.id: kept["value"]}
    try:
        saved = saving.save_fields(identity, draft.id, draft.version, raw, "chat", chosen=chosen)
    except (Invalid, Conflict) as error:
        return asking.ask_next(drafts.view_draft(draft, language), [asking.say(error.message)])
    fresh = drafts.view_draft(draft, language)
    if saved.errors:
        return asking.ask_next(fresh, [asking.say(next(iter(saved.errors.values())))])
    return asking.ask_next(fresh, [asking.say(_("Noted: %(label)s.", label=field.label[language]))])


def skip(identity: Identity, draft_id: str, step: str, language: str) -> Turn:
    """Leave the asked field for later and ask the next one."""
    view = _get_open(identity, draft_id, language)
    asked = asking.next_field(view)
    if asked is None or (step and step not in (asking.step_of(view, asked.id), asking.step_of(view, "confirm"))):
        return asking.ask_next(view, [])
    draft = view.draft
    draft.talk = {"skipped": [*draft.talk.get("skipped", []), asked.id]}
    db.session.flush()
    return asking.ask_next(view, [asking.say(_("Left for later: %(label)s.", label=asked.label[language]))])


def why(identity: Identity, draft_id: str, step: str, language: str) -> Turn:
    """The clause behind the asked field, then the same question again."""
    view = _get_open(identity, draft_id, language)
    asked = asking.next_field(view)
    if asked is None:
        return asking.ask_next(view, [])
    lines, buttons = [], []
    for cite in services.show_cites(asked.cites):  # type: ignore[arg-type]
        place = _("“%(title)s” art. %(article)s", title=cite.title, article=cite.article)
        lines.append(f"{place}: {cite.quote}" if cite.quote else place)
        if cite.version_id:
            buttons.append(
                {"label": place, "url": url_for("policies.document", version_id=cite.version_id, _anchor=cite.anchor)}
            )
    if not lines:
        lines = [_("No single clause asks for this; the authority needs it to reach you or to handle the application.")]
    messages, pending = current_question(identity, draft_id, language)
    return [asking.say("\n".join(lines), buttons=buttons), *messages], pending


def stop(identity: Identity, draft_id: str, language: str) -> Turn:
    """Leave the form; the draft is kept and can be continued here or on the page."""
    view = drafts.view_draft(drafts.get_draft(identity, draft_id), language)
    _drop(view)
    text = _("I stop here. Everything you confirmed is kept in the draft; say “continue” here, or go on on the page.")
    return [
        asking.say(
            text,
            buttons=[
                asking.page_button(view.draft),
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
            return [asking.say(text, buttons=[{"label": _("Services"), "url": url_for("services.index")}])], None
        draft_id = newest.id
    draft = drafts.get_draft(identity, draft_id)
    changed = drafts.refresh(identity, draft)
    view = drafts.view_draft(draft, language)
    said = [
        asking.say(_("We go on with: %(item)s.", item=wording.draft_title(draft)), buttons=[asking.page_button(draft)])
    ]
    if changed:
        said.append(
            asking.say(
                _(
                    "Changed in the records since you started: %(fields)s. Look at these again.",
                    fields=_("; ").join(changed),
                )
            )
        )
    return asking.ask_next(_drop(view), [*said, *asking.list_warnings(view)])


def current_question(identity: Identity, draft_id: str, language: str) -> Turn:
    """The question now being asked, without changing anything (after an aside, or on another device)."""
    view = _get_open(identity, draft_id, language)
    kept = view.draft.talk.get("read_back")
    return asking.read_back(view) if kept and kept["version"] == view.draft.version else asking.ask_next(view, [])


def _get_open(identity: Identity, draft_id: str, language: str) -> View:
    draft = drafts.get_draft(identity, draft_id)
    if draft.state not in drafts.EDITABLE:
        raise Conflict(_("This application was sent already. Its state stands under “my matters”."), code="sent")
    return drafts.view_draft(draft, language)


def _keep(view: View, read_back: dict[str, Any]) -> None:
    view.draft.talk = {**view.draft.talk, "read_back": read_back}
    db.session.flush()


def _drop(view: View) -> View:
    """Forget what was being read back."""
    view.draft.talk = {name: value for name, value in view.draft.talk.items() if name != "read_back"}
    return view


def _confirm_sending(identity: Identity, view: View, step: str, yes: bool | None, language: str) -> Turn:
    if step != asking.step_of(view, "submit"):
        return asking.ask_next(
            view, [asking.say(_("Something changed since; please look once more before it is sent."))]
        )
    if yes is None:
        return asking.offer_sending(view, [])
    if not yes:
        return [asking.say(_("Not sent. The draft is kept."), buttons=[asking.page_button(view.draft)])], None
    try:
        case = cases.submit(identity, view.draft.id, view.draft.version, f"r{view.draft.version}", language=language)
    except Invalid:
        return asking.ask_next(drafts.view_draft(view.draft, language), [])
    except Conflict as error:
        return [asking.say(error.message, buttons=[asking.page_button(view.draft)])], None
    return [asking.build_receipt(case)], None
