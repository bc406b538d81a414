"""Train the order of clauses, and measure ranking on a public benchmark."""

from pathlib import Path

import click

from policy_kb import clock
from policy_kb.answering.learning import ask_all, ask_cards, learn, list_catalogue_pairs, read_pairs
from policy_kb.commands.options import AS_JSON, OUT, Opened, print_json, with_base
from policy_kb.ranking.benchmark import cross_validate, measure, read_articles, read_asked
from policy_kb.ranking.shipped import SHIPPED

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


@click.command("train-ranker")
@click.argument("pairs", nargs=-1, type=_FILE)
@click.option("--ship", is_flag=True, help="Write the model into the source tree instead of the base, for a release.")
@click.option("--force", is_flag=True, help="Take the model even if it is worse than the weights set by hand.")
@click.option("--reset", is_flag=True, help="Forget the base's own model and use the shipped one.")
@AS_JSON
@with_base
def train_ranker(opened: Opened, pairs: tuple[Path, ...], ship: bool, force: bool, reset: bool, as_json: bool) -> None:
    """Learn the order of clauses from questions whose clause is known.

    PAIRS are files of JSON lines: question sets, or the log that `flask curation export-pairs` writes. The catalogue's own
    phrasings always teach too. The model is taken only when, on questions it did not learn from, it is no worse than the
    weights set by hand. Exit code 1 when it is not taken.

    \b
    Example: python -m policy_kb train-ranker confirmed.jsonl questions.jsonl
    """
    with opened.opened() as base:
        if reset:
            base.write_ranking(None)
            return _tell({"taken": True, "model": base.ranking.version if base.ranking else None}, as_json)
        catalogue = ask_all(base, list_catalogue_pairs(base.catalogue))
        written = ask_all(base, [told for path in pairs for told in read_pairs(path)])
        made = clock.today().isoformat()
        outcome = learn(written or catalogue, [*(catalogue if written else []), *ask_cards(base)], made=made)
        taken = outcome.taken or force
        if taken and ship:
            outcome.model.write(SHIPPED)
        elif taken:
            base.write_ranking(outcome.model)
    told = {"taken": taken, "model": outcome.model.version, "before": outcome.before, "after": outcome.after}
    _tell({**told, "trained_on": outcome.model.trained_on, "importance": outcome.model.importance()}, as_json)
    if not taken:
        raise SystemExit(1)


def _tell(told: dict[str, object], as_json: bool) -> None:
    if as_json:
        print_json(told)
        return
    for name, value in told.items():
        OUT.print(f"{name:12} {value}", highlight=False, markup=False)
