"""The same draft in the conversation: asked in order, read back before it counts, the same snapshot as on the page."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from apiflask import APIFlask
from werkzeug.datastructures import FileStorage

from portal.applications import chat, hearing, questions, service, yes_no
from portal.applications.models import Answer, Case, Draft
from portal.errors import Missing
from portal.extensions import db
from portal.forms.service import Field
from portal.identity.service import Identity
from portal.uploads import check_upload
from tests.portal.applications.conftest import OPEN_ANSWERS, PDF, Applicant

SAID = {name: value for answers in OPEN_ANSWERS.values() for name, value in answers.items()}


@pytest.fixture(autouse=True)
def in_request(demo: APIFlask) -> Iterator[None]:
    with demo.test_request_context(headers={"Accept-Language": "zh"}):
        yield


def send_file(identity: Identity, draft_id: str) -> None:
    """The one thing that is done on the page."""
    version = db.session.get_one(Draft, draft_id).version
    file = check_upload(FileStorage(io.BytesIO(PDF), "授权书.pdf"), field="authorisation")
    service.save_fields(identity, draft_id, version, {"authorisation": file}, "page")


def start(kangrui: Identity) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    _question, asked = chat.start("c1", kangrui, "A11", "renew", "zh")
    assert asked
    messages, pending = chat.confirm(kangrui, asked["draft_id"], asked["step"], True, "zh")
    assert pending
    return messages, pending


def say(kangrui: Identity, pending: dict[str, Any], text: str, **more: Any) -> chat.Turn:
    return chat.answer(kangrui, pending["draft_id"], pending["field_id"], text, pending["step"], "zh", **more)


def test_it_says_what_is_filled_and_asks_first_what_records_disagree_on(kangrui: Identity) -> None:
    messages, pending = start(kangrui)
    assert "已根据记录填好24项" in messages[0]["text"]
    assert (pending["field_id"], pending["kind"], pending["flow"]) == ("legal_rep", "choice", "application")
    assert len(pending["options"]) == 2
    assert "市场主体登记" in messages[-1]["text"]


def test_nothing_counts_before_the_person_has_said_yes(kangrui: Identity) -> None:
    _messages, pending = start(kangrui)
    messages, asked = say(kangrui, pending, "周见山")
    assert asked
    assert asked["kind"] == "confirm"
    assert "周见山" in messages[-1]["text"]
    assert "legal_rep" not in service.view_draft(db.session.get_one(Draft, pending["draft_id"])).values
    messages, again = chat.confirm(kangrui, pending["draft_id"], asked["step"], False, "zh")
    assert again
    assert again["field_id"] == "legal_rep"
    _messages, asked = say(kangrui, again, "周见山")
    assert asked
    chat.confirm(kangrui, pending["draft_id"], asked["step"], True, "zh")
    row = service.view_draft(db.session.get_one(Draft, pending["draft_id"])).answers["legal_rep"]
    assert (row.value, row.origin, row.channel) == ("周见山", "chat_confirmed", "chat")


def test_neither_yes_nor_no_reads_it_back_again(kangrui: Identity) -> None:
    _messages, pending = start(kangrui)
    first, asked = say(kangrui, pending, "周见山")
    assert asked
    assert chat.confirm(kangrui, pending["draft_id"], asked["step"], None, "zh") == (first, asked)


def test_a_bad_value_is_explained_as_on_the_page_and_asked_again(kangrui: Identity) -> None:
    _messages, pending = start(kangrui)
    chat.skip(kangrui, pending["draft_id"], pending["step"], "zh")
    messages, pending_now = chat.current_question(kangrui, pending["draft_id"], "zh")
    assert pending_now
    assert pending_now["field_id"] == "online_sale"
    messages, again = say(kangrui, pending_now, "也许吧")
    assert "是或否" in messages[0]["text"]
    assert again == pending_now


def test_skipped_fields_are_left_for_the_page(kangrui: Identity) -> None:
    _messages, pending = start(kangrui)
    seen = []
    turn: chat.Turn = ([], pending)
    while turn[1]:
        seen.append(turn[1]["field_id"])
        turn = chat.skip(kangrui, pending["draft_id"], turn[1]["step"], "zh")
    assert len(seen) == len(set(seen))
    assert "经办人授权文件" in turn[0][-1]["text"]
    assert turn[0][-1]["buttons"][0]["url"] == f"/applications/drafts/{pending['draft_id']}/"


def test_why_tells_the_clause_and_asks_the_same_again(kangrui: Identity) -> None:
    _messages, pending = start(kangrui)
    messages, again = chat.why(kangrui, pending["draft_id"], pending["step"], "zh")
    assert "《医疗器械经营监督管理办法》第十条" in messages[0]["text"]
    assert again == pending


def test_stopped_and_resumed_it_goes_on_where_it_was(kangrui: Identity) -> None:
    _messages, pending = start(kangrui)
    _messages, none = chat.stop(kangrui, pending["draft_id"], "zh")
    assert none is None
    messages, again = chat.resume(kangrui, "", "zh")
    assert again == pending
    assert "延续" in messages[0]["text"]


def test_another_party_cannot_talk_into_a_draft(kangrui: Identity, identity_of: Callable[[str], Identity]) -> None:
    _messages, pending = start(kangrui)
    with pytest.raises(Missing):
        chat.answer(identity_of("meiyan"), pending["draft_id"], "legal_rep", "周见山", pending["step"], "zh")


def test_the_same_story_by_chat_and_by_page_has_the_same_hash(kangrui: Identity, applicant: Applicant) -> None:
    url = applicant.start()
    applicant.fill(url)
    by_page = db.session.get_one(Case, applicant.get_case_id(applicant.send(url)))
    page_hash = by_page.snapshot_hash
    messages, pending = start(kangrui)
    draft_id = pending["draft_id"]
    assert draft_id != by_page.draft_id
    send_file(kangrui, draft_id)
    turn: chat.Turn = chat.current_question(kangrui, draft_id, "zh")
    while turn[1] and turn[1]["field_id"] != "submit":
        asked = turn[1]
        if asked["kind"] == "confirm":
            turn = chat.confirm(kangrui, draft_id, asked["step"], True, "zh")
        elif asked["field_id"] == "legal_rep":
            turn = say(kangrui, asked, "", option=asked["options"][-1]["value"])
        elif asked["field_id"] in SAID:
            turn = say(kangrui, asked, SAID[asked["field_id"]])
        else:
            turn = chat.skip(kangrui, draft_id, asked["step"], "zh")
    assert turn[1], turn[0]
    messages, done = chat.confirm(kangrui, draft_id, turn[1]["step"], True, "zh")
    assert done is None
    assert messages[0]["kind"] == "receipt"
    assert messages[0]["data"]["hash"] == page_hash
    origins = {row.origin for row in db.session.query(Answer).filter_by(draft_id=draft_id, channel="chat")}
    assert origins == {"chat_confirmed"}


def test_what_was_returned_is_corrected_in_the_conversation(
    kangrui: Identity, officer: Identity, applicant: Applicant
) -> None:
    url = applicant.start()
    applicant.fill(url)
    case = db.session.get_one(Case, applicant.get_case_id(applicant.send(url)))
    service.return_case(officer, case.id, {"premises_area": "面积与平面图不符"})
    messages, asked = chat.resume(kangrui, case.draft_id, "zh")
    assert asked
    assert asked["field_id"] == "premises_area"
    assert "面积与平面图不符" in messages[-1]["text"]
    _messages, read_back = say(kangrui, asked, "190")
    assert read_back
    _messages, sending = chat.confirm(kangrui, case.draft_id, read_back["step"], True, "zh")
    assert sending
    assert sending["field_id"] == "submit"
    chat.confirm(kangrui, case.draft_id, sending["step"], True, "zh")
    assert (case.state, case.snapshot.content["answers"]["premises_area"]) == ("resubmitted", "190")


def ask_again(kangrui: Identity, text: str, pending: dict[str, Any], **more: Any) -> chat.Turn:
    return chat.correct(kangrui, pending["draft_id"], pending["field_id"], text, pending["step"], "zh", **more)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("联系电话写错了", "phone"),
        ("我想改一下住所", "domicile"),
        ("企业名称填错了", "org_name"),
        ("change the registered address", "domicile"),
    ],
)
def test_an_earlier_answer_is_found_by_its_name_and_asked_anew(kangrui: Identity, text: str, field: str) -> None:
    _messages, pending = start(kangrui)
    messages, asked = ask_again(kangrui, text, pending)
    assert asked
    assert asked["field_id"] == field
    assert "现在填的是" in messages[0]["text"]


def test_a_corrected_answer_counts_after_the_read_back_and_the_form_goes_on(kangrui: Identity) -> None:
    _messages, pending = start(kangrui)
    _messages, read_back = ask_again(kangrui, "把联系电话改成020-81234567", pending)
    assert read_back
    assert (read_back["kind"], read_back["field_id"]) == ("confirm", "phone")
    _messages, again = chat.confirm(kangrui, pending["draft_id"], read_back["step"], True, "zh")
    assert again
    assert again["field_id"] == pending["field_id"]
    row = service.view_draft(db.session.get_one(Draft, pending["draft_id"])).answers["phone"]
    assert (row.value, row.origin, row.channel) == ("020-81234567", "override", "chat")


def test_a_no_that_names_another_field_or_the_right_value_is_a_correction(kangrui: Identity) -> None:
    _messages, pending = start(kangrui)
    _messages, read_back = say(kangrui, pending, "周见山")
    assert read_back
    at = (kangrui, pending["draft_id"])
    told = chat.correct_at_read_back(*at, "不对，应该是周见川", read_back["step"], "zh", read_back)
    assert told
    assert "周见川" in told[0][-1]["text"]
    told = chat.correct_at_read_back(*at, "联系电话写错了", read_back["step"], "zh", read_back)
    assert told
    assert told[1]
    assert told[1]["field_id"] == "phone"
    assert chat.correct_at_read_back(*at, "不对", read_back["step"], "zh", read_back) is None


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("不对，是周见川", "周见川"),
        ("不对，还是周见川", "周见川"),
        ("错了，是周见川", "周见川"),
        ("No, it's Zhou Jianchuan", "Zhou Jianchuan"),
    ],
)
def test_the_right_value_may_follow_the_no_with_a_bare_is(kangrui: Identity, text: str, right: str) -> None:
    _messages, pending = start(kangrui)
    _messages, read_back = say(kangrui, pending, "周见山")
    assert read_back
    told = chat.correct_at_read_back(kangrui, pending["draft_id"], text, read_back["step"], "zh", read_back)
    assert told
    assert told[0][-1]["text"].startswith("法定代表人")
    assert right in told[0][-1]["text"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("没有变化", "no"),
        ("都没变", "no"),
        ("无任何变化。", "no"),
        ("没有", "no"),
        ("Nothing has changed", "no"),
        ("有变化", "yes"),
        ("有一点问题", None),
        ("没有问题", None),
    ],
)
def test_a_yes_or_no_may_be_said_in_the_words_of_the_question(kangrui: Identity, text: str, code: str | None) -> None:
    _messages, pending = start(kangrui)
    view = service.view_draft(db.session.get_one(Draft, pending["draft_id"]))
    assert yes_no.read_yes_no(questions.fields_of(view.form)["changed"], text) == code


def test_none_of_this_answers_where_it_can_and_is_no_answer_elsewhere(kangrui: Identity) -> None:
    _messages, pending = start(kangrui)
    draft_id = pending["draft_id"]
    assert chat.answer_denial(kangrui, draft_id, "没有这个", pending["step"], "zh") is None, "a name is asked"
    _messages, asked = chat.skip(kangrui, draft_id, pending["step"], "zh")
    assert asked
    assert chat.answer_denial(kangrui, draft_id, "不知道", asked["step"], "zh") is None
    denied = chat.answer_denial(kangrui, draft_id, "没有这个", asked["step"], "zh")
    assert denied
    assert "是否网络销售：否" in denied[0][-1]["text"]


def test_what_stands_in_a_field_may_stay(kangrui: Identity) -> None:
    _messages, pending = start(kangrui)
    assert chat.keep_present(kangrui, pending["draft_id"], "zh") is None, "two records disagree on this one"
    ask_again(kangrui, "联系电话写错了", pending)
    kept = chat.keep_present(kangrui, pending["draft_id"], "zh")
    assert kept
    assert "保持不变" in kept[0][0]["text"]
    assert kept[1]
    assert kept[1]["field_id"] == pending["field_id"]


def test_words_that_name_no_field_change_nothing(kangrui: Identity) -> None:
    _messages, pending = start(kangrui)
    messages, again = ask_again(kangrui, "那个东西写错了", pending)
    assert "要改的是哪一项" in messages[0]["text"]
    assert again == pending


def test_what_is_left_is_listed_and_the_same_is_asked_again(kangrui: Identity) -> None:
    _messages, pending = start(kangrui)
    messages, again = chat.left(kangrui, pending["draft_id"], "zh")
    lines = messages[0]["text"].splitlines()
    assert lines[:3] == ["共35项，已填24项。", "还没填的有：", "· 企业：法定代表人"]
    assert lines[-1].startswith("· 声明和签署：")
    assert again == pending


def field_of(pending: dict[str, Any], field_id: str) -> Field:
    return questions.fields_of(service.view_draft(db.session.get_one(Draft, pending["draft_id"])).form)[field_id]


@pytest.mark.parametrize(
    ("field_id", "zh", "en"),
    [
        ("online_sale", "是否网络销售？", "Do you sell online?"),
        (
            "changed",
            "发证以后场所、库房或负责人员有变化吗？\n有变化的，应当先办变更或者一并申请。",
            "Have premises, warehouses or people changed",
        ),
        ("delivery", "请选择：领证方式", "Please choose: How to receive the licence"),
        ("scope", "请选择（可以选多项）：经营范围（分类目录）", "Please choose (several may be right): Scope"),
        ("signer", "请填写：签署人姓名", "Please give: Name of the signer"),
        ("signed_on", "请填写日期：签署日期（例如2026-03-11，也可以说“今天”）", "Please give a day: Date of signature"),
        ("declare_true", "请阅读并声明：本企业提交的资料", "Please read and declare: What we submit"),
        ("legal_rep", "现在的法定代表人是谁？", "Who is the legal representative now?"),
    ],
)
def test_a_field_is_asked_in_a_sentence(kangrui: Identity, field_id: str, zh: str, en: str) -> None:
    field = field_of(start(kangrui)[1], field_id)
    assert questions.ask(field, "zh").startswith(zh)
    assert questions.ask(field, "en").startswith(en)


@pytest.mark.parametrize(
    ("field_id", "said", "read"),
    [
        ("signed_on", "今天", "2026-11-24"),
        ("signed_on", "today.", "2026-11-24"),
        ("signed_on", "昨天", "2026-11-23"),
        ("signed_on", "2026年11月20日", "2026年11月20日"),
        ("delivery", "纸质", "both"),
        ("delivery", "电子证书", "电子证书"),
        ("delivery", "电子", "电子"),
        ("mode", "零售", "零售"),
        ("signer", "今天", "今天"),
    ],
)
def test_a_day_and_an_option_may_be_said_shortly(kangrui: Identity, field_id: str, said: str, read: str) -> None:
    assert hearing.tidy(field_of(start(kangrui)[1], field_id), said) == read


def test_the_only_offer_is_shown_with_its_source_and_taken_with_a_yes(identity_of: Callable[[str], Identity]) -> None:
    meiyan = identity_of("meiyan")
    _question, asked = chat.start("c2", meiyan, "B1", "first", "zh")
    assert asked
    chat.confirm(meiyan, asked["draft_id"], asked["step"], True, "zh")
    draft = db.session.get_one(Draft, asked["draft_id"])
    draft.talk = {"wished": "maker_licence"}
    db.session.flush()
    messages, pending = chat.current_question(meiyan, draft.id, "zh")
    assert pending
    offer = pending["options"][0]["label"]
    assert "记录中可供选用的：" in messages[-1]["text"]
    assert f"· {offer}（来自" in messages[-1]["text"]
    messages, _read_back = chat.answer(meiyan, draft.id, "maker_licence", "对", pending["step"], "zh")
    assert offer in messages[-1]["text"]


def test_a_conflict_says_what_follows_from_it_and_how_much_is_left(kangrui: Identity) -> None:
    messages, pending = start(kangrui)
    assert "变更" in messages[-1]["text"].splitlines()[-1]
    _messages, read_back = say(kangrui, pending, "周见山")
    assert read_back
    noted, _pending = chat.confirm(kangrui, pending["draft_id"], read_back["step"], True, "zh")
    assert noted[0]["text"] == "已记下：法定代表人。还有8项没有填。"


def test_a_declaration_is_read_back_as_one_sentence(kangrui: Identity) -> None:
    _messages, pending = start(kangrui)
    view = service.view_draft(db.session.get_one(Draft, pending["draft_id"]))
    view.draft.talk = {"wished": "declare_true"}
    db.session.flush()
    messages, _again = chat.current_question(kangrui, pending["draft_id"], "zh")
    step = f"{pending['draft_id']}:{view.draft.version}:declare_true"
    messages, _asked = chat.answer(kangrui, pending["draft_id"], "declare_true", "我声明", step, "zh", option="yes")
    told = "您声明：本企业提交的资料合法、真实、准确、完整、可追溯，并对此负责。对吗？"
    assert messages[-1]["text"] == told


def test_what_a_field_means_is_told_from_the_form_itself(kangrui: Identity) -> None:
    _messages, pending = start(kangrui)
    said = chat.explain(kangrui, pending["draft_id"], "什么是住所", "zh")
    assert said[0]["data"] == {"explains": "domicile"}
    assert "营业执照" in said[0]["text"]
    assert chat.explain(kangrui, pending["draft_id"], "什么是银河系", "zh") == []


def test_why_may_name_the_field(kangrui: Identity) -> None:
    _messages, pending = start(kangrui)
    messages, again = chat.why(kangrui, pending["draft_id"], pending["step"], "zh", "为什么要问住所")
    assert "《" in messages[0]["text"]
    assert again == pending


def test_another_party_corrects_nothing(kangrui: Identity, identity_of: Callable[[str], Identity]) -> None:
    _messages, pending = start(kangrui)
    with pytest.raises(Missing):
        ask_again(identity_of("meiyan"), "法人写错了", pending)
