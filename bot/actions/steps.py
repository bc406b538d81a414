"""Replies to what the portal is asking, in an application or in a complaint."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.portal_client import relay
from bot.actions.turn import flow_of, step_of


class AnswerStep(Action):
    """The message is the answer to the pending field."""

    def name(self) -> str:
        return "action_answer_step"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        topic = "complaints/say" if flow_of(tracker) == "complaint" else "applications/answer"
        return await relay(topic, dispatcher, tracker, step_of(tracker, option=True))


class ConfirmStep(Action):
    """Yes, no, or neither (the portal then asks again)."""

    def name(self) -> str:
        return "action_confirm_step"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        topic = "complaints/confirm" if flow_of(tracker) == "complaint" else "applications/confirm"
        return await relay(topic, dispatcher, tracker, step_of(tracker, yes=True))


class SkipStep(Action):
    """Leave the field for later."""

    def name(self) -> str:
        return "action_skip_step"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        topic = "complaints/say" if flow_of(tracker) == "complaint" else "applications/skip"
        return await relay(topic, dispatcher, tracker, step_of(tracker))


class ExplainStep(Action):
    """Why the field is asked."""

    def name(self) -> str:
        return "action_explain_step"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        topic = "complaints/say" if flow_of(tracker) == "complaint" else "applications/why"
        return await relay(topic, dispatcher, tracker, step_of(tracker))


class StopStep(Action):
    """Leave; what was given is kept."""

    def name(self) -> str:
        return "action_stop_step"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        topic = "complaints/stop" if flow_of(tracker) == "complaint" else "applications/stop"
        return await relay(topic, dispatcher, tracker, step_of(tracker))
