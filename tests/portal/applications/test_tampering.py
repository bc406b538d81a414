"""What a request may not carry is refused as a whole, leaves an audit line, and changes nothing; others see nothing."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.applications import service
from portal.applications.models import Answer, Draft
from portal.audit import service as audit
from portal.errors import Invalid, Missing
from portal.extensions import db
from portal.identity.service import ANONYMOUS, Identity
from portal.prefill.service import FactSheet
from tests.portal.applications.conftest import Applicant, draft_id_of

# name of the case -> what is sent along with an innocent answer, and the code it is refused with
TAMPERED: dict[str, tuple[dict[str, Any], str]] = {
    "a locked field": ({"licence_no": "粤穗药监械经营许20990001号"}, "locked_field"),
    "a locked field with the same value": ({"licence_no": "粤穗药监械经营许20220317号"}, "locked_field"),
    "a locked field emptied": ({"valid_to": ""}, "locked_field"),
    "a field hidden by a rule": ({"change_note": "什么都没变"}, "hidden_field"),
    "a field of no form": ({"is_approved": "yes"}, "unknown_field"),
    "a column of no form": ({"warehouses": [{"_id": "r1", "address": "某市某区一路1号", "paid": "yes"}]}, ""),
    "one field twice": ({"phone": ["020-80000001", "020-80000002"]}, "duplicate_field"),
}


def count_answers(draft_id: str) -> int:
    return db.session.query(Answer).filter_by(draft_id=draft_id).count()


@pytest.mark.parametrize("name", TAMPERED)
@pytest.mark.parametrize("way", ["page", "api"])
def test_a_tampered_request_is_refused_and_audited(applicant: Applicant, name: str, way: str) -> None:
    sent, code = TAMPERED[name]
    draft_id = draft_id_of(applicant.start())
    version, before = db.session.get_one(Draft, draft_id).version, count_answers(draft_id)
    if way == "api":
        reply = applicant.client.post(
            f"/applications/drafts/{draft_id}/fields", json={"version": version, "values": {"delivery": "both"} | sent}
        )
    elif "warehouses" in sent:
        reply = applicant.client.post(
            f"/applications/drafts/{draft_id}/s/places", data={"version": version, "warehouses[r1].paid": "yes"}
        )
    else:
        reply = applicant.client.post(
            f"/applications/drafts/{draft_id}/s/contact", data={"version": version, "delivery": "both"} | sent
        )
    refused = reply.status_code == 422 or (not code and "warehouses" in (reply.json or {}).get("errors", {}))
    assert refused, reply.get_data(as_text=True)[:500]
    if code:
        assert count_answers(draft_id) == before
        [line] = [line for line in audit.list_lines(subject_id=draft_id) if line.action == "refused_save"]
        assert code in line.detail


def test_the_value_of_a_locked_field_is_the_registers_whatever_is_stored(kangrui: Identity, draft: Draft) -> None:
    db.session.add(
        Answer(
            draft_id=draft.id,
            field_id="licence_no",
            value="粤穗药监械经营许20990001号",
            origin="auto",
            version=1,
            at=draft.created_at,
        )
    )
    db.session.commit()
    db.session.expire_all()
    assert service.view_draft(draft).values["licence_no"] == "粤穗药监械经营许20220317号"


def test_without_the_register_nothing_is_locked_and_the_person_types(kangrui: Identity, draft: Draft) -> None:
    db.session.query(FactSheet).delete()
    db.session.commit()
    saved = service.save_fields(kangrui, draft.id, draft.version, {"issued_on": "2022-02-25"}, "page")
    assert saved.saved == ("issued_on",)


def test_a_chosen_value_comes_from_the_record_and_not_from_the_request(kangrui: Identity, draft: Draft) -> None:
    saved = service.save_fields(kangrui, draft.id, draft.version, {}, "page", chosen={"legal_rep": "999999"})
    assert "legal_rep" in saved.errors
    right = service.offered(service.view_draft(draft).outcomes["legal_rep"])[0]
    service.save_fields(
        kangrui, draft.id, draft.version, {"legal_rep": "别人"}, "page", chosen={"legal_rep": str(right.fact_id)}
    )
    assert service.view_draft(draft).values["legal_rep"] == right.value


def test_declarations_and_signature_are_never_filled(kangrui: Identity, draft: Draft) -> None:
    view = service.view_draft(draft)
    never = [f.id for f in view.form.list_fields() if not f.reuse or f.type == "declaration"]
    assert {"declare_true", "declare_conditions", "signer", "signed_on"} <= set(never)
    assert not set(never) & set(view.values)
    assert all(not service.offered(view.outcomes.get(name)) for name in never)


def test_every_answer_of_a_person_has_an_author_and_no_filled_one_has(applicant: Applicant) -> None:
    url = applicant.start()
    applicant.fill(url)
    rows = db.session.get_one(Draft, draft_id_of(url)).answers
    assert {bool(row.author) for row in rows if row.origin in ("manual", "override", "chat_confirmed")} == {True}
    assert {
        (bool(row.author), row.fact_id is not None) for row in rows if row.origin == "auto" and row.state == "given"
    } == {(False, True)}


@pytest.mark.parametrize("path", ["", "s/company", "check", "files/authorisation"])
@pytest.mark.parametrize("login", ["meiyan", "citizen", "officer"])
def test_another_party_sees_no_draft(demo: Any, applicant: Applicant, login: str, path: str) -> None:
    url = applicant.start()
    applicant.fill(url)
    reply = Applicant(demo.test_client(), login).client.get(url + path)
    assert reply.status_code == 404
    assert "康瑞" not in reply.get_data(as_text=True)


@pytest.mark.parametrize("path", ["", "application.pdf", "application.docx", "files/authorisation", "review"])
@pytest.mark.parametrize("login", ["meiyan", "citizen", ""])
def test_another_party_sees_no_case(demo: Any, applicant: Applicant, login: str, path: str) -> None:
    url = applicant.start()
    applicant.fill(url)
    case_id = applicant.get_case_id(applicant.send(url))
    other: FlaskClient = Applicant(demo.test_client(), login).client if login else demo.test_client()
    reply = other.get(f"/applications/cases/{case_id}/{path}")
    assert reply.status_code in (401, 403, 404)
    assert "康瑞" not in reply.get_data(as_text=True)


def test_refused_looks_are_audited(kangrui: Identity, draft: Draft, identity_of: Any) -> None:
    draft_id = draft.id
    with pytest.raises(Missing):
        service.get_draft(identity_of("meiyan"), draft_id)
    assert next(line.action for line in audit.list_lines(subject_id=draft_id)) == "refused_read"


def test_nobody_lists_what_is_not_theirs(kangrui: Identity, draft: Draft, identity_of: Any) -> None:
    assert service.list_drafts(ANONYMOUS) == []
    assert service.list_drafts(identity_of("meiyan")) == []
    assert [d.id for d in service.list_drafts(kangrui)] == [draft.id]


def test_a_case_is_read_by_its_owner_with_an_audit_line(applicant: Applicant) -> None:
    url = applicant.start()
    applicant.fill(url)
    case_id = applicant.get_case_id(applicant.send(url))
    applicant.text(f"/applications/cases/{case_id}/")
    lines = audit.list_lines(subject_kind="case")
    assert {"read", "submit"} <= {line.action for line in lines}


def test_sending_refuses_an_unsettled_disagreement(kangrui: Identity, draft: Draft) -> None:
    with pytest.raises(Invalid) as caught:
        service.submit(kangrui, draft.id, draft.version, "k")
    assert "不一致" in caught.value.fields["legal_rep"]
