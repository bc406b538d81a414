"""``flask curation export-pairs``: questions and the clauses that curators confirmed for them, for ``train-ranker``."""

import json
from pathlib import Path

import click
from flask.cli import with_appcontext

from portal.curation import pairs


@click.group("curation")
def curation() -> None:
    """The curators' knowledge."""


@curation.command("export-pairs")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def export_pairs(file: Path) -> None:
    """Write a line of JSON for every question whose answer was published, and its clauses."""
    found = pairs.list_confirmed()
    lines = [json.dumps(pair, ensure_ascii=False) for pair in found]
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    click.echo(f"{len(found)} questions written to {file}")


COMMANDS = [curation]
