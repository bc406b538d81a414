"""Replies to what the portal is asking: in an application, a complaint or the guide to licences."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.portal_client import relay
from bot.actions.turn import flow_of, step_of

# Flow of the pending step → the portal's verb.
ANSWER = {"application": "applications/answer", "complaint": "complaints/say", "guide": "guide/answer"}
CONFIRM = {"application": "applications/confirm", "complaint": "complaints/confirm", "guide": "guide/answer"}
SKIP = {"application": "applications/skip", "complaint": "complaints/say", "guide": "guide/explain"}
WHY = {"application": "applications/why", "complaint": "complaints/say", "guide": "guide/explain"}
STOP = {"application": "applications/stop", "complaint": "complaints/stop", "guide": "guide/stop"}


class AnswerStep(Action):
    """The message is the answer to the pending field."""

    def name(self) -> str:
        return "action_answer_step"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        topic = ANSWER[flow_of(tracker)]
        return await relay(topic, dispatcher, tracker, step_of(tracker, option=True))


class ConfirmStep(Action):
    """Yes, no, or neither (the portal then asks again)."""

    def name(self) -> str:
        return "action_confirm_step"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        topic = CONFIRM[flow_of(tracker)]
        return await relay(topic, dispatcher, tracker, step_of(tracker, yes=True))


class SkipStep(Action):
    """Leave the field for later."""

    def name(self) -> str:
        return "action_skip_step"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        topic = SKIP[flow_of(tracker)]
        return await relay(topic, dispatcher, tracker, step_of(tracker))


class ExplainStep(Action):
    """Why the field is asked."""

    def name(self) -> str:
        return "action_explain_step"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        topic = WHY[flow_of(tracker)]
        return await relay(topic, dispatcher, tracker, step_of(tracker))


class StopStep(Action):
    """Leave; what was given is kept."""

    def name(self) -> str:
        return "action_stop_step"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        topic = STOP[flow_of(tracker)]
        return await relay(topic, dispatcher, tracker, step_of(tracker))


class CorrectStep(Action):
    """An earlier answer of the application is to be another one; which, the portal finds in the words."""

    def name(self) -> str:
        return "action_correct_step"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        return await relay("applications/correct", dispatcher, tracker, step_of(tracker))


class ShowLeft(Action):
    """What the application still asks for."""

    def name(self) -> str:
        return "action_show_left"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        return await relay("applications/left", dispatcher, tracker, step_of(tracker))
