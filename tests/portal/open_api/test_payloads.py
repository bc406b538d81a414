"""Payloads made from every form's own contract by Hypothesis, to the open API: right ones are accepted, wrong ones refused
with the words of the page, whatever is sent has an answer below 500 and leaves nothing half written (F1, F9)."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from portal.applications import questions
from portal.applications import service as applications
from portal.applications.models import Answer, Draft
from portal.extensions import db
from portal.forms import service as forms
from portal.forms.service import Field, Form, build_schema, list_forms
from portal.identity.service import Identity
from tests.portal.applications.conftest import Applicant
from tests.portal.forms.made_answers import list_wrong, make_answers
from tests.portal.forms.made_payloads import ANYTHING, make_right
from tests.portal.forms.test_every_form import DAY, put_draft
from tests.portal.open_api.conftest import Program

RENEWAL = "device-distribution-renewal"
QUICK = {"deadline": None, "suppress_health_check": list(HealthCheck), "phases": (Phase.generate,), "derandomize": True}


@dataclass(frozen=True)
class Bench:
    """One draft of every form, complete, that tests try things on without keeping them."""

    program: Program
    drafts: list[tuple[str, Form]]

    def version(self, draft_id: str) -> int:
        found = db.session.get_one(Draft, draft_id)
        db.session.refresh(found)
        return found.version

    def patch(self, draft_id: str, values: Any) -> Any:
        return self.program.send(
            "PATCH", f"/drafts/{draft_id}", body={"values": values}, etag=f'"{self.version(draft_id)}"'
        )


@pytest.fixture
def bench(program: Program, kangrui: Identity) -> Bench:
    drafts = []
    for form in list_forms():
        draft = put_draft(form, make_answers(form, DAY))
        draft.id = f"d{len(drafts)}"
        draft.party_code, draft.account_id = kangrui.party_code, kangrui.account_id
        drafts.append((draft.id, form))
    db.session.commit()
    return Bench(program, drafts)


def list_open(draft_id: str) -> list[Field]:
    view = applications.view_draft(db.session.get_one(Draft, draft_id))
    return [f for _p, fields in view.list_sections() for f in fields if view.is_open(f.id) and f.type != "file"]


def test_right_payloads_of_every_form_are_accepted_and_wrong_ones_refused(bench: Bench) -> None:
    """For every form one payload that is right as a whole, then the same with one value made wrong."""

    @settings(max_examples=1, **QUICK)
    @given(st.data())
    def try_form(draft_id: str, form: Form, data: st.DataObject) -> None:
        schema, fields = build_schema(form)["properties"], list_open(draft_id)
        right = {f.id: data.draw(make_right(schema[f.id]), f.id) for f in fields}
        accepted = bench.patch(draft_id, right)
        assert accepted.status_code == 200, f"{form.id}: {accepted.text[:500]}"
        still = {f.id for f in list_open(draft_id)}
        field = data.draw(st.sampled_from([f for f in fields if f.id in still]))
        _why, wrong = data.draw(st.sampled_from(list(list_wrong(schema[field.id]))))
        before = bench.version(draft_id)
        refused = bench.patch(draft_id, {field.id: wrong})
        assert refused.status_code == 422, f"{form.id}/{field.id}: {wrong!r}: {refused.text[:300]}"
        assert any(path.partition("[")[0] == field.id for path in refused.get_json()["errors"])
        assert bench.version(draft_id) == before

    for draft_id, form in bench.drafts:
        try_form(draft_id, form)


def test_a_wrong_value_has_the_error_of_the_page(bench: Bench, applicant: Applicant) -> None:
    """Every wrong value of each kind of field, by the open API and as the page's raw request."""
    seen: dict[str, tuple[str, Form, Field]] = {}
    for draft_id, form in bench.drafts:
        for field in list_open(draft_id):
            seen.setdefault(f"{field.type}/{field.format}", (draft_id, form, field))
    assert {kind.partition("/")[0] for kind in seen} >= {
        "text",
        "long_text",
        "number",
        "date",
        "choice",
        "choices",
        "yes_no",
        "declaration",
        "repeat",
    }
    for draft_id, form, field in seen.values():
        for why, wrong in list_wrong(build_schema(form)["properties"][field.id]):
            by_api = bench.patch(draft_id, {field.id: wrong})
            raw = applicant.client.post(
                f"/applications/drafts/{draft_id}/fields",
                json={"version": bench.version(draft_id), "values": {field.id: wrong}},
            ).get_json()
            expected = raw.get("errors") or raw["error"]["fields"]
            assert (by_api.status_code, by_api.get_json()["errors"]) == (422, expected), f"{field.id}: {why}"


@settings(max_examples=60, **QUICK)
@given(
    values=st.dictionaries(
        st.sampled_from(["legal_rep", "phone", "delivery", "signed_on", "warehouses", "licence_no", "changed", "x"]),
        ANYTHING,
        max_size=3,
    )
)
def check_anything(program: Program, draft_id: str, values: dict[str, Any]) -> None:
    with program.app.app_context():
        draft = db.session.get_one(Draft, draft_id)
        before, version = db.session.query(Answer).count(), draft.version
    text = json.dumps({"values": values})
    reply = program.send(
        "PATCH", f"/drafts/{draft_id}", data=text, etag=f'"{version}"', headers={"Content-Type": "application/json"}
    )
    assert reply.status_code in (200, 400, 422), reply.text[:300]
    if reply.status_code != 200:
        assert db.session.query(Answer).count() == before
        return
    view = applications.view_draft(db.session.get_one(Draft, draft_id))
    for name, row in view.answers.items():
        if row.author and row.state == "given":
            assert questions.read(forms.get_form(RENEWAL).get_field(name), row.value)[1] == {}


def test_whatever_is_sent_is_answered_and_nothing_wrong_is_kept(program: Program) -> None:
    draft_id = program.start(RENEWAL)["id"]
    check_anything(program, draft_id)


DEEP = '{"values": ' + "[" * 100_000 + "]" * 100_000 + "}"
BODIES: dict[str, tuple[str, int]] = {
    "no JSON": ("values=1", 400),
    "nothing": ("", 400),
    "NaN": ('{"values": {"phone": NaN}}', 400),
    "infinite": ('{"values": {"phone": -Infinity}}', 400),
    "half a character": ('{"values": {"phone": "\\ud800"}}', 400),
    "half a character as a name": ('{"values": {"\\udfff": "1"}}', 400),
    "nested deeply": (DEEP, 400),
    "a number of 5000 figures": ('{"values": {"phone": ' + "9" * 5000 + "}}", 400),
    "a key twice": ('{"values": {"phone": "1", "phone": "2"}}', 422),
    "an unknown key": ('{"values": {}, "state": "approved"}', 422),
    "a list": ("[]", 422),
    "an empty object": ("{}", 422),
    "values of the wrong kind": ('{"values": ["phone"]}', 422),
    "an unknown field": ('{"values": {"is_approved": true}}', 422),
    "a field hidden by a rule": ('{"values": {"change_note": "什么都没变"}}', 422),
    "a locked field": ('{"values": {"licence_no": "粤穗药监械经营许20990001号"}}', 422),
    "a locked field cleared": ('{"values": {"valid_to": null}}', 422),
    "a value that no record offers": ('{"choose": {"legal_rep": "999999"}}', 422),
    "a choice of the wrong kind": ('{"choose": {"legal_rep": 1}}', 422),
    "a file as a value": ('{"values": {"authorisation": {"name": "a", "sha256": "b"}}}', 422),
    "a huge text": ('{"values": {"signer": "' + "长" * 200_000 + '"}}', 422),
    "a row of nothing known": ('{"values": {"warehouses": [{"paid": "yes"}]}}', 422),
    "a row id of the wrong kind": (
        '{"values": {"warehouses": [{"_id": {"a": 1}, "address": "某市某区一路1号"}]}}',
        422,
    ),
    "more than a megabyte": ('{"values": {"signer": "' + "a" * 1_100_000 + '"}}', 413),
}


@pytest.fixture
def send_raw(program: Program) -> Callable[[str], Any]:
    draft_id = program.start(RENEWAL)["id"]

    def send(text: str) -> Any:
        reply = program.send(
            "PATCH", f"/drafts/{draft_id}", data=text.encode(), headers={"Content-Type": "application/json"}
        )
        return reply, db.session.get_one(Draft, draft_id).version

    return send


def test_a_body_that_may_not_be_is_refused_as_a_problem(send_raw: Callable[[str], Any]) -> None:
    _reply, version = send_raw("{}")
    for name, (text, status) in BODIES.items():
        reply, now = send_raw(text)
        assert (name, reply.status_code, reply.mimetype) == (name, status, "application/problem+json")
        assert now == version, name


@pytest.mark.parametrize("etag", ["*", "1", '"x"', '"99999999999"', '"-1"', '"0"'])
def test_an_etag_of_no_draft_changes_nothing(program: Program, etag: str) -> None:
    draft_id = program.start(RENEWAL)["id"]
    reply = program.send("PATCH", f"/drafts/{draft_id}", body={"values": {"delivery": "electronic"}}, etag=etag)
    assert reply.status_code == (412 if etag == '"0"' else 400)


@pytest.mark.parametrize("part", ["%00", "x" * 3000, "%F0%9F%98%80", "1%27--", "..%2F..", "%ED%A0%80"])
@pytest.mark.parametrize("path", ["/forms/{}", "/drafts/{}", "/cases/{}", "/cases/{}/receipt.pdf"])
def test_an_address_of_nothing_is_missing(program: Program, path: str, part: str) -> None:
    with program.app.app_context():
        reply = program.app.test_client().get(
            f"/api/v1{path.format(part)}", headers={"Authorization": f"Bearer {program.token}"}
        )
    assert (reply.status_code, reply.mimetype) == (404, "application/problem+json")
