"""The wish for a person, in words."""

from portal.chat.flows import Draft
from portal.chat.handover import gate
from portal.chat.turn import Turn


def talk(turn: Turn) -> list[Draft]:
    """Hand over; only this makes a request, never words in a reply."""
    return gate.ask_for_person(turn)
