"""Danger now: what to do and whom to call."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.portal_client import relay


class ShowEmergency(Action):
    """Before anything else, whatever was being asked."""

    def name(self) -> str:
        return "action_show_emergency"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        return await relay("emergency/show", dispatcher, tracker)
