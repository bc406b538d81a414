"""Where a case stands."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.portal_client import relay


class ShowStatus(Action):
    """With or without a number."""

    def name(self) -> str:
        return "action_show_status"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        return await relay("status/show", dispatcher, tracker)
