"""A complaint or a report begins; which of the two, the intent says."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.portal_client import relay


class StartComplaint(Action):
    """What was already told in the message goes along as its text."""

    def name(self) -> str:
        return "action_start_complaint"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        return await relay("complaints/start", dispatcher, tracker)
