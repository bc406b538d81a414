"""Conditions of a form in words, so that people are told why something is asked: “‘First filing?’ is ‘yes’”."""

from typing import Any

from policy_kb import gettext_for
from portal.forms.spec import Check, Field, Form
from portal.forms.values import show_value


def tell_condition(form: Form, check: Check | None, language: str) -> str:
    """The condition as a clause of a sentence in ``"zh"`` or ``"en"``; "" for none."""
    return _tell(form, check, language, so=True) if check else ""


def _tell(form: Form, check: Check, language: str, *, so: bool) -> str:
    _ = gettext_for(language)
    if check.operator == "not":
        return _tell(form, check.arguments[0], language, so=not so)
    if check.operator in ("all", "any"):
        told = [_tell(form, inner, language, so=so) for inner in check.arguments]
        return (_(" and ") if (check.operator == "all") is so else _(" or ")).join(told)
    field = form.get_field(str(check.arguments[0]).partition(".")[0])
    words = {"label": field.label[language], "value": _tell_values(field, check.arguments[1:], language)}
    pattern = {
        ("chosen", True): _("“%(label)s” is %(value)s"),
        ("chosen", False): _("“%(label)s” is not %(value)s"),
        ("contains", True): _("“%(label)s” includes %(value)s"),
        ("contains", False): _("“%(label)s” does not include %(value)s"),
        ("given", True): _("“%(label)s” is answered"),
        ("given", False): _("“%(label)s” is not answered"),
        ("at_least", True): _("“%(label)s” is at least %(value)s"),
        ("at_least", False): _("“%(label)s” is below %(value)s"),
        ("at_most", True): _("“%(label)s” is at most %(value)s"),
        ("at_most", False): _("“%(label)s” is above %(value)s"),
    }
    return pattern[_kind(check.operator), so] % words


def _kind(operator: str) -> str:
    known = {"equals": "chosen", "is_one_of": "chosen", "contains": "contains", "contains_any": "contains"}
    return known.get(operator, operator)


def _tell_values(field: Field, values: tuple[Any, ...], language: str) -> str:
    _ = gettext_for(language)
    return _(" or ").join(f"“{_tell_value(field, value, language)}”" for value in values)


def _tell_value(field: Field, value: Any, language: str) -> str:
    option = field.find_option(str(value))
    return option.label[language] if option else show_value(field, value, language)
