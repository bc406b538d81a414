"""Sections that ask one thing at a time, and switching the language in the middle of an answer (F7)."""

import io
from typing import Any

import pytest
import yaml

from portal.applications import service
from portal.forms.loading import FOLDER, load_forms, read_definition
from portal.identity.service import Identity
from tests.portal.applications.conftest import PDF, Applicant, draft_id_of, read_controls

RENEWAL = "device-distribution-renewal"


@pytest.fixture
def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The renewal with its section of people asked one thing at a time."""
    data = yaml.safe_load((FOLDER / f"{RENEWAL}.yml").read_text("utf-8"))
    next(page for page in data["pages"] if page["id"] == "people")["format"] = "one_by_one"
    monkeypatch.setitem(load_forms(), (RENEWAL, 1), read_definition(yaml.safe_dump(data, allow_unicode=True), "new"))


def post(applicant: Applicant, url: str, page: str, changes: dict[str, Any]) -> Any:
    return applicant.client.post(url, data=read_controls(page) | changes, content_type="multipart/form-data")


def test_a_section_asks_one_thing_at_a_time_and_goes_on(
    applicant: Applicant, one_by_one: None, kangrui: Identity
) -> None:
    url = applicant.start()
    first = applicant.text(f"{url}s/people")
    assert first.count("data-field=") == 1
    assert "第1题，共4题" in first
    assert 'action="?q=principal"' in first
    asked = []
    address, page = f"{url}s/people?q=principal", first
    for _step in range(4):
        asked.append(address.rpartition("q=")[2])
        reply = post(applicant, address, page, {})
        assert reply.status_code == 302
        address = str(reply.location)
        page = applicant.text(address)
    assert asked == ["principal", "quality_head", "quality_head_education", "quality_head_title"]
    assert address.endswith("/s/places")
    check = applicant.text(f"{url}check")
    assert "s/people?q=quality_head#field-quality_head" in check


def test_switching_the_language_saves_what_was_typed_and_stays(applicant: Applicant, kangrui: Identity) -> None:
    url = applicant.start()
    here = f"{url}s/contact"
    page = applicant.text(here)
    assert '<button class="plain" form="answers" name="action" value="stay" formaction="?lang=en"' in page
    reply = post(applicant, f"{here}?lang=en", page, {"agent_name": "林一", "delivery": "both", "action": "stay"})
    assert reply.status_code == 302
    assert str(reply.location).endswith("/s/contact")
    english = applicant.text(here)
    assert "Person handling this" in english
    assert 'value="林一"' in english
    view = service.view_draft(service.get_draft(kangrui, draft_id_of(url)))
    assert (view.values["agent_name"], view.values["delivery"]) == ("林一", "both")


def test_what_cannot_be_saved_comes_back_as_typed_in_the_other_language(applicant: Applicant) -> None:
    here = f"{applicant.start()}s/contact"
    reply = post(applicant, f"{here}?lang=en", applicant.text(here), {"agent_mobile": "12345", "action": "stay"})
    assert reply.status_code == 422
    page = reply.get_data(as_text=True)
    assert "Enter a mobile number of 11 digits." in page
    assert 'value="12345"' in page


def test_a_file_that_was_chosen_is_kept_when_the_language_is_switched(applicant: Applicant, kangrui: Identity) -> None:
    url = applicant.start()
    here = f"{url}s/papers"
    files = {"authorisation": (io.BytesIO(PDF), "授权书.pdf"), "action": "stay"}
    assert post(applicant, f"{here}?lang=en", applicant.text(here), files).status_code == 302
    assert "授权书.pdf" in applicant.text(here)
