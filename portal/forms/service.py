"""The front door of forms: find a form, read and show values, evaluate rules, get the data contract."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from policy_kb import catalogue as kb
from policy_kb import clock, gettext_for, workdays
from portal.errors import Missing
from portal.forms import contract, expressions, layouts, rules, twin
from portal.forms.formats import FORMATS, PROVINCE_OF, compute_check_character, fold_width, is_credit_code
from portal.forms.layouts import find_layout
from portal.forms.linting import lint
from portal.forms.loading import FOLDER, FormError, list_newest, load_forms, read_definition, read_published
from portal.forms.migrating import Moved, load_migrations, migrate
from portal.forms.rules import is_warning, list_shown
from portal.forms.spec import SOURCE_NAMES, SUBJECTS, Check, Cite, Field, Form, Option, Page, Rule
from portal.forms.tables import load_tables
from portal.forms.telling import tell_condition
from portal.forms.values import MARKUP, Unreadable, read_value, show_value
from portal.knowledge import policy_base

__all__ = [
    "FORMATS",
    "MARKUP",
    "PROVINCE_OF",
    "SUBJECTS",
    "Check",
    "Cite",
    "Field",
    "Form",
    "FormError",
    "Moved",
    "Option",
    "Page",
    "Rule",
    "Unreadable",
    "build_schema",
    "build_twin",
    "chat_wording",
    "compute_check_character",
    "compute_values",
    "draw_layout",
    "field_kind",
    "find_earlier",
    "find_form",
    "find_layout",
    "find_window_days",
    "fold_width",
    "get_form",
    "is_credit_code",
    "is_unconfirmed",
    "is_warning",
    "lint",
    "list_broken",
    "list_chat_fields",
    "list_faults",
    "list_forms",
    "list_shown",
    "load_migrations",
    "media_types",
    "migrate",
    "publish",
    "read_definition",
    "read_value",
    "rests_on_memory",
    "show_value",
    "source_names",
    "tell_condition",
]

build_schema = contract.build_schema
build_twin = twin.build_twin
list_forms = list_newest
MEDIA_TYPES = {"pdf": "application/pdf", "png": "image/png", "jpeg": "image/jpeg"}


def get_form(form_id: str, version: int | None = None) -> Form:
    """One version of a form (the newest when none is named), or Missing with the forms there are."""
    forms = load_forms()
    versions = [v for known, v in forms if known == form_id]
    form = forms.get((form_id, version if version is not None else max(versions, default=0)))
    if form is None:
        raise Missing(f"{form_id}: {', '.join(sorted({known for known, _v in forms}))}")
    return form


def draw_layout(form: Form) -> bytes:
    """A Word file to begin the official layout of a form with."""
    return layouts.draw(form)


def list_faults(form: Form) -> list[str]:
    """What is wrong with a definition by the named rules, and with its layout where it has one."""
    layout = find_layout(form)
    return lint(form) + [f"layout: {text}" for text in (layouts.list_faults(form, layout) if layout else ())]


def find_earlier(form: Form, field_id: str) -> Form | None:
    """The newest version of a form before this one that asks a field."""
    earlier = [one for (form_id, n), one in load_forms().items() if form_id == form.id and n < form.version]
    asking = [one for one in earlier if any(field.id == field_id for field in one.list_fields())]
    return max(asking, key=lambda one: one.version, default=None)


def find_form(item: str, variant: str = "") -> Form | None:
    """The newest form of a service item (its first when no variant is named)."""
    return next((f for f in list_forms() if f.item == item.upper() and (not variant or f.variant == variant)), None)


Recorded = Callable[[str, str], list[Any]]


def _knows_no_record(_source: str, _concept: str) -> list[Any]:
    return []


def _build_world(form: Form, today: date | None, recorded: Recorded) -> rules.World:
    return rules.World(today or clock.today(), lambda fact_id, day: _find_window(form, fact_id, day), recorded)


def _find_window(form: Form, fact_id: str, day: date) -> tuple[date | None, date | None]:
    """First and last day to act: counted back from ``day`` by a fact with a window, on from it by any other.

    The facts are the catalogue's, where curators keep them and a check holds them against the law.
    """
    fact = next(f for f in policy_base().catalogue.get_item(form.item).facts if f.id == fact_id)
    if fact.window is None:
        return None, _count(day, fact.values[0], 1)
    first, last = ((_count(day, value, -1) if value else None) for value in (fact.window.opens, fact.window.closes))
    return first, last or day


def _count(day: date, value: kb.Value, direction: int) -> date:
    return workdays.add_units(day, direction * int(value.number), value.unit)


def list_broken(
    form: Form, answers: Mapping[str, Any], today: date | None = None, recorded: Recorded = _knows_no_record
) -> list[Rule]:
    """The rules these (shown) answers break today. ``recorded(source, concept)`` lists what the records say."""
    return rules.list_broken(form, answers, _build_world(form, today, recorded))


def compute_values(form: Form, answers: Mapping[str, Any], today: date | None = None) -> dict[str, Any]:
    """What the form works out by itself, by field id, in the order of the form: locked fields always, others while
    nobody answered them."""
    known, found = dict(answers), {}
    for field in form.list_fields():
        if field.compute is None or (not field.lock and known.get(field.id) is not None):
            continue
        value = expressions.compute(field.compute, known, today or clock.today())
        known[field.id] = found[field.id] = value
    return {name: value for name, value in found.items() if value is not None}


def media_types(field: Field) -> tuple[str, ...]:
    """The media types that a file field takes: those its format names, else all that uploads know."""
    named = [name for name in field.format.split(",") if name]
    return tuple(MEDIA_TYPES[name] for name in named) or tuple(MEDIA_TYPES.values())


def field_kind(field: Field) -> str:
    """The kind of value a conversation is told to expect: a type, or mobile, phone, email."""
    known = FORMATS.get(field.format)
    return known.type if known else field.type


def publish() -> list[str]:
    """Fix every version in ``published.json``; the ones that differ from what was published before, if any."""
    path = FOLDER / "published.json"
    known = read_published()
    present = {f"{form.id}@{form.version}": form.digest for form in load_forms().values()}
    changed = sorted(name for name, digest in present.items() if known.get(name, digest) != digest)
    if not changed:
        path.write_text(json.dumps({**known, **present}, indent=1, sort_keys=True) + "\n")
    return changed


def source_names() -> dict[str, dict[str, str]]:
    """What people call each prefill source a form may name."""
    return SOURCE_NAMES


def chat_wording(field: Field, language: str) -> str:
    """What the conversation says to ask for a field: its own wording, else its label (and hint) as a sentence."""
    if field.chat:
        return field.chat[language]
    asked = _ask_by_label(field, language)
    return f"{asked}\n{field.hint[language]}" if field.hint else asked


def _ask_by_label(field: Field, language: str) -> str:
    _, label = gettext_for(language), field.label[language]
    if label.endswith(("?", "？")):
        return label
    if field.type == "yes_no":
        return _("%(label)s?") % {"label": label}
    text = {
        "choice": _("Please choose: %(label)s"),
        "choices": _("Please choose (several may be right): %(label)s"),
        "declaration": _("Please read and declare: %(label)s"),
        "date": _("Please give a day: %(label)s (for example 2026-03-11, or “today”)"),
    }.get(field.type, _("Please give: %(label)s"))
    return text % {"label": label}


def is_unconfirmed(field: Field) -> bool:
    """Whether what a field lets one choose was written down from memory and is not held against the official list."""
    tables = load_tables()
    return any(tables[one.table].known == "memory" for one in (field, *field.fields) if one.table)


def rests_on_memory(form: Form) -> bool:
    """Whether the rules behind the form's item are no text of the collection: even who handles it is to be confirmed."""
    return policy_base().catalogue.get_item(form.item).authority.verified == "memory"


def list_chat_fields(form: Form, answers: Mapping[str, Any], today: date | None = None) -> list[Field]:
    """The plan for asking in chat: the fields these answers ask for that can be asked in words, in order."""
    return [f for f in list_shown(form, answers, today or clock.today()) if f.asked_in_chat]


def find_window_days(form: Form, answers: Mapping[str, Any]) -> tuple[date | None, date] | None:
    """First and last day on which the form's application window lets these answers be submitted; None without one."""
    for rule in form.rules:
        if rule.check.operator in rules.WINDOWS and answers.get(rule.check.arguments[0]):
            day = date.fromisoformat(answers[rule.check.arguments[0]])
            first, last = _find_window(form, rule.check.arguments[1], day)
            return first, last or day
    return None
