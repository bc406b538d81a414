"""A question that somebody wrote for an entry is known again whoever asks it and however politely."""

import pytest

from policy_kb.answering.entries import list_entries
from policy_kb.answering.entries_asked import Asked
from policy_kb.catalogue import load_catalogue


@pytest.fixture(scope="module")
def asked() -> Asked:
    return Asked(list_entries(load_catalogue()))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("how to register a sunscreen", "How do I register a sunscreen?"),
        ("how to register a sunscreen", "How can we register our sunscreen"),
        ("怎么投诉药店", "请问怎么投诉药店呢？"),
        ("怎么投诉药店", "我想问一下，怎么投诉药店啊"),
        ("can I withdraw my complaint", "Can we withdraw the complaint?"),
        ("投诉可以撤回吗？", "你好，投诉可以撤回么"),
    ],
)
def test_the_manner_of_asking_changes_no_question(asked: Asked, written: str, said: str) -> None:
    entry, again = asked.find(written), asked.find(said)
    assert entry is not None
    assert again is entry


@pytest.mark.parametrize("said", ["", "？", "请问", "我们公司", "how do I", "a the my", "怎么投诉药店的老板"])
def test_manner_alone_or_another_question_is_no_entry(asked: Asked, said: str) -> None:
    assert asked.find(said) is None
