"""The learned ranking beside plain BM25 over the same words, in one run, and what its signs are worth. Prints JSON.

    taskset -c 0 python bench/ranking.py --corpus corpus.jsonl.gz --queries train.jsonl --qrels train.tsv --folds 5

``ours`` and ``plain`` are means over all questions, each asked of a ranker that was trained without its fold; ``ratio`` is ours
over plain. ``lost_without`` says by how much MRR and recall at ten fall when the signs of a family are dealt out at random
among a question's candidates; ``importance`` is each sign's share of the gain of the trees.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.measuring import machine, memory_mb  # noqa: E402
from policy_kb.ranking import Collection, Ranker, train  # noqa: E402
from policy_kb.ranking.benchmark import DEPTH, Asked, ask, count, mean_importance, read_articles, read_asked  # noqa: E402
from policy_kb.ranking.fields import best  # noqa: E402
from policy_kb.ranking.search import Judgements, judge, split  # noqa: E402

RATIOS = ("recall_at_10", "recall_at_100", "mrr_at_10", "ndcg_at_10", "query_cpu_ms_p50", "query_cpu_ms_p95")
LOST = ("mrr_at_10", "recall_at_10")
# family: how the names of its signs begin; the first family that fits has the sign
FAMILIES = {
    "kind of question and article": (
        "asks_", "defines", "lists", "allows", "orders", "forbids", "counts_days", "fines", "punishes", "makes_liable", "names_",
        "decides_", "opens_", "rules_claims", "question_length",
    ),
    "pieces and heads": ("last_", "first_covered", "piece", "head", "body_told"),
    "what people say": ("saying_", "matter_"),
    "runs of characters": ("run_",),
    "meaning of words": ("near_words", "alike_words"),
    "where past answers stand": ("cited", "near_cited", "law_cited", "law_rate"),
    "nearest past questions": ("said_", "asked_", "meant_", "like_cited"),
    "regression on past questions": ("ridge",),
    "words that answers held": ("trusted", "translated"),
    "topics": ("latent", "topical", "feedback"),
    "words and characters": ("words", "grams", "trigrams", "covered", "body_", "title"),
    "the article itself": ("length", "place", "law_size", "category", "referred_to"),
}  # fmt: skip


class Plain:
    """BM25 over words, the law's name in the text: what a search engine gives out of the box."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    def rank(self, question: str, limit: int) -> list[tuple[str, float]]:
        scores = self._collection.fields["words"].score(self._collection.cut(question))
        return [(self._collection.articles[place].id, float(scores[place])) for place in best(scores, limit)]


def family_of(sign: str) -> str:
    """The family of a sign; ValueError for one of none."""
    for name, beginnings in FAMILIES.items():
        if sign.startswith(beginnings):
            return name
    raise ValueError(f"{sign!r} belongs to no family; enter it in FAMILIES")


def run(articles: Path, queries: Path, qrels: Path, folds: int, measured: int) -> dict[str, Any]:
    collection, asked = Collection(read_articles(articles)), read_asked(queries, qrels)
    ours, plain, lost, importance, sizes = list[Any](), list[Any](), list[Any](), list[Any](), list[int]()
    for held, ranker in islice(_train_apart(collection, asked, folds), measured):
        ours.append(ask(ranker, held))
        plain.append(ask(Plain(collection), held))
        lost.append(_without_families(ranker, held))
        importance.append(ranker.model.importance() if ranker.model else {})
        sizes.append(len(held.questions))
    together, beside = _mean(ours, sizes), _mean(plain, sizes)
    return {
        "questions": sum(sizes),
        "folds": folds,
        "measured": len(sizes),
        "ours": together,
        "plain": beside,
        "ratio": {name: round(together[name] / beside[name], 2) for name in RATIOS if beside[name]},
        "lost_without": {name: _mean([each[name] for each in lost], sizes) for name in lost[0]},
        "importance": mean_importance(importance),
        "memory": memory_mb(),
        **machine(),
    }


def _train_apart(collection: Collection, asked: Asked, folds: int) -> Iterator[tuple[Asked, Ranker]]:
    rows = np.arange(len(asked.questions))
    for held in split(len(rows), folds):
        others = asked.only(np.setdiff1d(rows, held).tolist())
        yield asked.only(held.tolist()), train(collection, others.pairs(collection))


def _mean(figures: Sequence[dict[str, Any]], sizes: Sequence[int]) -> dict[str, float]:
    names = [name for name, value in figures[0].items() if isinstance(value, float)]
    return {name: round(float(np.average([each[name] for each in figures], weights=sizes)), 4) for name in names}


def _without_families(ranker: Ranker, asked: Asked) -> dict[str, dict[str, float]]:
    """By family, what the figures lose without it."""
    found: dict[str, list[dict[str, float]]] = {}
    for row, (question, answers) in enumerate(zip(asked.questions, asked.answers, strict=True)):
        judged = judge(ranker.collection, ranker.experience, question)
        whole = _count(ranker, judged, answers)
        for name in FAMILIES:
            left = _count(ranker, _shuffled(judged, name, row), answers)
            found.setdefault(name, []).append({figure: whole[figure] - left[figure] for figure in LOST})
    means = {
        name: {figure: float(np.mean([row[figure] for row in rows])) for figure in LOST} for name, rows in found.items()
    }
    return dict(sorted(means.items(), key=lambda pair: -pair[1]["mrr_at_10"]))


def _shuffled(judged: Judgements, family: str, seed: int) -> Judgements:
    order = np.random.default_rng(seed).permutation(len(judged.pool))
    signs = {name: values[order] if family_of(name) == family else values for name, values in judged.signs.items()}
    return replace(judged, signs=signs)


def _count(ranker: Ranker, judged: Judgements, answers: Sequence[str]) -> dict[str, float]:
    places = judged.pool[best(ranker.score(judged), DEPTH)]
    return count([ranker.collection.articles[place].id for place in places], set(answers))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True, help="articles, a JSON line each; may be gzip")
    parser.add_argument("--queries", type=Path, required=True, help="questions, a JSON line each")
    parser.add_argument("--qrels", type=Path, required=True, help="their answers, tab-separated")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--measured", type=int, help="only the first so many folds: a quick look")
    given = parser.parse_args(arguments)
    print(
        json.dumps(
            run(given.corpus, given.queries, given.qrels, given.folds, given.measured or given.folds),
            ensure_ascii=False,
        )
    )


if __name__ == "__main__":
    main()
