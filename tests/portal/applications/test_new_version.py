"""A new version of a form is published while a draft is on the old one: the difference is shown, nothing is lost, and
what the law newly demands holds at sending (F6)."""

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from apiflask import APIFlask

from portal.applications import chat, service
from portal.applications.models import Case, Draft
from portal.extensions import db
from portal.forms.loading import FOLDER, load_forms, read_definition
from portal.forms.migrating import Migration, load_migrations
from portal.identity.service import Identity
from portal.language import set_language
from tests.portal.applications.conftest import Applicant, draft_id_of

RENEWAL = "device-distribution-renewal"
NEW = {
    "id": "insured", "type": "yes_no", "label": {"zh": "是否投保责任险", "en": "Is liability insured?"},
    "cite": [{"title": "医疗器械监督管理条例", "article": 42}],
}  # fmt: skip


HOW = {
    "id": "online_sale", "type": "choice", "label": {"zh": "网络销售的方式", "en": "How do you sell online?"},
    "options": {"none": {"zh": "不网售", "en": "Not at all"}, "own": {"zh": "自建网站", "en": "Own site"}},
}  # fmt: skip


def read_newest() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((FOLDER / f"{RENEWAL}.yml").read_text("utf-8"))
    return data | {"version": 2}


def put(patch: pytest.MonkeyPatch, data: dict[str, Any], *steps: dict[str, Any]) -> None:
    patch.setitem(load_forms(), (RENEWAL, 2), read_definition(yaml.safe_dump(data, allow_unicode=True), "new"))
    patch.setitem(load_migrations(), (RENEWAL, 2), Migration(RENEWAL, 2, steps, {}, {}))


@pytest.fixture
def publish(monkeypatch: pytest.MonkeyPatch) -> None:
    """Version 2 asks one thing more, drops the way of delivery and renames the telephone."""
    data = read_newest()
    contact = next(page for page in data["pages"] if page["id"] == "contact")
    contact["fields"] = [f for f in contact["fields"] if f["id"] != "delivery"] + [NEW]
    next(f for f in contact["fields"] if f["id"] == "phone")["id"] = "company_phone"
    put(monkeypatch, data, {"rename": {"phone": "company_phone"}})


@pytest.fixture
def publish_unreadable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Version 2 asks with a list what was asked with yes and no, and nothing says how the one becomes the other."""
    data = read_newest()
    for page in data["pages"]:
        page["fields"] = [HOW if f["id"] == "online_sale" else f for f in page["fields"]]
    put(monkeypatch, data)


@pytest.fixture
def in_request(demo: APIFlask) -> Iterator[None]:
    with demo.test_request_context(headers={"Accept-Language": "zh"}):
        yield


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


def test_what_the_new_version_has_no_place_for_is_kept_and_shown(
    applicant: Applicant, request: pytest.FixtureRequest
) -> None:
    url = applicant.start()
    applicant.fill(url)
    request.getfixturevalue("publish")
    assert "旧版表里已填" not in applicant.text(url)
    applicant.client.post(f"{url}upgrade")
    page = applicant.text(url)
    assert "旧版表里已填、新版不再询问的内容" in page
    kept = page[page.index("旧版表里已填") :]
    assert "领证方式" in kept
    assert "电子证书" in kept
    assert "企业联系电话" not in kept[: kept.index("</section>")]


def test_an_answer_that_cannot_be_read_any_more_is_asked_again_and_not_lost(
    applicant: Applicant, kangrui: Identity, request: pytest.FixtureRequest
) -> None:
    url = applicant.start()
    applicant.fill(url)
    request.getfixturevalue("publish_unreadable")
    assert "网络销售" in applicant.text(url)
    applicant.client.post(f"{url}upgrade")
    view = service.view_draft(service.get_draft(kangrui, draft_id_of(url)))
    assert set(view.list_errors()) == {"online_sale"}
    old = {row.value for row in view.draft.answers if row.field_id == "online_sale" and row.state == "given"}
    assert len(old) == 1
    assert [label for label, _text in service.list_left_behind(view, kangrui)] == ["是否网络销售"]
    section = next(page.id for page, fields in view.list_sections() if "online_sale" in {f.id for f in fields})
    applicant.save(url, section, {"online_sale": "own"})
    view = service.view_draft(service.get_draft(kangrui, draft_id_of(url)))
    assert view.values["online_sale"] == "own"
    assert service.list_left_behind(view, kangrui) == []


def begin(kangrui: Identity) -> dict[str, Any]:
    """A draft in the conversation, at its first question."""
    _question, asked = chat.start("c1", kangrui, "A11", "renew", "zh")
    assert asked
    _messages, pending = chat.confirm(kangrui, asked["draft_id"], asked["step"], True, "zh")
    assert pending
    return pending


def publish_now(request: pytest.FixtureRequest, kangrui: Identity) -> tuple[dict[str, Any], str]:
    """The new version is published while the conversation waits; what is asked then, and its words."""
    pending = begin(kangrui)
    request.getfixturevalue("publish")
    messages, asked = chat.current_question(kangrui, pending["draft_id"], "zh")
    assert asked
    return asked, messages[-1]["text"]


@pytest.mark.usefixtures("in_request")
def test_the_conversation_tells_what_changed_before_it_asks_on(
    kangrui: Identity, request: pytest.FixtureRequest
) -> None:
    asked, told = publish_now(request, kangrui)
    assert (asked["field_id"], asked["kind"]) == ("newer", "confirm")
    for words in ("新增的问题：是否投保责任险", "现在必填：是否投保责任险", "只能用新版本提交"):
        assert words in told
    set_language("en")
    told = chat.current_question(kangrui, asked["draft_id"], "en")[0][-1]["text"]
    assert "New questions: Is liability insured?" in told


@pytest.mark.usefixtures("in_request")
def test_an_answer_said_when_the_version_came_is_not_lost(kangrui: Identity, request: pytest.FixtureRequest) -> None:
    pending = begin(kangrui)
    _messages, read_back = chat.answer(kangrui, pending["draft_id"], "legal_rep", "周见山", pending["step"], "zh")
    assert read_back
    request.getfixturevalue("publish")
    _messages, asked = chat.confirm(kangrui, pending["draft_id"], read_back["step"], True, "zh")
    assert asked
    assert asked["field_id"] == "newer"
    _messages, after = chat.confirm(kangrui, pending["draft_id"], asked["step"], True, "zh")
    assert after
    view = service.view_draft(db.session.get_one(Draft, pending["draft_id"]))
    assert (view.form.version, view.values["legal_rep"]) == (2, "周见山")
    assert after["field_id"] not in ("newer", "legal_rep")


@pytest.mark.usefixtures("in_request")
def test_going_over_in_the_conversation_keeps_every_answer_and_names_what_is_left_behind(
    applicant: Applicant, kangrui: Identity, request: pytest.FixtureRequest
) -> None:
    url = applicant.start()
    applicant.fill(url)
    before = service.view_draft(service.get_draft(kangrui, draft_id_of(url))).values
    request.getfixturevalue("publish")
    messages, asked = chat.resume(kangrui, draft_id_of(url), "zh")
    assert asked
    assert "不再询问：领证方式" in messages[-1]["text"]
    messages, after = chat.confirm(kangrui, draft_id_of(url), asked["step"], True, "zh")
    assert [m["text"] for m in messages[:2]] == [
        "草稿已换到第2版，已填的内容都带过来了。",
        "不再询问、但仍保存在草稿里的：领证方式: 电子证书。",
    ]
    assert after
    assert after["field_id"] == "insured"
    view = service.view_draft(service.get_draft(kangrui, draft_id_of(url)))
    moved = {{"phone": "company_phone"}.get(name, name): value for name, value in before.items() if name != "delivery"}
    assert {name: view.values.get(name) for name in moved} == moved


@pytest.mark.usefixtures("in_request")
def test_who_stays_is_asked_again_only_where_the_law_demands_it(
    applicant: Applicant, kangrui: Identity, request: pytest.FixtureRequest
) -> None:
    url = applicant.start()
    request.getfixturevalue("publish")
    _messages, asked = chat.resume(kangrui, draft_id_of(url), "zh")
    assert asked
    assert asked["field_id"] == "newer"
    messages, after = chat.confirm(kangrui, draft_id_of(url), asked["step"], False, "zh")
    assert "仍按原来的版本" in messages[0]["text"]
    assert after
    assert after["field_id"] == "legal_rep", "the form goes on where it was"
    _messages, after = chat.skip(kangrui, draft_id_of(url), after["step"], "zh")
    assert after
    assert after["field_id"] == "online_sale", "no is no"
    db.session.commit()
    applicant.fill(url)
    _messages, last = chat.current_question(kangrui, draft_id_of(url), "zh")
    assert last
    assert last["field_id"] == "newer", "it cannot be sent on the old version"
    assert db.session.query(Case).count() == 0


@pytest.mark.usefixtures("in_request")
@pytest.mark.parametrize("yes", [True, False, None])
def test_a_yes_to_an_older_question_moves_no_draft(
    kangrui: Identity, request: pytest.FixtureRequest, yes: bool | None
) -> None:
    asked, _told = publish_now(request, kangrui)
    draft = db.session.get_one(Draft, asked["draft_id"])
    service.save_fields(kangrui, draft.id, draft.version, {"online_sale": "yes"}, "page")
    _messages, again = chat.confirm(kangrui, draft.id, asked["step"], yes, "zh")
    assert again
    assert (again["field_id"], draft.form_version) == ("newer", 1)
    assert again["step"] != asked["step"]
