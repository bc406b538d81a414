"""Wrong values made from each form's own contract, through the page and as a raw request: the same error, no crash, nothing
saved (F9). One section of every form, another one each in turn."""

from typing import Any

from portal.applications import service
from portal.applications.models import Draft
from portal.extensions import db
from portal.forms.service import build_schema, list_forms
from portal.identity.service import Identity
from tests.portal.applications.conftest import Applicant
from tests.portal.forms.made_answers import list_wrong, make_answers
from tests.portal.forms.test_every_form import DAY, put_draft


def make_payload(fields: list[Any], schema: dict[str, Any], turn: int) -> dict[str, str]:
    """A wrong text for each field that can be sent as one."""
    payload = {}
    for field in fields:
        texts = [value for _why, value in list_wrong(schema[field.id]) if isinstance(value, str)]
        if texts and field.type not in ("file", "repeat", "choices"):
            payload[field.id] = texts[turn % len(texts)]
    return payload


def test_the_same_wrong_value_has_the_same_error_by_page_and_by_raw_request(
    applicant: Applicant, kangrui: Identity
) -> None:
    tried = 0
    for turn, form in enumerate(list_forms()):
        draft = put_draft(form, make_answers(form, DAY))
        draft.party_code, draft.account_id = kangrui.party_code, kangrui.account_id
        db.session.commit()
        view = service.view_draft(draft)
        sections = view.list_sections()
        page, fields = sections[turn % len(sections)]
        payload = make_payload([one for one in fields if view.is_open(one.id)], build_schema(form)["properties"], turn)
        if not payload or page.one_by_one:
            continue
        url = f"/applications/drafts/{draft.id}/"
        raw = applicant.client.post(f"{url}fields", json={"version": 1, "values": payload})
        paged = applicant.client.post(f"{url}s/{page.id}", data=payload | {"version": "1"})
        assert (raw.status_code, paged.status_code) == (200, 422), form.id
        errors = raw.get_json()["errors"]
        assert set(errors) == set(payload), form.id
        html = paged.get_data(as_text=True)
        for name, text in errors.items():
            assert f'id="error-{name}">{text.replace("<", "&lt;").replace(">", "&gt;")}' in html, f"{form.id}/{name}"
        assert db.session.get_one(Draft, draft.id).version == 1
        tried += 1
    assert tried >= len(list_forms()) // 2


def test_whatever_a_raw_request_holds_is_answered_and_nothing_of_it_is_kept(
    applicant: Applicant, kangrui: Identity
) -> None:
    """Every wrong value of every kind of field of one form, in one request each."""
    form = max(list_forms(), key=lambda one: len({f.type for f in one.list_fields()}))
    draft = put_draft(form, make_answers(form, DAY))
    draft.party_code, draft.account_id = kangrui.party_code, kangrui.account_id
    db.session.commit()
    asked = service.view_draft(draft)
    by_type = {f.type: f for _page, fields in asked.list_sections() for f in fields if asked.is_open(f.id)}
    for field in by_type.values():
        for why, value in list_wrong(build_schema(form)["properties"][field.id]):
            reply = applicant.client.post(
                f"/applications/drafts/{draft.id}/fields", json={"version": 1, "values": {field.id: value}}
            )
            assert reply.status_code in (200, 422), f"{field.id}: {why}"
            said = reply.get_json()
            assert said.get("errors") or said.get("error"), f"{field.id}: {why}: {said}"
            assert db.session.get_one(Draft, draft.id).version == 1
