"""Figures of the consultation: counts by day, nobody's words."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from policy_kb import clock
from portal.chat import service as chat
from portal.chat.models import Conversation, Feedback, Message, TalkRequest
from portal.extensions import db
from portal.identity.models import Account

TODAY = date(2026, 11, 24)


def add_message(status: str, at: str, *, role: str = "assistant") -> int:
    payload = {"answer": {"status": status}} if status else {}
    moment = datetime.fromisoformat(at).replace(tzinfo=clock.BEIJING)
    message = Message(conversation_id="c", role=role, text="悄悄话", payload=payload, at=moment)
    db.session.add(message)
    db.session.flush()
    return message.id


@pytest.fixture
def talked(app: APIFlask) -> None:
    moment = datetime(2026, 11, 24, 9, tzinfo=clock.BEIJING)
    db.session.add(Conversation(id="c", token_hash="x", created_at=moment, updated_at=moment))
    db.session.flush()
    for status in ("answered", "answered", "routed", "clarify", "refused", ""):
        told = add_message(status, "2026-11-24T09:30")
    db.session.add(Feedback(message_id=told, helpful=False, at=moment))
    add_message("", "2026-11-24T23:59", role="user")
    add_message("answered", "2026-11-23T00:00")
    add_message("answered", "2026-11-01T12:00")  # before the days that are counted
    for number, answered in (("R1", 10), ("R2", None)):
        values: dict[str, Any] = {"number": number, "conversation_id": "c", "since": moment, "spoke_at": moment}
        at = moment.replace(minute=answered) if answered else None
        db.session.add(
            TalkRequest(**values, created_at=moment, answered_at=at, state="closed" if answered else "queued")
        )
    db.session.commit()


def test_each_day_is_counted_by_itself_from_midnight_in_beijing(talked: None) -> None:
    today, before, *rest = chat.counting.count_days(TODAY)
    assert (today.asked, today.answered, today.clarify, today.refused) == (1, 3, 1, 1)
    assert (today.conversations, today.unhelpful, today.persons, today.share) == (1, 1, 2, 0.6)
    assert (before.day, before.answered) == (date(2026, 11, 23), 1)
    assert sum(day.answered for day in rest) == 0
    assert chat.counting.sum_up([today, before]).answered == 4


def test_requests_for_a_person_are_counted_with_the_wait(talked: None) -> None:
    handled = chat.counting.count_handled(TODAY)
    assert (handled.asked, handled.closed, handled.waiting, handled.minutes) == (2, 1, 1, 10.0)


def test_the_page_shows_figures_and_nobodys_words(
    talked: None, make_account: Callable[..., Account], sign_in: Callable[[Account], FlaskClient]
) -> None:
    page = sign_in(make_account(kind="staff", roles="officer")).get("/staff/figures").get_data(as_text=True)
    assert "咨询服务数据" in page
    assert "悄悄话" not in page


def test_a_citizen_does_not_see_them(
    make_account: Callable[..., Account], sign_in: Callable[[Account], FlaskClient]
) -> None:
    assert sign_in(make_account()).get("/staff/figures").status_code == 403
