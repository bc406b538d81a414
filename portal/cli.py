"""``flask`` commands that belong to no single room: demo data and checks. Rooms add their own groups here."""

import click
from apiflask import APIFlask


def init_cli(app: APIFlask) -> None:
    """Register every room's commands; a room's ``commands`` module holds click groups or commands in ``COMMANDS``."""
    from importlib import import_module
    from importlib.util import find_spec

    for room in ("identity", "prefill", "forms", "applications", "complaints", "curation", "home", "jobs", "chat"):
        name = f"portal.{room}.commands"
        if find_spec(name) is None:
            continue
        for command in import_module(name).COMMANDS:
            assert isinstance(command, click.Command)
            app.cli.add_command(command)
