"""Answers in other words than the form's: parts of options, another value at a read-back, what breaks a rule, what was skipped."""

from collections.abc import Iterator
from typing import Any

import pytest
from apiflask import APIFlask

from portal.applications import chat, hearing, service
from portal.applications.models import Draft
from portal.extensions import db
from portal.forms.service import Field
from portal.forms.spec import Option
from portal.identity.service import Identity


@pytest.fixture(autouse=True)
def in_request(demo: APIFlask) -> Iterator[None]:
    with demo.test_request_context(headers={"Accept-Language": "zh"}):
        yield


def start(identity: Identity, item: str = "A11", variant: str = "renew", *, sources: bool = True) -> dict[str, Any]:
    """What is asked first once the sources were agreed to or declined."""
    _question, asked = chat.start("c3", identity, item, variant, "zh")
    assert asked
    _messages, pending = chat.confirm(identity, asked["draft_id"], asked["step"], sources, "zh")
    assert pending
    return pending


def say(kangrui: Identity, pending: dict[str, Any], text: str) -> chat.Turn:
    return chat.answer(kangrui, pending["draft_id"], pending["field_id"], text, pending["step"], "zh")


def option_field(kind: str, *labels: tuple[str, str, str]) -> Field:
    options = tuple(Option(code, {"zh": zh, "en": en}) for code, zh, en in labels)
    return Field("asked", kind, {"zh": "问的", "en": "Asked"}, options=options)


PAPERS = option_field(
    "choice",
    ("class3", "第三类经营许可证", "Class III distribution licence"),
    ("class2", "第二类经营备案凭证", "Class II distribution filing"),
    ("production", "医疗器械生产许可证", "Device production licence"),
)
SHOPS = option_field("choices", ("own", "自建类", "Own site"), ("platform", "入驻类", "On a platform"))


@pytest.mark.parametrize(
    ("field", "said", "read"),
    [
        (PAPERS, "the class 3 licence", "class3"),
        (PAPERS, "Our class two filing", "class2"),
        (PAPERS, "we have a production licence", "production"),
        (PAPERS, "第三类的许可证", "class3"),
        (PAPERS, "a licence", "a licence"),
        (PAPERS, "not the class 3 licence", "not the class 3 licence"),
        (PAPERS, "no idea what you mean", "no idea what you mean"),
        (SHOPS, "both", ["own", "platform"]),
        (SHOPS, "两个都有", ["own", "platform"]),
        (SHOPS, "our own website and a platform", ["own", "platform"]),
        (SHOPS, "自建网站和入驻平台", ["own", "platform"]),
        (SHOPS, "on a platform", ["platform"]),
        (SHOPS, "a platform and a pigeon", "a platform and a pigeon"),
    ],
)
def test_options_may_be_named_in_other_words(field: Field, said: str, read: str | list[str]) -> None:
    assert hearing.tidy(field, said) == read


def tell(kangrui: Identity, draft_id: str, field_id: str, said: str) -> chat.Turn:
    """Answer one field out of turn and say yes to the read-back."""
    _messages, read_back = chat.correct(kangrui, draft_id, "", said, "", "zh", field_id)
    assert read_back
    if read_back["kind"] != "confirm":
        _messages, read_back = say(kangrui, read_back, said)
    assert read_back
    return chat.confirm(kangrui, draft_id, read_back["step"], True, "zh")


def test_an_answer_that_breaks_a_rule_is_told_at_once_and_asked_again(kangrui: Identity) -> None:
    draft_id = start(kangrui, "A13", "tell")["draft_id"]
    messages, asked = tell(kangrui, draft_id, "buyers", "消费者个人")
    assert asked
    assert asked["field_id"] == "buyers"
    assert "批发企业网络销售只能卖给" in messages[-1]["text"]
    assert "要改哪一项" in messages[-1]["text"]
    _messages, other = chat.skip(kangrui, draft_id, asked["step"], "zh")
    assert other
    assert other["field_id"] != "buyers"
    messages, after = tell(kangrui, draft_id, "buyers", "经营企业、使用单位")
    assert after
    assert after["field_id"] != "buyers"
    assert "批发企业" not in messages[-1]["text"]


def test_an_answer_that_another_one_made_wrong_is_asked_again_at_the_end(kangrui: Identity) -> None:
    draft_id = start(kangrui, "A13", "tell", sources=False)["draft_id"]
    tell(kangrui, draft_id, "buyers", "消费者个人")
    tell(kangrui, draft_id, "mode", "批发")
    turn = chat.current_question(kangrui, draft_id, "zh")
    while turn[1] and turn[1]["field_id"] != "buyers":
        turn = chat.skip(kangrui, draft_id, turn[1]["step"], "zh")
    assert turn[1]
    lines = turn[0][-1]["text"].splitlines()
    assert lines[0] == "卖给谁现在填的是：消费者个人"
    assert lines[1].startswith("批发企业网络销售只能卖给")


def test_other_words_at_a_read_back_are_another_answer(kangrui: Identity) -> None:
    pending = start(kangrui)
    _messages, read_back = say(kangrui, pending, "周见山")
    assert read_back
    at = (kangrui, pending["draft_id"], "legal_rep")
    told = chat.answer_at_read_back(*at, "周见川", "zh")
    assert told
    assert told[1]
    assert "法定代表人：周见川" in told[0][-1]["text"]
    assert chat.answer_at_read_back(*at, "周见川", "zh") is None, "that is what is being read back"
    chat.confirm(kangrui, pending["draft_id"], told[1]["step"], True, "zh")
    assert service.view_draft(db.session.get_one(Draft, pending["draft_id"])).values["legal_rep"] == "周见川"


def test_what_cannot_be_read_leaves_the_read_back_alone(kangrui: Identity) -> None:
    draft_id = start(kangrui)["draft_id"]
    _messages, read_back = chat.correct(kangrui, draft_id, "", "联系电话改成020-81234567", "", "zh")
    assert read_back
    assert chat.answer_at_read_back(kangrui, draft_id, "phone", "让我想想", "zh") is None
    assert chat.current_question(kangrui, draft_id, "zh")[1] == read_back


def test_sources_that_were_declined_may_be_asked_after_all(kangrui: Identity) -> None:
    draft_id = start(kangrui, "A13", "tell", sources=False)["draft_id"]
    assert service.view_draft(db.session.get_one(Draft, draft_id)).values == {}
    messages, asked = chat.ask_sources(kangrui, draft_id, "zh")
    assert asked
    assert "市场主体登记" in messages[-1]["text"]
    _messages, again = chat.confirm(kangrui, draft_id, asked["step"], False, "zh")
    assert again
    assert again["field_id"] == "org_name"
    _messages, asked = chat.ask_sources(kangrui, draft_id, "zh")
    assert asked
    chat.confirm(kangrui, draft_id, asked["step"], True, "zh")
    assert service.view_draft(db.session.get_one(Draft, draft_id)).values["org_name"] == "广州康瑞医疗器械有限公司"


def test_what_was_skipped_is_asked_when_the_person_comes_back(kangrui: Identity) -> None:
    pending = start(kangrui)
    draft_id, turn = pending["draft_id"], chat.skip(kangrui, pending["draft_id"], pending["step"], "zh")
    while turn[1]:
        turn = chat.skip(kangrui, draft_id, turn[1]["step"], "zh")
    rest = turn[0][-1]
    assert rest["text"].splitlines()[0] == "还要在页面上完成：经办人授权文件。"
    assert rest["text"].splitlines()[1].startswith("您跳过了：法定代表人；")
    assert rest["buttons"][1]["payload"] == {"intent": "continue_application", "draft_id": draft_id}
    _messages, again = chat.resume(kangrui, draft_id, "zh")
    assert again
    assert again["field_id"] == "legal_rep"


def test_more_options_than_buttons_are_named_in_words_only(kangrui: Identity) -> None:
    pending = start(kangrui, "A13", "tell")
    messages, asked = chat.correct(kangrui, pending["draft_id"], "", "", "", "zh", "online_scope")
    assert asked
    assert "22 临床检验器械" in messages[-1]["text"]
    assert [b["label"] for b in messages[-1]["buttons"]] == ["跳过", "为什么要问？"]


def test_a_detail_of_a_person_is_asked_with_whose_it_is(kangrui: Identity) -> None:
    draft_id = start(kangrui, "A13", "tell", sources=False)["draft_id"]
    messages, _asked = chat.correct(kangrui, draft_id, "", "", "", "en", "agent_name")
    assert messages[-1]["text"].splitlines()[0] == "Person handling this"
    messages, _asked = chat.correct(kangrui, draft_id, "", "", "", "zh", "agent_name")
    assert messages[-1]["text"] == "请填写：经办人姓名"


@pytest.mark.parametrize("said", ["同意", "ok", "可以", "Yes."])
def test_a_bare_yes_is_no_answer_in_words(kangrui: Identity, said: str) -> None:
    pending = start(kangrui, "A13", "tell", sources=False)
    assert pending["type"] == "text"
    messages, again = chat.answer(kangrui, pending["draft_id"], pending["field_id"], said, pending["step"], "zh")
    assert again == pending
    assert "不能算作答案" in messages[0]["text"]


def test_whether_a_step_may_be_skipped_is_told_of_that_step(kangrui: Identity) -> None:
    _question, asked = chat.start("c3", kangrui, "A13", "tell", "zh")
    assert asked
    messages, same = chat.tell_skippable(kangrui, asked["draft_id"], "zh")
    assert same == asked
    assert "自己填" in messages[0]["text"]
    _messages, pending = chat.confirm(kangrui, asked["draft_id"], asked["step"], False, "zh")
    messages, same = chat.tell_skippable(kangrui, asked["draft_id"], "zh")
    assert same == pending
    assert "提交之前要补上" in messages[0]["text"]


def test_a_persons_number_and_address_are_veiled_when_the_form_is_read_out(kangrui: Identity) -> None:
    draft_id = start(kangrui)["draft_id"]
    values = service.view_draft(db.session.get_one(Draft, draft_id)).values
    told = chat.filled(kangrui, draft_id, "zh")[0][0]["text"]
    mobile, email = str(values["agent_mobile"]), str(values["agent_email"])
    assert mobile not in told
    assert email not in told
    assert f"{mobile[:3]}****{mobile[-4:]}" in told
    assert f"{email[0]}***@" in told
