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

from portal.applications import cases, clocks, drafts, prefilling, questions, wording
from portal.applications.drafts import View
from portal.applications.models import Case, Draft
from portal.errors import Conflict, Invalid
from portal.extensions import db
from portal.forms.service import Field
from portal.identity.service import Identity
from portal.pages import write_date
from portal.services import service as services

Turn = tuple[list[dict[str, Any]], dict[str, Any] | None]
Said = list[dict[str, Any]]


def start(conversation_id: str, identity: Identity, item_id: str, variant: str, language: str) -> Turn:
    """Open (or go on with) the draft of this item and ask the first open question. ``variant`` may be ""."""
    form = questions.find_form(item_id, variant)
    if form is not None and identity.party_code and len(prefilling.list_records(identity, form)) > 1:
        url = url_for("applications.start", item=form.item, variant=form.variant)
        text = _(
            "Your enterprise has several licences. Choose on the page which one it is about; then say “continue” here."
        )
        return [_message(text, buttons=[{"label": _("Choose the licence"), "url": url}])], None
    draft = drafts.start(identity, item_id, form.variant if form else variant)
    view = drafts.view_draft(draft, language)
    filled = sum(view.origin_of(name) in ("auto", "locked", "computed") for name in view.values)
    text = _(
        "%(item)s: %(count)s answers are filled in from your records, each with its source on the page. I ask what is open.",
        item=wording.draft_title(draft),
        count=filled,
    )
    opening = _message(text, buttons=[_page_button(draft)])
    return _ask_next(view, [opening, *_warn(view)])


def answer(
    identity: Identity, draft_id: str, field_id: str, text: str, step: str, language: str, option: str | None = None
) -> Turn:
    """Read what was said for the asked field and read it back. ``option`` is the value of a named option, if any."""
    view = _get_open(identity, draft_id, language)
    asked = _next_field(view)
    if (step and asked is not None and step != _step(view, asked.id)) or (asked and field_id and field_id != asked.id):
        return _ask_next(view, [_message(_("That answer belonged to an earlier question; here is the present one."))])
    if asked is None:
        return _ask_next(view, [])
    offer = _find_offer(view, asked, option if option is not None else text)
    if offer is not None:
        value, errors = questions.read(asked, offer.value)
    else:
        value, errors = questions.read(asked, _tidy(asked, option if option is not None else text))
    if errors or value is None:
        error = next(iter(errors.values()), _("I could not read an answer in that. Say it again, or say “skip”."))
        question = _question(view, asked)
        return [_message(error), question], _pending(view, asked)
    _keep(
        view,
        {"field": asked.id, "value": value, "fact": offer.fact_id if offer else None, "version": view.draft.version},
    )
    return _read_back(view)


def confirm(identity: Identity, draft_id: str, step: str, yes: bool | None, language: str) -> Turn:
    """The reply to a read-back: True writes (origin chat_confirmed), False asks again, None repeats the read-back."""
    view = _get_open(identity, draft_id, language)
    if step.endswith(":submit"):
        return _confirm_sending(identity, view, step, yes, language)
    kept = view.draft.talk.get("read_back")
    if not kept or kept["version"] != view.draft.version or (step and step != _step(view, "confirm")):
        _drop(view)
        return _ask_next(view, [_message(_("Something changed since; here is the present question."))])
    if yes is None:
        return _read_back(view)
    _drop(view)
    if not yes:
        return _ask_next(view, [_message(_("Then I have not noted it."))])
    return _write(identity, view, kept, language)


def _write(identity: Identity, view: View, kept: dict[str, Any], language: str) -> Turn:
    field, draft = questions.fields_of(view.form)[kept["field"]], view.draft
    chosen = {field.id: str(kept["fact"])} if kept["fact"] is not None else {}
    raw = {} if chosen else {field.id: kept["value"]}
    try:
        saved = drafts.save_fields(identity, draft.id, draft.version, raw, "chat", chosen=chosen)
    except (Invalid, Conflict) as error:
        return _ask_next(drafts.view_draft(draft, language), [_message(error.message)])
    fresh = drafts.view_draft(draft, language)
    if saved.errors:
        return _ask_next(fresh, [_message(next(iter(saved.errors.values())))])
    return _ask_next(fresh, [_message(_("Noted: %(label)s.", label=field.label[language]))])


def skip(identity: Identity, draft_id: str, step: str, language: str) -> Turn:
    """Leave the asked field for later and ask the next one."""
    view = _get_open(identity, draft_id, language)
    asked = _next_field(view)
    if asked is None or (step and step not in (_step(view, asked.id), _step(view, "confirm"))):
        return _ask_next(view, [])
    draft = view.draft
    draft.talk = {"skipped": [*draft.talk.get("skipped", []), asked.id]}
    db.session.flush()
    return _ask_next(view, [_message(_("Left for later: %(label)s.", label=asked.label[language]))])


def why(identity: Identity, draft_id: str, step: str, language: str) -> Turn:
    """The clause behind the asked field, then the same question again."""
    view = _get_open(identity, draft_id, language)
    asked = _next_field(view)
    if asked is None:
        return _ask_next(view, [])
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
    return [_message("\n".join(lines), buttons=buttons), *messages], pending


def stop(identity: Identity, draft_id: str, language: str) -> Turn:
    """Leave the form; the draft is kept and can be continued here or on the page."""
    view = drafts.view_draft(drafts.get_draft(identity, draft_id), language)
    _drop(view)
    text = _("I stop here. Everything you confirmed is kept in the draft; say “continue” here, or go on on the page.")
    return [
        _message(
            text,
            buttons=[
                _page_button(view.draft),
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
            return [_message(text, buttons=[{"label": _("Services"), "url": url_for("services.index")}])], None
        draft_id = newest.id
    draft = drafts.get_draft(identity, draft_id)
    changed = drafts.refresh(identity, draft)
    view = drafts.view_draft(draft, language)
    said = [_message(_("We go on with: %(item)s.", item=wording.draft_title(draft)), buttons=[_page_button(draft)])]
    if changed:
        said.append(
            _message(
                _(
                    "Changed in the records since you started: %(fields)s. Look at these again.",
                    fields=_("; ").join(changed),
                )
            )
        )
    return _ask_next(_drop(view), [*said, *_warn(view)])


def current_question(identity: Identity, draft_id: str, language: str) -> Turn:
    """The question now being asked, without changing anything (after an aside, or on another device)."""
    view = _get_open(identity, draft_id, language)
    kept = view.draft.talk.get("read_back")
    return _read_back(view) if kept and kept["version"] == view.draft.version else _ask_next(view, [])


def _get_open(identity: Identity, draft_id: str, language: str) -> View:
    draft = drafts.get_draft(identity, draft_id)
    if draft.state not in drafts.EDITABLE:
        raise Conflict(_("This application was sent already. Its state stands under “my matters”."), code="sent")
    return drafts.view_draft(draft, language)


def _message(text: str, *, buttons: Said | None = None, data: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"kind": "form", "text": text, "buttons": buttons or [], "data": data or {}}


def _page_button(draft: Draft) -> dict[str, Any]:
    return {"label": _("Open the form"), "url": url_for("applications.draft", draft_id=draft.id)}


def _warn(view: View) -> Said:
    return [_message(rule.label[view.language]) for rule in questions.list_warnings(view.form, view.values)]


def _keep(view: View, read_back: dict[str, Any]) -> None:
    view.draft.talk = {**view.draft.talk, "read_back": read_back}
    db.session.flush()


def _drop(view: View) -> View:
    """Forget what was being read back."""
    view.draft.talk = {name: value for name, value in view.draft.talk.items() if name != "read_back"}
    return view


def _next_field(view: View) -> Field | None:
    """The first shown field that has no value (or is in conflict), may be answered and can be asked in words."""
    skipped = view.draft.talk.get("skipped", [])
    for field in questions.list_shown(view.form, view.values):
        settled = view.values.get(field.id) is not None and not view.is_conflict(field.id) and not view.notes
        if view.notes and field.id in view.notes:
            settled = any(
                r.field_id == field.id and r.version >= _returned_at(view) and r.author for r in view.draft.answers
            )
        if not settled and view.is_open(field.id) and field.asked_in_chat and field.id not in skipped:
            return field
    return None


def _returned_at(view: View) -> int:
    """The draft's version that the return made: answers from then on are corrections."""
    sent = [row.version for row in view.draft.answers if row.at <= _get_case(view).snapshot.at]
    return max(sent, default=0) + 1


def _get_case(view: View) -> Case:
    from sqlalchemy import select

    return db.session.scalars(select(Case).where(Case.draft_id == view.draft.id)).one()


def _step(view: View, field_id: str) -> str:
    return f"{view.draft.id}:{view.draft.version}:{field_id}"


def _options(view: View, field: Field) -> list[dict[str, str]]:
    """What can be named in words or pressed: codes with labels, and values that records offer."""
    if field.type == "yes_no":
        return [{"value": code, "label": label} for code, label in questions.list_yes_no(field, view.language)]
    if field.type == "declaration":
        return [{"value": "yes", "label": _("I declare this")}]
    if field.type in ("choice", "choices"):
        return [{"value": o.code, "label": o.label[view.language]} for o in field.options]
    return [
        {"value": f"fact:{c.fact_id}", "label": questions.write_raw(field, c.value, view.language)}
        for c in drafts.offered(view.outcomes.get(field.id))
    ]


def _find_offer(view: View, field: Field, said: str) -> Any:
    """The offered value that was pressed (``fact:<id>``)."""
    found = [c for c in drafts.offered(view.outcomes.get(field.id)) if said == f"fact:{c.fact_id}"]
    return found[0] if found else None


def _tidy(field: Field, text: str) -> str:
    """A spoken answer without the full stop behind it."""
    return (
        text.strip().rstrip("。.!！")
        if field.type in ("choice", "choices", "yes_no", "declaration", "date", "number")
        else text.strip()
    )


def _pending(view: View, field: Field) -> dict[str, Any]:
    options = _options(view, field)
    kind = "choice" if options else "field"
    return {
        "flow": "application",
        "kind": kind,
        "field_id": field.id,
        "type": questions.kind_of(field),
        "options": options,
        "step": _step(view, field.id),
        "draft_id": view.draft.id,
    }


def _question(view: View, field: Field) -> dict[str, Any]:
    step = _step(view, field.id)
    lines = [questions.ask(field, view.language)]
    if view.is_conflict(field.id):
        lines.insert(0, _("Two records disagree about this; which is right?"))
        lines += [
            f"· {questions.write_raw(field, c.value, view.language)} ({c.origin_line})"
            for c in drafts.offered(view.outcomes[field.id])
        ]
    if field.id in view.notes:
        lines.insert(0, _("To correct: %(note)s", note=view.notes[field.id]))
    buttons: Said = [
        {
            "label": o["label"],
            "payload": {"intent": "answer_field", "value": o["value"], "field_id": field.id, "step": step},
        }
        for o in _options(view, field)[:12]
    ]
    if not field.required:
        lines.append(_("This may be left out: say “skip”."))
    buttons.append({"label": _("Skip"), "payload": {"intent": "skip", "step": step}})
    if field.cites:
        buttons.append({"label": _("Why do you ask?"), "payload": {"intent": "why", "step": step}})
    return _message("\n".join(lines), buttons=buttons, data={"field_id": field.id})


def _ask_next(view: View, opening: Said) -> Turn:
    field = _next_field(view)
    if field is not None:
        return [*opening, _question(view, field)], _pending(view, field)
    errors = view.list_errors()
    if errors:
        names = list(dict.fromkeys(questions.label_of(view.form, path, view.language) for path in errors))
        text = _(
            "What is left is done on the page (files, tables, what you skipped): %(fields)s.",
            fields=_("; ").join(names),
        )
        return [*opening, _message(text, buttons=[_page_button(view.draft)])], None
    return _offer_sending(view, opening)


def _read_back(view: View) -> Turn:
    kept = view.draft.talk["read_back"]
    field, step = questions.fields_of(view.form)[kept["field"]], _step(view, "confirm")
    text = _(
        "%(label)s: %(value)s. Is this right?",
        label=field.label[view.language],
        value=questions.write(field, kept["value"], view.language),
    )
    options = [{"value": "yes", "label": _("Yes, that is right")}, {"value": "no", "label": _("No, ask again")}]
    buttons = [
        {"label": _("Yes, that is right"), "payload": {"intent": "affirm", "step": step}},
        {"label": _("No, ask again"), "payload": {"intent": "deny", "step": step}},
    ]
    pending = {
        "flow": "application",
        "kind": "confirm",
        "field_id": field.id,
        "type": "confirm",
        "options": options,
        "step": step,
        "draft_id": view.draft.id,
    }
    return [_message(text, buttons=buttons, data={"field_id": field.id})], pending


def _offer_sending(view: View, opening: Said) -> Turn:
    step = _step(view, "submit")
    url = url_for("applications.check", draft_id=view.draft.id)
    buttons: Said = [
        {"label": _("Check everything on the page"), "url": url},
        {"label": _("Yes, send it"), "payload": {"intent": "affirm", "step": step}},
        {"label": _("No, not yet"), "payload": {"intent": "deny", "step": step}},
    ]
    text = _(
        "Everything is answered. Sending is binding; look it through on the page first if you like. Shall I send it?"
    )
    pending = {
        "flow": "application",
        "kind": "confirm",
        "field_id": "submit",
        "type": "confirm",
        "options": [{"value": "yes", "label": _("Yes, send it")}, {"value": "no", "label": _("No, not yet")}],
        "step": step,
        "draft_id": view.draft.id,
    }
    return [*opening, _message(text, buttons=buttons, data={"field_id": "submit"})], pending


def _confirm_sending(identity: Identity, view: View, step: str, yes: bool | None, language: str) -> Turn:
    if step != _step(view, "submit"):
        return _ask_next(view, [_message(_("Something changed since; please look once more before it is sent."))])
    if yes is None:
        return _offer_sending(view, [])
    if not yes:
        return [_message(_("Not sent. The draft is kept."), buttons=[_page_button(view.draft)])], None
    try:
        case = cases.submit(identity, view.draft.id, view.draft.version, f"r{view.draft.version}", language=language)
    except Invalid:
        return _ask_next(drafts.view_draft(view.draft, language), [])
    except Conflict as error:
        return [_message(error.message, buttons=[_page_button(view.draft)])], None
    return [_receipt(case)], None


def _receipt(case: Case) -> dict[str, Any]:
    lines = [
        _(
            "Received: %(item)s. Number %(number)s.",
            item=wording.item_title(case.item, case.variant),
            number=case.number,
        )
    ]
    if case.certificate_number:
        lines.append(_("The filing is complete. Filing number: %(number)s.", number=case.certificate_number))
    found = clocks.find_clock(case.form_id, case.form_version, case.due_for)
    if case.due and found:
        lines.append(_("%(step)s by %(day)s.", step=wording.due_name(case.due_for), day=write_date(case.due)))
    lines.append(_("Fingerprint of the answers: %(hash)s", hash=case.snapshot_hash))
    data = {
        "number": case.number,
        "case_id": case.id,
        "hash": case.snapshot_hash,
        "due": case.due.isoformat() if case.due else None,
    }
    url = url_for("applications.case", case_id=case.id)
    return {
        "kind": "receipt",
        "text": "\n".join(lines),
        "data": data,
        "buttons": [{"label": _("Receipt and state"), "url": url}],
    }
