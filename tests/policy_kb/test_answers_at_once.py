"""A process works on no more questions at once than its store says, and a question inside an answer does not wait for itself."""

import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from policy_kb.base import PolicyBase
from policy_kb.model import Answer
from policy_kb.stores.embedded import EmbeddedStore

SECONDS = 20


def refuse(question: str) -> Answer:
    return Answer("refused", "zh", date(2026, 11, 27), "", question)


class TwoAtOnce(EmbeddedStore):
    answers_at_once = 2


@pytest.fixture
def base(tmp_path: Path) -> Iterator[PolicyBase]:
    base = PolicyBase(TwoAtOnce(tmp_path / "kb"))
    yield base
    base.close()


def test_the_third_question_waits(base: PolicyBase, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on, together, begun, inside, most = threading.Event(), threading.Event(), list[str](), list[str](), list[int]()

    def answer_slowly(_base: PolicyBase, question: str, **_options: object) -> Answer:
        begun.append(question)
        inside.append(question)
        most.append(len(inside))
        if len(inside) == 2:
            together.set()
        assert go_on.wait(SECONDS)
        inside.remove(question)
        return refuse(question)

    monkeypatch.setattr("policy_kb.answering.answer_question", answer_slowly)
    threads = [threading.Thread(target=base.answer, args=(f"问题{number}",)) for number in range(5)]
    for thread in threads:
        thread.start()
    assert together.wait(SECONDS)
    assert len(begun) == 2
    go_on.set()
    for thread in threads:
        thread.join(SECONDS)
    assert len(begun) == 5
    assert max(most) == 2


def test_a_question_within_an_answer_has_its_place_already(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TwoAtOnce, "answers_at_once", 1)
    base = PolicyBase(TwoAtOnce(tmp_path / "kb"))

    def ask_again(_base: PolicyBase, question: str, **_options: object) -> Answer:
        return base.answer("里面") if question == "外面" else refuse(question)

    monkeypatch.setattr("policy_kb.answering.answer_question", ask_again)
    got = list[Answer]()
    thread = threading.Thread(target=lambda: got.append(base.answer("外面")), daemon=True)
    thread.start()
    thread.join(SECONDS)
    assert [answer.question for answer in got] == ["里面"]
    base.close()
