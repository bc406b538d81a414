"""What is missing is named with the answer that made it necessary and the clause that demands it; materials are listed."""

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from portal.applications import completeness, questions
from portal.forms.service import get_form, tell_condition
from portal.forms.spec import Check
from portal.language import set_language
from tests.portal.applications.conftest import Applicant

FILING = "general-cosmetic-filing"


@pytest.mark.parametrize(
    ("language", "told"),
    [("zh", "“生产方式”为“委托生产”"), ("en", "“Who makes it” is “A contract manufacturer”")],
)
def test_a_gap_says_why_and_by_which_clause(app: APIFlask, language: str, told: str) -> None:
    form = get_form(FILING, 1)
    with app.test_request_context():
        set_language(language)
        values = {"production": "contract"}
        errors = completeness.check(form, values)
        gaps = {g.path: g for g in completeness.list_gaps(form, values, errors, completeness.knows_no_record, language)}
    assert gaps["contract_confirmed"].because == told
    assert [(c.title, c.article) for c in gaps["contract_confirmed"].cites] == [("化妆品注册备案管理办法", 31)]
    assert gaps["org_name"].because == ""
    assert [c.article for c in gaps["org_name"].cites] == [19]


def test_a_broken_rule_is_told_with_its_own_clause(app: APIFlask) -> None:
    form = get_form(FILING, 1)
    with app.test_request_context():
        set_language("zh")
        values = {"claims": ["c04"]}
        errors = completeness.check(form, values)
        gaps = {g.path: g for g in completeness.list_gaps(form, values, errors, completeness.knows_no_record, "zh")}
    assert "特殊化妆品" in gaps["claims"].text
    assert [(c.title, c.article) for c in gaps["claims"].cites] == [("化妆品监督管理条例", 16)]


def test_the_checklist_follows_the_answers(app: APIFlask) -> None:
    form = get_form(FILING, 1)
    file = {"name": "a.pdf"}
    before = {m.id: m for m in completeness.list_materials(form, {"first_filing": False, "label_draft": file}, "zh")}
    after = {m.id: m for m in completeness.list_materials(form, {"first_filing": True}, "zh")}
    assert before["capability_proof"].state == "unneeded"
    assert after["capability_proof"].state == "missing"
    assert before["label_draft"].state == "uploaded"
    assert after["capability_proof"].condition == "“是否首次办理备案”为“是”"
    assert [c.article for c in after["capability_proof"].cites] == [19]


@pytest.mark.parametrize(
    ("check", "zh"),
    [
        (Check("not", (Check("equals", ("production", "own")),)), "“生产方式”不为“自行生产”"),
        (Check("contains_any", ("users", "u01", "u02")), "“使用人群”包含“01 婴幼儿（0至3周岁）”或者“02 儿童（3至12周岁）”"),
        (Check("all", (Check("given", ("org_name",)), Check("at_least", ("assessor_years", 5)))),
         "已填写“备案人名称”，并且“从业年限（年）”不小于“5”"),
        (Check("not", (Check("any", (Check("given", ("org_name",)), Check("at_most", ("assessor_years", 5)))),)),
         "没有填写“备案人名称”，并且“从业年限（年）”大于“5”"),
    ],
)  # fmt: skip
def test_conditions_are_told_in_words(check: Check, zh: str) -> None:
    assert tell_condition(get_form(FILING, 1), check, "zh") == zh


def test_the_pages_show_reasons_clauses_and_materials(applicant: Applicant) -> None:
    draft = applicant.start()
    assert "本次申请的材料清单 (0/3)" in applicant.text(draft)
    check = applicant.text(f"{draft}check")
    assert check.count('class="because"') >= 5
    assert "医疗器械经营监督管理办法" in check
    assert "请准备好要上传的材料" in applicant.text("/applications/start?item=A11&variant=renew")


def test_the_start_page_asks_which_variant_when_an_item_has_several_forms(client: FlaskClient) -> None:
    several = questions.list_forms("A11")
    assert len(several) > 1
    page = client.get("/applications/start?item=A11")
    assert page.status_code == 200
    assert all(f"item=A11&amp;variant={form.variant}" in page.text for form in several)
    item = client.get("/services/A11").text
    assert all(f"item=A11&amp;variant={form.variant}" in item for form in several)
