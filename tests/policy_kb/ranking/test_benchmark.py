"""The benchmark's files, figures and command."""

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bench import ranking as bench
from policy_kb.commands import main
from policy_kb.ranking import Article, Collection, Pairs
from policy_kb.ranking.benchmark import UnreadableBenchmark, count, read_articles, read_asked


@pytest.fixture
def files(articles: list[Article], collection: Collection, pairs: Pairs, tmp_path: Path) -> dict[str, str]:
    with gzip.open(tmp_path / "corpus.jsonl.gz", "wt", encoding="utf-8") as out:
        for each in articles:
            out.write(
                json.dumps(
                    {"id": each.id, "law": each.law, "article": each.label, "text": each.text}, ensure_ascii=False
                )
                + "\n"
            )
    asked = [json.dumps({"id": row, "text": text}, ensure_ascii=False) for row, text in enumerate(pairs.questions)]
    (tmp_path / "queries.jsonl").write_text("\n".join(asked), encoding="utf-8")
    rows = [
        f"{row}\t{collection.articles[place].id}\t1\ttrain"
        for row, places in enumerate(pairs.answers)
        for place in places
    ]
    (tmp_path / "qrels.tsv").write_text("\n".join(["query_id\tdoc_id\trelevance\tsplit", *rows]), encoding="utf-8")
    return {name: str(tmp_path / name) for name in ("corpus.jsonl.gz", "queries.jsonl", "qrels.tsv")}


def _options(files: dict[str, str]) -> list[str]:
    return [
        "benchmark",
        "--corpus",
        files["corpus.jsonl.gz"],
        "--train-queries",
        files["queries.jsonl"],
        "--train-qrels",
        files["qrels.tsv"],
    ]


def test_the_benchmark_prints_one_object_with_figures_times_and_what_counted(files: dict[str, str]) -> None:
    test = ["--test-queries", files["queries.jsonl"], "--test-qrels", files["qrels.tsv"], "--json"]
    found = json.loads(CliRunner().invoke(main, [*_options(files), *test], catch_exceptions=False).stdout)
    assert found["recall_at_10"] > 0.9 and 0 < found["mrr_at_10"] <= 1
    assert {
        "recall_at_100",
        "ndcg_at_10",
        "query_ms_p50",
        "query_ms_p95",
        "index_seconds",
        "train_seconds",
        "peak_memory_mb",
    } <= set(found)
    assert found["questions"] == 60 and found["articles"] == 40


def test_folds_measure_on_questions_that_were_not_learned_from(files: dict[str, str]) -> None:
    found = json.loads(
        CliRunner().invoke(main, [*_options(files), "--folds", "2", "--json"], catch_exceptions=False).stdout
    )
    assert found["folds"] == 2 and len(found["by_fold"]) == 2 and found["questions"] == 60


def test_neither_folds_nor_a_test_set_is_an_error_that_says_so(files: dict[str, str]) -> None:
    result = CliRunner().invoke(main, _options(files))
    assert result.exit_code == 2 and "--folds" in result.output


@pytest.mark.parametrize(
    ("ranked", "right", "expected"),
    [
        (["a", "b"], {"a"}, (1.0, 1.0)),
        (["b", "a"], {"a"}, (1.0, 0.5)),
        (["b", "a"], {"a", "c"}, (0.5, 0.5)),
        (["b"], {"a"}, (0.0, 0.0)),
        ([*"bcdefghijk", "a"], {"a"}, (0.0, 0.0)),
    ],
)
def test_recall_and_reciprocal_rank_are_those_of_the_first_ten(
    ranked: list[str], right: set[str], expected: tuple[float, float]
) -> None:
    found = count(ranked, right)
    assert (found["recall_at_10"], found["mrr_at_10"]) == expected


@pytest.mark.parametrize(
    ("content", "told"), [("{", "lines of JSON"), ('{"id": 1}', ":1: wants id, law, text"), ("[1]", ":1: wants")]
)
def test_a_corpus_of_another_form_is_refused_with_the_line(content: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "corpus.jsonl").write_text(content, encoding="utf-8")
    with pytest.raises(UnreadableBenchmark, match=told):
        read_articles(tmp_path / "corpus.jsonl")


def test_questions_without_any_answer_are_refused(tmp_path: Path) -> None:
    (tmp_path / "q.jsonl").write_text('{"id": 1, "text": "谁管"}', encoding="utf-8")
    (tmp_path / "r.tsv").write_text("query_id\tdoc_id\trelevance\n2\tx\t1\n", encoding="utf-8")
    with pytest.raises(UnreadableBenchmark, match="has an answer"):
        read_asked(tmp_path / "q.jsonl", tmp_path / "r.tsv")


def test_the_bench_measures_the_ranking_beside_plain_bm25_and_what_each_family_of_signs_is_worth(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--corpus", files["corpus.jsonl.gz"], "--queries", files["queries.jsonl"], "--qrels", files["qrels.tsv"]]
    bench.main([*given, "--folds", "3", "--measured", "2"])
    found = json.loads(capsys.readouterr().out)
    assert (found["folds"], found["measured"], found["questions"]) == (3, 2, 40)
    assert found["ours"]["mrr_at_10"] > found["plain"]["mrr_at_10"]
    assert found["ratio"]["mrr_at_10"] == pytest.approx(
        found["ours"]["mrr_at_10"] / found["plain"]["mrr_at_10"], abs=0.01
    )
    assert set(found["lost_without"]) == set(bench.FAMILIES)
    assert {bench.family_of(sign) for sign in found["importance"]} == set(bench.FAMILIES)


def test_a_sign_of_no_family_is_told_to_be_entered() -> None:
    with pytest.raises(ValueError, match="enter it in FAMILIES"):
        bench.family_of("unheard_of")
