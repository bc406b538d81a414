"""What the person typed before a source was agreed to, where the source says otherwise: told once in the conversation,
with both values and how to change the answer, which stands until then."""

from dataclasses import dataclass

from flask_babel import gettext as _

from portal.applications import questions
from portal.applications.draft_view import View, offered
from portal.applications.saying import Said, name_of, page_button, say
from portal.forms.service import Field
from portal.prefill import service as prefill
from portal.vocabulary import is_private

MOST_BUTTONS = 4  # fields named by a button; the others are named in words
_SPELT_OUT = ("repeat", "file")  # too long for a line: the page shows both sides


@dataclass(frozen=True, slots=True)
class Difference:
    """An answer of the person and what sources that were agreed to later say of it: (value, where it stands) each."""

    field: Field
    sides: tuple[tuple[str, str], ...]


def tell_untold(view: View) -> Said:
    """One message on every answer that differs and was not told before; [] where there is none."""
    told = view.draft.talk.get("told", [])
    found = [one for one in list_differences(view) if one.field.id not in told]
    if not found:
        return []
    view.draft.talk = {**view.draft.talk, "told": [*told, *(one.field.id for one in found)]}
    lines = [_("The records say otherwise than what you had typed. Your answers stand until you change them:")]
    lines += ["· " + _write(view, one) for one in found]
    buttons = [
        {"label": _("Change: %(label)s", label=one.field.label[view.language]), "payload": _change(one.field)}
        for one in found
        if not view.is_conflict(one.field.id) and one.field.asked_in_chat and one.field.type not in _SPELT_OUT
    ][:MOST_BUTTONS]
    lines.append(_("To change one, press it or say “change” with its name; the page shows both sides, too."))
    return [say("\n".join(lines), buttons=[*buttons, page_button(view.draft)])]


def list_differences(view: View) -> list[Difference]:
    """The answers that were given before a source was agreed to and that it does not bear out, in the order of the form."""
    decisions = prefill.list_decisions(view.draft.id).values()
    agreed = max((row.at for row in decisions if row.decision == "given"), default=None)
    rows = view.answers
    early = [
        field
        for field in questions.list_shown(view.form, view.values)
        if agreed is not None and (row := rows.get(field.id)) is not None
        if row.state == "given" and row.author and row.at < agreed
    ]
    return [one for field in early if (one := _find_difference(view, field)) is not None]


def _find_difference(view: View, field: Field) -> Difference | None:
    outcome, value = view.outcomes[field.id], view.answers[field.id].value
    said = [(one.value, one.origin_line) for one in offered(outcome)]
    said += [(one.value, one.origin_line) for one in outcome.rejected if one.code == "answered"]
    present = questions.write(field, value, view.language)
    sides = {questions.write_raw(field, one, view.language): line for one, line in reversed(said)}
    others = tuple((text, line) for text, line in reversed(sides.items()) if text != present)
    return Difference(field, others) if others else None


def _write(view: View, one: Difference) -> str:
    label = name_of(one.field, view.language)
    if is_private(one.field.concept) or one.field.type in _SPELT_OUT:
        return _("%(label)s: see both on the page", label=label)
    typed = questions.write(one.field, view.answers[one.field.id].value, view.language)
    recorded = _("; ").join(_("%(value)s (%(line)s)", value=text, line=line) for text, line in one.sides)
    return _("%(label)s: you typed %(typed)s; on record is %(recorded)s", label=label, typed=typed, recorded=recorded)


def _change(field: Field) -> dict[str, str]:
    return {"intent": "correct", "wished": field.id}
