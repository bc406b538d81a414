"""Every definition there is, tried without knowing any: it compiles, keeps the linter's rules, takes complete right
answers, refuses single wrong ones, and each of its pages is shown in both languages."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from apiflask import APIFlask
from jsonschema import Draft202012Validator

from policy_kb import clock
from portal.applications import completeness, questions, service
from portal.applications.models import Answer, Draft
from portal.applications.sending_views import check_page
from portal.applications.views import _section_page
from portal.extensions import db
from portal.forms.linting import lint
from portal.forms.loading import list_newest, load_forms
from portal.forms.service import Form, build_schema, read_value
from portal.language import set_language
from tests.portal.forms.made_answers import list_wrong, make_answers

DAY = date(2026, 11, 24)
FORMS = list_newest()


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENBAN_NOW", f"{DAY}T10:00")


@pytest.fixture
def speaking(app: APIFlask) -> Iterator[APIFlask]:
    """A portal in a request, so that texts have a language."""
    with app.test_request_context():
        set_language("zh")
        yield app


def test_every_definition_keeps_the_named_rules() -> None:
    faults = {f"{form.id} {form.version}": lint(form) for form in load_forms().values()}
    assert {name: found for name, found in faults.items() if found} == {}


@pytest.mark.parametrize("yes", [True, False])
def test_complete_right_answers_pass_every_check_and_obey_the_contract(speaking: APIFlask, yes: bool) -> None:
    wrong: dict[str, Any] = {}
    for form in FORMS:
        made = make_answers(form, DAY, yes=yes)
        errors = completeness.check(form, made)
        contract = Draft202012Validator(build_schema(form))
        errors |= {e.json_path: e.message[:200] for e in contract.iter_errors(without_marks(made))}
        if errors:
            wrong[form.id] = errors
    assert wrong == {}


def without_marks(value: Any) -> Any:
    """What goes into a snapshot: no row ids, no storage names."""
    if isinstance(value, dict):
        return {k: without_marks(v) for k, v in value.items() if not k.startswith("_") and k != "stored_as"}
    return [without_marks(v) for v in value] if isinstance(value, list) else value


def test_what_is_read_again_is_the_same(speaking: APIFlask) -> None:
    for form in FORMS:
        for name, value in make_answers(form, DAY).items():
            field = form.get_field(name)
            assert field.type == "file" or read_value(field, json.loads(json.dumps(value))) == value, (
                f"{form.id}/{name}"
            )


def test_a_single_wrong_value_is_refused_with_a_sentence(speaking: APIFlask) -> None:
    accepted = []
    for form in FORMS:
        for name, schema in build_schema(form)["properties"].items():
            for why, value in list_wrong(schema):
                read, errors = questions.read(form.get_field(name), value)
                if not any(errors.values()):
                    accepted.append((form.id, name, why, read))
    assert accepted == []


def test_each_missing_answer_is_named(speaking: APIFlask) -> None:
    for form in FORMS:
        made = make_answers(form, DAY)
        for name in made:
            field = form.get_field(name)
            left = {k: v for k, v in made.items() if k != name}
            asked = name in {f.id for f in questions.list_shown(form, left)} and not (field.compute and field.lock)
            if field.required and asked:
                assert name in completeness.check(form, left), f"{form.id}/{name}"


def put_draft(form: Form, answers: dict[str, Any]) -> Draft:
    """A draft with these answers, of nobody in particular."""
    now = clock.now()
    draft = Draft(
        id=form.id[:40], form_id=form.id, form_version=form.version, item=form.item, variant=form.variant,
        party_code="91350100M000100Y43", account_id=1, record_id="", version=1, state="open", failed=[], talk={},
        created_at=now, updated_at=now,
    )  # fmt: skip
    draft.answers = [
        Answer(
            field_id=name, value=value, state="given", origin="manual", version=1, at=now, author="1", channel="page"
        )
        for name, value in answers.items()
    ]
    db.session.add(draft)
    return draft


def show_section(app: APIFlask, draft: Draft, page_id: str, question: str, language: str) -> str:
    """The HTML of a section (of one question of it where it asks one at a time)."""
    with app.test_request_context(f"/?q={question}"):
        set_language(language)
        html, status = _section_page(draft, page_id)
    assert status == 200
    return html


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_of_every_form_is_shown(speaking: APIFlask, language: str) -> None:
    """Filled in; in English those of every third form: it has the same templates, and the linter wants every text."""
    set_language(language)
    with db.session.no_autoflush:
        for form in FORMS if language == "zh" else FORMS[::3]:
            draft = put_draft(form, make_answers(form, DAY))
            for page, fields in service.view_draft(draft, language).list_sections():
                for asked in [[one] for one in fields] if page.one_by_one else [fields]:
                    html = show_section(speaking, draft, page.id, asked[0].id, language)
                    for field in asked:
                        assert f'data-field="{field.id}"' in html, f"{form.id}/{page.id}/{field.id}"
                        assert field.label[language].split("\n")[0][:8] in html
            assert check_page(draft, {})[1] == 200
            db.session.expunge_all()
