"""A new version of a form is published while a draft is on the old one: the difference is shown, nothing is lost, and
what the law newly demands holds at sending (F6)."""

import pytest
import yaml

from portal.applications import service
from portal.applications.models import Case
from portal.extensions import db
from portal.forms.loading import FOLDER, load_forms, read_definition
from portal.forms.migrating import Migration, load_migrations
from portal.identity.service import Identity
from tests.portal.applications.conftest import Applicant, draft_id_of

RENEWAL = "device-distribution-renewal"
NEW = {
    "id": "insured", "type": "yes_no", "label": {"zh": "是否投保责任险", "en": "Is liability insured?"},
    "cite": [{"title": "医疗器械监督管理条例", "article": 42}],
}  # fmt: skip


@pytest.fixture
def publish(monkeypatch: pytest.MonkeyPatch) -> None:
    """Version 2 asks one thing more, drops the way of delivery and renames the telephone."""
    data = yaml.safe_load((FOLDER / f"{RENEWAL}.yml").read_text("utf-8"))
    data["version"] = 2
    contact = next(page for page in data["pages"] if page["id"] == "contact")
    contact["fields"] = [f for f in contact["fields"] if f["id"] != "delivery"] + [NEW]
    next(f for f in contact["fields"] if f["id"] == "phone")["id"] = "company_phone"
    monkeypatch.setitem(load_forms(), (RENEWAL, 2), read_definition(yaml.safe_dump(data, allow_unicode=True), "new"))
    steps = ({"rename": {"phone": "company_phone"}},)
    monkeypatch.setitem(load_migrations(), (RENEWAL, 2), Migration(RENEWAL, 2, steps, {}, {}))


def test_a_draft_goes_over_to_the_new_version_with_every_answer(
    applicant: Applicant, kangrui: Identity, request: pytest.FixtureRequest
) -> None:
    url = applicant.start()
    applicant.fill(url)
    before = service.view_draft(service.get_draft(kangrui, draft_id_of(url)))
    request.getfixturevalue("publish")

    page = applicant.text(url)
    assert "这张表有新版本" in page
    for label in ("是否投保责任险", "领证方式"):
        assert label in page
    refused = applicant.send(url)
    assert refused.status_code == 409
    assert "换到新版本" in refused.get_data(as_text=True)
    assert db.session.query(Case).count() == 0

    assert applicant.client.post(f"{url}upgrade").status_code == 302
    after = service.view_draft(service.get_draft(kangrui, draft_id_of(url)))
    assert after.draft.form_version == 2
    assert set(after.list_errors()) == {"insured"}
    for name, value in before.values.items():
        new = {"phone": "company_phone"}.get(name, name)
        if new != "delivery":
            assert after.values[new] == value, name
            assert after.origin_of(new) == before.origin_of(name), name
    assert "这张表有新版本" not in applicant.text(url)

    assert applicant.save(url, "contact", {"insured": "yes"}).status_code == 302
    case = db.session.get_one(Case, applicant.get_case_id(applicant.send(url)))
    assert case.form_version == 2
    assert case.snapshot.content["answers"]["insured"] is True
