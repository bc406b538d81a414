"""What the commands share: the options that say which base is meant, days, and where output goes."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from policy_kb import clock
from policy_kb.base import PolicyBase, open_policy_base
from policy_kb.errors import PolicyBaseError

OUT = Console(soft_wrap=True)
DAY = click.DateTime(formats=["%Y-%m-%d"])


class Opened:
    """The options shared by all commands, and the base they mean."""

    def __init__(self, data: Path, store: str, url: str, index: str) -> None:
        self.data, self.store, self.url, self.index = data, store, url, index

    @contextmanager
    def opened(self) -> Iterator[PolicyBase]:
        try:
            base = open_policy_base(self.data / "kb", self.store, self.url, self.index, _login())
            try:
                yield base
            finally:
                base.close()
        except PolicyBaseError as error:
            raise click.ClickException(str(error)) from error


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


__all__ = ["DAY", "OUT", "Opened", "day_of", "with_base"]
