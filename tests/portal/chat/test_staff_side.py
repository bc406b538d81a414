"""What officers and curators see of conversations, and that nobody else does."""

from collections.abc import Callable
from typing import Any

import pytest
from apiflask import APIFlask
from chat_edge import FakeRasa, Talk, acting

from portal.audit.service import list_lines
from portal.chat import service, unanswered
from portal.errors import Conflict, Forbidden, NotSignedIn
from portal.extensions import db
from portal.identity.service import ANONYMOUS, identity_of


def test_a_wish_for_a_person_is_one_ticket_answered_in_the_conversation(
    app: APIFlask, talk: Talk, rasa: FakeRasa, make_account: Callable[..., Any]
) -> None:
    """A7: queued with its place and day, taken by exactly one officer, answered where it was asked."""
    rasa.answer = acting(app, "people/talk")
    first = talk.say("我要找人工，药店不退钱")["messages"][-1]
    again = talk.say("转人工")["messages"][-1]
    assert first["data"]["number"] == again["data"]["number"]
    assert first["data"]["ahead"] == 0
    officer, other = (identity_of(make_account(kind="staff", roles="officer")) for _n in range(2))
    (request,) = service.list_talk_requests(officer)
    assert request.promised_for.isoformat() == first["data"]["promised_for"]
    service.take_talk_request(officer, request.id)
    with pytest.raises(Conflict):
        service.take_talk_request(other, request.id)
    with pytest.raises(Conflict):
        service.reply_talk_request(other, request.id, "您好")
    service.reply_talk_request(officer, request.id, "您好，请带上购物小票。")
    db.session.commit()
    assert talk.list()[-1]["role"] == "officer"
    assert service.list_talk_requests(officer) == []
    assert {entry.action for entry in list_lines(subject_id=request.number)} == {"take", "reply"}


@pytest.mark.parametrize("act", [service.list_talk_requests, service.list_unanswered])
def test_staff_lists_are_closed_to_everybody_else(
    app: APIFlask, make_account: Callable[..., Any], act: Callable[..., Any]
) -> None:
    with pytest.raises(NotSignedIn):
        act(ANONYMOUS)
    with pytest.raises(Forbidden):
        act(identity_of(make_account()))


def test_an_unanswered_question_is_counted_masked_and_opens_again(
    app: APIFlask, make_account: Callable[..., Any]
) -> None:
    curator = identity_of(make_account(kind="staff", roles="curator"))
    kept = unanswered.note("手机19912345678，宠物药怎么办？", "zh", "no_evidence", 0.1)
    assert unanswered.note("手机19912345678， 宠物药怎么办?", "zh", "no_evidence", 0.2) is kept
    assert (kept.count, "19912345678" in kept.question) == (2, False)
    assert service.list_unanswered(curator) == [kept]
    service.set_unanswered_status(curator, kept.id, "done")
    assert service.list_unanswered(curator) == []
    unanswered.note("手机19912345678，宠物药怎么办？", "zh", "no_evidence")
    assert kept.status == "open"
