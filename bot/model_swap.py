"""Another model in a running process: loaded beside the old one, tried, then put in its place. No turn is lost.

Turns that began keep the model they began with; the next ones get the new one. A model that cannot be loaded or that
does not answer changes nothing.
"""

import asyncio
import copy
import re
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent

from bot.warming import warm_up

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}\.tar\.gz")


class SwapRefused(Exception):
    """There is no such model; the text names those there are."""


def find_model(folder: Path, name: str) -> Path:
    """The file of a model in the house's folder; SwapRefused for other names, so that no path of the caller's is read."""
    path = folder / name
    if NAME.fullmatch(name) is None or not path.is_file():
        there = ", ".join(sorted(each.name for each in folder.glob("*.tar.gz"))) or "none"
        raise SwapRefused(f"There is no model of this name in the bot's folder; there are: {there}.")
    return path


async def swap_model(context: Any, path: Path, channel: str) -> Agent:
    """Load the file in a thread, warm it up and let it answer from now on; what it raises has changed nothing."""
    old: Agent = context.agent
    fresh = Agent(generator=copy.copy(old.nlg), lock_store=old.lock_store, action_endpoint=old.action_endpoint)
    fresh.tracker_store = old.tracker_store
    try:
        await asyncio.get_running_loop().run_in_executor(None, fresh.load_model, path)
        await warm_up(fresh, channel)
        context.agent = fresh
    finally:
        fresh.tracker_store.domain = context.agent.domain
    return fresh
