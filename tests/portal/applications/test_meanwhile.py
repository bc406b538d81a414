"""The page goes on while the conversation waits: no answer said in the chat is lost, and what clashes is told."""

from collections.abc import Iterator
from typing import Any

import pytest
from apiflask import APIFlask

from portal.applications import chat, service
from portal.applications.models import Draft
from portal.extensions import db
from portal.identity.service import Identity


@pytest.fixture(autouse=True)
def in_request(demo: APIFlask) -> Iterator[None]:
    with demo.test_request_context(headers={"Accept-Language": "zh"}):
        yield


@pytest.fixture
def asked(kangrui: Identity) -> dict[str, Any]:
    """The first question of a renewal: two records disagree about the legal representative."""
    _question, sources = chat.start("c1", kangrui, "A11", "renew", "zh")
    assert sources
    _messages, pending = chat.confirm(kangrui, sources["draft_id"], sources["step"], True, "zh")
    assert pending
    assert pending["field_id"] == "legal_rep"
    return pending


def save_on_page(identity: Identity, draft_id: str, **raw: str) -> None:
    draft = db.session.get_one(Draft, draft_id)
    assert not service.save_fields(identity, draft.id, draft.version, raw, "page").errors


def say(identity: Identity, pending: dict[str, Any], text: str) -> chat.Turn:
    return chat.answer(identity, pending["draft_id"], pending["field_id"], text, pending["step"], "zh")


def confirm(identity: Identity, pending: dict[str, Any], yes: bool | None) -> chat.Turn:
    return chat.confirm(identity, pending["draft_id"], pending["step"], yes, "zh")


def value_of(draft_id: str, field_id: str) -> Any:
    return service.view_draft(db.session.get_one(Draft, draft_id)).values.get(field_id)


def test_another_field_saved_on_the_page_loses_no_answer(kangrui: Identity, asked: dict[str, Any]) -> None:
    save_on_page(kangrui, asked["draft_id"], delivery="both")
    messages, read_back = say(kangrui, asked, "周见山")
    assert "周见山" in messages[-1]["text"]
    assert read_back
    assert read_back["kind"] == "confirm"
    save_on_page(kangrui, asked["draft_id"], changed="no")
    confirm(kangrui, read_back, True)
    assert value_of(asked["draft_id"], "legal_rep") == "周见山"
    assert value_of(asked["draft_id"], "delivery") == "both"


def test_the_asked_field_saved_on_the_page_is_told_with_both_values(kangrui: Identity, asked: dict[str, Any]) -> None:
    save_on_page(kangrui, asked["draft_id"], legal_rep="顾怀川")
    messages, which = say(kangrui, asked, "周见山")
    assert "顾怀川" in messages[-1]["text"]
    assert "周见山" in messages[-1]["text"]
    assert which
    assert value_of(asked["draft_id"], "legal_rep") == "顾怀川"
    confirm(kangrui, which, True)
    assert value_of(asked["draft_id"], "legal_rep") == "周见山"


def test_a_no_leaves_what_the_page_saved(kangrui: Identity, asked: dict[str, Any]) -> None:
    save_on_page(kangrui, asked["draft_id"], legal_rep="顾怀川")
    _messages, which = say(kangrui, asked, "周见山")
    assert which
    messages, now = confirm(kangrui, which, False)
    assert "保持不变" in messages[0]["text"]
    assert value_of(asked["draft_id"], "legal_rep") == "顾怀川"
    assert now
    assert now["field_id"] != "legal_rep"


def test_the_same_value_twice_is_no_conflict(kangrui: Identity, asked: dict[str, Any]) -> None:
    save_on_page(kangrui, asked["draft_id"], legal_rep="顾怀川")
    messages, now = say(kangrui, asked, "顾怀川")
    assert "同样的内容" in messages[0]["text"]
    assert now
    assert now["kind"] != "confirm"


def test_a_yes_to_a_read_back_whose_field_the_page_filled_is_asked_once_more(
    kangrui: Identity, asked: dict[str, Any]
) -> None:
    _messages, read_back = say(kangrui, asked, "周见山")
    assert read_back
    save_on_page(kangrui, asked["draft_id"], legal_rep="顾怀川")
    messages, which = confirm(kangrui, read_back, True)
    assert "顾怀川" in messages[-1]["text"]
    assert which
    assert value_of(asked["draft_id"], "legal_rep") == "顾怀川"
    confirm(kangrui, which, True)
    assert value_of(asked["draft_id"], "legal_rep") == "周见山"


def test_a_no_to_a_read_back_whose_field_the_page_filled_asks_what_is_open(
    kangrui: Identity, asked: dict[str, Any]
) -> None:
    _messages, read_back = say(kangrui, asked, "周见山")
    assert read_back
    save_on_page(kangrui, asked["draft_id"], legal_rep="顾怀川")
    _messages, now = confirm(kangrui, read_back, False)
    assert now
    assert now["field_id"] != "legal_rep"
    assert value_of(asked["draft_id"], "legal_rep") == "顾怀川"


def test_a_word_to_skip_is_heard_after_the_page_saved(kangrui: Identity, asked: dict[str, Any]) -> None:
    save_on_page(kangrui, asked["draft_id"], delivery="both")
    _messages, now = chat.skip(kangrui, asked["draft_id"], asked["step"], "zh")
    assert now
    assert now["field_id"] != "legal_rep"


def test_a_question_that_the_page_closed_takes_no_answer(kangrui: Identity, asked: dict[str, Any]) -> None:
    save_on_page(kangrui, asked["draft_id"], legal_rep="顾怀川", online_sale="no", changed="yes")
    _messages, now = chat.current_question(kangrui, asked["draft_id"], "zh")
    assert now
    assert now["field_id"] == "change_note"
    save_on_page(kangrui, asked["draft_id"], changed="no")
    messages, _after = say(kangrui, now, "库房搬到了科学城路9号")
    assert "前面的问题" in messages[0]["text"]
    assert value_of(asked["draft_id"], "change_note") is None


def test_the_yes_to_the_sources_is_heard_after_the_page_saved(kangrui: Identity) -> None:
    _question, sources = chat.start("c1", kangrui, "A11", "renew", "zh")
    assert sources
    save_on_page(kangrui, sources["draft_id"], delivery="both")
    messages, _pending = confirm(kangrui, sources, True)
    assert "已根据记录填好" in messages[0]["text"]
