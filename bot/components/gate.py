"""The gate as Rasa's last NLU component: it reads the pending step that the portal sent along."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.components.gate_rules import Decision, Floors, Heard, decide
from bot.components.payload_guard import is_payload


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class AnswerGate(GraphComponent):
    """Replaces the classifier's intent by the gate's decision; floors come from the config."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._floors = Floors(**{item.name: config[item.name] for item in fields(Floors)})

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {item.name: item.default for item in fields(Floors)}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> AnswerGate:
        return cls({**cls.get_default_config(), **config})

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            metadata = message.get("metadata") or {}
            if is_payload(metadata):
                continue
            decision = self._decide(message, metadata.get("pending"))
            message.set(INTENT, {"name": decision.intent, "confidence": decision.confidence}, add_to_output=True)
            message.set(
                "gate",
                {"reason": decision.reason, "option": decision.option, "guess": decision.guess},
                add_to_output=True,
            )
        return messages

    def _decide(self, message: Message, pending: Any) -> Decision:
        if message.get("disarmed"):
            return Decision("out_of_scope", 1.0, "disarmed command")
        ranking = [(item["name"], float(item["confidence"])) for item in message.get("intent_ranking") or []]
        heard = Heard(message.get(TEXT) or "", ranking, message.get(ENTITIES) or [])
        return decide(heard, pending if isinstance(pending, dict) else None, self._floors)
