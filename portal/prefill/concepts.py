"""How a concept of a record (``org.name``) is called and written: by the first form that asks for it."""

from functools import lru_cache
from typing import Any

from flask_babel import gettext as _

from policy_kb import gettext_for
from portal.forms import service as forms
from portal.forms.service import Field
from portal.prefill.facts import STATUS
from portal.vocabulary import CONCEPTS


@lru_cache(maxsize=1)
def _fields_by_concept(_forms: int) -> dict[str, list[Field]]:
    found: dict[str, list[Field]] = {}
    for field in [field for form in forms.list_forms() for field in form.list_fields() if field.concept]:
        found.setdefault(field.concept, []).append(field)
    return found


def find_field(concept: str, source: str = "") -> Field | None:
    """The field of the first form that asks for the concept, rather one that takes it from the source."""
    fields = _fields_by_concept(len(forms.list_forms())).get(concept, [])
    return next((f for f in fields if source in f.sources), fields[0] if fields else None)


def concept_label(concept: str, language: str, source: str = "") -> str:
    """Its name for people, as a form calls it that takes it from the source; the concept when nobody named it."""
    if concept == STATUS:
        return gettext_for(language)("The record as a whole, its state and days")
    field, known = find_field(concept, source), CONCEPTS.get(concept)
    if field is not None:
        return field.label[language]
    return {"zh": known.zh[0], "en": known.en[0]}[language] if known else concept


def show_concept(concept: str, value: Any, language: str, source: str = "") -> str:
    """The value as people read it, however the source writes it; as it is when no form can read it."""
    field = find_field(concept, source)
    if concept == STATUS:
        return state_name(str(value))
    if field is None or value is None:
        return "" if value is None else str(value)
    try:
        return forms.show_value(field, forms.read_value(field, value), language)
    except forms.Unreadable:
        return str(value)


def state_name(state: str) -> str:
    """The state of a record in words; what is no state (a free text) stays as it is."""
    return {
        "valid": _("valid"),
        "accepted": _("valid"),
        "approved": _("valid"),
        "completed": _("valid"),
        "expired": _("expired"),
        "revoked": _("revoked"),
        "cancelled": _("cancelled"),
        "superseded": _("replaced"),
        "suspended": _("suspended"),
    }.get(state, state)
