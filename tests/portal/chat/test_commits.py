"""What a turn costs the database: how often it is asked and never by walking through a table, that only what a reply
tells of is waited for, and that nothing is held while Rasa has the turn."""

from collections.abc import Iterator
from typing import Any

import pytest
from apiflask import APIFlask
from chat_edge import FakeRasa, Talk, acting
from sqlalchemy import Connection, event, select, text
from sqlalchemy.exc import OperationalError

from portal import serving
from portal.chat.models import Message
from portal.commits import hurry, settle
from portal.extensions import db

FULL, NORMAL = 2, 1
Commits = list[int]
Statements = list[tuple[str, Any]]


def read_synchronous(connection: Connection) -> int:
    return int(connection.exec_driver_sql("PRAGMA synchronous").scalar_one())


@pytest.fixture
def commits(app: APIFlask) -> Iterator[Commits]:
    """How each commit that wrote something waited for the disk, in order."""
    seen: Commits = []

    def on_commit(connection: Connection) -> None:
        if connection.connection.dbapi_connection.in_transaction:  # type: ignore[union-attr]
            seen.append(read_synchronous(connection))

    event.listen(db.engine, "commit", on_commit)
    yield seen
    event.remove(db.engine, "commit", on_commit)


@pytest.fixture
def statements(app: APIFlask) -> Iterator[Statements]:
    """What the portal's database was asked, with the parameters, in order."""
    seen: Statements = []

    def on_statement(_connection: Connection, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if not statement.startswith("PRAGMA"):
            seen.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", on_statement)
    yield seen
    event.remove(db.engine, "before_cursor_execute", on_statement)


@pytest.mark.parametrize(
    ("said", "most"),
    [
        ({"text": "你好"}, 12),  # Rasa's own sentence
        ({"text": "你好", "message_id": "m-1"}, 13),  # and whether the same message came before
        ({"text": "/help"}, 10),  # answered by the gateway
    ],
)
def test_a_turn_asks_the_database_this_often(
    talk: Talk, statements: Statements, said: dict[str, str], most: int
) -> None:
    talk.say(**said)
    assert len(statements) <= most, [statement for statement, _ in statements]


def test_a_question_asks_the_database_this_often(
    app: APIFlask, talk: Talk, rasa: FakeRasa, statements: Statements
) -> None:
    serving.warm_up(app)  # or a busy machine takes longer than Rasa may, and the portal answers itself
    rasa.answer = acting(app, "answer/ask")
    talk.say("药品经营许可证有效期几年？")
    assert len(statements) <= 15, [statement for statement, _ in statements]


def test_no_statement_of_a_turn_walks_through_a_table(
    app: APIFlask, talk: Talk, rasa: FakeRasa, statements: Statements
) -> None:
    serving.warm_up(app)
    talk.say("你好", message_id="m-1")
    rasa.answer = acting(app, "answer/ask")
    talk.say("药品经营许可证有效期几年？")
    made, plans = list(statements), {}
    for statement, parameters in made:
        steps = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        plans[statement] = [step[3] for step in steps]
    assert any("ix_message_conversation_turn" in step for steps in plans.values() for step in steps)
    assert not {statement: steps for statement, steps in plans.items() if any(s.startswith("SCAN") for s in steps)}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"text": "你好"}, [NORMAL, FULL]),  # opened; answered and ended
        ({"text": "/help"}, [NORMAL, FULL]),  # answered by the gateway; ended
        ({"person": True}, [NORMAL, FULL]),  # taken by the hand-over
    ],
)
def test_the_last_commit_of_a_turn_waits_for_the_disk_and_those_before_it_do_not(
    talk: Talk, commits: Commits, said: dict[str, object], expected: list[int]
) -> None:
    talk.say(**said)  # type: ignore[arg-type]
    assert commits == expected


def test_what_an_action_did_waits_for_the_disk_before_the_bot_hears_of_it(
    app: APIFlask, talk: Talk, rasa: FakeRasa, commits: Commits
) -> None:
    rasa.answer = acting(app, "answer/ask")
    talk.say("药品经营许可证有效期几年？")
    assert commits == [NORMAL, FULL, FULL]


def test_no_connection_is_held_while_rasa_has_the_turn(app: APIFlask, talk: Talk, rasa: FakeRasa) -> None:
    held: list[int] = []
    answer = rasa.answer

    def look(body: dict[str, object]) -> tuple[int, bytes]:
        with app.app_context():
            held.append(db.engine.pool.checkedout())  # type: ignore[attr-defined]
        return answer(body)

    rasa.answer = look
    talk.say("你好")
    assert held == [0]


def test_a_hurried_connection_goes_back_unhurried(app: APIFlask) -> None:
    hurry()
    assert read_synchronous(db.session.connection()) == NORMAL
    db.session.rollback()
    assert read_synchronous(db.session.connection()) == FULL


def test_settling_commits_what_was_hurried_and_nothing_else(app: APIFlask, talk: Talk) -> None:
    def write(word: str) -> None:
        db.session.execute(text("UPDATE message SET state = :word"), {"word": word})

    hurry()
    write("hurried")
    settle()
    write("plain")
    settle()
    db.session.rollback()
    assert set(db.session.scalars(select(Message.state))) == {"hurried"}


def test_a_turn_that_breaks_before_its_first_commit_leaves_the_message_to_be_sent_again(
    app: APIFlask, talk: Talk
) -> None:
    db.session.execute(text("ALTER TABLE talk_request RENAME TO mislaid"))
    db.session.commit()
    with pytest.raises(OperationalError):
        talk.post(text="你好", message_id="m-1")
    [message] = db.session.scalars(select(Message).where(Message.role == "user"))
    assert (message.text, message.client_id, message.state) == ("你好", "m-1", "abandoned")
    db.session.execute(text("ALTER TABLE mislaid RENAME TO talk_request"))
    db.session.commit()
    assert talk.say("你好", message_id="m-1")["status"] == "answered"
