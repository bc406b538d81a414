"""The front door of forms: find a form, read and show values, evaluate rules, get the data contract."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from policy_kb import clock
from portal.errors import Missing
from portal.forms import contract, rules
from portal.forms.formats import FORMATS, PROVINCE_OF, compute_check_character, fold_width, is_credit_code
from portal.forms.linting import lint
from portal.forms.loading import FOLDER, FormError, load_forms, read_definition
from portal.forms.rules import find_window, list_shown
from portal.forms.spec import SOURCE_NAMES, SUBJECTS, Check, Cite, Field, Form, Option, Page, Rule
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
    "Option",
    "Page",
    "Rule",
    "Unreadable",
    "build_schema",
    "chat_wording",
    "compute_check_character",
    "field_kind",
    "find_form",
    "find_window",
    "find_window_days",
    "fold_width",
    "get_form",
    "is_credit_code",
    "lint",
    "list_broken",
    "list_chat_fields",
    "list_forms",
    "list_shown",
    "publish",
    "read_definition",
    "read_value",
    "show_value",
    "source_names",
    "window_of",
]

build_schema = contract.build_schema


def list_forms() -> list[Form]:
    """The newest version of every form."""
    newest: dict[str, Form] = {}
    for (form_id, version), form in sorted(load_forms().items()):
        if version >= newest.get(form_id, form).version:
            newest[form_id] = form
    return list(newest.values())


def get_form(form_id: str, version: int | None = None) -> Form:
    """One version of a form (the newest when none is named), or Missing with the forms there are."""
    forms = load_forms()
    versions = [v for known, v in forms if known == form_id]
    form = forms.get((form_id, version if version is not None else max(versions, default=0)))
    if form is None:
        raise Missing(f"{form_id}: {', '.join(sorted({known for known, _v in forms}))}")
    return form


def find_form(item: str, variant: str = "") -> Form | None:
    """The newest form of a service item (its first when no variant is named)."""
    return next((f for f in list_forms() if f.item == item.upper() and (not variant or f.variant == variant)), None)


def window_of(form: Form) -> rules.WindowOf:
    """Looks the windows up in the catalogue, where curators keep them and a check holds them against the law."""

    def look_up(fact_id: str) -> tuple[int | None, int | None]:
        fact = next(f for f in policy_base().catalogue.get_item(form.item).facts if f.id == fact_id)
        assert fact.window is not None, f"{form.item}/{fact_id} has no window"
        return tuple(int(v.number) if v else None for v in (fact.window.opens, fact.window.closes))  # type: ignore[return-value]

    return look_up


def list_broken(form: Form, answers: Mapping[str, Any], today: date | None = None) -> list[Rule]:
    """The rules these (shown) answers break today."""
    return rules.list_broken(form, answers, today or clock.today(), window_of(form))


def field_kind(field: Field) -> str:
    """The kind of value a conversation is told to expect: a type, or mobile, phone, email."""
    known = FORMATS.get(field.format)
    return known.type if known else field.type


def publish() -> list[str]:
    """Fix every version in ``published.json``; the ones that differ from what was published before, if any."""
    path = FOLDER / "published.json"
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    present = {f"{form.id}@{form.version}": form.digest for form in load_forms().values()}
    changed = sorted(name for name, digest in present.items() if known.get(name, digest) != digest)
    if not changed:
        path.write_text(json.dumps({**known, **present}, indent=1, sort_keys=True) + "\n")
    return changed


def source_names() -> dict[str, dict[str, str]]:
    """What people call each prefill source a form may name."""
    return SOURCE_NAMES


def chat_wording(field: Field, language: str) -> str:
    """What the conversation says to ask for a field: its own wording, else its label (and hint)."""
    if field.chat:
        return field.chat[language]
    label = field.label[language]
    return f"{label}\n{field.hint[language]}" if field.hint else label


def list_chat_fields(form: Form, answers: Mapping[str, Any], today: date | None = None) -> list[Field]:
    """The plan for asking in chat: the fields these answers ask for that can be asked in words, in order."""
    return [f for f in list_shown(form, answers, today or clock.today()) if f.asked_in_chat]


def find_window_days(form: Form, answers: Mapping[str, Any]) -> tuple[date | None, date] | None:
    """First and last day on which the form's application window lets these answers be submitted; None without one."""
    for rule in form.rules:
        if rule.check.operator == "in_window" and answers.get(rule.check.arguments[0]):
            closing = date.fromisoformat(answers[rule.check.arguments[0]])
            return find_window(closing, *window_of(form)(rule.check.arguments[1]))
    return None
