"""A model counts as ready when it has read sentences and led a turn; the first person then waits no longer than others."""

import os

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

SENTENCES = ("第三类医疗器械经营许可证什么时候可以申请延续？", "When may I renew a drug distribution licence?")
GREETING = "你好"


class NotReady(Exception):
    """The model was loaded but does not do its work; the text says what it failed at."""


async def warm_up(agent: Agent, channel: str) -> None:
    """Read sentences of both languages and answer a greeting. NotReady when there is no model or no reply."""
    if not agent.is_ready():
        raise NotReady("there is no model; the log says why")
    for sentence in SENTENCES:
        await agent.processor.parse_message(UserMessage(sentence, metadata={"pending": None}))
    heard = CollectingOutputChannel()
    metadata = {"language": "zh", "pending": None}
    await agent.handle_message(
        UserMessage(GREETING, heard, f"warm-up-{os.getpid()}", input_channel=channel, metadata=metadata)
    )
    if not heard.messages:
        raise NotReady("a greeting got no reply")
