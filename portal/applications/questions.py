"""A form as applications use it: with ``completeness`` the one that knows ``portal.forms``.

Values are the stored values of ``portal.forms``; a path is a field id or ``group[<row id>].column``.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from policy_kb import clock
from portal.forms import service as forms
from portal.forms.service import Field, Form, Page, Unreadable
from portal.knowledge import policy_base

Values = Mapping[str, Any]
# Published before an outcome could name the format of its number.
NUMBERED_BEFORE = {("general-cosmetic-filing", 1): "cosmetics_filing"}


def form_of(form_id: str, version: int | None = None) -> Form:
    return forms.get_form(form_id, version)


def fields_of(form: Form) -> dict[str, Field]:
    """Every field by its id, in the order they are asked; a repeat group is one field."""
    return {field.id: field for field in form.list_fields()}


def find_field(form: Form, path: str) -> Field | None:
    """The field of a path; that of the whole group for a cell of it."""
    return fields_of(form).get(path.partition("[")[0])


def label_of(form: Form, path: str, language: str) -> str:
    """How a path is called: the field's label, and for a cell the column's behind it."""
    field = find_field(form, path)
    if field is None:
        return path
    column = path.rpartition(".")[2]
    inner = next((f for f in field.fields if "[" in path and f.id == column), None)
    return field.label[language] + (f" · {inner.label[language]}" if inner else "")


def read(field: Field, raw: Any) -> tuple[Any, dict[str, str]]:
    """(value, errors by path): the one check for page, conversation and API. Value None when nothing is given."""
    if field.type == "repeat":
        return _read_rows(field, raw)
    try:
        return forms.read_value(field, raw), {}
    except Unreadable as error:
        return None, {field.id: str(error)}


def _read_rows(field: Field, raw: Any) -> tuple[Any, dict[str, str]]:
    """Rows cell by cell, so that each error stands at its cell; then as a whole."""
    errors: dict[str, str] = {}
    for row in raw if isinstance(raw, list) else []:
        for inner in field.fields if isinstance(row, dict) else ():
            try:
                forms.read_value(inner, row.get(inner.id))
            except Unreadable as error:
                errors[f"{field.id}[{row.get('_id')}].{inner.id}"] = str(error)
    if errors:
        return None, errors
    try:
        return forms.read_value(field, raw), {}
    except Unreadable as error:
        return None, {field.id: str(error)}


def list_shown(form: Form, values: Values) -> list[Field]:
    """The fields that the present answers ask for, in order."""
    return list(forms.list_shown(form, values, clock.today()))


def counted(form: Form, values: Values) -> dict[str, Any]:
    """The answers that count: those of fields that are shown."""
    return {f.id: values[f.id] for f in list_shown(form, values) if values.get(f.id) is not None}


def list_sections(form: Form, values: Values) -> list[tuple[Page, list[Field]]]:
    """Pages with the fields of theirs that are shown; a page without any is left out."""
    shown = {f.id for f in list_shown(form, values)}
    pairs = [(page, [f for f in page.fields if f.id in shown]) for page in form.pages]
    return [(page, fields) for page, fields in pairs if fields]


def in_language(text: Mapping[str, str]) -> str:
    from portal.language import current_language

    return text[current_language()]


def write(field: Field, value: Any, language: str) -> str:
    """The value as people read it."""
    return forms.show_value(field, value, language)


def write_raw(field: Field, value: Any, language: str) -> str:
    """A value as its source writes it, which the form may be unable to store: readable in any case."""
    known, errors = read(field, value)
    return write(field, known, language) if known is not None and not errors else str(value)


def window_days(form: Form, values: Values) -> tuple[date | None, date] | None:
    """First and last day on which the law lets these answers be submitted; None when it sets no window."""
    return forms.find_window_days(form, counted(form, values))


def iter_cells(field: Field, row: Mapping[str, Any], language: str) -> Iterator[tuple[str, str]]:
    """(label, text) of each column of a row."""
    for inner in field.fields:
        yield inner.label[language], forms.show_value(inner, row.get(inner.id), language)


def iter_columns(field: Field, row: Mapping[str, Any], language: str) -> Iterator[tuple[str, str]]:
    """(column id, text) of each column of a row."""
    for inner in field.fields:
        yield inner.id, forms.show_value(inner, row.get(inner.id), language)


def compute(form: Form, values: Values, settled: Collection[str]) -> dict[str, Any]:
    """What the form works out by itself, by field id; what a record has ``settled`` stays."""
    return {name: value for name, value in forms.compute_values(form, values).items() if name not in settled}


def migrate(old: Form, new: Form, values: Values) -> forms.Moved:
    """The answers of one version of a form as those of a newer one."""
    return forms.migrate(new.id, {k: v for k, v in values.items() if k in fields_of(old)}, old.version, new.version)


def find_layout(form: Form) -> Path | None:
    """The Word file that is the official layout of a form, if it has one."""
    return forms.find_layout(form)


def find_earlier(form: Form, field_id: str) -> Form | None:
    """The newest earlier version of a form that asks a field."""
    return forms.find_earlier(form, field_id)


def media_types(field: Field) -> tuple[str, ...]:
    """The kinds of file that a field takes."""
    return forms.media_types(field)


def kind_of(field: Field) -> str:
    """What a conversation is told to expect: a type, or mobile, phone, email."""
    return forms.field_kind(field)


def province_of(code: str) -> str:
    """Short name of the province in a unified social credit code ("" when it has none)."""
    return forms.PROVINCE_OF.get(code[2:4], "")


def list_applicants(form: Form) -> tuple[str, ...]:
    """The kinds of account that may use a form, by whom the service item is for."""
    audience = policy_base().catalogue.get_item(form.item).audience
    return ("enterprise", "citizen") if audience == "both" else (audience,)


def number_format(form: Form) -> str:
    """The format of the number given at the end; "" when the matter gives none."""
    return form.number_format or NUMBERED_BEFORE.get((form.id, form.version), "")


def number_template(form: Form) -> str:
    """How the number is written that the form gives at the end; "" when it gives none."""
    name = number_format(form)
    return forms.FORMATS[name].number if name else ""


def find_form(item: str, variant: str) -> Form | None:
    """The newest form of a service item's variant."""
    return forms.find_form(item, variant)


def list_forms(item: str = "") -> list[Form]:
    """The newest form of each variant of a service item, or of all items."""
    return [form for form in forms.list_forms() if not item or form.item == item.upper()]


def is_unconfirmed(field: Field) -> bool:
    """Whether the choices of a field still have to be held against the official list."""
    return forms.is_unconfirmed(field)


def rests_on_memory(form: Form) -> bool:
    """Whether the rules behind a form are no text of the collection."""
    return forms.rests_on_memory(form)


def ask(field: Field, language: str) -> str:
    """What the conversation says to ask for a field."""
    return forms.chat_wording(field, language)


def list_yes_no(field: Field, language: str) -> list[tuple[str, str]]:
    """Code and words of the two answers of a yes/no field."""
    return [("yes", write(field, True, language)), ("no", write(field, False, language))]
