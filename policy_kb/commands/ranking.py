"""Measure and train the ranking."""

from pathlib import Path

import click

from policy_kb.commands.options import AS_JSON, OUT, print_json
from policy_kb.ranking.benchmark import cross_validate, measure, read_articles, read_asked

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option(
    "--corpus", type=_FILE, required=True, help="Articles, a JSON line each: id, law, article, text; may be gzip."
)
@click.option("--train-queries", type=_FILE, required=True, help="Questions to learn from, JSON lines: id, text.")
@click.option(
    "--train-qrels", type=_FILE, required=True, help="Their answers, tab-separated: query_id, doc_id, relevance."
)
@click.option("--test-queries", type=_FILE, help="Questions to measure on.")
@click.option("--test-qrels", type=_FILE, help="Their answers.")
@click.option(
    "--folds", type=click.IntRange(2, 20), help="Instead of a test set: cross-validate on the training questions."
)
@AS_JSON
def benchmark(
    corpus: Path, train_queries: Path, train_qrels: Path, test_queries: Path | None, test_qrels: Path | None,
    folds: int | None, as_json: bool,
) -> None:  # fmt: skip
    """Measure the ranking on a public benchmark: index, train, search, one query at a time.

    \b
    Example: python -m policy_kb benchmark --corpus corpus.jsonl.gz --train-queries train.jsonl \\
      --train-qrels train.tsv --test-queries dev.jsonl --test-qrels dev.tsv --json
    """
    if not folds and not (test_queries and test_qrels):
        raise click.UsageError("give --test-queries and --test-qrels, or --folds")
    articles, known = read_articles(corpus), read_asked(train_queries, train_qrels)
    if folds:
        found = cross_validate(articles, known, folds)
    else:
        assert test_queries is not None and test_qrels is not None
        found = measure(articles, known, read_asked(test_queries, test_qrels))
    if as_json:
        print_json(found)
        return
    for name, value in found.items():
        if not isinstance(value, (dict, list)):
            OUT.print(f"{name:20} {value}", highlight=False)
