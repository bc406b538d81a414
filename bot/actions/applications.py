"""Opening an application or going on with one; its steps are in steps.py."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.portal_client import relay


class OpenApplication(Action):
    """The item comes as an entity or from a signed button."""

    def name(self) -> str:
        return "action_open_application"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        return await relay("applications/open", dispatcher, tracker)


class ResumeApplication(Action):
    """The portal knows the drafts."""

    def name(self) -> str:
        return "action_resume_application"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        return await relay("applications/resume", dispatcher, tracker)
