"""Every state of a hand-over ends by itself, at the moment its limit says, with a message (A7); the clock is given."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from chat_edge import Talk
from desk_edge import Clock, Officers, let_time_pass, said
from flask.testing import FlaskClient

from policy_kb import clock
from portal.chat import service as chat
from portal.chat.handover.office import SHIPPED, Office, OfficeError, read_office
from portal.chat.models import TalkRequest
from portal.extensions import db


def at_state(request: TalkRequest) -> str:
    db.session.expire_all()
    return request.state


@pytest.mark.parametrize(("later", "state"), [("2026-11-24T09:59", "queued"), ("2026-11-24T10:01", "ticket")])
def test_who_waits_too_long_gets_a_ticket_with_a_day(
    talk: Talk, ask: Callable[[], TalkRequest], at: Clock, later: str, state: str
) -> None:
    request = ask()
    at.set(later)
    assert let_time_pass() == (state == "ticket")
    assert at_state(request) == state
    assert request.promised_for == (date(2026, 11, 26) if state == "ticket" else None)
    assert any("最迟2026年11月26日" in text for text in said(talk, "system")) == (state == "ticket")


def test_who_still_waits_when_the_desk_closes_gets_a_ticket(ask: Callable[[], TalkRequest], at: Clock) -> None:
    at.set("2026-11-24T16:50")
    request = ask()
    at.set("2026-11-24T17:00:01")
    let_time_pass()
    assert at_state(request) == "ticket"


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-11-24T08:59", "2026-11-26"),
        ("2026-11-24T17:00", "2026-11-26"),
        ("2026-11-27T20:00", "2026-12-01"),  # a Friday evening
        ("2026-11-28T10:00", "2026-12-01"),  # a Saturday
        ("2026-09-30T18:00", "2026-10-09"),  # the day before the National Day holiday
        ("2026-02-14T10:00", None),  # a Saturday that is a working day in exchange for the Spring Festival
    ],
)
def test_out_of_hours_there_is_a_ticket_with_a_day_in_working_days(
    talk: Talk, ask: Callable[[], TalkRequest], at: Clock, moment: str, day: str | None
) -> None:
    at.set(moment)
    request = ask()
    assert request.state == ("ticket" if day else "queued")
    assert request.promised_for == (date.fromisoformat(day) if day else None)
    assert ("现在不是人工服务时间" in said(talk)[-1]) == bool(day)


def test_an_officer_who_is_silent_loses_the_matter_and_the_person_is_told(
    talk: Talk, ask: Callable[[], TalkRequest], officers: Officers, at: Clock
) -> None:
    request = ask()
    chat.desk.take(officers.first, request.id)
    db.session.commit()
    at.set("2026-11-24T09:41")
    talk.say("您好，在吗？")  # the person's own words give the officer no more time; this look applies the limit
    assert at_state(request) == "queued"
    assert request.taken_by is None
    assert "10分钟没有回复" in said(talk, "system")[-1]


def test_a_person_who_is_silent_is_told_that_it_is_closed(
    talk: Talk, ask: Callable[[], TalkRequest], officers: Officers, at: Clock
) -> None:
    request = ask()
    chat.desk.take(officers.first, request.id)
    chat.desk.reply(officers.first, request.id, "请问是哪个城市？", [])
    db.session.commit()
    at.set("2026-11-24T09:49")
    assert let_time_pass() == 0
    talk.say("临江市")
    chat.desk.reply(officers.first, request.id, "哪家药店？", [])
    db.session.commit()
    at.set("2026-11-24T10:10")
    assert let_time_pass() == 1
    assert (at_state(request), request.outcome) == ("closed", "silent")
    assert "有一段时间没有收到您的消息" in said(talk, "system")[-1]


def test_a_promise_that_was_not_kept_is_said_and_counted(talk: Talk, ask: Callable[[], TalkRequest], at: Clock) -> None:
    at.set("2026-11-24T20:00")
    request = ask()
    at.set("2026-11-26T17:01")
    let_time_pass()
    assert (at_state(request), request.promised_for, request.broken) == ("ticket", date(2026, 11, 27), 1)
    assert "没有在承诺的2026年11月26日答复您" in said(talk, "system")[-1]


def test_a_ticket_put_back_stays_a_ticket_with_its_day(
    ask: Callable[[], TalkRequest], officers: Officers, at: Clock
) -> None:
    at.set("2026-11-24T20:00")
    request = ask()
    at.set("2026-11-25T09:30")
    chat.desk.take(officers.first, request.id)
    chat.desk.release(officers.first, request.id)
    assert (request.state, request.promised_for) == ("ticket", date(2026, 11, 26))


def test_a_stopped_worker_does_not_lie_a_look_applies_the_limit(
    talk: Talk, ask: Callable[[], TalkRequest], at: Clock
) -> None:
    ask()
    at.set("2026-11-24T10:05")
    seen = talk.client.get(talk.url, headers=talk.headers).json
    assert seen["handover"]["state"] == "ticket"
    assert seen["handover"]["promised_for"] == "2026-11-26"


def test_two_clocks_at_once_move_a_request_once(talk: Talk, ask: Callable[[], TalkRequest], at: Clock) -> None:
    ask()
    at.set("2026-11-24T10:05")
    assert [let_time_pass(), let_time_pass()] == [1, 0]
    assert len([text for text in said(talk, "system") if "最迟" in text]) == 1


def test_beat_is_told_to_look(app: Any) -> None:
    schedule = app.extensions["celery"].conf.beat_schedule
    assert "portal.time_handovers" in {entry["task"] for entry in schedule.values()}


def test_an_authority_has_hours_and_days_off_of_its_own(tmp_path: Path) -> None:
    own = tmp_path / "office.yml"
    text = SHIPPED.read_text(encoding="utf-8").replace(
        '- ["09:00", "17:00"]', '- ["08:30", "11:30"]\n  - ["14:00", "17:30"]'
    )
    own.write_text(text.replace("closed: [] ", "closed: [2026-11-25] "), encoding="utf-8")
    office = read_office(own)
    closings = {
        "2026-11-24T08:00": None,
        "2026-11-24T09:00": "2026-11-24T11:30",
        "2026-11-24T12:00": None,
        "2026-11-24T15:00": "2026-11-24T17:30",
        "2026-11-25T09:00": None,
    }
    for moment, closes in closings.items():
        at = datetime.fromisoformat(moment).replace(tzinfo=clock.BEIJING)
        wanted = datetime.fromisoformat(closes).replace(tzinfo=clock.BEIJING) if closes else None
        assert office.find_closing(at) == wanted, moment
    assert office.add_open_days(date(2026, 11, 24), 2) == date(2026, 11, 27)


@pytest.mark.parametrize("text", ["hours: []", "hours: [", "hours: [['09:00']]\nqueue_minutes: soon", "[]"])
def test_a_wrong_file_of_hours_is_named(tmp_path: Path, text: str) -> None:
    own = tmp_path / "office.yml"
    own.write_text(text, encoding="utf-8")
    with pytest.raises(OfficeError, match=r"office\.yml"):
        read_office(own)


def test_the_page_without_javascript_shows_what_the_clock_did(client: FlaskClient, at: Clock) -> None:
    client.post("/chat/messages", data={"person": "1"})
    assert "您排在最前面" in client.get("/chat/").get_data(as_text=True)
    at.set("2026-11-24T10:05")
    assert "最迟2026年11月26日" in client.get("/chat/").get_data(as_text=True)


def test_the_shipped_hours_are_read() -> None:
    assert isinstance(read_office(SHIPPED), Office)
