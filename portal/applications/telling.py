"""What the conversation tells of an application without changing it: what is left, what a field means, why it is asked, the receipt."""

from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from portal.applications import (
    asking,
    clocks,
    consenting,
    draft_view,
    drafts,
    meanwhile,
    naming,
    prefilling,
    questions,
    saying,
    wording,
)
from portal.applications.cases import OPEN_STATES, list_own
from portal.applications.draft_view import View
from portal.applications.models import Case
from portal.applications.saying import Turn, name_of, page_button, say
from portal.errors import Conflict
from portal.forms.service import Field
from portal.identity.service import Identity
from portal.language import current_language
from portal.pages import write_clause, write_date
from portal.services import service as services

_LONGEST_SHOWN = 60  # characters of a value told in the conversation


def left(identity: Identity, draft_id: str, language: str, *, titled: bool = False) -> Turn:
    """What still needs an answer, how much is done, then the present question again; ``titled`` says of which application."""
    view = get_open(identity, draft_id, language)
    shown = questions.list_shown(view.form, view.values)
    done = sum(view.values.get(field.id) is not None for field in shown)
    lines = [wording.draft_title(view.draft)] if titled else []
    lines.append(_("%(done)s of %(all)s are answered.", done=done, all=len(shown)))
    sections = asking.list_left(view)
    nothing = (
        _("Nothing is missing any more.")
        if done == len(shown)
        else _("Nothing more is needed; the rest may be left out.")
    )
    lines.append(_("Still open:") if sections else nothing)
    for label, fields in sections:
        named = _("; ").join(name_of(field, language) for field in fields)
        lines.append("· " + _("%(label)s: %(text)s", label=label, text=named))
    messages, pending = current_question(identity, draft_id, language)
    return [say("\n".join(lines), buttons=[page_button(view.draft)]), *messages], pending


def filled(identity: Identity, draft_id: str, language: str, *, titled: bool = False) -> Turn:
    """What stands in the form, by section, then the present question again; what is hidden or long is left to the page."""
    view = get_open(identity, draft_id, language)
    lines = []
    for page, fields in view.list_sections():
        told = [text for field in fields if (text := _write_filled(view, field, identity))]
        if told:
            lines.append("· " + _("%(label)s: %(text)s", label=page.label[language], text=_("; ").join(told)))
    title = [wording.draft_title(view.draft)] if titled else []
    text = "\n".join([*title, *(lines or [_("Nothing is filled in yet.")])])
    messages, pending = current_question(identity, draft_id, language)
    return [say(text, buttons=[page_button(view.draft)]), *messages], pending


def _write_filled(view: View, field: Field, identity: Identity) -> str:
    """A field with its value as it may be shown here; "" when it has none, or one that only the page shows."""
    value = view.values.get(field.id)
    if value is None or field.type in ("file", "repeat"):
        return ""
    if prefilling.is_hidden(view.facts, view.answers.get(field.id), identity):
        return _("%(label)s (shown on the page)", label=name_of(field, view.language))
    text = saying.veil(field, questions.write(field, value, view.language))
    shown = text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"
    return _("%(label)s “%(value)s”", label=name_of(field, view.language), value=shown)


def explain(identity: Identity, draft_id: str, text: str, language: str) -> list[dict[str, Any]]:
    """What the form itself says of a field that is asked about ("什么是质量负责人"); [] when no field is named."""
    view = get_open(identity, draft_id, language)
    field = next(iter(naming.find_named(questions.list_shown(view.form, view.values), text).fields), None)
    if field is None:
        return []
    if field.hint:
        return [
            say(
                _("%(label)s: %(text)s", label=name_of(field, language), text=field.hint[language]),
                data={"explains": field.id},
            )
        ]
    lines, buttons = _list_reasons(field)
    return [say("\n".join(lines), buttons=buttons, data={"explains": field.id})] if lines else []


def why(identity: Identity, draft_id: str, step: str, language: str, text: str = "") -> Turn:
    """The clause behind the field that ``text`` names, else the asked one; then the same question again."""
    view = get_open(identity, draft_id, language)
    if consenting.is_undecided(view.draft):
        reason = _("What these sources know need not be typed; each value says where it comes from, and you check it.")
        return asking.ask_sources(view, [say(reason)])
    named = naming.find_named(questions.list_shown(view.form, view.values), text) if text else None
    asked = (named.one if named else None) or _read_back_field(view) or asking.next_field(view)
    if asked is None:
        return asking.ask_next(view, [])
    lines, buttons = _list_reasons(asked)
    if not lines:
        lines = [_("No single clause asks for this; the authority needs it to reach you or to handle the application.")]
    messages, pending = current_question(identity, draft_id, language)
    return [say("\n".join(lines), buttons=buttons), *messages], pending


def tell_skippable(identity: Identity, draft_id: str, language: str) -> Turn:
    """Whether what is asked now may be left out and what it is for, then the same question again."""
    view = get_open(identity, draft_id, language)
    if consenting.is_undecided(view.draft):
        text = _(
            "Yes: say “no”, and you type everything yourself. The sources only save typing; what they fill in stays yours to check and change."
        )
        return asking.ask_sources(view, [say(text)])
    asked = _read_back_field(view) or asking.next_field(view)
    messages, pending = current_question(identity, draft_id, language)
    if asked is None:
        return messages, pending
    text = (
        _("It may be left for later: say “skip”. Before the application is sent it has to be answered.")
        if asked.required
        else _("Yes, this may be left out: say “skip”.")
    )
    lines, buttons = _list_reasons(asked)
    return [say("\n".join([text, *lines]), buttons=buttons), *messages], pending


def _list_reasons(field: Field) -> tuple[list[str], list[dict[str, Any]]]:
    """The clauses that ask for a field, quoted, with buttons that open them."""
    lines, buttons = list[str](), list[dict[str, Any]]()
    for cite in services.show_cites(field.cites):  # type: ignore[arg-type]
        place = write_clause(cite.title, cite.article, cite.paragraph, cite.label)
        lines.append(_("%(label)s: %(text)s", label=place, text=cite.quote) if cite.quote else place)
        if cite.version_id:
            buttons.append(
                {"label": place, "url": url_for("policies.document", version_id=cite.version_id, _anchor=cite.anchor)}
            )
    return lines, buttons


def current_question(identity: Identity, draft_id: str, language: str) -> Turn:
    """The question now being asked, without changing anything (after an aside, or on another device)."""
    view = get_open(identity, draft_id, language)
    kept = view.draft.talk.get("read_back")
    return asking.read_back(view) if kept and meanwhile.still_holds(kept, view) else asking.ask_next(view, [])


def get_open(identity: Identity, draft_id: str, language: str) -> View:
    draft = drafts.get_draft(identity, draft_id)
    if draft.state == "abandoned":
        raise Conflict(_("This draft was given up. Say which application you want to start."), code="given_up")
    if draft.state not in draft_view.EDITABLE:
        raise Conflict(_("This application was sent already. Its state stands under “my matters”."), code="sent")
    return draft_view.view_draft(draft, language)


def _read_back_field(view: View) -> Field | None:
    kept = view.draft.talk.get("read_back")
    return questions.fields_of(view.form).get(kept["field"]) if kept else None


def build_receipt(case: Case) -> dict[str, Any]:
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


def tell_next(identity: Identity, since: datetime) -> tuple[datetime, str, dict[str, Any]] | None:
    """When the newest application since a moment was sent, its item, and what follows for it; None when none was."""
    newest = max(list_own(identity), key=lambda case: case.snapshot.at, default=None)
    if newest is None or newest.snapshot.at < since:
        return None
    return newest.snapshot.at, newest.item, write_next(newest)


def write_next(case: Case) -> dict[str, Any]:
    """The running step of a case with its day, the ones behind it, and where that can be seen."""
    lines = [
        _(
            "%(item)s, number %(number)s: %(state)s.",
            item=wording.item_title(case.item, case.variant),
            number=case.number,
            state=wording.state_name(case.state),
        )
    ]
    if case.due:
        step, day = wording.due_name(case.due_for), write_date(case.due)
        lines.append(_("Next: %(text)s", text=_("%(step)s by %(day)s.", step=step, day=day)))
    if case.state in OPEN_STATES:
        lines += _list_later(case)
        lines.append(
            _(
                "You need not do anything until then. If something has to be put right, the case comes back to you with a note on each field, and a notice tells you."
            )
        )
    elif case.certificate_number:
        lines.append(_("Nothing more is to be done. Number given: %(number)s.", number=case.certificate_number))
    lines.append(_("Where it stands is shown under “My matters”; you can ask me here, too."))
    url = url_for("applications.case", case_id=case.id)
    return {
        "kind": "notice",
        "text": "\n".join(lines),
        "data": {"status": "routed", "number": case.number},
        "buttons": [{"label": _("Receipt and state"), "url": url}],
    }


def _list_later(case: Case) -> list[str]:
    """What the law says of the time behind the running step: the other clocks, else the item's own limits."""
    known = clocks.list_clocks(case.form_id, case.form_version)
    later = [one.fact for one in known if one.due_for != case.due_for and case.due_for == "accept"]
    later += clocks.list_own_limits(case.form_id, case.form_version)
    language = current_language()
    return ["· " + fact.text.in_language(language) for fact in later[:2]]
