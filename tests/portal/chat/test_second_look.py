"""The classifier alone never decides: a question it took for something else is answered, a cry for help is not lost."""

import pytest
from apiflask import APIFlask
from chat_edge import FakeRasa, Talk, acting


@pytest.mark.parametrize(
    ("verb", "text"),
    [
        ("emergency/show", "药品不良反应定期安全性更新报告交给哪个部门"),
        ("emergency/show", "How long must purchase records of cosmetics be kept?"),
        ("language/set", "进口医疗器械只有英文标签，没有中文标签可以卖吗"),
        ("status/show", "第三类医疗器械经营许可证什么时候可以申请延续？"),
        ("answer/ask", "药店除了处方药以外还有什么不能在网上卖"),
    ],
)
def test_a_question_taken_for_something_else_is_answered(
    app: APIFlask, rasa: FakeRasa, talk: Talk, verb: str, text: str
) -> None:
    rasa.answer = acting(app, verb)
    said = talk.say(text)["messages"][1]
    assert not (said["data"] or {}).get("emergency")
    assert said["answer"]["status"] in {"answered", "clarify"}


@pytest.mark.parametrize(
    "text", ["我妈吃错药了，现在叫不醒", "he took the whole packet and cannot breathe", "救命，孩子喝了消毒液"]
)
def test_a_cry_for_help_is_believed(app: APIFlask, rasa: FakeRasa, talk: Talk, text: str) -> None:
    rasa.answer = acting(app, "emergency/show")
    said = talk.say(text)["messages"][1]
    assert said["data"]["emergency"] is True
    assert "120" in said["text"]


@pytest.mark.parametrize("text", ["switch to English please", "说中文"])
def test_the_plain_wish_to_change_the_language_is_followed(
    app: APIFlask, rasa: FakeRasa, talk: Talk, text: str
) -> None:
    rasa.answer = acting(app, "language/set")
    assert talk.say(text)["messages"][1]["answer"] is None
