"""What the commands share: the options that say which base is meant, days, examples, and where output goes."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from policy_kb import clock
from policy_kb.base import PolicyBase
from policy_kb.errors import PolicyBaseError
from policy_kb.opening import open_policy_base

OUT = Console(soft_wrap=True)
DAY = click.DateTime(formats=["%Y-%m-%d"])
AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object for a program to read.")


class Commands(click.Group):
    """Errors that the policy base foresees become one line on standard error and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (PolicyBaseError, clock.ClockError) as error:
            raise click.ClickException(str(error)) from error


class Opened:
    """The options shared by all commands, and the base they mean."""

    def __init__(self, data: Path, store: str, url: str, index: str) -> None:
        self.data, self.store, self.url, self.index = data, store, url, index

    def open(self) -> PolicyBase:
        """The base; the caller closes it."""
        return open_policy_base(self.data / "kb", self.store, self.url, self.index, _login())

    @contextmanager
    def opened(self) -> Iterator[PolicyBase]:
        base = self.open()
        try:
            yield base
        finally:
            base.close()


def _login() -> dict[str, str]:
    """Secrets come from the environment only: arguments can be read by everybody on the machine."""
    return {
        name: os.environ.get(f"WENBAN_ELASTICSEARCH_{name.upper()}", "")
        for name in ("api_key", "user", "password", "ca")
    }


def with_base(command: Any) -> Any:
    """Give a command the options that say which base it works on."""

    def run(data: Path, store: str, elasticsearch_url: str, elasticsearch_index: str, **options: Any) -> Any:
        return command(Opened(data, store, elasticsearch_url, elasticsearch_index), **options)

    run.__name__, run.__doc__ = command.__name__, command.__doc__
    run.__click_params__ = getattr(command, "__click_params__", [])  # type: ignore[attr-defined]
    for option in (
        click.option(
            "--elasticsearch-index", envvar="WENBAN_ELASTICSEARCH_INDEX", default="wenban", help="Index name prefix."
        ),
        click.option(
            "--elasticsearch-url",
            envvar="WENBAN_ELASTICSEARCH_URL",
            default="",
            help="Node, for --store elasticsearch.",
        ),
        click.option(
            "--store",
            envvar="WENBAN_STORE",
            type=click.Choice(["embedded", "elasticsearch"]),
            default="embedded",
            help="Where texts are kept.",
        ),
        click.option(
            "--data",
            envvar="WENBAN_DATA",
            type=click.Path(path_type=Path),
            default=Path("var"),
            show_default=True,
            help="Data folder.",
        ),
    ):
        run = option(run)
    return run


def day_of(value: Any) -> date:
    return value.date() if value else clock.today()


def print_json(record: Any) -> None:
    """One JSON object on one line; days as 2026-11-24. Its keys are listed in docs/command-line.md and stay."""
    click.echo(json.dumps(record, ensure_ascii=False, default=_plain))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else str(value)


@contextmanager
def progress_bar(name: str, hidden: bool) -> Iterator[Callable[[int, int, str], None]]:
    """A bar on standard error, and what moves it: ``(done, total, name of the last)``. None before the first step, none
    where nobody watches."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    bar = Progress(*columns, console=console, disable=hidden or not console.is_terminal)
    task = bar.add_task(name, total=None)

    def show(done: int, total: int, last: str) -> None:
        bar.start()
        bar.update(task, completed=done, total=total, description=last[:40])

    try:
        yield show
    finally:
        bar.stop()


__all__ = ["AS_JSON", "DAY", "OUT", "Commands", "Opened", "day_of", "print_json", "progress_bar", "with_base"]
