"""What every message of an application in the conversation is made of: text, buttons, the step it belongs to."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from portal.applications.draft_view import View
from portal.applications.models import Draft
from portal.applications.questions import kind_of
from portal.forms.service import Field

Turn = tuple[list[dict[str, Any]], dict[str, Any] | None]
Said = list[dict[str, Any]]
_SHOWN_DIGITS = 7  # signs of a phone number that are shown


def say(text: str, *, buttons: Said | None = None, data: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"kind": "form", "text": text, "buttons": buttons or [], "data": data or {}}


def page_button(draft: Draft) -> dict[str, Any]:
    return {"label": _("Open the form"), "url": url_for("applications.draft", draft_id=draft.id)}


def name_of(field: Field, language: str) -> str:
    """A field's label within a sentence: without the mark that ends it."""
    return field.label[language].rstrip("。.?？")


def veil(field: Field, written: str) -> str:
    """A person's own phone number or e-mail address as a conversation may repeat it: enough to know it again."""
    if field.about != "person":
        return written
    if kind_of(field) == "email":
        name, _at, host = written.partition("@")
        return f"{name[:1]}***@{host}"
    if kind_of(field) in ("mobile", "phone") and len(written) > _SHOWN_DIGITS:
        return f"{written[:3]}****{written[-4:]}"
    return written


def step_of(view: View, field_id: str) -> str:
    return f"{view.draft.id}:{view.draft.version}:{field_id}"


def without(talk: dict[str, Any], name: str) -> dict[str, Any]:
    """What a draft keeps of the conversation, less one thing."""
    return {key: value for key, value in talk.items() if key != name}


def ask_yes_no(
    view: View, text: str, about: str, step: str, yes: str, no: str, link: dict[str, Any] | None = None
) -> Turn:
    """A question with two answers; ``about`` is the field (or sources, newer, submit) that it is about, ``link`` a third way
    out that is shown between them or, at sending, before them."""
    options = [{"value": "yes", "label": yes}, {"value": "no", "label": no}]
    buttons: Said = [
        {"label": label, "payload": {"intent": intent, "step": step}}
        for label, intent in ((yes, "affirm"), (no, "deny"))
    ]
    if link:
        buttons.insert(0 if about == "submit" else 1, link)
    pending = {
        "flow": "application",
        "kind": "confirm",
        "field_id": about,
        "type": "confirm",
        "options": options,
        "step": step,
        "draft_id": view.draft.id,
    }
    return [say(text, buttons=buttons, data={"field_id": about})], pending
