"""Questions: the policy base finds the clause, and decides what is routed or refused."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.portal_client import relay
from bot.actions.turn import guess_of


class AnswerQuestion(Action):
    """Also for asides in the middle of a step; the portal asks the step again."""

    def name(self) -> str:
        return "action_answer_question"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        return await relay("answer/ask", dispatcher, tracker, guess_of(tracker))
