"""The order of clauses learned from told questions: what is read, what is taken, what it changes."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from policy_kb import PolicyBase, open_policy_base
from policy_kb.answering.clauses import Ranked, rank_clauses
from policy_kb.answering.learning import Asked, Told, UnreadablePairs, learn, list_catalogue_pairs, read_pairs
from policy_kb.answering.understanding import read_question
from policy_kb.catalogue import load_catalogue
from policy_kb.clock import today
from policy_kb.ranking.lambdamart import Model

LAW = """# 虚构器械展示管理办法

（2026年1月5日虚构监督管理局令第1号公布 自2026年2月1日起施行）

第一条 为了规范虚构器械的展示活动，制定本办法。

第二条 举办虚构器械巡回展示的，应当在展示前十三个工作日内报告展示地点。

第三条 展示地点变更的，应当重新报告。
"""


def make_asked(number: int, *, telling: str, seed: int = 0) -> list[Asked]:
    """Questions of six clauses each; the right one is that with the highest ``telling`` sign."""
    rng = np.random.default_rng(seed)
    asked = []
    for place in range(number):
        signs = [{name: float(rng.random()) for name in ("hand", "card", "title")} for _ in range(6)]
        signs.sort(key=lambda each: -each["hand"])
        best = max(range(6), key=lambda row: signs[row][telling])
        told = Told(f"q{place}", frozenset({("法", 1)}), f"g{place}")
        asked.append(Asked(told, tuple(signs), tuple(row == best for row in range(6))))
    return asked


@pytest.fixture
def base(tmp_path: Path) -> PolicyBase:
    (tmp_path / "虚构器械展示管理办法.md").write_text(LAW, encoding="utf-8")
    base = open_policy_base(tmp_path / "kb")
    base.ingest(tmp_path / "虚构器械展示管理办法.md")
    return base


def test_a_model_that_finds_more_is_taken_and_says_what_it_was_made_of() -> None:
    outcome = learn(make_asked(150, telling="card"), [], made="2026-11-25")
    assert outcome.taken and outcome.after["hit_at_1"] > outcome.before["hit_at_1"] + 0.3
    assert outcome.model.trained_on == {"questions": 150, "pairs": 150, "made": "2026-11-25"}
    assert next(iter(outcome.model.importance())) == "card"


def test_a_model_that_finds_less_than_the_weights_is_not_taken() -> None:
    outcome = learn(make_asked(40, telling="hand"), make_asked(200, telling="title", seed=1))
    assert not outcome.taken


def test_too_few_groups_cannot_be_cross_validated() -> None:
    with pytest.raises(ValueError, match="3 groups of questions are too few for 5 folds"):
        learn(make_asked(3, telling="card"), [])


@pytest.mark.parametrize(
    ("row", "answers"),
    [
        ({"question": "几天", "gold": [{"title": "中华人民共和国药品管理法", "articles": [1, 2]}]}, {("药品管理法", 1), ("药品管理法", 2)}),
        ({"question": "几天", "title": "虚构办法", "article": 2}, {("虚构办法", 2)}),
    ],
)  # fmt: skip
def test_question_sets_and_logs_are_read_alike(
    row: dict[str, object], answers: set[tuple[str, int]], tmp_path: Path
) -> None:
    (tmp_path / "p.jsonl").write_text(json.dumps(row), encoding="utf-8")
    assert [told.answers for told in read_pairs(tmp_path / "p.jsonl")] == [frozenset(answers)]


@pytest.mark.parametrize(
    "row",
    [{"question": "x", "gold": []}, {"question": "x", "gold": [{"title": "a", "articles": [1]}], "expect": "refuse"}],
)
def test_questions_without_a_clause_teach_nothing(row: dict[str, object], tmp_path: Path) -> None:
    (tmp_path / "p.jsonl").write_text(json.dumps(row), encoding="utf-8")
    assert read_pairs(tmp_path / "p.jsonl") == []


@pytest.mark.parametrize(
    "content", ["{", "[1]", '{"gold": [{"title": "a", "articles": [1]}]}', '{"question": "a", "gold": [1]}']
)
def test_a_file_of_another_form_is_refused_with_what_it_should_be(content: str, tmp_path: Path) -> None:
    (tmp_path / "p.jsonl").write_text(content, encoding="utf-8")
    with pytest.raises(UnreadablePairs, match="wants lines of JSON with question and gold"):
        read_pairs(tmp_path / "p.jsonl")


def test_the_catalogue_teaches_its_own_phrasings() -> None:
    told = list_catalogue_pairs(load_catalogue())
    assert len(told) > 300 and all(each.answers for each in told)


def _rank(base: PolicyBase, question: str, model: Model | None) -> list[Ranked]:
    read = read_question(question, language=None, as_of=None, today=today(), topic=None)
    return rank_clauses(read, base.search(read.text, limit=10), set(base.find_documents(read.text)), set(), model=model)


def test_the_model_orders_and_the_weights_scores_stay_dealt_out_in_that_order(base: PolicyBase) -> None:
    model = learn(make_asked(100, telling="card"), []).model
    plain = _rank(base, "虚构器械展示地点", None)
    ranked = _rank(base, "虚构器械展示地点", replace(model, signs=("hand", "length", "title")))
    assert [each.score for each in ranked] == [each.score for each in plain]
    assert [each.learned for each in ranked] == sorted((each.learned or 0.0 for each in ranked), reverse=True)
    assert all(each.learned is None for each in plain)


def test_an_article_called_by_its_number_stays_first_whatever_the_model_says(base: PolicyBase) -> None:
    model = replace(learn(make_asked(100, telling="card"), []).model, signs=("length", "title", "hand"))
    ranked = _rank(base, "虚构器械展示管理办法第三条怎么规定", model)
    assert ranked[0].hit.clause.article == 3


def test_a_written_ranking_is_used_by_the_base_named_in_its_version_and_taken_back(base: PolicyBase) -> None:
    shipped, before = base.ranking, base.version
    model = learn(make_asked(100, telling="card"), []).model
    base.write_ranking(model)
    assert base.ranking is not None and base.ranking.version == model.version and base.version != before
    base.write_ranking(None)
    assert base.ranking is shipped
