"""Reporting a reaction that the conversation is about: on its form, never as a lead on a violation."""

from dataclasses import replace

from policy_kb import PolicyBaseError
from portal.chat.flows import Draft
from portal.chat.lexicon import says
from portal.chat.topics import applications
from portal.chat.turn import Turn
from portal.knowledge import policy_base


def take_up(turn: Turn) -> list[Draft] | None:
    """The form of the reaction spoken of, for who says no more than that they want to report it; else None."""
    item_id = str((turn.conversation.topic or {}).get("item") or "")
    if turn.conversation.pending or not item_id or not says("report_it", turn.text):
        return None
    try:
        item = policy_base().catalogue.items.get(item_id)
    except PolicyBaseError:
        return None
    has_form = item is not None and item.nature == "report" and any(variant.form for variant in item.variants)
    # the bot hears the report of a violation in these words
    return applications.open_draft(replace(turn, payload={"item": item_id})) if has_form else None
