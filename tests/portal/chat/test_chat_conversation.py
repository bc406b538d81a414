"""One conversation through the public API, with Rasa at the edge."""

import json
import threading
import time
from datetime import datetime, timedelta

from apiflask import APIFlask
from chat_edge import BOT_TOKEN, FakeRasa, Talk, acting, call_bot, say_back
from flask.testing import FlaskClient
from sqlalchemy import select

from policy_kb import clock
from portal.chat.models import Message
from portal.extensions import db


def texts(messages: list[dict]) -> list[str]:
    return [message["text"] for message in messages]


def test_a_message_goes_to_rasa_with_its_token_and_metadata_and_the_reply_comes_back(
    talk: Talk, rasa: FakeRasa
) -> None:
    said = talk.say("你好")
    assert texts(said["messages"]) == ["你好", "heard: 你好"]
    assert said["status"] == "answered"
    assert said["degraded"] is False
    assert rasa.received[0] == {"sender": talk.id, "message": "你好", "metadata": {"language": "zh", "pending": None}}
    assert rasa.tokens == [f"Bearer {BOT_TOKEN}"]


def test_the_history_is_the_portals_own(talk: Talk) -> None:
    talk.say("第一句")
    talk.say("第二句")
    kept = talk.list()
    assert texts(kept)[1:] == ["第一句", "heard: 第一句", "第二句", "heard: 第二句"]
    assert texts(talk.list(after=int(kept[2]["id"]))) == ["第二句", "heard: 第二句"]


def test_the_language_follows_what_people_write(talk: Talk, rasa: FakeRasa) -> None:
    talk.say("How long is a licence valid?")
    talk.say("ok")
    talk.say("那中文呢")
    assert [body["metadata"]["language"] for body in rasa.received] == ["en", "en", "zh"]


def test_the_same_message_id_is_the_same_message(talk: Talk, rasa: FakeRasa) -> None:
    first = talk.say("一次", message_id="m-1")
    again = talk.say("一次", message_id="m-1")
    assert first["messages"] == again["messages"]
    assert len(rasa.received) == 1


def test_two_messages_at_once_are_answered_in_order_once_each(app: APIFlask, talk: Talk, rasa: FakeRasa) -> None:
    """A4: the first one is slow; the second waits for it, also when it comes twice."""
    order: list[str] = []

    def slow_first(body: dict) -> tuple[int, bytes]:
        if body["message"] == "先说的":
            time.sleep(0.5)
        order.append(body["message"])
        return say_back(f"answer to {body['message']}")(body)

    rasa.answer = slow_first
    results: dict[str, dict] = {}

    def speak(name: str, text: str, message_id: str) -> None:
        with app.app_context():
            client = app.test_client()
            results[name] = client.post(
                talk.url, json={"text": text, "message_id": message_id}, headers=talk.headers
            ).json
            db.session.remove()

    threads = [
        threading.Thread(target=speak, args=args)
        for args in (("a", "先说的", "1"), ("b", "后说的", "2"), ("c", "后说的", "2"))
    ]
    for thread in threads:
        thread.start()
        time.sleep(0.15)
    for thread in threads:
        thread.join()
    assert order == ["先说的", "后说的"]
    assert texts(results["a"]["messages"])[-1] == "answer to 先说的"
    assert results["b"]["messages"] == results["c"]["messages"]
    assert texts(talk.list())[1:] == ["先说的", "answer to 先说的", "后说的", "answer to 后说的"]


def test_a_message_that_is_stored_and_not_begun_yet_counts_as_being_answered(talk: Talk, client: FlaskClient) -> None:
    """A reload in that moment must look again soon, not after twenty seconds."""
    talk.say("在吗", message_id="m-8")

    def status(state: str, at: datetime) -> str:
        db.session.execute(db.update(Message).where(Message.client_id == "m-8").values(state=state, at=at, turn=None))
        db.session.commit()
        return str(client.get(talk.url, headers=talk.headers).json["status"])

    now = clock.now()
    assert [status("received", now), status("answered", now)] == ["answering", "waiting"]
    assert status("received", now - timedelta(minutes=10)) == "waiting", "its process died long ago"


def test_a_message_whose_process_died_is_answered_when_it_is_sent_again(talk: Talk, rasa: FakeRasa) -> None:
    talk.say("在吗", message_id="m-9")
    db.session.execute(db.update(Message).where(Message.client_id == "m-9").values(state="abandoned"))
    db.session.commit()
    talk.say("在吗", message_id="m-9")
    assert len(rasa.received) == 2


def test_what_an_action_asks_for_is_stored_once_and_in_its_turn(app: APIFlask, talk: Talk, rasa: FakeRasa) -> None:
    rasa.answer = acting(app, "people/talk")
    said = talk.say("我要找人工")
    assert [m["kind"] for m in said["messages"]] == ["text", "receipt"]
    assert said["messages"][1]["data"]["number"].startswith("R")
    assert texts(talk.list())[1:] == texts(said["messages"])


def test_a_late_call_of_the_bot_changes_nothing(app: APIFlask, client: FlaskClient, talk: Talk, rasa: FakeRasa) -> None:
    talk.say("我要找人工")
    late = call_bot(client, "people/talk", talk.id, text="我要找人工")
    assert (late.status_code, late.json["error"]["code"]) == (409, "turn_over")
    assert len(talk.list()) == 3


def test_a_call_with_another_turns_text_changes_nothing(app: APIFlask, talk: Talk, rasa: FakeRasa) -> None:
    seen: list[int] = []

    def meddle(body: dict) -> tuple[int, bytes]:
        with app.app_context():
            seen.append(call_bot(app.test_client(), "people/talk", body["sender"], text="另一句").status_code)
            db.session.remove()
        return say_back("done")(body)

    rasa.answer = meddle
    talk.say("这一句")
    assert seen == [409]


def test_buttons_carry_signed_payloads_that_only_work_in_their_conversation(
    app: APIFlask, client: FlaskClient, talk: Talk, rasa: FakeRasa
) -> None:
    token = ask_in_the_middle(app, talk, rasa)
    other = Talk(client)
    foreign = other.post(button=token)
    assert (foreign.status_code, foreign.json["error"]["code"]) == (400, "bad_button")
    assert talk.post(button=token[:-2] + "xx").status_code == 400
    assert talk.post(button="nonsense").status_code == 400
    rasa.answer = say_back("ok")
    said = talk.say(button=token)
    assert said["messages"][0]["role"] == "user"
    assert said["messages"][0]["text"]
    sent = rasa.received[-1]
    assert sent["metadata"]["payload"] is True
    assert sent["message"].startswith("/")
    json.loads(sent["message"][sent["message"].index("{") :])


def ask_in_the_middle(app: APIFlask, talk: Talk, rasa: FakeRasa) -> str:
    """A complaint begun; returns the token of the first button shown."""
    rasa.answer = acting(app, "complaints/start", intent="make_complaint")
    said = talk.say("我在海泊桥惠生大药房买到过期的感冒药，要投诉，退钱")
    shown = [button for message in said["messages"] for button in message["buttons"]]
    if not any("token" in button for button in shown):
        rasa.answer = acting(app, "emergency/show", intent="emergency")
        shown = [button for message in talk.say("有人晕倒了")["messages"] for button in message["buttons"]]
    return next(button["token"] for button in shown if "token" in button)


def test_an_unknown_verb_is_a_404_that_lists_the_known_ones(app: APIFlask, talk: Talk, rasa: FakeRasa) -> None:
    replies: list = []

    def wrong(body: dict) -> tuple[int, bytes]:
        with app.app_context():
            replies.append(call_bot(app.test_client(), "answer/shout", body["sender"], text=body["message"]).json)
            db.session.remove()
        return say_back("done")(body)

    rasa.answer = wrong
    talk.say("试试")
    assert "answer/ask" in replies[0]["error"]["message"]


def test_every_message_of_a_turn_names_its_question(talk: Talk) -> None:
    said = talk.say("你好")["messages"]
    assert said[1]["reply_to"] == said[0]["id"]
    assert (
        db.session.scalars(select(Message).where(Message.conversation_id == talk.id, Message.state == "received")).all()
        == []
    )
