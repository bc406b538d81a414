"""What the form that is being filled says of a word in it ("什么是质量负责人"), before the policy base is asked."""

from portal.applications import chat as flow
from portal.chat.flows import Draft, draft_of
from portal.chat.lexicon import says
from portal.chat.turn import Turn


def explain(turn: Turn, question: str) -> list[Draft]:
    """The hint of the field that is asked about; [] when no form is open or no field of it is named."""
    pending = turn.conversation.pending or {}
    if pending.get("flow") != "application" or not says("definition", question):
        return []
    draft_id = str(pending.get("draft_id") or "")
    return [draft_of(each) for each in flow.explain(turn.identity, draft_id, question, turn.language)]
