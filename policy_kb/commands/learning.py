"""Train and tune what learns from examples."""

import json
from pathlib import Path

import click

from policy_kb.catalogue import load_catalogue
from policy_kb.commands.options import AS_JSON, OUT, Opened, with_base
from policy_kb.dense import LANGUAGES, SETTING, find_dense, with_turn

_FILES = click.option(
    "--questions",
    "paths",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    multiple=True,
    required=True,
    help="File of questions with known answers, one JSON object a line; may be given several times.",
)


@click.command("train-labels")
@click.option(
    "--intents",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder of the bot's training sentences, read as further examples (nlu_data).",
)
@AS_JSON
def train_labels(intents: Path | None, as_json: bool) -> None:
    """Train the model that hears what kind of message it is, and report it on held-out folds.

    \b
    Example: python -m policy_kb train-labels --intents nlu_data
    """
    from policy_kb.evaluation.labels import list_examples, train_labels  # scikit-learn takes a second to load

    report = train_labels(list_examples(load_catalogue(), intents))
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
        return
    OUT.print(f"{report['examples']} examples")
    for label, figures in report["labels"].items():  # type: ignore[attr-defined]
        OUT.print(f"{label:20} recall {figures['recall']:.2f}  precision {figures['precision']:.2f}", highlight=False)


@click.command("train-turn")
@AS_JSON
def train_turn(as_json: bool) -> None:
    """Train what lies near what in our field, and where each card's questions lie, for the text models in force.

    \b
    Example: python -m policy_kb train-turn
    """
    from policy_kb.evaluation.prototypes import train_prototypes
    from policy_kb.evaluation.turning import train_turn as run

    dense = find_dense()
    if dense is None:
        raise click.ClickException(f"there is no text model: set {SETTING} to its folder (docs/operating.md)")
    cards, told = load_catalogue().cards, list[dict[str, object]]()
    for language in LANGUAGES:
        turned = run(language, getattr(dense, language), cards)
        told.append(
            {**turned, "points": train_prototypes(language, with_turn(getattr(dense, language), language), cards)}
        )
    if as_json:
        click.echo(json.dumps({"turns": told}, ensure_ascii=False))
        return
    for each in told:
        OUT.print(
            f"{each['language']}: {each['phrasings']} phrasings of {each['cards']} cards. {each['found']} {each['points']}"
        )


@click.command()
@_FILES
@AS_JSON
@with_base
def calibrate(opened: Opened, paths: tuple[Path, ...], as_json: bool) -> None:
    """Train what chooses the answer on questions with known clauses, and choose the thresholds of the release.

    \b
    Example: python -m policy_kb calibrate --questions policy_kb/evaluation/questions/dev-citizen.jsonl
    """
    from policy_kb.evaluation.calibration import calibrate as run
    from policy_kb.evaluation.gold import read_questions

    with opened.opened() as base:
        report = run(base, read_questions(paths), [path.name for path in paths])
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
        return
    told, chosen = dict(report["run"]), dict(report["thresholds"])  # type: ignore[call-overload]
    OUT.print(
        f"{told['answerable']} answerable questions in five folds: first clause right {told['first']:.1%}, among three"
        f" {told['among_three']:.1%}; {told['coverage']:.1%} answered, {told['precision']:.1%} of these rightly,"
        f" {told['unanswerable_answered']:.1%} of {told['unanswerable']} unanswerable ones answered. Thresholds {chosen}."
    )
    for row in told["reliability"]:
        OUT.print(f"said {row['said']:.2f}  right {row['right']:.2f}  of {row['questions']}", highlight=False)


@click.command("train-readings")
@_FILES
@AS_JSON
@with_base
def train_readings(opened: Opened, paths: tuple[Path, ...], as_json: bool) -> None:
    """Train what tells how a message in a conversation is meant, on follow-ups with known clauses.

    \b
    Example: python -m policy_kb train-readings --questions policy_kb/evaluation/questions/dev-follow.jsonl
    """
    from policy_kb.evaluation.following import train_readings as run
    from policy_kb.evaluation.gold import read_questions

    with opened.opened() as base:
        report = run(base, read_questions(paths))
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
        return
    for name, figures in report.items():
        OUT.print(f"{name:14} {figures}", highlight=False)


@click.command()
@_FILES
@AS_JSON
@with_base
def evaluate(opened: Opened, paths: tuple[Path, ...], as_json: bool) -> None:
    """Ask questions with known answers in this process and count what was right.

    \b
    Example: python -m policy_kb evaluate --questions policy_kb/evaluation/questions/dev-citizen.jsonl --json
    """
    from policy_kb.evaluation.asking import ask_all
    from policy_kb.evaluation.counting import count
    from policy_kb.evaluation.gold import read_questions

    with opened.opened() as base:
        figures = count(list(ask_all(base, read_questions(paths))))
    if as_json:
        click.echo(json.dumps(figures, ensure_ascii=False))
        return
    for name, rate in figures["total"].items():  # type: ignore[attr-defined]
        OUT.print(f"{name:16} {rate['rate']:.1%}  {rate['right']} of {rate['of']}", highlight=False)
    OUT.print(f"groups {figures['groups']}  shape {figures['shape']}  ms {figures['milliseconds']}", highlight=False)
