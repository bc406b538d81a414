"""Gold questions read, judged, counted and guarding a publication."""

import json
from pathlib import Path

import pytest

from policy_kb import PolicyBase
from policy_kb.evaluation.asking import ask_all
from policy_kb.evaluation.counting import count
from policy_kb.evaluation.gate import find_regressions, list_askable
from policy_kb.evaluation.gold import QUESTIONS, QuestionsError, list_unresolved, read_questions
from policy_kb.evaluation.judging import fold

VALID = "药品经营许可证有效期几年"


@pytest.fixture(autouse=True)
def on_a_known_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENBAN_NOW", "2026-11-24")


def write_questions(folder: Path, *lines: dict[str, object]) -> Path:
    path = folder / "own.jsonl"
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return path


def make_line(**changes: object) -> dict[str, object]:
    line = {
        "id": "t-1",
        "question": VALID,
        "type": "validity",
        "expect": "answer",
        "gold": [{"title": "药品经营和使用质量监督管理办法", "articles": [17]}],
        "must": [["5年", "5 year"]],
        "service_id": "A12",
    }
    return {**line, **changes}


@pytest.mark.parametrize(
    ("text", "told"),
    [("{", "own.jsonl: line 1: not JSON"), ('{"id": "x"}', "own.jsonl: line 1: question, expect, type is missing")],
)
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "own.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(QuestionsError, match=told):
        read_questions([path])


@pytest.mark.parametrize(
    ("said", "form"),
    [("二十个工作日内", "20个工作日"), ("九十至三十个工作日", "90个工作日"), ("罚1,000元", "1000元"), ("５年", "5年")],
)
def test_facts_are_found_however_their_numbers_are_written(said: str, form: str) -> None:
    assert fold(form) in fold(said)


def test_a_right_answer_passes_and_a_wrong_expectation_does_not(ingested: PolicyBase, tmp_path: Path) -> None:
    wrong = make_line(id="t-2", must=[["7年"]])
    verdicts = list(ask_all(ingested, read_questions([write_questions(tmp_path, make_line(), wrong)])))
    assert [verdict.passed for verdict in verdicts] == [True, False]
    total = count(verdicts)["total"]
    assert total["among_three"] == {"right": 2, "of": 2, "rate": 1.0}  # type: ignore[index]
    assert total["passed"]["rate"] == 0.5  # type: ignore[index]


def test_every_gold_clause_of_our_own_questions_is_in_force_in_the_reference_texts(ingested: PolicyBase) -> None:
    from policy_kb import clock

    questions = read_questions(sorted(QUESTIONS.glob("*.jsonl")))
    assert len(questions) > 300
    assert list_unresolved(ingested, questions, clock.today()) == []


def test_a_change_that_takes_an_answer_from_a_gold_question_is_found(ingested: PolicyBase, tmp_path: Path) -> None:
    asked = "药品经营许可证的证面底色是什么颜色"
    gold = [{"title": "药品经营和使用质量监督管理办法", "articles": [13]}]
    write_questions(tmp_path, make_line(question=asked, gold=gold, must=[["浅蓝"]]))
    coloured = {
        "id": "curated-1",
        "question": {"zh": asked, "en": "What colour is the ground of a drug distribution licence?"},
        "asks": {"zh": [asked, "药品经营许可证证面底色"], "en": []},
        "answer": {"zh": "证面底色为浅蓝色。", "en": "Light blue."},
        "cites": [{"title": "药品经营和使用质量监督管理办法", "article": 13}],
        "item": "A12",
        "verified": "text",
    }
    with_answer = ingested.with_overlay({"faqs": [coloured], "facts": [], "withdrawn": []})
    assert [each.id for each in find_regressions(with_answer, ingested, folder=tmp_path)] == ["t-1"]
    assert find_regressions(ingested, with_answer, folder=tmp_path) == []


def test_questions_about_texts_that_are_not_loaded_are_not_asked_by_the_gate(
    ingested: PolicyBase, tmp_path: Path
) -> None:
    write_questions(tmp_path, make_line(gold=[{"title": "没有这部办法", "articles": [1]}]))
    assert list_askable(ingested, tmp_path) == []
