"""What is said beside the answers of an open form: a question is about the form's item, a wish for the records, what is left."""

from typing import Any

import pytest
from apiflask import APIFlask
from chat_edge import FakeRasa, Talk, acting

from portal.applications import chat as applications
from portal.applications.models import Draft
from portal.chat.models import Conversation
from portal.extensions import db
from portal.identity import service as identities
from portal.identity.service import Identity
from tests.portal.made_once import put_demo


@pytest.fixture
def kangrui(app: APIFlask) -> Identity:
    put_demo(app)
    account = identities.find_account("kangrui")
    assert account is not None
    return identities.identity_of(account)


@pytest.fixture
def form(app: APIFlask, kangrui: Identity, talk: Talk) -> dict[str, Any]:
    """What online device sales ask first when the sources were declined; the conversation was last about something else."""
    conversation = db.session.get_one(Conversation, talk.id)
    conversation.account_id, conversation.party_code = kangrui.account_id, kangrui.party_code
    with app.test_request_context():
        _question, asked = applications.start(talk.id, kangrui, "A13", "tell", "zh")
        assert asked
        _messages, pending = applications.confirm(kangrui, asked["draft_id"], asked["step"], False, "zh")
    assert pending
    conversation.topic, conversation.pending = {"item": "A14", "variant": "", "product": "drug"}, pending
    db.session.commit()
    return pending


def test_a_question_is_about_the_item_of_the_form_whatever_was_talked_of_last(
    app: APIFlask, form: dict[str, Any], talk: Talk, rasa: FakeRasa
) -> None:
    rasa.answer = acting(app, "answer/ask", intent="ask_policy")
    said = talk.say("批发企业可以在网上卖给消费者吗？")
    answer = next(m["answer"] for m in said["messages"] if m["kind"] == "answer")
    assert answer["service"]["id"] == "A13"
    assert said["pending"]["field_id"] == form["field_id"]


def test_who_declined_the_records_may_wish_for_them_after_all(
    app: APIFlask, form: dict[str, Any], talk: Talk, rasa: FakeRasa
) -> None:
    rasa.answer = acting(app, "applications/answer", intent="answer_field")
    said = talk.say("还是用我们公司的登记资料填吧")
    assert said["pending"]["field_id"] == "sources"
    rasa.answer = acting(app, "applications/confirm", intent="affirm")
    talk.say("好的")
    assert db.session.get_one(Draft, form["draft_id"]).answers


def test_what_is_left_is_told_when_nothing_is_asked_just_now(
    app: APIFlask, form: dict[str, Any], talk: Talk, rasa: FakeRasa
) -> None:
    conversation = db.session.get_one(Conversation, talk.id)
    conversation.pending = None
    db.session.commit()
    rasa.answer = acting(app, "applications/left", intent="left")
    said = talk.say("还差什么没填？")
    assert said["messages"][1]["text"].startswith("医疗器械网络销售告知")
    assert "还没填的有：" in said["messages"][1]["text"]
    assert said["pending"]["field_id"] == form["field_id"]


def test_what_nobody_knows_is_not_told_of_another_item(
    app: APIFlask, form: dict[str, Any], talk: Talk, rasa: FakeRasa
) -> None:
    rasa.answer = acting(app, "answer/ask", intent="ask_policy")
    said = talk.say("要收费吗？")
    answer = next(m["answer"] for m in said["messages"] if m["kind"] == "answer")
    assert answer["service"] is None or answer["service"]["id"] == "A13"
    assert "药品网络销售" not in answer["text"]


def test_a_yes_to_the_sources_may_name_them(app: APIFlask, form: dict[str, Any], talk: Talk, rasa: FakeRasa) -> None:
    rasa.answer = acting(app, "applications/answer", intent="answer_field")
    assert talk.say("用我们的记录填")["pending"]["field_id"] == "sources"
    rasa.answer = acting(app, "applications/confirm", intent="unclear")
    talk.say("用我们的记录填吧")
    assert db.session.get_one(Draft, form["draft_id"]).answers


@pytest.mark.parametrize("text", ["自己填吧", "不用查了", "I'll fill it in myself"])
def test_a_no_to_the_sources_may_be_said_otherwise(
    app: APIFlask, form: dict[str, Any], talk: Talk, rasa: FakeRasa, text: str
) -> None:
    rasa.answer = acting(app, "applications/answer", intent="answer_field")
    assert talk.say("用我们的记录填")["pending"]["field_id"] == "sources"
    rasa.answer = acting(app, "applications/confirm", intent="unclear")
    assert talk.say(text)["pending"]["field_id"] == form["field_id"]


def test_start_this_stays_with_the_variant_that_was_talked_of(
    app: APIFlask, kangrui: Identity, talk: Talk, rasa: FakeRasa
) -> None:
    conversation = db.session.get_one(Conversation, talk.id)
    conversation.account_id, conversation.party_code = kangrui.account_id, kangrui.party_code
    conversation.topic = {"item": "A13", "variant": "tell", "product": "device"}
    db.session.commit()
    rasa.answer = acting(app, "applications/open", intent="start_application")
    said = talk.say("帮我开始办这个")
    draft = db.session.get_one(Draft, said["pending"]["step"].partition(":")[0])
    assert (draft.item, draft.variant) == ("A13", "tell")


def test_a_draft_given_up_on_the_page_is_asked_for_no_more(
    app: APIFlask, form: dict[str, Any], talk: Talk, rasa: FakeRasa
) -> None:
    db.session.get_one(Draft, form["draft_id"]).state = "abandoned"
    db.session.commit()
    rasa.answer = acting(app, "applications/answer", intent="answer_field")
    said = talk.say("广州康瑞医疗器械有限公司")
    assert said["messages"][-1]["text"] == "这份草稿已经放弃。请说要开始办哪一项。"
    assert said["pending"] is None
    rasa.answer = acting(app, "applications/resume", intent="continue_application")
    assert "您没有未完成的草稿" in talk.say("继续")["messages"][-1]["text"]
