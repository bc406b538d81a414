"""The language of the conversation."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.portal_client import relay
from bot.components.folding import fold
from bot.components.signals import find_language, plain


class SetLanguage(Action):
    """The language named, else the other one of the two."""

    def name(self) -> str:
        return "action_set_language"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        text = plain(fold(tracker.latest_message.get("text") or "").text)
        current = (tracker.latest_message.get("metadata") or {}).get("language")
        language = find_language(text) or ("zh" if current == "en" else "en")
        return await relay("language/set", dispatcher, tracker, {"language": language})
