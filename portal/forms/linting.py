"""Named rules that every form definition keeps; ``flask forms lint`` and a test run them all."""

import re
from collections.abc import Callable, Iterator
from graphlib import CycleError, TopologicalSorter

from portal.forms import expressions, rules
from portal.forms.formats import FORMATS
from portal.forms.spec import SOURCE_NAMES, Check, Field, Form
from portal.vocabulary import ABOUT_OF

CONCEPT_KINDS = tuple(ABOUT_OF)
CHINESE = re.compile(r"[\u4e00-\u9fff]")

Found = Iterator[tuple[str, str]]
RULES: dict[str, Callable[[Form], Found]] = {}


def _rule(function: Callable[[Form], Found]) -> Callable[[Form], Found]:
    RULES[function.__name__.replace("_", "-")] = function
    return function


def lint(form: Form) -> list[str]:
    """``<rule>: <place>: <what is wrong>`` for everything found."""
    return [f"{name}: {place}: {text}" for name, rule in RULES.items() for place, text in rule(form)]


def _every_field(form: Form) -> Iterator[tuple[str, Field]]:
    for field in form.list_fields():
        yield field.id, field
        for inner in field.fields:
            yield f"{field.id}.{inner.id}", inner


def _checks(form: Form) -> Iterator[tuple[str, Check]]:
    for place, field in _every_field(form):
        if field.when:
            yield place, field.when
    for rule in form.rules:
        yield rule.id, rule.check
        if rule.when:
            yield rule.id, rule.when


def _flat(check: Check) -> Iterator[Check]:
    if check.operator in ("all", "any", "not"):
        for inner in check.arguments:
            yield from _flat(inner)
    else:
        yield check


@_rule
def ids_are_unique(form: Form) -> Found:
    seen: set[str] = set()
    for place, _field in _every_field(form):
        if place in seen:
            yield place, "this id is used twice"
        seen.add(place)
    for ids in ([p.id for p in form.pages], [r.id for r in form.rules]):
        for twice in {i for i in ids if ids.count(i) > 1}:
            yield twice, "this id is used twice"


@_rule
def names_exist(form: Form) -> Found:
    known = {place for place, _field in _every_field(form)}
    for place, check in _checks(form):
        for name in rules.list_names(check) - known:
            yield place, f"there is no field {name!r}"
    for rule in form.rules:
        for name in set(rule.fields) - known:
            yield rule.id, f"there is no field {name!r}"


@_rule
def operators_have_their_arguments(form: Form) -> Found:
    for place, check in _checks(form):
        for one in _flat(check):
            least, most = rules.ARITY[one.operator]
            if not least <= len(one.arguments) <= most:
                yield place, f"{one.operator} takes {least} to {most} arguments"


@_rule
def conditions_look_back(form: Form) -> Found:
    """Only at fields of earlier pages: no cycles, and a page needs no script to show the right questions."""
    page_number = {f.id: n for n, page in enumerate(form.pages) for f in page.fields}
    for place, field in _every_field(form):
        own = page_number.get(place.partition(".")[0], 0)
        for name in rules.list_names(field.when):
            if page_number.get(name.partition(".")[0], -1) >= own:
                yield place, f"the condition looks at {name!r}, which is not on an earlier page"


@_rule
def choices_have_options(form: Form) -> Found:
    for place, field in _every_field(form):
        if (field.type in ("choice", "choices")) != bool(field.options):
            yield place, "options belong to choice and choices, and both need them"
        if (field.type == "repeat") != bool(field.fields):
            yield place, "fields belong to repeat, and it needs them"


@_rule
def conditions_name_options(form: Form) -> Found:
    fields = dict(_every_field(form))
    for place, check in _checks(form):
        for one in _flat(check):
            field = fields.get(str(one.arguments[0]))
            if one.operator in ("equals", "is_one_of", "contains") and field and field.options:
                for code in one.arguments[1:]:
                    if not field.find_option(code):
                        yield place, f"{code!r} is no option of {field.id}"


@_rule
def formats_exist(form: Form) -> Found:
    for place, field in _every_field(form):
        if field.format and field.type != "file" and field.format not in FORMATS:
            yield place, f"there is no format {field.format!r}; there are {', '.join(FORMATS)}"


@_rule
def prefill_is_explained(form: Form) -> Found:
    """Who may fill a field, from what, about what: all or nothing."""
    for place, field in _every_field(form):
        if (field.sources or (field.lock and not field.compute) or field.ttl_days) and not field.concept:
            yield place, "prefill needs a concept"
        if field.sources and not field.about:
            yield place, "prefill needs `about`: what the value must be about"
        if field.lock and not field.sources and not field.compute:
            yield place, "a lock needs a source"
        for source in set(field.sources) - set(SOURCE_NAMES):
            yield place, f"there is no source {source!r}; there are {', '.join(SOURCE_NAMES)}"


@_rule
def concepts_have_known_kinds(form: Form) -> Found:
    for place, field in _every_field(form):
        for concept in filter(None, (field.concept, *field.offered)):
            if concept.partition(".")[0] not in CONCEPT_KINDS:
                yield place, f"{concept!r} is about none of {', '.join(CONCEPT_KINDS)}"
        twice = [f.id for _p, f in _every_field(form) if field.concept and f.concept == field.concept]
        if len(twice) > 1:
            yield place, f"{field.concept!r} fills {' and '.join(twice)}; one concept, one question"


@_rule
def texts_fit_their_language(form: Form) -> Found:
    """A Chinese text has Chinese characters and an English one has none, so that no language is left half done."""
    for place, text in _texts(form):
        if not CHINESE.search(text["zh"]) and not text["zh"].isascii():
            yield place, f"not Chinese: {text['zh'][:40]!r}"
        if CHINESE.search(text["en"]):
            yield place, f"not English: {text['en'][:40]!r}"


def _texts(form: Form) -> Iterator[tuple[str, dict[str, str]]]:
    yield "form", form.label
    for page in form.pages:
        yield page.id, page.label
    for rule in form.rules:
        yield rule.id, rule.label
    for place, field in _every_field(form):
        for text in (field.label, field.hint, field.chat, *(o.label for o in field.options)):
            if text:
                yield place, text


@_rule
def declarations_are_never_prefilled(form: Form) -> Found:
    for place, field in _every_field(form):
        if (field.type in ("declaration", "file") or not field.reuse) and (
            field.sources or field.offered or field.lock or field.compute
        ):
            yield place, "declarations, files and fields never reused cannot be prefilled"


@_rule
def repeats_are_flat(form: Form) -> Found:
    for place, field in _every_field(form):
        if "." in place and field.type in ("repeat", "file", "declaration"):
            yield place, f"a row cannot hold a {field.type}"


@_rule
def legal_demands_cite(form: Form) -> Found:
    """A rule that stops a submission names the clause that demands it, unless it only checks arithmetic or order."""
    for rule in form.rules:
        if any(one.operator in ("in_window", "valid_today") for one in _flat(rule.check)) and not rule.cites:
            yield rule.id, "this rule keeps people from applying and names no clause"


@_rule
def computed_values_look_back(form: Form) -> Found:
    """A value is worked out from fields that are asked before it, none of them files."""
    before: set[str] = set()
    for field in form.list_fields():
        for name in sorted(expressions.list_names(field.compute) - before):
            yield field.id, f"it is worked out from {name!r}, which is not asked before it"
        before |= {field.id, *(f"{field.id}.{inner.id}" for inner in field.fields)} if field.type != "file" else set()
    for place, field in _every_field(form):
        if field.compute and ("." in place or field.type in ("choices", "file", "repeat", "declaration")):
            yield place, f"a {field.type} (or a cell) cannot be worked out"


@_rule
def nothing_depends_on_itself(form: Form) -> Found:
    """Conditions and computed values together have no cycle; it is told as the path that closes it."""
    graph = {
        field.id: {
            name.partition(".")[0] for name in rules.list_names(field.when) | expressions.list_names(field.compute)
        }
        for field in form.list_fields()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        yield "form", " > ".join(reversed(error.args[1]))


@_rule
def conditions_need_only_answers(form: Form) -> Found:
    """What is asked hangs on answers alone: a form must not ask other things because a register is away."""
    conditions = [(place, field.when) for place, field in _every_field(form)] + [(r.id, r.when) for r in form.rules]
    for place, check in conditions:
        for one in _flat(check) if check else ():
            if one.operator in rules.WINDOWS or "recorded" in one.operator:
                yield place, f"a condition cannot use {one.operator}"


@_rule
def warnings_stand_alone(form: Form) -> Found:
    """A rule that only warns is not mixed with one that stops."""
    for rule in form.rules:
        if rule.check.operator in ("all", "any", "not"):
            for one in _flat(rule.check):
                if one.operator in rules.WARNINGS:
                    yield rule.id, f"{one.operator} stands in a rule of its own"


@_rule
def records_are_named(form: Form) -> Found:
    """A check against records names a source and speaks of a concept."""
    for place, check in _checks(form):
        for one in _flat(check):
            if "recorded" in one.operator and len(one.arguments) == 3:
                if one.arguments[1] not in SOURCE_NAMES:
                    yield place, f"there is no source {one.arguments[1]!r}; there are {', '.join(SOURCE_NAMES)}"
                if one.arguments[2] not in {field.concept for field in form.list_fields() if field.concept}:
                    yield place, f"the form asks for no {one.arguments[2] or 'concept'!r} to hold against the record"


@_rule
def numbers_can_be_given(form: Form) -> Found:
    """The third word of ``outcome`` is a format that says how a new number is written."""
    known = FORMATS.get(form.number_format)
    if form.number_format and not (known and known.number):
        able = ", ".join(name for name, one in FORMATS.items() if one.number)
        yield "outcome", f"no number can be given as {form.number_format!r}; there are {able}"


@_rule
def pages_ask_something(form: Form) -> Found:
    """A page of nothing but locked computed values asks nothing."""
    for page in form.pages:
        if all(field.compute and field.lock for field in page.fields):
            yield page.id, "nothing on this page can be answered"
