"""Measure ranking on a public benchmark: index, train, search, count."""

import csv
import gzip
import json
import resource
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from policy_kb.errors import PolicyBaseError
from policy_kb.ranking.collection import Article, Collection
from policy_kb.ranking.experience import Pairs
from policy_kb.ranking.lambdamart import Recipe
from policy_kb.ranking.search import Ranker, split, train

DEPTH = 100


class UnreadableBenchmark(PolicyBaseError):
    """A benchmark file is missing or not of the form described in its error."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Questions and the ids of the articles that answer each, in the same order."""

    questions: tuple[str, ...]
    answers: tuple[tuple[str, ...], ...]

    def only(self, rows: Sequence[int]) -> "Asked":
        return Asked(tuple(self.questions[row] for row in rows), tuple(self.answers[row] for row in rows))

    def pairs(self, collection: Collection) -> Pairs:
        """With places for ids; UnreadableBenchmark for an id that the corpus lacks."""
        missing = {id for row in self.answers for id in row} - set(collection.numbers)
        if missing:
            raise UnreadableBenchmark(f"{len(missing)} answers are not in the corpus, {sorted(missing)[0]!r} for one")
        return Pairs(self.questions, tuple(tuple(collection.numbers[id] for id in row) for row in self.answers))


def read_articles(path: Path) -> list[Article]:
    """A line an article: JSON with id, law, article (as printed) and text; gzip when the name ends so."""
    return [
        Article(str(row["id"]), row["law"], row.get("article", ""), row["text"], row.get("category", ""))
        for row in _read_lines(path, ("id", "law", "text"))
    ]


def read_asked(queries: Path, judgements: Path) -> Asked:
    """Questions (JSON lines with id and text) that have at least one answer in the tab-separated judgements."""
    answers: dict[str, list[str]] = {}
    try:
        with judgements.open(encoding="utf-8", newline="") as source:
            for row in csv.DictReader(source, delimiter="\t"):
                if float(row["relevance"]) > 0:
                    answers.setdefault(row["query_id"], []).append(row["doc_id"])
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise UnreadableBenchmark(
            f"{judgements}: wants tab-separated columns query_id, doc_id, relevance ({error})"
        ) from error
    asked = [
        (row["text"], tuple(dict.fromkeys(answers[str(row["id"])])))
        for row in _read_lines(queries, ("id", "text"))
        if str(row["id"]) in answers
    ]
    if not asked:
        raise UnreadableBenchmark(f"no question of {queries} has an answer in {judgements}")
    return Asked(tuple(text for text, _ in asked), tuple(row for _, row in asked))


def _read_lines(path: Path, wanted: Sequence[str]) -> list[dict[str, Any]]:
    try:
        content = path.read_bytes()
        lines = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8").splitlines()
        rows = [json.loads(line) for line in lines if line.strip()]
    except (OSError, EOFError, ValueError) as error:
        raise UnreadableBenchmark(f"{path}: cannot be read as lines of JSON ({error})") from error
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict) or any(name not in row for name in wanted):
            raise UnreadableBenchmark(f"{path}:{number}: wants {', '.join(wanted)}")
    return rows


# Measuring -------------------------------------------------------------------


def measure(articles: Sequence[Article], known: Asked, unseen: Asked, recipe: Recipe | None = None) -> dict[str, Any]:
    """Index, train on ``known``, measure on ``unseen``."""
    started = time.perf_counter()
    collection = Collection(articles)
    indexed = time.perf_counter()
    ranker = train(collection, known.pairs(collection), recipe)
    trained = time.perf_counter()
    found = ask(ranker, unseen)
    return {
        **found,
        "index_seconds": round(indexed - started, 1),
        "train_seconds": round(trained - indexed, 1),
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "articles": len(articles),
        "train_questions": len(known.questions),
        **_told(ranker),
    }


def cross_validate(
    articles: Sequence[Article], known: Asked, folds: int, recipe: Recipe | None = None
) -> dict[str, Any]:
    """``folds`` times: train on the others, measure on one. Figures are means over questions; ``by_fold`` has each."""
    collection = Collection(articles)
    runs: list[dict[str, Any]] = []
    for held in split(len(known.questions), folds):
        others = known.only([row for row in range(len(known.questions)) if row not in set(held.tolist())])
        ranker = train(collection, others.pairs(collection), recipe)
        runs.append({**ask(ranker, known.only(held.tolist())), **_told(ranker)})
    weights = [run["questions"] for run in runs]
    names = [name for name, value in runs[0].items() if isinstance(value, float)]
    return {
        **{name: round(float(np.average([run[name] for run in runs], weights=weights)), 4) for name in names},
        "questions": sum(weights),
        "folds": folds,
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "by_fold": [{name: run[name] for name in names} for run in runs],
        "importance": mean_importance([run["importance"] for run in runs]),
    }


def mean_importance(runs: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The mean share of each sign over several models, the largest first."""
    means = {name: sum(run.get(name, 0.0) for run in runs) / len(runs) for name in runs[0]}
    return {name: round(value, 4) for name, value in sorted(means.items(), key=lambda pair: -pair[1])}


def _told(ranker: Ranker) -> dict[str, Any]:
    if ranker.model is None:
        return {"model": None, "importance": {}}
    return {
        "model": ranker.model.version,
        "importance": {name: round(share, 4) for name, share in ranker.model.importance().items()},
    }


class Ranks(Protocol):
    """What can be measured: ``(article id, score)``, best first."""

    def rank(self, question: str, limit: int) -> list[tuple[str, float]]: ...


def ask(ranker: Ranks, asked: Asked) -> dict[str, Any]:
    """Every question once, timed from its text to its ranked articles: on the clock, and of this thread's processor."""
    ranker.rank(asked.questions[0], DEPTH)  # what is made at first use is not a query's time
    seconds, worked, figures = [], [], []
    for question, answers in zip(asked.questions, asked.answers, strict=True):
        started, began = time.perf_counter(), time.thread_time()
        ranked = ranker.rank(question, DEPTH)
        seconds.append(time.perf_counter() - started)
        worked.append(time.thread_time() - began)
        figures.append(count([id for id, _ in ranked], set(answers)))
    means = {name: round(float(np.mean([row[name] for row in figures])), 4) for name in figures[0]}
    times = {
        f"{name}_p{share}": round(float(np.percentile(took, share)) * 1000, 1)
        for name, took in (("query_ms", seconds), ("query_cpu_ms", worked))
        for share in (50, 95)
    }
    return {**means, **times, "questions": len(asked.questions)}


def count(ranked: Sequence[str], right: set[str]) -> dict[str, float]:
    """Recall at 10 and 100, reciprocal rank and NDCG at 10 of one question."""
    places = [place for place, id in enumerate(ranked, 1) if id in right]
    gain = sum(1 / np.log2(place + 1) for place in places if place <= 10)
    ideal = sum(1 / np.log2(place + 1) for place in range(1, min(10, len(right)) + 1))
    return {
        "recall_at_10": sum(place <= 10 for place in places) / len(right),
        "recall_at_100": sum(place <= 100 for place in places) / len(right),
        "mrr_at_10": 1 / places[0] if places and places[0] <= 10 else 0.0,
        "ndcg_at_10": float(gain / ideal),
    }
