"""A cosmetic filing: complete when it is sent, with a number of its province, and every form's data contract kept."""

import io
import re

import pytest
from jsonschema import Draft202012Validator

from portal.applications import numbering, service
from portal.applications.models import Case, Draft
from portal.errors import Conflict
from portal.extensions import db
from portal.forms import service as forms
from portal.identity.service import Identity
from portal.prefill import service as prefill
from tests.portal.applications.conftest import PDF, Applicant, draft_id_of

SECTIONS: dict[str, dict[str, object]] = {
    "filer": {"first_filing": "no"},
    "maker": {
        "production": "own",
        "maker_name": "广州美妍化妆品有限公司",
        "maker_licence": "粤妆20210123",
        "maker_licence_valid_to": "2028-01-01",
        "maker_address": "广州市白云区云城西路8号",
    },
    "product": {
        "product_name": "美妍沁润保湿乳",
        "claims": ["c11", "c08"],
        "body_part": ["p05"],
        "users": ["u03"],
        "dosage_form": "d01",
        "use": "leave",
        "child_product": "no",
    },
    "standard": {
        "standard_no": "Q/MY 001-2026",
        "test_body": "某省检验院",
        "test_report_no": "JY2026001",
        "tested_on": "2026-10-01",
    },
    "safety": {
        "assessor": "许评",
        "assessor_years": "8",
        "assessed_on": "2026-10-20",
        "evidence": ["literature"],
        "evidence_summary": "文献支持保湿功效。",
    },
    "declarations": {"declare_true": "yes", "declare_label": "yes", "signer": "江若汀", "signed_on": "2026-11-24"},
}
FORMULA = [("水", "82", "溶剂"), ("甘油", "15", "保湿剂"), ("苯氧乙醇", "3", "防腐剂")]


@pytest.fixture
def meiyan(demo: object) -> Applicant:
    return Applicant(demo.test_client(), "meiyan")  # type: ignore[attr-defined]


def fill(applicant: Applicant, url: str, *, percent: str = "82") -> None:
    page = applicant.text(url)
    for section in re.findall(r"/s/(\w+)", page):
        if section in SECTIONS:
            reply = applicant.save(url, section, SECTIONS[section])
            assert reply.status_code == 302, (section, reply.get_data(as_text=True)[:4000])
    row = re.findall(r'data-row="([^"]+)"', applicant.text(f"{url}s/formula"))[0]
    cells = {}
    for n, (name, share, purpose) in enumerate(FORMULA):
        at = row if n == 0 else f"m{n}"
        cells |= {
            f"formula[{at}].name": name,
            f"formula[{at}].percent": percent if n == 0 else share,
            f"formula[{at}].purpose": purpose,
        }
    assert applicant.save(url, "formula", cells).status_code == 302
    papers = {name: (io.BytesIO(PDF), f"{name}.pdf") for name in ("label_draft", "test_report", "safety_report")}
    assert applicant.save(url, "papers", papers).status_code == 302


def test_a_filing_is_complete_when_sent_and_numbered_by_province_year_and_serial(meiyan: Applicant) -> None:
    numbers = []
    for _turn in range(2):
        url = meiyan.start("A1", "file")
        fill(meiyan, url)
        case = db.session.get_one(Case, meiyan.get_case_id(meiyan.send(url)))
        assert case.state == "completed"
        numbers.append(case.certificate_number)
    assert numbers == ["粤G妆网备字2026000001", "粤G妆网备字2026000002"]
    page = meiyan.text(f"/applications/cases/{case.id}/")
    assert numbers[1] in page


def test_what_was_filed_keeps_the_forms_contract(meiyan: Applicant) -> None:
    url = meiyan.start("A1", "file")
    fill(meiyan, url)
    case = db.session.get_one(Case, meiyan.get_case_id(meiyan.send(url)))
    from portal.applications.snapshots import write_canonical

    answers = __import__("json").loads(write_canonical(case.snapshot.content))["answers"]
    Draft202012Validator(forms.build_schema(forms.get_form(case.form_id))).validate(answers)


def test_a_formula_that_does_not_add_up_is_saved_but_not_sent(meiyan: Applicant) -> None:
    url = meiyan.start("A1", "file")
    fill(meiyan, url, percent="81")
    reply = meiyan.send(url)
    assert reply.status_code == 422
    assert "正好是100" in reply.get_data(as_text=True)
    assert service.view_draft(db.session.get_one(Draft, draft_id_of(url))).values["formula"][0]["percent"] == "81"


def test_another_products_formula_is_never_filled(meiyan: Applicant) -> None:
    view = service.view_draft(db.session.get_one(Draft, draft_id_of(meiyan.start("A1", "file"))))
    assert "formula" not in view.values
    assert "product_name" not in view.values


def test_a_filed_product_is_known_afterwards(meiyan: Applicant, identity_of: object) -> None:
    url = meiyan.start("A1", "file")
    fill(meiyan, url)
    meiyan.send(url)
    identity: Identity = identity_of("meiyan")  # type: ignore[operator]
    found = [r for r in prefill.list_records(identity, identity.party_code) if r.number == "粤G妆网备字2026000001"]
    subject = "product:粤G妆网备字2026000001"
    assert sorted((r.kind, r.grade, r.subject) for r in found) == [
        ("cosmetics_filing", "A", subject),
        ("filing", "B", subject),
    ]
    register = next(r for r in found if r.grade == "A")
    assert register.values["product.number"] == "粤G妆网备字2026000001"
    assert "product.evidence" not in register.values  # what the register does not hold stays with the filing


def test_a_code_without_a_province_gets_no_number(demo: object) -> None:
    with pytest.raises(Conflict):
        numbering.give_number(forms.get_form("general-cosmetic-filing"), "P-00000001", {})
