"""What a conversation keeps in mind is shown, can be taken away with and without script, and only by its owner."""

import pytest
from apiflask import APIFlask
from chat_edge import FakeRasa, Talk, acting
from flask.testing import FlaskClient


@pytest.fixture
def asked(app: APIFlask, rasa: FakeRasa, talk: Talk) -> dict[str, object]:
    """A conversation that asked about the renewal of a licence."""
    rasa.answer = acting(app, "answer/ask")
    return talk.say("第三类医疗器械经营许可证延续什么时候申请")


def chip(said: dict[str, object], key: str) -> dict[str, str]:
    return next(each for each in said["kept"] if each["key"] == key)  # type: ignore[attr-defined]


def test_the_matter_spoken_of_is_kept_with_a_named_way_to_forget_it(asked: dict[str, object]) -> None:
    kept = chip(asked, "item")
    assert kept["label"].startswith("第三类医疗器械经营许可")
    assert kept["action"] == f"不再记着：{kept['label']}"


def test_what_is_taken_away_is_no_longer_hung_on(talk: Talk, asked: dict[str, object]) -> None:
    followed = talk.say("那要多久")
    assert "第三类医疗器械经营许可" in followed["messages"][1]["answer"]["understood"]
    said = talk.say(button=chip(followed, "item")["token"])
    assert said["messages"][1]["data"] == {"forgot": "item"}
    assert "item" not in {each["key"] for each in said["kept"]}
    assert talk.say("那要多久")["messages"][1]["answer"]["status"] == "clarify"


def test_forgetting_needs_no_rasa(rasa: FakeRasa, talk: Talk, asked: dict[str, object]) -> None:
    rasa.answer = lambda body: (500, b"")
    assert talk.say(button=chip(asked, "item")["token"])["degraded"] is False


def test_another_conversation_cannot_take_it_away(client: FlaskClient, talk: Talk, asked: dict[str, object]) -> None:
    assert Talk(client).post(button=chip(asked, "item")["token"]).status_code == 400


def test_a_province_that_was_named_is_kept(app: APIFlask, rasa: FakeRasa, talk: Talk) -> None:
    place = {"entity": "province", "value": "广东", "start": 0, "end": 2}
    rasa.answer = acting(app, "answer/ask", entities=[place])
    assert chip(talk.say("广东开药店要什么证"), "region")["label"] == "广东"
    rasa.answer = acting(app, "answer/ask")
    assert chip(talk.say("那要多久"), "region")["label"] == "广东"


def test_the_page_shows_the_chip_as_a_form_that_works_without_script(app: APIFlask, rasa: FakeRasa) -> None:
    rasa.answer = acting(app, "answer/ask")
    person = app.test_client()
    person.post("/chat/messages", data={"text": "第三类医疗器械经营许可证延续什么时候申请"})
    page = person.get("/chat/").text
    assert 'aria-label="不再记着：第三类医疗器械经营许可' in page
    token = page.split('name="button" value="')[-1].split('"')[0]
    assert person.post("/chat/messages", data={"button": token}).status_code == 303
    assert "好的，我不再记着这一项" in person.get("/chat/").text


def test_the_chips_speak_the_language_of_the_conversation(app: APIFlask, rasa: FakeRasa, client: FlaskClient) -> None:
    rasa.answer = acting(app, "answer/ask", language="en")
    said = Talk(client, "en").say("When do I renew a Class III device distribution licence?")
    assert chip(said, "item")["action"].startswith("Forget: Class III device distribution licence")
