"""Answers of an old version of a form become those of the next: renamed, moved, split, recoded; nothing silently lost."""

from pathlib import Path
from typing import Any

import pytest

from portal.forms.loading import FormError, load_forms
from portal.forms.migrating import STEPS, load_migrations, migrate
from tests.portal.forms.test_definitions import field, make_form

OPTIONS = {"new_a": {"zh": "甲", "en": "A"}, "b": {"zh": "乙", "en": "B"}}
ROWS = [field("address"), field("area", "number", required=False)]


@pytest.fixture
def next_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """Version 2 of a form of which 1 is published."""
    form = make_form(
        version=2,
        fields=[field("company"), field("first"), field("last"), field("pick", "choice", options=OPTIONS),
                field("picks", "choices", options=OPTIONS), field("houses", "repeat", fields=ROWS), field("note", "number")],
    )  # fmt: skip
    monkeypatch.setitem(load_forms(), ("some-form", 2), form)


def take_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, steps: str, values: dict[str, Any]) -> Any:
    (tmp_path / "some-form@2.yml").write_text(f"steps: {steps}\nexample: {{before: {{}}, after: {{}}}}\n", "utf-8")
    monkeypatch.setitem(load_migrations(), ("some-form", 2), load_migrations(tmp_path)["some-form", 2])
    return migrate("some-form", values, 1, 2)


@pytest.mark.parametrize(
    ("steps", "before", "after"),
    [
        ("[{rename: {org: company}}]", {"org": "康瑞"}, {"company": "康瑞"}),
        ("[{move: {house: houses.address}}]", {"house": "示例路1号"}, {"houses": [{"_id": "r1", "address": "示例路1号"}]}),
        ("[{split: {name: {at: ' ', into: [first, last]}}}]", {"name": "Ada Lovelace King"}, {"first": "Ada", "last": "Lovelace King"}),
        ("[{split: {name: {at: ' ', into: [first, last]}}}]", {"name": "顾怀川"}, {"first": "顾怀川"}),
        ("[{recode: {pick: {a: new_a}, picks: {a: new_a}}}]", {"pick": "a", "picks": ["a", "b"]}, {"pick": "new_a", "picks": ["new_a", "b"]}),
        ("[{rename: {org: name}}, {rename: {name: company}}]", {"org": "康瑞"}, {"company": "康瑞"}),
        ("[]", {"company": "康瑞"}, {"company": "康瑞"}),
    ],
)  # fmt: skip
def test_a_step_takes_answers_along(
    next_version: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, steps: str, before: Any, after: Any
) -> None:
    moved = take_over(monkeypatch, tmp_path, steps, before)
    assert moved.values == after
    assert set(moved.origins.values()) <= set(before)
    assert moved.dropped == {}


def test_what_the_new_version_cannot_read_or_does_not_ask_is_told(
    next_version: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    moved = take_over(monkeypatch, tmp_path, "[]", {"gone": "x", "note": "viel", "company": "康瑞"})
    assert moved.values == {"company": "康瑞"}
    assert moved.dropped == {"gone": "x", "note": "viel"}


@pytest.mark.parametrize("text", ["steps: [{explode: {a: b}}]\nexample: {before: {}, after: {}}", "steps: []"])
def test_a_migration_that_says_something_else_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "some-form@2.yml").write_text(text, "utf-8")
    with pytest.raises((FormError, KeyError)):
        load_migrations(tmp_path)


def test_every_shipped_migration_does_what_its_example_shows() -> None:
    for (form_id, version), migration in load_migrations().items():
        assert (form_id, version) in load_forms()
        assert (form_id, version - 1) in load_forms()
        values, origins = dict(migration.before), {name: name for name in migration.before}
        for step in migration.steps:
            for name, what in step.items():
                STEPS[name](what, values, origins)
        assert values == migration.after, f"{form_id}@{version}"
