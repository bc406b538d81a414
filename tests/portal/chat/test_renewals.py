"""When to renew is told to its holder alone, with the days of the certificate and the clause."""

import pytest
from apiflask import APIFlask
from chat_edge import FakeRasa, acting

from portal.identity.commands import DEMO_PASSWORD
from tests.portal.made_once import put_demo


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENBAN_NOW", "2026-11-24T10:00")


def say(
    app: APIFlask, rasa: FakeRasa, text: str, login: str = "", verb: str = "status/show", **call: str
) -> list[dict[str, object]]:
    """What somebody is told on the page."""
    rasa.answer = acting(app, verb, **call)
    person = app.test_client()
    if login:
        put_demo(app)
        person.post("/sign-in", data={"login": login, "password": DEMO_PASSWORD})
    reply = person.post("/chat/messages", data={"text": text}, headers={"Accept": "application/json"})
    told: list[dict[str, object]] = reply.json["messages"][1:]
    return told


@pytest.mark.parametrize("text", ["我的证什么时候该续", "我们公司的许可证快到期了吗"])
def test_the_holder_is_told_the_end_and_the_window_of_each_certificate(
    app: APIFlask, rasa: FakeRasa, text: str
) -> None:
    told = say(app, rasa, text, "kangrui")
    first = str(told[0]["text"])
    assert "《医疗器械经营许可证》" in first or "医疗器械经营许可证" in first
    assert "年" in first
    assert "90个工作日" in first


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("到期前会提醒我换证吗", ["还会提醒您：2026年12月22日", "邮件通知"]),
        ("Will you remind me before our licence expires?", ["You are reminded under", "22 December 2026"]),
    ],
)
def test_the_holder_is_told_when_reminders_come(app: APIFlask, rasa: FakeRasa, text: str, words: list[str]) -> None:
    language = "en" if text.isascii() else "zh"
    told = say(app, rasa, text, "kangrui", "answer/ask", language=language)
    text_told = str(told[0]["text"])
    assert [word for word in words if word not in text_told] == [], text_told


def test_a_stranger_is_asked_to_sign_in_and_comes_back_to_the_conversation(app: APIFlask, rasa: FakeRasa) -> None:
    told = say(app, rasa, "我的证什么时候该续")
    assert told[0]["data"]["sign_in"] is True  # type: ignore[index]
    urls = [button.get("url", "") for button in told[0]["buttons"]]  # type: ignore[attr-defined]
    assert any(url.startswith("/sign-in?next=") and "chat" in url for url in urls)


def test_where_a_matter_stands_is_still_told(app: APIFlask, rasa: FakeRasa) -> None:
    assert "没有在办" in str(say(app, rasa, "我的申请到哪一步了", "kangrui")[0]["text"])


def test_it_is_told_too_when_it_was_heard_as_a_question(app: APIFlask, rasa: FakeRasa) -> None:
    told = say(app, rasa, "When do we need to renew our licence?", "kangrui", "answer/ask", language="en")
    assert "90" in str(told[0]["text"])
    assert "ends on" in str(told[0]["text"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("我们店的药品经营许可证哪天到期", "只告知持证人"),
        ("On what day does our production licence run out?", "I only tell it to the holder"),
    ],
)
def test_a_stranger_who_asks_for_the_last_day_of_a_paper_is_told_how_to_see_it(
    app: APIFlask, rasa: FakeRasa, text: str, words: str
) -> None:
    language = "en" if text.isascii() else "zh"
    told = say(app, rasa, text, verb="answer/ask", language=language)
    assert words in str(told[0]["text"])
    assert told[0]["answer"] is None
    assert told[0]["data"]["sign_in"] is True  # type: ignore[index]
