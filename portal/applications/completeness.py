"""What still stands against sending: what is missing, what breaks a rule between fields, and which materials a form asks for."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from portal.applications.questions import Values, counted, find_field, in_language, label_of, list_shown, read
from portal.forms import service as forms
from portal.forms.service import Cite, Field, Form, Rule


def list_missing(form: Form, values: Values) -> dict[str, str]:
    """What is required and not there, by path."""
    missing: dict[str, str] = {}
    for field in list_shown(form, values):
        value = values.get(field.id)
        if value is None:
            if field.required:
                missing[field.id] = _ask_for(field)
        elif field.type == "repeat":
            missing |= _missing_cells(field, value)
    return missing


def _ask_for(field: Field) -> str:
    """What to do about a field that is not answered."""
    return {
        "declaration": _("Please declare this."),
        "file": _("Please upload this."),
        "choice": _("Please choose."),
        "choices": _("Please choose."),
        "yes_no": _("Please choose."),
    }.get(field.type) or _("Please answer this.")


def _missing_cells(field: Field, rows: list[dict[str, Any]]) -> dict[str, str]:
    found = {
        f"{field.id}[{row.get('_id')}].{inner.id}": _("Please answer this.")
        for row in rows
        for inner in field.fields
        if inner.required and row.get(inner.id) is None
    }
    if field.low and len(rows) < field.low:
        found[field.id] = _("Enter at least %(count)s rows.", count=field.low)
    return found


def is_warning(rule: Rule) -> bool:
    """Whether a broken rule warns only: it is the authority that turns down what comes outside the legal window."""
    return forms.is_warning(rule)


Recorded = Callable[[str, str], list[Any]]


def knows_no_record(_source: str, _concept: str) -> list[Any]:
    """For answers that are looked at without the records behind them."""
    return []


def list_broken(
    form: Form, values: Values, recorded: Recorded = knows_no_record, day: date | None = None
) -> list[Rule]:
    """Rules between fields that the answers break on a day (today)."""
    return forms.list_broken(form, counted(form, values), day, recorded)


def check(form: Form, values: Values, recorded: Recorded = knows_no_record) -> dict[str, str]:
    """Everything that stands against submitting, by path: unreadable, missing, rules. Empty when nothing does."""
    errors: dict[str, str] = {}
    for field in list_shown(form, values):
        if field.type != "file" and values.get(field.id) is not None:
            errors |= read(field, values[field.id])[1]
    errors |= {path: text for path, text in list_missing(form, values).items() if path not in errors}
    for rule in list_broken(form, values, recorded):
        if not is_warning(rule) and rule.fields[0] not in errors:
            errors[rule.fields[0]] = in_language(rule.label)
    return errors


def list_same_files(form: Form, values: Values) -> list[list[Field]]:
    """The file fields that hold one and the same file, those of each file together."""
    by_content: dict[str, list[Field]] = {}
    for field in list_shown(form, values):
        if field.type == "file" and values.get(field.id):
            by_content.setdefault(values[field.id]["sha256"], []).append(field)
    return [fields for fields in by_content.values() if len(fields) > 1]


def list_warnings(
    form: Form, values: Values, recorded: Recorded = knows_no_record, day: date | None = None
) -> list[Rule]:
    return [rule for rule in list_broken(form, values, recorded, day) if is_warning(rule)]


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that stands against sending: ``text`` says what to do, ``because`` which answer made it necessary ("" when
    it is always asked), ``cites`` the clauses that demand it."""

    path: str
    label: str
    text: str
    because: str
    cites: tuple[Cite, ...]


def list_gaps(form: Form, values: Values, errors: Mapping[str, str], recorded: Recorded, language: str) -> list[Gap]:
    """What is missing or wrong with the reason and the clause of each, in the order of ``errors``."""
    rules = {rule.fields[0]: rule for rule in reversed(list_broken(form, values, recorded)) if not is_warning(rule)}
    gaps = []
    for path, text in errors.items():
        field, rule = find_field(form, path), rules.get(path)
        cause = rule.when if rule and text == rule.label[language] else (field.when if field else None)
        cites = rule.cites if rule and text == rule.label[language] else ()
        gaps.append(
            Gap(
                path,
                label_of(form, path, language),
                text,
                forms.tell_condition(form, cause, language),
                cites or (field.cites if field else ()),
            )
        )
    return gaps


@dataclass(frozen=True, slots=True)
class Material:
    """One line of the checklist. ``state``: uploaded, missing, optional, or unneeded with the answers given so far;
    ``condition`` says in words when it is needed ("" for always)."""

    id: str
    label: str
    hint: str
    state: str
    condition: str
    cites: tuple[Cite, ...]


def list_materials(form: Form, values: Values, language: str) -> list[Material]:
    """Every document that a form asks for, with its condition and clause."""
    shown = {field.id for field in list_shown(form, values)}
    return [
        Material(
            field.id,
            field.label[language],
            field.hint[language] if field.hint else "",
            _state_of(field, values, shown),
            forms.tell_condition(form, field.when, language),
            field.cites,
        )
        for field in form.list_fields()
        if field.type == "file"
    ]


def _state_of(field: Field, values: Values, shown: Collection[str]) -> str:
    if field.id not in shown:
        return "unneeded"
    if values.get(field.id) is not None:
        return "uploaded"
    return "missing" if field.required else "optional"
