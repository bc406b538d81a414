"""The hand-over as a table: every state with every event is either allowed, or refused with words for people (A7)."""

from collections.abc import Callable
from typing import Any

import pytest
from chat_edge import Talk
from desk_edge import Officers

from portal.chat import service as chat
from portal.chat.handover import moves
from portal.chat.handover.states import EVENTS, NEXT, OPEN, STATES, find_timeout, next_state
from portal.chat.models import TalkRequest
from portal.errors import Conflict
from portal.extensions import db

ALLOWED = {
    "requested": {"admit", "withdraw"},
    "queued": {"take", "withdraw", "queue_over"},
    "ticket": {"take", "withdraw", "promise_over"},
    "taken": {
        "reply",
        "close",
        "transfer",
        "release",
        "hand_back",
        "withdraw",
        "officer_silent",
        "person_silent",
    },
    "closed": set(),
}


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("state", STATES)
def test_every_event_in_every_state_is_allowed_or_refused_in_words(app: Any, state: str, event: str) -> None:
    if event in ALLOWED[state]:
        assert next_state(state, event) in (*STATES, "waiting")
        return
    with pytest.raises(Conflict) as refused:
        next_state(state, event)
    assert len(refused.value.message) > 8
    assert refused.value.code == f"handover_{state}"


def test_the_table_has_no_state_or_event_of_its_own() -> None:
    assert {state for state, _event in NEXT} <= set(STATES)
    assert {event for _state, event in NEXT} == set(EVENTS)


@pytest.mark.parametrize("state", OPEN)
@pytest.mark.parametrize("spoke_last", ["person", "officer"])
def test_every_open_state_is_ended_by_the_clock(state: str, spoke_last: str) -> None:
    assert (state, find_timeout(state, spoke_last)) in NEXT


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("state", STATES)
def test_a_move_writes_exactly_what_the_table_says(
    talk: Talk, ask: Callable[[], TalkRequest], officers: Officers, state: str, event: str
) -> None:
    request = ask()
    request.state, request.taken_by = state, officers.first.account_id if state == "taken" else None
    if state == "ticket":
        request.promised_for = moves.promise(request.created_at)
    db.session.commit()
    if event not in ALLOWED[state]:
        with pytest.raises(Conflict):
            moves.move(request, event, "somebody")
        db.session.rollback()
        assert db.session.get_one(TalkRequest, request.id, populate_existing=True).state == state
        return
    moves.move(request, event, "somebody")
    wanted = {"waiting": "queued"}.get(NEXT[state, event], NEXT[state, event])
    assert request.state == wanted
    assert (request.due_at is None) == (wanted == "closed")
    assert (request.taken_by is None) == (wanted in ("queued", "ticket") or state in ("requested", "queued", "ticket"))


def test_each_event_is_told_in_the_conversation_in_its_language(app: Any, client: Any, officers: Officers) -> None:
    english = Talk(client, "en")
    english.say(person=True)
    [request] = chat.desk.list_queue(officers.first)
    for step in (chat.desk.take, chat.desk.release, chat.desk.take, chat.desk.hand_back):
        step(officers.first, request.id)
        db.session.commit()
    told = [message["text"] for message in english.list() if message["role"] == "system"]
    assert [text.split(".")[0] for text in told] == [
        "A member of staff has taken your conversation",
        "The member of staff has put your request back",
        "A member of staff has taken your conversation",
        "The member of staff has given the conversation back to the assistant",
    ]
