"""Eleven parties × the forms they begin: what fills each field, from which record, how much of a form that is, and that
nothing else is filled. The parties and what is expected are data (archive/parties.yml, archive/tasks.yml).

``pytest tests/portal/prefill/test_archive.py -s`` prints the coverage.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from apiflask import APIFlask

from portal.extensions import db
from portal.forms import service as forms
from portal.identity import service as identities
from portal.prefill.comparing import comparison_key
from portal.prefill.demo import make_code
from portal.prefill.explaining import Explained, ExplainedField, explain, get_form
from portal.prefill.mandates import act_for, find_actor
from portal.prefill.service import import_file

FOLDER = Path(__file__).parent / "archive"
ARCHIVE = yaml.safe_load((FOLDER / "parties.yml").read_text(encoding="utf-8"))
TASKS = yaml.safe_load((FOLDER / "tasks.yml").read_text(encoding="utf-8"))
CODES = {
    name: party.get("code") or make_code(f"91440106MAWE{n:05d}")
    for n, (name, party) in enumerate(ARCHIVE["parties"].items(), 1)
}
# What a record says of itself beside its values: the column, by the end of the concept.
FACE = {"number": "number", "valid_to": "valid_to", "issuer": "issuer"}


@dataclass(frozen=True, slots=True)
class Told:
    """A task of the set and what the engine makes of it."""

    task: Mapping[str, Any]
    said: Explained

    @property
    def name(self) -> str:
        return f"{self.task['party']} {self.task['form']} {self.task.get('record', '')}".strip()

    def list_fields(self, outcome: str) -> list[ExplainedField]:
        return [one for one in self.said.fields if one.outcome == outcome]


def fill_in(value: Any, party: str) -> Any:
    """A value of the data with the party's code and name; days as the import reads them."""
    if isinstance(value, dict):
        return {key: fill_in(inner, party) for key, inner in value.items()}
    if isinstance(value, list):
        return [fill_in(inner, party) for inner in value]
    if isinstance(value, str):
        words = {"{code}": CODES[party], "{name}": ARCHIVE["parties"][party]["name"], "{baishun}": CODES["baishun"]}
        for word, meant in words.items():
            value = value.replace(word, meant)
    return value if isinstance(value, str | bool) else str(value)


def list_rows(party: str) -> list[dict[str, Any]]:
    return [{"party_code": CODES[party], **fill_in(row, party)} for row in ARCHIVE["parties"][party]["rows"]]


def load_archive() -> None:
    """Every party with its records and an account of its own."""
    for name, party in ARCHIVE["parties"].items():
        known = identities.get_or_add_party(CODES[name], "enterprise", party["name"])
        account = identities.register_account(
            name, "a long enough password", kind="enterprise", name=f"{name}的经办人", mobile="19400000299",
            email=f"{name}@example.cn",
        )  # fmt: skip
        identities.add_mandate(account, known)
        lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in list_rows(name))
        assert not lines or import_file(lines.encode(), "archive.jsonl").errors == ()
    db.session.commit()


def run(task: Mapping[str, Any]) -> Told:
    code = CODES[task["party"]]
    actor = find_actor(task["actor"], code) if "actor" in task else act_for(code)
    day = ARCHIVE["today"]
    assert isinstance(day, date)
    return Told(task, explain(actor, code, get_form(task["form"]), task.get("record", ""), day, "zh"))


@pytest.fixture
def told(app: APIFlask) -> list[Told]:
    load_archive()
    with app.test_request_context():
        return [run(task) for task in TASKS]


def without_ids(value: Any) -> Any:
    if isinstance(value, list):
        return [{k: v for k, v in row.items() if k != "_id"} if isinstance(row, dict) else row for row in value]
    return value


def describe(one: Told) -> dict[str, Any]:
    """What became of the fields, as tasks.yml says it."""
    fills: dict[str, dict[str, Any]] = {}
    for field in one.list_fields("auto"):
        if field.source != "account":
            fills.setdefault(field.record, {})[field.id] = without_ids(field.value)
    return {
        "fills": fills,
        "account": [field.id for field in one.list_fields("auto") if field.source == "account"],
        "conflicts": {field.id: [c["value"] for c in field.choices] for field in one.list_fields("conflict")},
        "offered": [field.id for field in one.list_fields("suggest")],
    }


def read_expected(task: Mapping[str, Any]) -> dict[str, Any]:
    empty = {"fills": {}, "account": [], "conflicts": {}, "offered": []}
    return {key: fill_in(task.get(key, nothing), task["party"]) for key, nothing in empty.items()}


def is_true(one: Told, field: ExplainedField) -> bool:
    """Whether the record named as the origin says this value of this concept, read here from the data alone."""
    rows = {row["record_id"]: row for row in list_rows(one.task["party"])}
    row, asked = rows[field.record], get_form(one.task["form"]).get_field(field.id)
    raw = row["values"].get(field.concept) or row.get(FACE.get(field.concept.partition(".")[2], ""))
    same = comparison_key(forms.read_value(asked, raw)) == comparison_key(field.value)
    return same and field.as_of == date.fromisoformat(row["as_of"]) and bool(field.origin_line)


def count(told: list[Told]) -> dict[str, Counter[str]]:
    """Of each kind of task: fields filled, offered and put to the person, of those a record may fill."""
    found: dict[str, Counter[str]] = {}
    for one in told:
        fields = [field for field in one.said.fields if field.prefillable]
        kept = found.setdefault(one.task["kind"], Counter())
        named = sum(bool(field.sources) for field in get_form(one.task["form"]).list_fields())
        kept.update(tasks=1, fields=len(fields), named=named)
        kept.update(field.outcome for field in fields)
    return found


def test_each_field_is_filled_from_the_right_record_or_not_at_all(told: list[Told]) -> None:
    assert len(told) >= 40
    wrong = {one.name: describe(one) for one in told if describe(one) != read_expected(one.task)}
    assert wrong == {}


def test_every_origin_is_true(told: list[Told]) -> None:
    """The record that is named says the very value, on the very day; what the account filled is its own."""
    filled = [(one, field) for one in told for field in one.list_fields("auto")]
    assert [(one.name, f.id) for one, f in filled if f.source != "account" and not is_true(one, f)] == []
    assert {f.concept.partition(".")[0] for _one, f in filled if f.source == "account"} == {"handler"}


def test_a_renewal_is_filled_to_nine_tenths_and_a_first_application_to_six(told: list[Told]) -> None:
    """Of the fields that a record may fill; what is new with the application is no such field."""
    counted = count(told)
    for kind, one in counted.items():
        print(
            f"\n{kind}: {one['tasks']} applications, {one['auto']} of {one['fields']} fillable fields filled "
            f"({one['auto'] / one['fields']:.1%}; {one['auto'] / one['named']:.1%} of those that name a source), "
            f"{one['conflict']} put to the person, {one['suggest']} offered",
            end="",
        )
    assert counted["renewal"]["auto"] / counted["renewal"]["fields"] >= 0.9
    assert counted["first"]["auto"] / counted["first"]["fields"] >= 0.6
