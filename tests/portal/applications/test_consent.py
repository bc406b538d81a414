"""Before a draft asks a source the person is asked; what they say is kept, counts at once, and can be taken back."""

from collections.abc import Callable

import pytest
from apiflask import APIFlask

from portal.applications import service
from portal.applications.models import Draft
from portal.audit import service as audit
from portal.errors import Forbidden, Invalid, Missing
from portal.extensions import db
from portal.identity.service import Identity
from portal.prefill import consents
from portal.prefill import service as prefill
from tests.portal.applications.conftest import Applicant, draft_id_of, start_agreed

SOURCES = {"business_register", "licence_register", "earlier_submissions", "account"}


@pytest.fixture
def asked_nothing(kangrui: Identity) -> Draft:
    """A renewal just begun: nobody said anything about sources."""
    made = service.start(kangrui, "A11", "renew")
    db.session.commit()
    return made


def list_asked_for(draft: Draft) -> list[str]:
    return [
        line.detail.partition(":")[0]
        for line in audit.list_lines(subject_id=draft.id)
        if line.action == "prefill_fetched"
    ]


def test_nobody_else_says_which_sources_may_be_asked(
    asked_nothing: Draft, kangrui: Identity, identity_of: Callable[[str], Identity]
) -> None:
    said = service.read_said("all", ())
    with pytest.raises(Missing):
        service.decide_sources(identity_of("yunqiao"), asked_nothing.id, said)
    form = service.view_draft(asked_nothing).form
    with pytest.raises(Forbidden):
        consents.decide(identity_of("yunqiao"), asked_nothing.id, kangrui.party_code, form, said)
    assert prefill.list_decisions(asked_nothing.id) == {}


def test_no_source_is_asked_before_somebody_agreed(asked_nothing: Draft, kangrui: Identity) -> None:
    asked_nothing.failed = ["licence_register"]
    assert service.refresh(kangrui, asked_nothing) == []
    assert (prefill.list_facts(asked_nothing.id), list_asked_for(asked_nothing)) == ([], [])


def test_the_question_names_every_source_what_it_gives_and_what_for_and_ticks_nothing(applicant: Applicant) -> None:
    page = applicant.text("/applications/start?item=A11&variant=renew")
    for words in ("市场主体登记", "许可备案库", "以前提交的材料", "您的账号资料", "统一社会信用代码", "只为帮您填写"):
        assert words in page
    boxes = page[page.index('id="field-sources"') : page.index('value="all"')]
    assert boxes.count('type="checkbox"') == len(SOURCES)
    assert "checked" not in boxes


def test_the_same_question_stands_on_the_page_of_a_draft_that_was_not_asked(
    applicant: Applicant, asked_nothing: Draft
) -> None:
    reply = applicant.client.get(f"/applications/drafts/{asked_nothing.id}/")
    assert reply.location == f"/applications/drafts/{asked_nothing.id}/sources"
    assert "可以向这些来源查询吗" in applicant.text(str(reply.location))
    applicant.client.post(str(reply.location), data={"consent": "all"})
    assert set(list_asked_for(asked_nothing)) == SOURCES


@pytest.mark.parametrize(
    ("answer", "ticked", "asked"),
    [
        ("all", [], SOURCES),
        ("none", [], set()),
        ("none", ["licence_register"], set()),
        ("chosen", ["licence_register"], {"licence_register"}),
        ("chosen", ["account", "business_register"], {"account", "business_register"}),
    ],
)
def test_exactly_what_was_agreed_to_is_asked(
    asked_nothing: Draft, kangrui: Identity, answer: str, ticked: list[str], asked: set[str]
) -> None:
    service.decide_sources(kangrui, asked_nothing.id, service.read_said(answer, ticked))
    assert set(list_asked_for(asked_nothing)) == asked
    decisions = prefill.list_decisions(asked_nothing.id)
    assert {name for name, row in decisions.items() if row.decision == "given"} == asked
    assert {name for name, row in decisions.items() if row.decision == "refused"} == SOURCES - asked
    for row in decisions.values():
        assert (row.actor, row.party_code, row.purpose) == (kangrui.actor, kangrui.party_code, "A11/renew")
        assert row.wording == consents.WORDING
        assert row.at is not None
    assert asked_nothing.failed == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "请说明是否同意查询这些来源"),
        ({"consent": "perhaps"}, "请说明是否同意查询这些来源"),
        ({"consent": "chosen"}, "请至少勾选一个来源"),
        ({"consent": "chosen", "source": "tax_office"}, "请至少勾选一个来源"),
    ],
)
def test_an_unclear_answer_begins_nothing(applicant: Applicant, data: dict[str, str], said: str) -> None:
    reply = applicant.client.post("/applications/start", data={"item": "A11", "variant": "renew", **data})
    assert reply.status_code == 422
    assert said in reply.get_data(as_text=True)
    assert db.session.query(Draft).count() == 0


def test_a_source_that_does_not_exist_cannot_be_agreed_to(asked_nothing: Draft, kangrui: Identity) -> None:
    with pytest.raises(Invalid, match="tax_office"):
        service.decide_sources(kangrui, asked_nothing.id, {"tax_office": True})


def test_a_refused_source_is_said_on_the_page_and_beside_the_field(applicant: Applicant) -> None:
    url = applicant.start(consent="none")
    assert "按您的意愿未查询：市场主体登记；许可备案库" in applicant.text(url)
    assert "未能查询" not in applicant.text(url)
    assert "按您的意愿没有查询" in applicant.text(f"{url}s/company")
    view = service.view_draft(db.session.get_one(Draft, draft_id_of(url)))
    assert {row.code for row in view.outcomes["uscc"].rejected} == {"consent_refused"}
    assert view.values == {}


def test_after_a_withdrawal_nothing_is_fetched_and_what_was_filled_is_the_persons_own(
    draft: Draft, kangrui: Identity
) -> None:
    before = service.view_draft(draft)
    service.decide_sources(kangrui, draft.id, {"licence_register": False})
    after = service.view_draft(draft)
    assert after.values == before.values
    carried = {name for name in after.values if after.origin_of(name) == "carried"}
    assert carried
    assert {after.answers[name].author for name in carried} == {kangrui.actor}
    assert all(after.facts[after.answers[name].fact_id or 0].source == "device_licence" for name in carried)
    draft.failed = ["business_register"]
    service.refresh(kangrui, draft)
    asked = list_asked_for(draft)
    assert (asked.count("business_register"), asked.count("licence_register")) == (2, 1)
    assert prefill.list_decisions(draft.id)["licence_register"].decision == "withdrawn"


def test_who_agrees_again_is_asked_for_again(draft: Draft, kangrui: Identity) -> None:
    service.decide_sources(kangrui, draft.id, {"business_register": False})
    service.decide_sources(kangrui, draft.id, {"business_register": True})
    assert list_asked_for(draft).count("business_register") == 2
    assert prefill.list_barred(kangrui, draft.id) == frozenset()


def test_a_yes_does_not_open_the_account_of_a_colleague(draft: Draft, kangrui: Identity) -> None:
    colleague = Identity("enterprise", 999, party_code=kangrui.party_code)
    assert prefill.list_barred(colleague, draft.id) == {"account"}


def test_saying_the_same_again_adds_nothing(draft: Draft, kangrui: Identity) -> None:
    version = draft.version
    assert service.decide_sources(kangrui, draft.id, service.read_said("all", ())) == []
    assert draft.version == version


def test_every_word_on_a_source_leaves_an_audit_line(draft: Draft, kangrui: Identity) -> None:
    service.decide_sources(kangrui, draft.id, {"account": False})
    actions = [line.action for line in audit.list_lines(subject_id=draft.id)]
    assert (actions.count("consent_given"), actions.count("consent_withdrawn")) == (len(SOURCES), 1)


def test_the_page_of_sources_takes_one_back_and_gives_it_again(applicant: Applicant) -> None:
    url = applicant.start()
    for button, told in (("withdraw", "已撤回"), ("agree", "已同意")):
        reply = applicant.client.post(f"{url}sources", data={button: "account"}, follow_redirects=True)
        page = reply.get_data(as_text=True)
        assert told in page[page.index('id="said-account"') :]


def test_declarations_consent_and_signature_are_never_prefilled_whatever_was_agreed_to(
    demo: APIFlask, identity_of: Callable[[str], Identity]
) -> None:
    for login, item, variant in (("kangrui", "A11", "renew"), ("meiyan", "A1", "file"), ("citizen", "C1", "complain")):
        draft = start_agreed(identity_of(login), item, variant)
        view = service.view_draft(draft)
        own = [f for f in view.form.list_fields() if f.type == "declaration" or not f.reuse]
        assert own
        assert not {f.id for f in own} & set(view.values), (login, item)
