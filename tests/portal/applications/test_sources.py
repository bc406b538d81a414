"""What happens to a draft when sources are away, change their mind, or say what the form cannot take."""

from datetime import date

import pytest

from portal.applications import service
from portal.applications.models import Draft
from portal.extensions import db
from portal.identity.service import Identity
from portal.prefill import service as prefill
from tests.portal.applications.conftest import Applicant, draft_id_of, start_agreed


def test_a_source_that_was_away_is_asked_again_when_the_person_comes_back(applicant: Applicant) -> None:
    url = applicant.start()
    draft = db.session.get_one(Draft, draft_id_of(url))
    draft.failed = ["licence_register"]
    db.session.commit()
    assert applicant.client.get(url).status_code == 200
    db.session.expire_all()
    assert draft.failed == []


def test_staff_see_which_source_was_away(applicant: Applicant, demo: object) -> None:
    url = applicant.start()
    applicant.fill(url)
    case_id = applicant.get_case_id(applicant.send(url))
    db.session.get_one(Draft, draft_id_of(url)).failed = ["licence_register"]
    db.session.commit()
    page = Applicant(demo.test_client(), "officer").text(f"/applications/cases/{case_id}/review")  # type: ignore[attr-defined]
    assert "填写时未能查询：许可备案库" in page


def test_a_register_that_changed_since_is_said_and_what_the_person_gave_stays(
    applicant: Applicant, kangrui: Identity
) -> None:
    url = applicant.start()
    draft = db.session.get_one(Draft, draft_id_of(url))
    service.save_fields(kangrui, draft.id, draft.version, {"phone": "020-80000055"}, "page")
    known = next(r for r in prefill.list_records(kangrui, kangrui.party_code) if r.kind == "device_licence")
    prefill.put_record(
        party_code=known.party_code,
        kind=known.kind,
        number=known.number,
        issuer=known.issuer,
        as_of=date(2026, 11, 20),
        valid_from=known.valid_from,
        valid_to=known.valid_to,
        values={**known.values, "licence.principal": "新负责人"},
    )
    draft.failed = ["licence_register"]
    db.session.commit()
    page = applicant.text(url)
    assert "记录中有变化" in page
    assert "企业负责人" in page
    values = service.view_draft(draft).values
    assert values.get("principal") in ("新负责人", None)
    assert values["phone"] == "020-80000055"


def test_an_offered_value_that_needs_correcting_is_not_taken_as_it_is(kangrui: Identity) -> None:
    party = kangrui.party_code
    prefill.put_record(
        party_code=party,
        kind="filing",
        number="X1",
        as_of=date(2026, 11, 1),
        status="accepted",
        values={"product.name": "乳<b>液</b>"},
    )
    draft = start_agreed(kangrui, "A1", "file")
    offers = service.offered(service.view_draft(draft).outcomes["product_name"])
    wrong = [c for c in offers if "<b>" in str(c.value)]
    assert wrong
    for choice in wrong:
        saved = service.save_fields(
            kangrui, draft.id, draft.version, {}, "page", chosen={"product_name": str(choice.fact_id)}
        )
        assert "product_name" in saved.errors


@pytest.mark.parametrize("path", ["", "s/company", "s/places", "check"])
def test_switching_the_language_keeps_page_and_answers(applicant: Applicant, path: str) -> None:
    url = applicant.start()
    chinese, english = applicant.text(f"{url}{path}?lang=zh"), applicant.text(f"{url}{path}?lang=en")
    assert 'lang="en"' in english
    if path:
        assert "广州市天河区云岭路18号康瑞大厦901房" in chinese
        assert "广州市天河区云岭路18号康瑞大厦901房" in english
        assert "From the" in english
    service.view_draft(db.session.get_one(Draft, draft_id_of(url)))
