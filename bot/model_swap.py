"""Another model in a running process: loaded beside the old one, tried, then put in its place. No turn is lost.

Turns that began keep the model they began with; the next ones get the new one. A model that cannot be loaded, that
reads the held-out sentences worse than it must or that does not answer changes nothing.
"""

import asyncio
import copy
import re
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent

from bot.evaluate import read_with
from bot.floors import list_shortfalls
from bot.scoring import HELDOUT, Sentence, read_heldout
from bot.warming import warm_up

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}\.tar\.gz")


class SwapRefused(Exception):
    """There is no such model; the text names those there are."""


class BelowFloors(Exception):
    """The model reads worse than a model must that answers people; the text has every figure that is missed."""


def find_model(folder: Path, name: str) -> Path:
    """The file of a model in the house's folder; SwapRefused for other names, so that no path of the caller's is read."""
    path = folder / name
    if NAME.fullmatch(name) is None or not path.is_file():
        there = ", ".join(sorted(each.name for each in folder.glob("*.tar.gz"))) or "none"
        raise SwapRefused(f"There is no model of this name in the bot's folder; there are: {there}.")
    return path


async def swap_model(context: Any, path: Path, channel: str, sentences: list[Sentence] | None = None) -> Agent:
    """Load the file in a thread, let it read, warm it up and let it answer from now on; what it raises has changed nothing.

    ``sentences`` are the held-out ones when none are given.
    """
    old: Agent = context.agent
    fresh = Agent(generator=copy.copy(old.nlg), lock_store=old.lock_store, action_endpoint=old.action_endpoint)
    fresh.tracker_store = old.tracker_store
    try:
        await asyncio.get_running_loop().run_in_executor(None, fresh.load_model, path)
        fresh.tracker_store.domain = old.domain  # turns go on with the old model while the new one reads
        await check_floors(fresh, sentences)
        fresh.tracker_store.domain = fresh.domain
        await warm_up(fresh, channel)
        context.agent = fresh
    finally:
        fresh.tracker_store.domain = context.agent.domain
    return fresh


async def check_floors(agent: Agent, sentences: list[Sentence] | None) -> None:
    """BelowFloors when the model misses a figure, and when there are no held-out sentences to tell by."""
    if not agent.is_ready():
        return  # the warm-up says what is wrong
    try:
        missed = list_shortfalls(await read_with(agent.processor, sentences or read_heldout()))
    except FileNotFoundError as error:
        raise BelowFloors(f"there are no held-out sentences in {HELDOUT} to compare it by") from error
    if missed:
        raise BelowFloors("it reads the held-out sentences worse than it must: " + "; ".join(missed))
