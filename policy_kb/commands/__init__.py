"""The policy base from a terminal: fill it, search it, ask it, check it.

Output goes through rich for people; ``--json`` where a program reads it. One module a topic; a command is
entered in the list below.
"""

import os

import click

from policy_kb.commands.asking import answer, search, show
from policy_kb.commands.changing import diff, history, review
from policy_kb.commands.checking import check_ingest
from policy_kb.commands.filling import check, ingest, status
from policy_kb.commands.guiding import guide
from policy_kb.commands.keeping import doctor, embed, export, import_, reindex
from policy_kb.commands.learning import calibrate, evaluate, train_labels, train_readings, train_turn
from policy_kb.commands.options import Commands
from policy_kb.commands.ranking import benchmark, train_ranker
from policy_kb.commands.stating import obligations, references, terms


@click.group(cls=Commands, help=__doc__)
def main() -> None:
    pass


for _command in (
    *(ingest, status, check, check_ingest, search, show, answer, guide),
    *(history, diff, review),
    *(obligations, terms, references),
    *(reindex, embed, export, import_, doctor),
    *(train_ranker, benchmark),
    *(train_labels, train_turn, calibrate, train_readings, evaluate),
):
    main.add_command(_command)


def run() -> None:
    """The command line, quiet when its reader goes away."""
    try:
        main(prog_name="python -m policy_kb")
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        raise SystemExit(1) from None
