"""Ready replies kept on a page: curators write them, officers use them, every saving stays and can count again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from policy_kb import PolicyBase
from portal.audit import service as audit
from portal.chat import service as chat
from portal.errors import Conflict, Forbidden, Invalid
from portal.extensions import db
from portal.identity.models import Account
from portal.identity.service import Identity, identity_of

edits = chat.canned_edits
TITLE = "医疗器械经营监督管理办法"
CITE = {"title": TITLE, "article": 16, "paragraph": 1}


@pytest.fixture
def lawful(app: APIFlask, ingested: PolicyBase) -> Iterator[PolicyBase]:
    """The portal with the whole corpus, read only, in a request: the clauses of a reply have addresses."""
    app.extensions["policy_base"] = ingested
    with app.test_request_context():
        yield ingested


@pytest.fixture
def curator(make_account: Any) -> Account:
    return make_account(kind="staff", roles="curator")  # type: ignore[no-any-return]


@pytest.fixture
def identity(curator: Account) -> Identity:
    return identity_of(curator)


def make_entry(**changes: Any) -> Any:
    values = {
        "title_zh": "延续",
        "title_en": "Renewal",
        "text_zh": "请在届满前90个工作日至30个工作日之间申请。",
        "text_en": "Apply between 90 and 30 working days before it expires.",
        "cites": [CITE],
        "note": "新写",
    }
    return edits.Entry(**{**values, **changes})


def list_ids() -> list[str]:
    return [reply.id for reply in chat.canned.list_usable()]


def test_a_new_reply_is_offered_at_once_and_audited(lawful: PolicyBase, identity: Identity) -> None:
    saved = edits.save(identity, "", make_entry(), 0)
    db.session.commit()
    assert chat.canned.find_canned(saved.code).text.zh.startswith("请在届满前90")  # type: ignore[union-attr]
    [line] = audit.list_lines(subject_kind="canned", subject_id=saved.code)
    assert (line.action, line.detail) == ("save_canned", "延续 | 新写")


def test_a_reply_of_the_file_is_changed_withdrawn_and_brought_back_without_losing_a_wording(
    lawful: PolicyBase, identity: Identity
) -> None:
    before = list_ids()
    first = edits.save(identity, "greeting", make_entry(text_zh="您好，请讲。", cites=[]), 0)
    second = edits.withdraw(identity, "greeting", "换用新的", first.id)
    assert list_ids() == [one for one in before if one != "greeting"]
    assert [reply.id for reply in edits.list_withdrawn(identity)] == ["greeting"]
    edits.bring_back(identity, "greeting", first.id, second.id)
    assert list_ids() == before
    assert chat.canned.find_canned("greeting").text.zh == "您好，请讲。"  # type: ignore[union-attr]
    assert [edit.state for edit in edits.list_history("greeting")] == ["kept", "withdrawn", "kept"]


def test_of_two_who_change_one_reply_the_second_is_told(lawful: PolicyBase, identity: Identity) -> None:
    edits.save(identity, "greeting", make_entry(), 0)
    with pytest.raises(Conflict, match="刚刚有人保存"):
        edits.save(identity, "greeting", make_entry(), 0)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title_zh": " "}, "title_zh"),
        ({"text_en": ""}, "text_en"),
        ({"title_en": "x" * 81}, "title_en"),
        ({"text_zh": "请打电话19912345678"}, "text_zh"),
        ({"cites": [{"title": TITLE, "article": 999}]}, "cites"),
        ({"cites": [{"title": "不存在的办法", "article": 1}]}, "cites"),
    ],
)
def test_a_reply_that_officers_could_not_send_is_refused(
    lawful: PolicyBase, identity: Identity, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        edits.save(identity, "", make_entry(**changes), 0)
    assert list(refused.value.fields) == [field]


def test_figures_that_no_clause_holds_are_pointed_out(lawful: PolicyBase) -> None:
    assert edits.list_loose_figures(make_entry()) == []
    assert edits.list_loose_figures(make_entry(text_zh="请在届满前75个工作日申请。")) == ["75"]


def test_officers_read_and_only_curators_write(
    lawful: PolicyBase, app: APIFlask, client: FlaskClient, make_account: Any, sign_in: Any
) -> None:
    sign_in(make_account(kind="staff", roles="officer"))
    assert "问候" in client.get("/staff/canned").get_data(as_text=True)
    assert 'name="text_zh"' not in client.get("/staff/canned/greeting").get_data(as_text=True)
    assert client.get("/staff/canned/new").status_code == 403
    assert client.post("/staff/canned/greeting", data={"step": "save"}).status_code == 403
    with pytest.raises(Forbidden):
        edits.get_canned(identity_of(make_account()), "greeting")


def test_the_pages_walk_from_a_new_reply_to_its_history(
    lawful: PolicyBase, client: FlaskClient, curator: Account, sign_in: Any
) -> None:
    sign_in(curator)
    form = {
        "step": "save",
        "title_zh": "延续",
        "title_en": "Renewal",
        "text_zh": "届满前75个工作日。",
        "text_en": "In time.",
    }
    wrong = client.post("/staff/canned/save", data={**form, "cites": "随便写写"})
    assert (wrong.status_code, "届满前75个工作日" in wrong.get_data(as_text=True)) == (422, True)
    saved = client.post("/staff/canned/save", data={**form, "cites": f"{TITLE} 第16条 第1款", "note": "首次"})
    page = client.get(saved.headers["Location"]).get_data(as_text=True)
    assert "所列条款中没有数字75" in page
    assert "首次" in page
    [code] = [one for one in list_ids() if one.startswith("own-")]
    version = chat.canned.list_edits()[code].id
    refused = client.post(f"/staff/canned/{code}", data={**form, "step": "withdraw", "version": version})
    assert refused.status_code == 422
    done = client.post(f"/staff/canned/{code}", data={"step": "withdraw", "note": "不再需要", "version": version})
    assert done.status_code == 302
    assert "不再需要" in client.get("/staff/canned").get_data(as_text=True)
    version = chat.canned.list_edits()[code].id
    back = {"step": "bring-back", "edit": version, "version": version}
    assert client.post(f"/staff/canned/{code}", data=back).status_code == 302
    assert code in list_ids()


def test_the_own_file_still_counts_below_what_was_edited(app: APIFlask, identity: Identity) -> None:
    own: Path = app.config["SETTINGS"].data / "canned.yml"
    own.write_text(
        "replies:\n  - {id: hello, title: {zh: 你好, en: Hello}, text: {zh: 您好, en: Hello}}\n", encoding="utf-8"
    )
    edits.save(identity, "", make_entry(cites=[]), 0)
    assert list_ids() == ["hello", "own-1"]
