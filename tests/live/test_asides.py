"""A5 on the living system: what is no answer never becomes one, and the same field is asked again each time."""

import pytest
from person import Person, cited, words_of

from tests.running import Running

QUESTIONS = [
    "药品经营许可证有效期几年？",
    "第三类医疗器械经营许可证什么时候可以申请延续？",
    "监管部门收到投诉后几个工作日内决定是否受理？",
    "普通化妆品备案后要不要交年度报告",
    "How long is a drug distribution licence valid?",
]
CHIT_CHAT = ["你好", "谢谢", "哈哈", "今天天气真好", "hello"]


@pytest.fixture
def asked(system: Running) -> Person:
    """A complaint that asks for its first missing fact."""
    person = Person(system.address)
    person.say("我要投诉，海泊桥惠生大药房卖给我过期的感冒药，要求退钱")
    assert person.pending["kind"] == "field"
    return person


def test_five_questions_in_a_row_are_answered_and_the_same_field_is_asked_again(asked: Person) -> None:
    field = asked.pending
    for question in QUESTIONS:
        said = asked.say(question)
        assert cited(said), question
        assert asked.pending == field, question
        assert said["messages"][-1]["kind"] == "complaint", "what is asked stands last"
        assert said["messages"][-1]["text"].strip()


@pytest.mark.parametrize("words", CHIT_CHAT)
def test_chit_chat_never_fills_a_field(asked: Person, words: str) -> None:
    field = asked.pending
    said = asked.say(words)
    assert asked.pending == field
    assert words_of(said).strip()


def test_danger_in_the_middle_comes_first_and_the_field_stays(asked: Person) -> None:
    field = asked.pending
    said = asked.say("等等，我妈吃了这个药喘不上气了")
    assert "120" in said["messages"][1]["text"]
    assert asked.pending == field


def test_an_answer_after_all_of_it_is_taken(asked: Person) -> None:
    field = asked.pending
    for words in (*QUESTIONS[:2], *CHIT_CHAT[:2]):
        asked.say(words)
    asked.say("青岛市市北区台东七路18号")
    assert asked.pending != field, "a reply that is none of these moves on"
