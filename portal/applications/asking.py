"""What the conversation says while it fills an application: the next question, the read-back, the receipt.

Messages are dictionaries (see ``portal.chat.flows``); ``pending`` is described in ``portal.applications.chat``.
"""

import re
from datetime import timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from policy_kb import clock
from portal.applications import clocks, consenting, drafts, newer, questions, saying, wording
from portal.applications.drafts import View
from portal.applications.models import Case
from portal.applications.saying import Said, Turn, name_of, page_button, say, step_of
from portal.forms.service import Field
from portal.pages import write_date
from portal.prefill.service import Asked
from portal.vocabulary import is_private

MOST_BUTTONS = 12  # more do not fit on a phone: all are named in words then


def list_warnings(view: View) -> Said:
    return [say(rule.label[view.language]) for rule in view.list_warnings()]


def next_field(view: View) -> Field | None:
    """The first shown field that has no value (or is in conflict), may be answered and can be asked in words."""
    wished = find_wished(view)
    if wished is not None:
        return wished
    skipped = view.draft.talk.get("skipped", [])
    for field in questions.list_shown(view.form, view.values):
        settled = view.values.get(field.id) is not None and not view.is_conflict(field.id) and not view.notes
        if view.notes and field.id in view.notes:
            settled = field.id not in view.untouched
        if not settled and view.is_open(field.id) and field.asked_in_chat and field.id not in skipped:
            return field
    return None


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
    label = name_of(field, view.language)
    return (
        _("Noted: “%(label)s”. %(count)s still open.", label=label, count=left)
        if left
        else _("Noted: “%(label)s”.", label=label)
    )


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
        for c in drafts.offered(view.outcomes.get(field.id))
    ]


_TAKES = {
    "yes",
    "yes please",
    "y",
    "ok",
    "right",
    "that one",
    "use it",
    "对",
    "是",
    "是的",
    "对的",
    "好",
    "好的",
    "就是这个",
    "用这个",
}


def find_offer(view: View, field: Field, said: str) -> Any:
    """The offered value that was pressed (``fact:<id>``), or agreed to when it is the only one."""
    offers = [] if field.options else drafts.offered(view.outcomes.get(field.id))
    if len(offers) == 1 and not is_private(field.concept) and said.strip().rstrip("。.!！").lower() in _TAKES:
        return offers[0]
    return next((c for c in offers if said == f"fact:{c.fact_id}"), None)


_SAID_DAYS = {"今天": 0, "今日": 0, "today": 0, "昨天": 1, "昨日": 1, "yesterday": 1, "前天": 2}


def tidy(field: Field, text: str) -> str:
    """A spoken answer without the full stop behind it; “today” as the day it is, a part of one option's words as the option."""
    if field.type not in ("choice", "choices", "yes_no", "declaration", "date", "number"):
        return text.strip()
    said = text.strip().rstrip("。.!！")
    if field.type == "date" and said.lower() in _SAID_DAYS:
        return (clock.today() - timedelta(days=_SAID_DAYS[said.lower()])).isoformat()
    return _find_option_part(field, said) if field.type == "choice" else said


def _find_option_part(field: Field, said: str) -> str:
    """The code of the only option with these words in its label; what was said when none or several have them."""
    words = said.casefold()
    found = [o.code for o in field.options if any(words in label.casefold() for label in o.label.values())]
    whole = any(words == label.casefold() for o in field.options for label in o.label.values())
    return found[0] if len(found) == 1 and len(words) > 1 and not whole else said


_SAID_NO = re.compile(
    r"^(?:我们|都|也|一直|从来|目前|暂时|并)*(?:没有?|无|未|不|nothing|none|never|not|no)(?P<what>.{0,24})$",
    re.IGNORECASE,
)
_SAID_YES = re.compile(
    r"^(?:我们|也|确实|是)*(?:有|发生|yes|there (?:is|are|were|has been|have been))(?P<what>.{0,24})$", re.IGNORECASE
)
_EMPTY = re.compile(
    r"任何|什么|发生|过|的|了|啊|呢|吧|情况|\b(?:any|has|have|been|at all|some|a few|a|the)\b|[\s,，。.!！]"
)
_NEGATIVE = re.compile(r"不|没有|无|未|\bno[tn]?\b", re.IGNORECASE)


def read_yes_no(field: Field, text: str) -> str | None:
    """ "yes" or "no" for an answer in the field's own words ("没有变化" to "有变化吗"); None for any other words."""
    if field.type != "yes_no" or any(_NEGATIVE.search(label) for label in field.label.values()):
        return None
    for code, pattern in (("no", _SAID_NO), ("yes", _SAID_YES)):
        said = pattern.match(text.strip().rstrip("。.!！"))
        if said and _repeats(_EMPTY.sub("", said["what"]).lower(), field):
            return code
    return None


def _repeats(what: str, field: Field) -> bool:
    """Whether what is denied or granted is what the field asks; nothing at all is."""
    asked = [label.lower() for label in field.label.values()]
    return not what or any(what in label or (what.isascii() and what[:5] in label) for label in asked)


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
    step = step_of(view, field.id)
    lines, options = [questions.ask(field, view.language)], _options(view, field)
    sides = _list_sides(view, field)
    if view.is_conflict(field.id):
        hint = view.outcomes[field.id].hint
        lines = [_("Two records disagree about this; which is right?"), *lines, *sides, *([hint] if hint else [])]
    elif sides and not field.options:
        lines += [_("Your records offer:"), *sides]
    if field.id in view.notes:
        lines.insert(0, _("To correct: %(note)s", note=view.notes[field.id]))
    buttons: Said = [
        {
            "label": o["label"],
            "payload": {"intent": "answer_field", "value": o["value"], "field_id": field.id, "step": step},
        }
        for o in options[:MOST_BUTTONS]
    ]
    if len(options) > MOST_BUTTONS:
        lines.append(_("Possible answers: %(names)s.", names=_("; ").join(o["label"] for o in options)))
    if not field.required:
        lines.append(_("This may be left out: say “skip”."))
    buttons.append({"label": _("Skip"), "payload": {"intent": "skip", "step": step}})
    if field.cites:
        buttons.append({"label": _("Why do you ask?"), "payload": {"intent": "why", "step": step}})
    return say("\n".join(lines), buttons=buttons, data={"field_id": field.id})


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
        for c in drafts.offered(outcome)
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
    field = next_field(view)
    errors = {} if field is not None else view.list_errors()
    version = newer.find_untold(view, sending=field is None and not errors)
    if version is not None:
        return newer.ask(view, version, opening)
    if field is not None:
        return [*opening, build_question(view, field)], build_pending(view, field)
    if errors:
        names = list(dict.fromkeys(questions.label_of(view.form, path, view.language) for path in errors))
        text = _(
            "What is left is done on the page (files, tables, what you skipped): %(fields)s.",
            fields=_("; ").join(name.rstrip("。.?？") for name in names),
        )
        return [*opening, say(text, buttons=[page_button(view.draft)])], None
    return offer_sending(view, opening)


def read_back(view: View) -> Turn:
    kept = view.draft.talk["read_back"]
    field = questions.fields_of(view.form)[kept["field"]]
    name, value = name_of(field, view.language), questions.write(field, kept["value"], view.language)
    text = (
        _("You declare: %(label)s. Is this right?", label=name)
        if field.type == "declaration"
        else _("%(label)s: %(value)s\nIs this right?", label=name, value=value)
    )
    yes, no = _("Yes, that is right"), _("No, ask again")
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
