"""``flask rasa``: how the processes of Rasa are, and another model for all of them without losing a turn.

``flask conversations``: delete those that have outlived their days.
"""

from datetime import datetime

import click
from flask.cli import with_appcontext

from policy_kb import clock
from portal.chat import retention
from portal.chat.rasa import ProcessState, RasaAway, rasa_line


@click.group()
def rasa() -> None:
    """The processes of Rasa behind this portal."""


@rasa.command()
@with_appcontext
def status() -> None:
    """One line a process: address, state, model and since when it answers. Exit code 1 when one is not ready."""
    states = rasa_line().look_at_all()
    for state in states:
        click.echo(write_state(state))
    if not all(state.ready for state in states):
        raise SystemExit(1)


@rasa.command()
@click.argument("model", default="")
@with_appcontext
def swap(model: str) -> None:
    """Let every ready process load MODEL (a file name in the folder of the bot's model; left out: the file it started with).

    One process after the other; each lets the new model read the held-out sentences and tries it before it takes over, and
    turns that began end with the old one. The first that misses a floor or fails keeps its model, and the command stops
    there with the figures or the reason and exit code 1.
    """
    ready = [state for state in rasa_line().look_at_all() if state.ready]
    if not ready:
        raise click.ClickException("No process of Rasa is ready, so none can change its model; see: flask rasa status")
    for number, state in enumerate(ready):
        try:
            click.echo(write_state(rasa_line().swap_model(state.address, model)))
        except RasaAway as error:
            raise click.ClickException(f"{error} Changed: {number} of {len(ready)}.") from error


def write_state(state: ProcessState) -> str:
    """One process on one line, its columns separated by two blanks."""
    since = datetime.fromtimestamp(state.since, clock.BEIJING).isoformat(timespec="seconds") if state.since else ""
    return "  ".join(filter(None, (state.address, state.state, state.model, state.model_id[:8], since)))


@click.group()
def conversations() -> None:
    """The conversations that are kept."""


@conversations.command("delete-old")
@click.option("--count", "only_count", is_flag=True, help="Only say how many would go, at most 10,000.")
@with_appcontext
def delete_old(only_count: bool) -> None:
    """Delete what nobody has added to for WENBAN_CONVERSATION_DAYS days; beat does it every hour."""
    found = len(retention.list_due(10_000)) if only_count else retention.delete_due()
    click.echo(f"{found} conversations {'are due' if only_count else 'deleted'} ({retention.count_days()} days)")


COMMANDS = [rasa, conversations]
