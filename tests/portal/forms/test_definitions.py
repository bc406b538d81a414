"""The two shipped forms: complete, bilingual, cited, never changed once published; and what the linter catches."""

import json
from pathlib import Path

import pytest
import yaml
from apiflask import APIFlask
from jsonschema import Draft202012Validator

from policy_kb import PolicyBase, clock
from portal.forms.linting import RULES, lint
from portal.forms.loading import FOLDER, FormError, format_schema, list_newest, load_forms, read_definition
from portal.forms.service import build_schema
from portal.forms.spec import Form
from portal.knowledge import policy_base

RENEWAL, FILING = "device-distribution-renewal", "general-cosmetic-filing"


TEXT = {"zh": "文字", "en": "Text"}


def make_definition(**changes: object) -> dict[str, object]:
    """A small right definition; ``fields`` and ``rules`` replace its own."""
    text = TEXT
    data: dict[str, object] = {
        "id": "some-form", "version": 1, "item": "A11/renew", "label": text, "about": "licence", "outcome": ["filing", "validity"],
        "pages": [{"id": "first", "label": text, "fields": changes.pop("fields", [{"id": "name", "type": "text", "label": text}])}],
    }  # fmt: skip
    return {**data, **changes}


def make_form(**changes: object) -> Form:
    return read_definition(yaml.safe_dump(make_definition(**changes), allow_unicode=True), "some.yml")


def field(id: str = "name", type: str = "text", **more: object) -> dict[str, object]:
    return {"id": id, "type": type, "label": {"zh": "文字", "en": "Text"}, **more}


@pytest.mark.parametrize("form", load_forms().values(), ids=lambda f: f.id)
def test_a_shipped_form_keeps_every_named_rule(form: Form) -> None:
    assert lint(form) == []


def test_the_format_has_fewer_than_25_keys() -> None:
    schema = format_schema()
    parts = [schema, *(schema["$defs"][name] for name in ("field", "page", "rule"))]
    assert len({key for part in parts for key in part["properties"]}) < 25
    Draft202012Validator.check_schema(schema)


def test_every_form_is_offered_at_its_variant_and_no_variant_has_two(app: APIFlask) -> None:
    offered = [(i.id, v.id, v.form) for i in policy_base().catalogue.list_items() for v in i.variants if v.form]
    assert offered
    assert sorted(offered) == sorted((f.item, f.variant, f.id) for f in list_newest())


def test_clocks_and_windows_are_facts_of_the_catalogue(ingested: PolicyBase) -> None:
    for form in load_forms().values():
        facts = {fact.id: fact for fact in ingested.catalogue.get_item(form.item).facts}
        first, last = form.outcome[:2]
        assert last in facts, f"{form.id}: the catalogue has no fact {form.item}/{last}"
        assert first == "filing" or [v for v in facts[first].values if v.unit == "working_day"], f"{form.id}: {first}"
        for rule in form.rules:
            if rule.check.operator == "in_window":
                assert facts[rule.check.arguments[1]].window is not None
            if rule.check.operator == "in_time":
                assert facts[rule.check.arguments[1]].values


def test_every_clause_a_form_cites_is_in_force(ingested: PolicyBase) -> None:
    missing = []
    for form in load_forms().values():
        places = [(f.id, c) for f in form.list_fields() for c in f.cites] + [
            (r.id, c) for r in form.rules for c in r.cites
        ]
        for place, cite in places:
            clause = ingested.find_clause(cite.title, cite.article, as_of=clock.today())
            if clause is None or (cite.paragraph and cite.paragraph not in {p.number for p in clause.paragraphs} | {1}):
                missing.append(f"{form.id}/{place}: {cite}")
    assert missing == []


def test_one_thing_has_one_name_in_all_forms_of_an_item() -> None:
    """A person who fills an application and later its renewal reads the same words for the same thing."""
    names: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for form in list_newest():
        for asked in form.list_fields():
            if asked.concept:
                names.setdefault((form.item, asked.concept), set()).add((asked.label["zh"], asked.label["en"]))
    assert {place: said for place, said in names.items() if len(said) > 1} == {}


def test_a_change_form_shows_the_old_value_and_asks_for_the_new_one() -> None:
    """What is changed is never typed over the register: old and new are two fields, and nothing fills the new one."""
    pairs = [
        (form, field, form.get_field(field.id[4:]))
        for form in list_newest()
        for field in form.list_fields()
        if field.id.startswith("new_") and field.id[4:] in {f.id for f in form.list_fields()}
    ]
    assert len({form.id for form, _new, _old in pairs}) >= 10
    assert [f"{form.id}/{new.id}" for form, new, old in pairs if new.sources or not old.concept] == []


def test_every_item_of_the_first_part_has_a_form_for_each_of_its_variants(app: APIFlask) -> None:
    """A1 to A14 as a whole; of the other parts those that the portal takes in."""
    without = {
        f"{item.id}/{variant.id}"
        for item in policy_base().catalogue.list_items()
        if item.id.startswith("A")
        for variant in item.variants
        if not variant.form
    }
    assert without == set()


def test_a_published_version_never_changes() -> None:
    published = json.loads((FOLDER / "published.json").read_text())
    present = {f"{form.id}@{form.version}": form.digest for form in load_forms().values()}
    changed = {name: digest for name, digest in published.items() if present.get(name) != digest}
    assert changed == {}, "a published form was changed or removed: give it a new version in a file of its own"


def test_a_declaration_in_other_words_is_another_one_and_asked_anew() -> None:
    """What was declared in a version's words is not carried over to other words."""
    changed = [
        f"{form.id} {form.version}: {one.id}"
        for (name, version), form in load_forms().items()
        for earlier in [load_forms().get((name, version - 1))]
        for one in form.list_fields()
        if earlier and one.type == "declaration"
        for before in earlier.list_fields()
        if before.id == one.id and before.label != one.label
    ]
    assert changed == []


def test_declarations_signature_and_files_can_never_be_prefilled() -> None:
    for form in load_forms().values():
        for asked in form.list_fields():
            if asked.type in ("declaration", "file") or asked.id in ("signer", "signed_on"):
                assert not asked.sources
                assert not asked.offered
                assert not asked.lock
            if asked.type == "declaration" or asked.id in ("signer", "signed_on"):
                assert not asked.reuse


def test_a_data_contract_is_a_valid_schema() -> None:
    for form in load_forms().values():
        Draft202012Validator.check_schema(build_schema(form))


# One definition a rule that breaks it.
WRONG: list[tuple[str, dict[str, object]]] = [
    ("ids-are-unique", {"fields": [field(), field()]}),
    ("names-exist", {"rules": [{"id": "r", "label": {"zh": "文字", "en": "Text"}, "check": {"given": ["nobody"]}, "fields": ["name"]}]}),
    ("operators-have-their-arguments", {"rules": [{"id": "r", "label": {"zh": "文字", "en": "Text"}, "check": {"sum_is": ["name"]}, "fields": ["name"]}]}),
    ("conditions-look-back", {"fields": [field(), field("late", when={"given": ["name"]})]}),
    ("conditions-look-back", {"fields": [field("self", when={"given": ["self"]})]}),
    ("choices-have-options", {"fields": [field(type="choice")]}),
    ("conditions-name-options", {"fields": [field("pick", "choice", options={"a": {"zh": "甲", "en": "A"}, "b": {"zh": "乙", "en": "B"}})],
                                 "rules": [{"id": "r", "label": {"zh": "文字", "en": "Text"}, "check": {"equals": ["pick", "c"]}, "fields": ["pick"]}]}),
    ("formats-exist", {"fields": [field(format="shoe_size")]}),
    ("prefill-is-explained", {"fields": [field(prefill=["business_register"])]}),
    ("prefill-is-explained", {"fields": [field(prefill=["crystal_ball"], concept="org.name", about="party")]}),
    ("concepts-have-known-kinds", {"fields": [field(concept="moon.phase")]}),
    ("concepts-have-known-kinds", {"fields": [field(concept="org.name"), field("again", concept="org.name")]}),
    ("declarations-are-never-prefilled", {"fields": [field(type="declaration", prefill=["account"], concept="handler.name", about="person")]}),
    ("repeats-are-flat", {"fields": [field(type="repeat", fields=[field("inner", "file")])]}),
    ("legal-demands-cite", {"rules": [{"id": "r", "label": {"zh": "文字", "en": "Text"}, "check": {"in_window": ["name", "w"]}, "fields": ["name"]}]}),
    ("computed-values-look-back", {"fields": [field("total", "number", prefill=[{"sum": ["later.percent"]}]), field("later")]}),
    ("computed-values-look-back", {"fields": [field("papers", "choices", options="education@1", prefill=[{"copy": ["name"]}])]}),
    ("nothing-depends-on-itself", {"fields": [field("one", prefill=[{"copy": ["two"]}]), field("two", prefill=[{"copy": ["one"]}])]}),
    ("conditions-need-only-answers", {"fields": [field(when={"as_recorded": ["name", "business_register", "org.name"]})]}),
    ("warnings-stand-alone", {"rules": [{"id": "r", "label": TEXT, "check": {"all": [{"in_time": ["name", "w"]}]}, "fields": ["name"]}]}),
    ("records-are-named", {"rules": [{"id": "r", "label": TEXT, "check": {"as_recorded": ["name", "crystal_ball"]}, "fields": ["name"]}]}),
    ("records-are-named", {"rules": [{"id": "r", "label": TEXT, "check": {"within_recorded": ["name", "device_licence"]}, "fields": ["name"]}]}),
    ("numbers-can-be-given", {"outcome": ["filing", "validity", "email"]}),
    ("pages-ask-something", {"fields": [field(lock=True, prefill=[{"today": []}])]}),
    ("texts-fit-their-language", {"label": {"zh": "文字", "en": "文字"}}),
]  # fmt: skip


def test_every_named_rule_is_shown_firing() -> None:
    assert set(RULES) == {rule for rule, _changes in WRONG}


@pytest.mark.parametrize(("rule", "changes"), WRONG)
def test_the_linter_names_what_is_wrong(rule: str, changes: dict[str, object]) -> None:
    assert rule in RULES
    assert any(line.startswith(f"{rule}: ") for line in lint(make_form(**changes)))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"version": 0}, "some.yml: version"),
        ({"item": "A11"}, "some.yml: item"),
        ({"colour": "red"}, "colour"),
        ({"fields": [field(type="colour")]}, "pages/0/fields/0/type"),
        ({"fields": [field(when={"run": ["rm -rf"]})]}, "pages/0/fields/0/when"),
        ({"fields": [{"id": "name", "type": "text", "label": {"zh": "只有中文"}}]}, "'en' is a required property"),
    ],
)
def test_a_definition_that_breaks_the_format_is_refused_with_the_place(changes: dict[str, object], told: str) -> None:
    with pytest.raises(FormError) as raised:
        make_form(**changes)
    assert told in str(raised.value)


def test_two_files_with_one_version_are_refused(tmp_path: Path) -> None:
    for name in ("a.yml", "b.yml"):
        (tmp_path / name).write_text(yaml.safe_dump(make_definition(), allow_unicode=True), "utf-8")
    with pytest.raises(FormError, match="already defined"):
        load_forms(tmp_path)
