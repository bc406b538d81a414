"""A record as a page shows it, in the language of the page."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from policy_kb import clock
from portal.forms import service as forms
from portal.forms.service import Field, Form
from portal.language import current_language
from portal.prefill.facts import find_reason_ended
from portal.prefill.models import Record
from portal.prefill.origins import reason_line, source_name


@dataclass(frozen=True, slots=True)
class ShownRecord:
    """``ended`` is why it does not count today ("" when it does); ``values`` are (label, text)."""

    record: Record
    name: str
    grade: str
    ended: str
    renewal: Form | None
    values: list[tuple[str, str]]


def show_record(record: Record) -> ShownRecord:
    """A record with its state today, its values in words, and the form that renews it, if there is one."""
    language = current_language()
    code = find_reason_ended(record.status, record.valid_from, record.valid_to, clock.today())
    return ShownRecord(
        record,
        source_name(record.source, language),
        _grade_name(record.grade),
        reason_line(code, language) if code else "",
        None if code else _find_renewal(record),
        [_show_value(concept, value, language) for concept, value in record.values.items()],
    )


def _grade_name(grade: str) -> str:
    return {
        "A": _("authoritative register"),
        "B": _("accepted earlier filing"),
        "C": _("not accepted or draft"),
        "D": _("said or uploaded, not confirmed"),
    }[grade]


def _find_renewal(record: Record) -> Form | None:
    """The form about a licence that takes the licence's number from this kind of record."""
    return next(
        (
            form
            for form in forms.list_forms()
            if form.about == "licence"
            and any(f.concept == "licence.number" and record.source in f.sources for f in form.list_fields())
        ),
        None,
    )


def _find_field(concept: str) -> Field | None:
    return next((f for form in forms.list_forms() for f in form.list_fields() if f.concept == concept), None)


def _show_value(concept: str, value: Any, language: str) -> tuple[str, str]:
    field = _find_field(concept)
    if field is None:
        return concept, str(value)
    try:
        return field.label[language], forms.show_value(field, forms.read_value(field, value), language)
    except forms.Unreadable:
        return field.label[language], str(value)
