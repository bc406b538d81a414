"""A source that is agreed to after something was typed: where it says otherwise, the chat tells both values."""

from collections.abc import Iterator
from typing import Any

import pytest
from apiflask import APIFlask

from portal.applications import chat, consenting, service
from portal.applications.models import Draft
from portal.extensions import db
from portal.identity.service import Identity


@pytest.fixture(autouse=True)
def in_request(demo: APIFlask) -> Iterator[None]:
    with demo.test_request_context(headers={"Accept-Language": "zh"}):
        yield


def begin_by_hand(kangrui: Identity, **typed: str) -> str:
    """A draft whose sources were refused, with what was typed in it."""
    _question, asked = chat.start("c1", kangrui, "A11", "renew", "zh")
    assert asked
    chat.confirm(kangrui, asked["draft_id"], asked["step"], False, "zh")
    draft = db.session.get_one(Draft, asked["draft_id"])
    assert not service.save_fields(kangrui, draft.id, draft.version, typed, "chat").errors
    return draft.id


def agree(kangrui: Identity, draft_id: str) -> chat.Turn:
    _messages, asked = chat.ask_sources(kangrui, draft_id, "zh")
    assert asked
    return chat.confirm(kangrui, draft_id, asked["step"], True, "zh")


def text_of(messages: list[dict[str, Any]]) -> str:
    return "\n".join(message["text"] for message in messages)


def test_both_values_are_told_with_a_way_to_change(kangrui: Identity) -> None:
    draft_id = begin_by_hand(kangrui, quality_head="王小明")
    messages, pending = agree(kangrui, draft_id)
    told = next(message for message in messages if "王小明" in message["text"])
    assert "苏秋砚" in told["text"]
    assert {"intent": "correct", "wished": "quality_head"} in [b.get("payload") for b in told["buttons"]]
    assert pending
    _messages, now = chat.correct(kangrui, draft_id, pending["field_id"], "", pending["step"], "zh", "quality_head")
    assert now
    assert now["field_id"] == "quality_head"


def test_what_agrees_is_not_told(kangrui: Identity) -> None:
    draft_id = begin_by_hand(kangrui, quality_head="苏秋砚")
    messages, _pending = agree(kangrui, draft_id)
    assert "您填的是" not in text_of(messages)


def test_it_is_told_once(kangrui: Identity) -> None:
    draft_id = begin_by_hand(kangrui, quality_head="王小明")
    _messages, pending = agree(kangrui, draft_id)
    assert pending
    messages, _now = chat.skip(kangrui, draft_id, pending["step"], "zh")
    assert "王小明" not in text_of(messages)


def test_sources_agreed_to_on_the_page_are_told_at_the_next_word_in_the_chat(kangrui: Identity) -> None:
    draft_id = begin_by_hand(kangrui, quality_head="王小明")
    consenting.decide_sources(kangrui, draft_id, consenting.read_said("all", ()))
    messages, _pending = chat.resume(kangrui, draft_id, "zh")
    assert "苏秋砚" in text_of(messages)


def test_an_answer_that_replaces_a_record_by_will_is_no_news(kangrui: Identity) -> None:
    _question, asked = chat.start("c1", kangrui, "A11", "renew", "zh")
    assert asked
    chat.confirm(kangrui, asked["draft_id"], asked["step"], True, "zh")
    draft = db.session.get_one(Draft, asked["draft_id"])
    service.save_fields(kangrui, draft.id, draft.version, {"quality_head": "王小明"}, "chat")
    messages, _pending = chat.resume(kangrui, draft.id, "zh")
    assert "苏秋砚" not in text_of(messages)


def test_a_register_that_moved_on_is_put_beside_what_was_typed(kangrui: Identity) -> None:
    draft_id = begin_by_hand(kangrui, legal_rep="周见山")
    messages, pending = agree(kangrui, draft_id)
    assert "周见山" in text_of(messages)
    assert "陆晚晴" in text_of(messages)
    assert pending
