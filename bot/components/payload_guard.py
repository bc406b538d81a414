"""Only what the portal's server signed may speak in Rasa's own '/intent{...}' language.

Rasa takes any message that starts with '/' for a command (rasa#5754). The portal
strips the stroke from what people type; this is the second door, for a message that
reaches Rasa another way. It is first in the pipeline, so that everything after it
sees plain words.
"""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.components.folding import fold

STROKES = "/\\⁄∕╱⧸ \t\u3000"


def is_payload(metadata: Any) -> bool:
    """True only for the portal's own mark; the word "true" or 1 is not enough."""
    return isinstance(metadata, dict) and metadata.get("payload") is True


def disarm(text: str) -> str:
    """``text`` unless it would start with a stroke once folded; then its words without leading strokes."""
    folded = fold(text).text
    if not folded.lstrip().startswith(tuple("/\\⁄∕╱⧸")):
        return text
    return folded.lstrip(STROKES) or "?"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class PayloadGuard(GraphComponent):
    """Takes the stroke from a message that the portal did not mark as its own."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> PayloadGuard:
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = message.get(TEXT) or ""
            if not is_payload(message.get("metadata")):
                plain = disarm(text)
                if plain != text:
                    message.set(TEXT, plain, add_to_output=True)
                    message.set("disarmed", True)
        return messages
