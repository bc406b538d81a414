"""How a matter ends, by its kind: numbers in their prescribed format, terms, changes that keep both, cancellations."""

from collections.abc import Callable

import pytest

from portal.applications import service
from portal.extensions import db
from portal.identity.service import Identity
from portal.prefill import service as prefill
from portal.prefill.service import Record
from portal.renewals import service as renewals
from tests.portal.applications.conftest import Applicant, Finish


def find_entry(identity: Identity, kind: str, number: str) -> Record:
    """The newest entry of a register under a number."""
    found = [r for r in prefill.list_records(identity, identity.party_code, kind) if r.number == number]
    return found[0]


def test_a_new_licence_gets_the_next_number_of_its_province_and_five_years(
    finish: Finish, identity_of: Callable[[str], Identity]
) -> None:
    case = finish("haoyi", "A11", "issue")
    assert case.certificate_number == "川药监械经营许20260001号"
    assert (case.outcome["valid_from"], case.outcome["valid_to"]) == ("2026-11-24", "2031-11-23")
    entry = find_entry(identity_of("haoyi"), "device_licence", case.certificate_number)
    assert entry.grade == "A"
    assert entry.values["licence.premises"]
    assert "licence.facilities" not in entry.values, "a register holds what stands on the licence, no more"


def test_a_filing_is_numbered_at_once_in_its_own_format(finish: Finish) -> None:
    assert finish("haoyi", "A10", "file", has_class3=True).certificate_number == "川药监械经营备20260001号"


@pytest.mark.parametrize(("item", "variant"), [("A13", "tell"), ("A14", "report")])
def test_a_notice_for_which_no_number_is_prescribed_gets_none(finish: Finish, item: str, variant: str) -> None:
    case = finish("haoyi", item, variant, first_only=False, to_consumers=False, special_drugs=False)
    assert (case.state, case.certificate_number) == ("completed", "")


def test_a_change_keeps_number_and_last_day_and_changes_what_the_register_says(
    finish: Finish, identity_of: Callable[[str], Identity]
) -> None:
    identity = identity_of("baicao")
    before = find_entry(identity, "drug_licence", "湘BA731000015")
    case = finish("baicao", "A12", "change", items=["scope"], new_scope=["slices", "tcm"], takeover=False)
    after = find_entry(identity, "drug_licence", "湘BA731000015")
    assert case.certificate_number == "湘BA731000015"
    assert "valid_to" not in case.outcome, "a change begins no new term"
    assert after.valid_to == before.valid_to
    assert after.values["licence.scope"] == ["slices", "tcm"]


def test_a_renewed_term_begins_when_the_old_one_ends(finish: Finish, identity_of: Callable[[str], Identity]) -> None:
    number = prefill.list_records(identity_of("runmei"), identity_of("runmei").party_code, "cosmetics_licence")[
        0
    ].number
    old = find_entry(identity_of("runmei"), "cosmetics_licence", number).valid_to
    case = finish("runmei", "A7", "renew", changed=False)
    assert case.certificate_number == number
    assert old is not None
    assert case.outcome["valid_from"] == old.replace(day=old.day).fromordinal(old.toordinal() + 1).isoformat()


def test_a_cancelled_licence_counts_for_nothing_from_that_day(
    finish: Finish, identity_of: Callable[[str], Identity]
) -> None:
    identity = identity_of("renhe")
    number = prefill.list_records(identity, identity.party_code, "drug_production_licence")[0].number
    finish("renhe", "A6", "cancel")
    assert find_entry(identity, "drug_production_licence", number).status == "cancelled"


def test_a_citizens_item_is_open_to_citizens_only(identity_of: Callable[[str], Identity], demo: object) -> None:
    assert service.start(identity_of("citizen"), "C1", "complain").party_code.startswith("P-")
    with pytest.raises(Exception, match="账号"):
        service.start(identity_of("haoyi"), "B9", "first")


def test_a_renewal_at_the_authority_reminds_nobody(applicant: Applicant, kangrui: Identity, officer: Identity) -> None:
    [due] = [d for d in renewals.list_due() if d.record.party_code == kangrui.party_code]
    url = applicant.start()
    applicant.fill(url)
    case_id = applicant.get_case_id(applicant.send(url))
    [own] = renewals.list_own(kangrui)
    assert own.renewal == service.get_case(officer, case_id).number
    assert [d for d in renewals.list_due() if d.record.number == due.record.number] == []
    assert "不再提醒" in applicant.text("/applications/")
    service.accept_case(officer, case_id)
    service.decide_case(officer, case_id, approve=True)
    db.session.commit()
    assert renewals.list_own(kangrui) == []
