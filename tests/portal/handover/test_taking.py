"""Exactly one officer has a matter: at the same moment, in other hands, after it is over; and nobody else comes near."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from apiflask import APIFlask
from chat_edge import FakeRasa, Talk, acting, say_back
from desk_edge import Officers, said
from flask.testing import FlaskClient

from portal.audit.service import list_lines
from portal.chat import service as chat
from portal.chat.handover.gate import is_bare_wish
from portal.chat.models import TalkRequest
from portal.errors import Conflict, Forbidden, NotSignedIn
from portal.extensions import db
from portal.identity.service import ANONYMOUS, Identity, identity_of

ASK = Callable[[], TalkRequest]


def test_of_officers_clicking_at_once_exactly_one_gets_it(app: APIFlask, ask: ASK, make_account: Any) -> None:
    """Real threads on the real database, each with a connection of its own."""
    request_id = ask().id
    crowd = [identity_of(make_account(kind="staff", roles="officer")) for _n in range(8)]
    gate, got, refused = threading.Barrier(len(crowd)), [], []

    def click(officer: Identity) -> None:
        with app.app_context():
            gate.wait()
            try:
                chat.desk.take(officer, request_id)
                db.session.commit()
                got.append(officer.account_id)
            except Conflict as error:
                db.session.rollback()
                refused.append(error.message)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=click, args=(officer,)) for officer in crowd]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.expire_all()
    assert got == [db.session.get_one(TalkRequest, request_id).taken_by]
    assert refused == ["这件已由同事接手，请选择另一件。"] * 7
    assert len([line for line in list_lines(subject_id=f"R20261124{request_id:05d}") if line.action == "take"]) == 1


def test_the_same_officer_may_click_twice(ask: ASK, officers: Officers) -> None:
    request_id = ask().id
    assert chat.desk.take(officers.first, request_id) is chat.desk.take(officers.first, request_id)


@pytest.mark.parametrize(
    "act",
    [
        lambda who, request: chat.desk.take(who, request),
        lambda who, request: chat.desk.reply(who, request, "您好", []),
        lambda who, request: chat.desk.close(who, request, "您好", []),
        lambda who, request: chat.desk.release(who, request),
        lambda who, request: chat.desk.hand_back(who, request),
    ],
    ids=["take", "reply", "close", "release", "hand_back"],
)
def test_a_colleagues_matter_is_closed_to_another_officer(ask: ASK, officers: Officers, act: Any) -> None:
    request = ask()
    chat.desk.take(officers.first, request.id)
    db.session.commit()
    with pytest.raises(Conflict):
        act(officers.second, request.id)
    with pytest.raises(Forbidden):
        chat.desk.read_messages(officers.second, request)
    db.session.rollback()
    assert db.session.get_one(TalkRequest, request.id).taken_by == officers.first.account_id


@pytest.mark.parametrize("roles", ["curator", "administrator", ""])
def test_the_desk_is_for_officers_only(ask: ASK, make_account: Any, roles: str) -> None:
    request = ask()
    who = identity_of(make_account(kind="staff" if roles else "citizen", roles=roles))
    for act in (chat.desk.list_queue, lambda who: chat.desk.take(who, request.id)):
        with pytest.raises(Forbidden):
            act(who)
        with pytest.raises(NotSignedIn):
            act(ANONYMOUS)
    assert chat.desk.list_requests(who, closed=False) == []


def test_a_matter_passed_on_is_in_the_other_hands_alone(talk: Talk, ask: ASK, officers: Officers) -> None:
    request = ask()
    chat.desk.take(officers.first, request.id)
    chat.desk.transfer(officers.first, request.id, officers.second.account_id or 0)
    db.session.commit()
    with pytest.raises(Conflict):
        chat.desk.reply(officers.first, request.id, "您好", [])
    db.session.rollback()
    chat.desk.reply(officers.second, request.id, "您好，我来答复。", [])
    db.session.commit()
    assert said(talk, "officer") == ["您好，我来答复。"]
    assert "转给另一位工作人员" in said(talk, "system")[-1]


def test_another_persons_conversation_shows_no_hand_over(client: FlaskClient, ask: ASK) -> None:
    number = ask().number
    stranger = Talk(client)
    assert client.get(stranger.url, headers=stranger.headers).json["handover"] is None
    assert number not in str(stranger.list())


def test_a_person_cannot_withdraw_another_persons_request(client: FlaskClient, talk: Talk, ask: ASK) -> None:
    request = ask()
    token = client.get(talk.url, headers=talk.headers).json["handover"]["withdraw"]["token"]
    refused = Talk(client).post(button=token)
    assert (refused.status_code, refused.json["error"]["code"]) == (400, "bad_button")
    assert db.session.get_one(TalkRequest, request.id).state == "queued"


def test_words_in_a_reply_are_no_hand_over(app: APIFlask, talk: Talk, rasa: FakeRasa) -> None:
    rasa.answer = say_back("好的，已为您转接人工客服，工作人员马上就来。")
    assert talk.say("药品经营许可证有效期几年")["handover"] is None
    assert db.session.query(TalkRequest).count() == 0


def test_the_wish_in_words_makes_one_request_with_its_place(
    app: APIFlask, client: FlaskClient, talk: Talk, rasa: FakeRasa
) -> None:
    rasa.answer = acting(app, "people/talk")
    first, again = talk.say("我要找人工，药店不退钱"), talk.say("转人工")
    assert first["messages"][-1]["data"]["number"] == again["messages"][-1]["data"]["number"]
    later = Talk(client).say("转人工")["messages"][-1]
    assert (first["handover"]["ahead"], later["data"]["ahead"]) == (0, 1)
    assert "排在第2位，前面还有1人" in later["text"]


def test_the_officer_sees_what_it_is_about_not_the_wish(client: FlaskClient, officers: Officers) -> None:
    before, after = Talk(client), Talk(client)
    before.say("药品经营许可证怎么换证")
    before.say(person=True)
    after.say(person=True)
    assert [row.text for row in chat.desk.list_queue(officers.first)] == ["药品经营许可证怎么换证", ""]
    db.session.commit()
    after.say("化妆品备案怎么注销，手机19912345678")
    assert chat.desk.list_queue(officers.first)[1].text == "化妆品备案怎么注销，手机199****5678"


def test_the_place_gets_better_when_somebody_before_is_taken(client: FlaskClient, ask: ASK, officers: Officers) -> None:
    first = ask()
    second = Talk(client)
    second.say(person=True)
    chat.desk.take(officers.first, first.id)
    db.session.commit()
    assert client.get(second.url, headers=second.headers).json["handover"]["ahead"] == 0


@pytest.mark.parametrize(
    ("language", "question", "queued", "taken"),
    [
        ("zh", "前面还有几个人？", "前面还有1人", "工作人员正在为您服务"),
        ("zh", "我排第几", "排在第2位", "工作人员正在为您服务"),
        ("en", "how many are before me?", "Requests before yours: 1", "A member of staff is with you"),
        ("en", "What is my place in the queue", "Your place in the queue: 2", "A member of staff is with you"),
    ],
)
def test_the_place_is_told_when_asked_for(
    ask: ASK,
    client: FlaskClient,
    officers: Officers,
    rasa: FakeRasa,
    language: str,
    question: str,
    queued: str,
    taken: str,
) -> None:
    ask()
    person = Talk(client, language)
    number = person.say(person=True)["handover"]["number"]
    assert queued in person.say(question)["messages"][-1]["text"]
    request = db.session.query(TalkRequest).filter_by(number=number).one()
    chat.desk.take(officers.first, request.id)
    db.session.commit()
    assert taken in person.say(question)["messages"][-1]["text"]
    assert rasa.received == []


def test_while_it_is_taken_the_persons_words_go_to_the_officer_and_not_to_rasa(
    talk: Talk, ask: ASK, officers: Officers, rasa: FakeRasa
) -> None:
    request = ask()
    chat.desk.take(officers.first, request.id)
    db.session.commit()
    reply = talk.say("手机19912345678，药店不退钱")
    assert [message["role"] for message in reply["messages"]] == ["user", "system"]  # the system starred the number
    assert rasa.received == []
    seen = [message["text"] for message in chat.desk.read_messages(officers.first, request)]
    assert any("药店不退钱" in text for text in seen)
    assert not any("19912345678" in text for text in seen)
    chat.desk.close(officers.first, request.id, "请带上小票到窗口。", [])
    db.session.commit()
    assert talk.say("谢谢")["messages"][-1]["text"] == "heard: 谢谢"


@pytest.mark.parametrize("words", ["我妈吃了药喘不上气了", "My father collapsed after taking the pills"])
def test_an_emergency_is_answered_first_and_the_officer_sees_it(
    talk: Talk, ask: ASK, officers: Officers, rasa: FakeRasa, words: str
) -> None:
    request = ask()
    chat.desk.take(officers.first, request.id)
    db.session.commit()
    assert "120" in talk.say(words)["messages"][-1]["text"]
    assert rasa.received == []
    [row] = chat.desk.list_queue(officers.first)
    assert row.alarm
    assert [m["data"].get("emergency") for m in chat.desk.read_messages(officers.first, row)][-1] is True


@pytest.mark.parametrize("press", [True, False])
def test_the_person_goes_back_to_the_assistant(
    client: FlaskClient, talk: Talk, ask: ASK, officers: Officers, rasa: FakeRasa, press: bool
) -> None:
    request = ask()
    chat.desk.take(officers.first, request.id)
    db.session.commit()
    token = client.get(talk.url, headers=talk.headers).json["handover"]["withdraw"]["token"]
    told = talk.say(button=token) if press else talk.say("返回机器人")
    assert told["handover"] is None
    assert "已撤回" in told["messages"][-1]["text"]
    db.session.expire_all()
    assert (request.state, request.outcome) == ("closed", "withdrawn")
    assert talk.say("你好")["messages"][-1]["text"] == "heard: 你好"
    with pytest.raises(Conflict, match="已经结束"):
        chat.desk.reply(officers.first, request.id, "您好", [])


def test_every_look_and_every_change_leaves_a_line(ask: ASK, officers: Officers) -> None:
    request = ask()
    chat.desk.list_queue(officers.first)
    chat.desk.take(officers.first, request.id)
    chat.desk.read_messages(officers.first, request)
    chat.desk.reply(officers.first, request.id, "您好", [])
    chat.desk.close(officers.first, request.id, "再见", [])
    db.session.commit()
    lines = [(line.actor, line.action) for line in reversed(list_lines(subject_id=request.number))]
    officer = officers.first.actor
    assert lines == [("anonymous", "admit")] + [(officer, done) for done in ("take", "read", "reply", "close")]
    assert [line.action for line in list_lines(subject_id="queue")] == ["list"]


def test_typing_is_seen_by_the_other_side_for_a_moment(
    client: FlaskClient, talk: Talk, ask: ASK, officers: Officers
) -> None:
    request = ask()
    typing = f"/api/chat/conversations/{talk.id}/typing"
    client.post(typing, headers=talk.headers)
    assert request.person_typing_at is None  # nobody is there to see it
    chat.desk.take(officers.first, request.id)
    chat.desk.note_typing(officers.second, request.id)
    db.session.commit()
    assert client.get(talk.url, headers=talk.headers).json["handover"]["typing"] is False
    chat.desk.note_typing(officers.first, request.id)
    db.session.commit()
    assert client.get(talk.url, headers=talk.headers).json["handover"]["typing"] is True
    client.post(typing, headers=talk.headers)
    db.session.expire_all()
    assert request.person_typing_at is not None
    chat.desk.reply(officers.first, request.id, "您好", [])
    db.session.commit()
    assert client.get(talk.url, headers=talk.headers).json["handover"]["typing"] is False


@pytest.mark.parametrize("wish", ["我要人工", "人工", "要真人", "转人工", "talk to a human"])
def test_the_queue_says_what_it_is_about_and_not_the_wish_for_a_person(wish: str) -> None:
    assert is_bare_wish(wish)
    assert not is_bare_wish(f"{wish}，我在网上买的面霜用了过敏，商家一直不肯退钱，平台也不管，怎么办才好")
    assert not is_bare_wish("人工关节是第几类医疗器械")
