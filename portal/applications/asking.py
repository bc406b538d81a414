"""What the conversation says while it fills an application: the next question, the read-back, the receipt.

Messages are dictionaries (see ``portal.chat.flows``); ``pending`` is described in ``portal.applications.chat``.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from portal.applications import consenting, differing, draft_view, newer, questions, saying, wording
from portal.applications.draft_view import View
from portal.applications.saying import Said, Turn, name_of, page_button, say, step_of
from portal.forms.service import Field
from portal.prefill.service import Asked
from portal.vocabulary import is_private

MOST_BUTTONS = 12  # more do not fit on a phone: all are named in words then


def list_warnings(view: View) -> Said:
    return [say(rule.label[view.language]) for rule in view.list_warnings()]


def next_field(view: View) -> Field | None:
    """The first shown field that has no value (or is in conflict), may be answered and can be asked in words; after these
    the first whose answer stands against sending."""
    wished = find_wished(view)
    if wished is not None:
        return wished
    skipped = view.draft.talk.get("skipped", [])
    can_be_asked = [
        field
        for field in questions.list_shown(view.form, view.values)
        if view.is_open(field.id) and field.asked_in_chat and field.id not in skipped
    ]
    open_ones = (field for field in can_be_asked if not _is_settled(view, field))
    return next(open_ones, None) or next((field for field in can_be_asked if field.id in view.list_errors()), None)


def _is_settled(view: View, field: Field) -> bool:
    if view.notes and field.id in view.notes:
        return field.id not in view.untouched
    return view.values.get(field.id) is not None and not view.is_conflict(field.id) and not view.notes


def find_wished(view: View) -> Field | None:
    """The field that the person wants to answer anew, while it can be."""
    field = questions.fields_of(view.form).get(str(view.draft.talk.get("wished") or ""))
    return field if field is not None and view.is_open(field.id) else None


def list_left(view: View) -> list[tuple[str, list[Field]]]:
    """The shown fields that still need an answer, by section, in order."""
    missing = {path.partition("[")[0] for path in view.list_errors()}
    sections = [
        (page.label[view.language], [f for f in fields if f.id in missing]) for page, fields in view.list_sections()
    ]
    return [(label, fields) for label, fields in sections if fields]


def tell_noted(view: View, field: Field) -> str:
    """What was written, and how much is still to do."""
    left = sum(len(fields) for _label, fields in list_left(view))
    label = name_within(view, field)
    if field.type == "declaration":
        return (
            _("Your declaration is noted. %(count)s still open.", count=left)
            if left
            else _("Your declaration is noted.")
        )
    return (
        _("Noted: “%(label)s”. %(count)s still open.", label=label, count=left)
        if left
        else _("Noted: “%(label)s”.", label=label)
    )


def name_within(view: View, field: Field) -> str:
    """A field's name; that of a person's detail with whose it is, where the label does not say so."""
    label, whose = name_of(field, view.language), _tell_whose(view, field)
    return f"{whose} · {label}" if whose else label


def _tell_whose(view: View, field: Field) -> str:
    section = next((page.label[view.language] for page in view.form.pages if field in page.fields), "")
    said = section.casefold() in field.label[view.language].casefold()
    return "" if field.about != "person" or said else section


def _options(view: View, field: Field) -> list[dict[str, str]]:
    """What can be named in words or pressed: codes with labels, and values that records offer."""
    if field.type == "yes_no":
        return [{"value": code, "label": label} for code, label in questions.list_yes_no(field, view.language)]
    if field.type == "declaration":
        return [{"value": "yes", "label": _("I declare this")}]
    if field.type in ("choice", "choices"):
        return [{"value": o.code, "label": o.label[view.language]} for o in field.options]
    if is_private(field.concept):
        return []  # who reads along in a conversation has not signed in strongly
    return [
        {"value": f"fact:{c.fact_id}", "label": questions.write_raw(field, c.value, view.language)}
        for c in draft_view.offered(view.outcomes.get(field.id))
    ]


def build_pending(view: View, field: Field) -> dict[str, Any]:
    options = _options(view, field)
    kind = "choice" if options else "field"
    return {
        "flow": "application",
        "kind": kind,
        "field_id": field.id,
        "type": questions.kind_of(field),
        "options": options,
        "step": step_of(view, field.id),
        "draft_id": view.draft.id,
    }


def build_question(view: View, field: Field) -> dict[str, Any]:
    step, whose = step_of(view, field.id), _tell_whose(view, field)
    lines, options = [*filter(None, [whose]), questions.ask(field, view.language)], _options(view, field)
    sides = _list_sides(view, field)
    if view.is_conflict(field.id):
        hint = view.outcomes[field.id].hint
        lines = [*_tell_sides(view, field), *lines, *sides, *([hint] if hint else [])]
    elif sides and not field.options:
        lines += [_("Your records offer:"), *sides]
    if field.id in view.notes:
        lines.insert(0, _("To correct: %(note)s", note=view.notes[field.id]))
    lines = [*_tell_error(view, field), *lines]
    pressed = options if len(options) <= MOST_BUTTONS else []
    buttons: Said = [
        {
            "label": o["label"],
            "payload": {"intent": "answer_field", "value": o["value"], "field_id": field.id, "step": step},
        }
        for o in pressed
    ]
    if len(options) > MOST_BUTTONS:
        lines.append(_("Possible answers: %(names)s.", names=_("; ").join(o["label"] for o in options)))
    if not field.required:
        lines.append(_("This may be left out: say “skip”."))
    buttons.append({"label": _("Skip"), "payload": {"intent": "skip", "step": step}})
    if field.cites:
        buttons.append({"label": _("Why do you ask?"), "payload": {"intent": "why", "step": step}})
    return say("\n".join(lines), buttons=buttons, data={"field_id": field.id})


def _tell_sides(view: View, field: Field) -> list[str]:
    """Who disagrees in a conflict: two records, or a record and what the person typed before."""
    row = view.answers.get(field.id)
    if row is None or not row.author:
        return [_("Two records disagree about this; which is right?")]
    typed = "" if is_private(field.concept) else questions.write(field, row.value, view.language)
    told = [_("What you typed and the record disagree; which is right?")]
    return [*told, _("You typed: %(value)s", value=typed)] if typed else told


def _tell_error(view: View, field: Field) -> list[str]:
    """What is wrong with the answer that stands in a field; [] where there is none and where two records disagree."""
    if view.values.get(field.id) is None or view.is_conflict(field.id):
        return []
    error = view.list_errors().get(field.id)
    if not error:
        return []
    told = [_("%(error)s If another answer is the wrong one, tell me which to change.", error=error)]
    if find_wished(view) is None and not is_private(field.concept):
        present = questions.write(field, view.values[field.id], view.language)
        told.insert(0, _("%(label)s stands as: %(value)s", label=name_within(view, field), value=present))
    return told


def _list_sides(view: View, field: Field) -> list[str]:
    """What each record says, with its source."""
    outcome = view.outcomes.get(field.id)
    if outcome is None or is_private(field.concept):
        return []
    sides = [
        _(
            "%(value)s (%(line)s)",
            value=questions.write_raw(field, c.value, view.language),
            line=" · ".join(filter(None, (c.origin_line, c.note))),
        )
        for c in draft_view.offered(outcome)
    ]
    return [f"· {side}" for side in sides]


def ask_sources(view: View, opening: Said) -> Turn:
    """Before anything is filled in: which source would give what, and whether they may be asked."""
    draft = view.draft
    lines = [_("Before I fill anything in for “%(item)s”, may I ask these sources?", item=wording.draft_title(draft))]
    lines += [
        "· " + _("%(label)s: %(text)s", label=one.label, text=_tell_gives(one))
        for one in consenting.list_asked(draft, view.language)
    ]
    lines.append(
        _(
            "Only for this application. Declarations and signature are never filled in. You can withdraw on the page later."
        )
    )
    url = url_for("applications.sources", draft_id=draft.id)
    yes, no, link = _("Yes, ask all of them"), _("No, I type it myself"), {"label": _("Choose on the page"), "url": url}
    messages, pending = saying.ask_yes_no(view, "\n".join(lines), "sources", step_of(view, "sources"), yes, no, link)
    return [*opening, *messages], pending


def _tell_gives(one: Asked) -> str:
    if not one.fields:
        return _("values to offer, none is filled in")
    named = _("; ").join(one.fields[:4])
    return _("%(fields)s and %(count)s more", fields=named, count=len(one.fields) - 4) if one.fields[4:] else named


def ask_next(view: View, opening: Said) -> Turn:
    if consenting.is_undecided(view.draft):
        return ask_sources(view, opening)
    opening = [*opening, *differing.tell_untold(view)]
    field = next_field(view)
    errors = {} if field is not None else view.list_errors()
    version = newer.find_untold(view, sending=field is None and not errors)
    if version is not None:
        return newer.ask(view, version, opening)
    if field is not None:
        return [*opening, build_question(view, field)], build_pending(view, field)
    if errors:
        return [*opening, _tell_rest(view, errors)], None
    return offer_sending(view, opening)


def list_skipped(view: View, errors: Mapping[str, str]) -> list[str]:
    """The ids of what was skipped, is still needed and can be asked again."""
    return [name for name in view.draft.talk.get("skipped", []) if name in errors and view.is_open(name)]


def _tell_rest(view: View, errors: Mapping[str, str]) -> dict[str, Any]:
    """What was skipped, with a way to be asked again, and what only the page can take."""
    skipped = list_skipped(view, errors)
    on_page = [path for path in errors if path not in skipped]
    lines, buttons = list[str](), [page_button(view.draft)]
    if on_page:
        lines.append(_("Left to do on the page: %(fields)s.", fields=_name_all(view, on_page)))
    if skipped:
        lines.append(_("You skipped: %(fields)s.", fields=_name_all(view, skipped)))
        payload = {"intent": "continue_application", "draft_id": view.draft.id}
        buttons.append({"label": _("Ask me what I skipped"), "payload": payload})
    lines.append(_("When that is done, say “continue” here: I check everything and send it when you say so."))
    return say("\n".join(lines), buttons=buttons)


def _name_all(view: View, paths: Iterable[str]) -> str:
    names = dict.fromkeys(questions.label_of(view.form, path, view.language) for path in paths)
    return _("; ").join(name.rstrip("。.?？") for name in names)


def read_back(view: View) -> Turn:
    kept = view.draft.talk["read_back"]
    field = questions.fields_of(view.form)[kept["field"]]
    if kept.get("stands"):
        return _ask_instead(view, field, kept)
    name, value = name_within(view, field), questions.write(field, kept["value"], view.language)
    text = (
        _("You declare: %(label)s. Is this right?", label=name)
        if field.type == "declaration"
        else _("%(label)s: %(value)s\nIs this right?", label=name, value=value)
    )
    yes, no = _("Yes, that is right"), _("No, ask again")
    return saying.ask_yes_no(view, text, field.id, step_of(view, "confirm"), yes, no)


def _ask_instead(view: View, field: Field, kept: dict[str, Any]) -> Turn:
    """The read-back of an answer to a field that was filled in meanwhile, beside what stands in it."""
    label = name_within(view, field)
    present = questions.write(field, view.values.get(field.id), view.language)
    text = (
        _("“%(label)s” was filled in meanwhile.", label=label)
        if is_private(field.concept)
        else _("“%(label)s” was filled in meanwhile as: %(value)s", label=label, value=present)
    )
    said = questions.write(field, kept["value"], view.language)
    text += "\n" + _("You answer now: %(value)s\nShall this take its place?", value=said)
    yes, no = _("Yes, take my answer"), _("No, leave what stands")
    return saying.ask_yes_no(view, text, field.id, step_of(view, "confirm"), yes, no)


def offer_sending(view: View, opening: Said) -> Turn:
    link = {
        "label": _("Check everything on the page"),
        "url": url_for("applications.check", draft_id=view.draft.id),
    }
    text = _(
        "Everything is answered. Sending is binding; look it through on the page first if you like. Shall I send it?"
    )
    yes, no = _("Yes, send it"), _("No, not yet")
    messages, pending = saying.ask_yes_no(view, text, "submit", step_of(view, "submit"), yes, no, link)
    return [*opening, *messages], pending
