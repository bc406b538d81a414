"""A record as a page shows it, in the language of the page."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from policy_kb import clock
from portal.forms import service as forms
from portal.forms.service import Form
from portal.language import current_language
from portal.prefill.concepts import concept_label, show_concept
from portal.prefill.facts import find_reason_ended
from portal.prefill.models import Record
from portal.prefill.origins import reason_line, source_name
from portal.vocabulary import is_private


@dataclass(frozen=True, slots=True)
class ShownRecord:
    """``ended`` is why it does not count today ("" when it does); ``values`` are (label, text)."""

    record: Record
    name: str
    grade: str
    ended: str
    renewal: Form | None
    values: list[tuple[str, str]]


def show_record(record: Record, *, strong: bool = False, replaced: bool = False) -> ShownRecord:
    """A record with its state today, its values in words, and the form that renews it, if there is one.

    ``strong`` is whether the reader signed in strongly and may see identity numbers; ``replaced`` whether a newer entry
    of its register stands for it.
    """
    language, hidden = current_language(), _("shown after the strong sign-in")
    code = find_reason_ended(record.status, record.valid_from, record.valid_to, clock.today())
    code = code or ("superseded" if replaced else "")
    return ShownRecord(
        record,
        source_name(record.source, language),
        _grade_name(record.grade),
        reason_line(code, language) if code else "",
        None if code else _find_renewal(record),
        [
            (
                concept_label(c, language, record.source),
                show_concept(c, value, language, record.source) if strong or not is_private(c) else hidden,
            )
            for c, value in record.values.items()
        ],
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


def show_records(records: Iterable[Record], *, strong: bool = False) -> list[ShownRecord]:
    """Records, newest first, as a page shows them; of each entry of a register only the newest counts."""
    seen: set[tuple[str, str, str]] = set()
    shown = []
    for record in records:
        key = (record.source, record.number, record.subject)
        shown.append(show_record(record, strong=strong, replaced=record.grade == "A" and key in seen))
        seen.add(key)
    return shown
