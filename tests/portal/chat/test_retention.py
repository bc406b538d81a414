"""A conversation ends after the set days: what was said is gone, what it led to stays, and a line says so."""

import hashlib
from datetime import datetime, timedelta

import pytest
from apiflask import APIFlask
from chat_edge import FakeRasa, Talk, acting
from flask.testing import FlaskClient
from sqlalchemy import func, select

from policy_kb import clock
from portal.audit import service as audit
from portal.chat import receipts, retention
from portal.chat.models import Conversation, ConversationLease, Feedback, Message, TalkRequest
from portal.chat.service import add_feedback
from portal.complaints import service as complaints
from portal.complaints.models import IntakeDraft
from portal.extensions import db
from portal.proofs import service as proofs

BEGIN = datetime.fromisoformat("2026-03-02T09:30+08:00")


def later(monkeypatch: pytest.MonkeyPatch, days: float) -> None:
    monkeypatch.setenv("WENBAN_NOW", (BEGIN + timedelta(days=days)).isoformat())


@pytest.fixture(autouse=True)
def begin(monkeypatch: pytest.MonkeyPatch) -> None:
    later(monkeypatch, 0)


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize(("days", "kept"), [(179.9, True), (180.1, False)])
def test_a_conversation_is_deleted_when_its_days_are_over_and_not_before(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, days: float, kept: bool
) -> None:
    talk.say("你好")
    later(monkeypatch, days)
    assert retention.delete_due() == (not kept)
    assert (count(Conversation), count(Message) > 0, count(ConversationLease)) == (kept, kept, kept)
    lines = audit.list_lines(subject_kind="conversation", subject_id=talk.id)
    assert [(line.actor, line.action) for line in lines] == ([] if kept else [("clock", "delete")])
    assert talk.post(text="还在吗").status_code == (200 if kept else 401)


def test_a_message_begins_the_days_anew(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    talk.say("你好")
    later(monkeypatch, 100)
    talk.say("你好")
    later(monkeypatch, 200)
    assert retention.delete_due() == 0


def test_a_word_of_an_officer_counts_as_well(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    talk.say("你好")
    later(monkeypatch, 100)
    db.session.add(Message(conversation_id=talk.id, role="officer", text="已为您查询", payload={}, at=clock.now()))
    db.session.commit()
    later(monkeypatch, 200)
    assert retention.delete_due() == 0


def test_what_was_judged_and_told_goes_too(app: APIFlask, talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    said = talk.say("你好")["messages"]
    conversation = db.session.get_one(Conversation, talk.id)
    add_feedback(conversation, int(said[-1]["id"]), helpful=False, comment="没用")
    db.session.add(IntakeDraft(conversation_id=talk.id, data={}, version=0, updated_at=clock.now()))
    db.session.commit()
    later(monkeypatch, 181)
    retention.delete_due()
    assert (count(Feedback), complaints.find_draft(talk.id)) == (0, None)


def test_nothing_is_deleted_while_somebody_waits_for_a_person(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    talk.say(person=True)
    later(monkeypatch, 400)
    assert retention.delete_due() == 0


def test_of_a_hand_over_the_record_stays_without_the_persons_words(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    talk.say("我叫钱多多，想问药店的事")
    talk.say(person=True)
    request = db.session.scalars(select(TalkRequest)).one()
    request.text, request.state, request.outcome, request.final_text = "我叫钱多多", "closed", "answered", "请看第三条"
    db.session.commit()
    later(monkeypatch, 181)
    assert retention.delete_due() == 1
    assert retention.delete_due() == 0, "done once"
    db.session.expire_all()
    assert (request.text, request.final_text) == ("", "请看第三条")
    assert (count(Conversation), count(Message)) == (1, 0)
    assert talk.post(text="还在吗").status_code == 401


def test_a_browser_that_still_names_it_begins_another(
    client: FlaskClient, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk.say(person=True)
    db.session.scalars(select(TalkRequest)).one().state = "closed"
    db.session.commit()
    later(monkeypatch, 181)
    retention.delete_due()
    with client.session_transaction() as session:
        session["conversation"] = talk.id
    assert client.get("/chat/").status_code == 200
    with client.session_transaction() as session:
        assert "conversation" not in session


def test_receipts_and_transcripts_can_still_be_checked(
    app: APIFlask, talk: Talk, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    rasa.answer = acting(app, "answer/ask")
    answered = talk.say("第三类医疗器械经营许可证什么时候可以申请延续？")["messages"][-1]
    conversation = db.session.get_one(Conversation, talk.id)
    receipt = receipts.issue_answer(conversation, int(answered["id"]))
    transcript = receipts.issue_transcript(conversation)
    file = proofs.write_document(transcript, receipts.list_parts(transcript))
    db.session.commit()
    later(monkeypatch, 181)
    assert retention.delete_due() == 1
    pages = [app.test_client().get(f"/verify/{proof.code}").text for proof in (receipt, transcript)]
    assert "90个工作日" in pages[0]
    assert "已到保存期限并删除" in pages[1]
    assert proofs.find_by_file(hashlib.sha256(file).hexdigest()) == transcript


def test_the_command_counts_first_and_deletes_then(app: APIFlask, talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    talk.say("你好")
    later(monkeypatch, 181)
    run = app.test_cli_runner().invoke
    assert run(args=["conversations", "delete-old", "--count"]).output == "1 conversations are due (180 days)\n"
    assert run(args=["conversations", "delete-old"]).output == "1 conversations deleted (180 days)\n"
    assert count(Message) == 0


@pytest.mark.parametrize(("language", "told"), [("zh", "保存180天"), ("en", "kept for 180 days")])
def test_the_page_says_for_how_long_and_every_page_leads_there(client: FlaskClient, language: str, told: str) -> None:
    assert told in client.get(f"/privacy?lang={language}").text
    assert 'href="/privacy"' in client.get("/").text
