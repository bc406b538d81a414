"""The hand-over as a table: which event leads from which state where, and what is said when it leads nowhere."""

from flask_babel import gettext as _

from portal.errors import Conflict

OPEN = ("requested", "queued", "ticket", "taken")
STATES = (*OPEN, "closed")
WAITING = "waiting"  # "queued" while the desk is open and no day was promised, else "ticket"

BY_PERSON = ("withdraw",)
BY_OFFICER = ("take", "reply", "close", "transfer", "release", "hand_back")
BY_CLOCK = ("admit", "queue_over", "promise_over", "officer_silent", "person_silent")
EVENTS = (*BY_PERSON, *BY_OFFICER, *BY_CLOCK)

NEXT = {
    ("requested", "admit"): WAITING,
    ("requested", "withdraw"): "closed",
    ("queued", "take"): "taken",
    ("queued", "withdraw"): "closed",
    ("queued", "queue_over"): "ticket",
    ("ticket", "take"): "taken",
    ("ticket", "withdraw"): "closed",
    ("ticket", "promise_over"): "ticket",
    ("taken", "reply"): "taken",
    ("taken", "close"): "closed",
    ("taken", "transfer"): "taken",
    ("taken", "release"): WAITING,
    ("taken", "hand_back"): "closed",
    ("taken", "withdraw"): "closed",
    ("taken", "officer_silent"): WAITING,
    ("taken", "person_silent"): "closed",
}


def next_state(state: str, event: str) -> str:
    """Where the event leads (``WAITING`` is decided by the hour); Conflict with words for people when nowhere."""
    try:
        return NEXT[state, event]
    except KeyError:
        raise refused(state, event) from None


def refused(state: str, event: str) -> Conflict:
    """Why the event changes nothing in this state."""
    return Conflict(_reason(state, event), code=f"handover_{state}")


def _reason(state: str, event: str) -> str:
    if event in BY_CLOCK:
        return _("This time limit belongs to another state, so nothing was changed.")
    if state == "closed":
        if event == "withdraw":
            return _("Your request is closed already; you are with the assistant.")
        return _("This request is closed; nothing was changed. Choose another one from the queue.")
    if state == "taken":
        return _("A colleague has taken this request already. Choose another one.")
    if event == "take":
        return _("This request has not reached the queue yet. Reload the page in a moment.")
    return _("Take this request first; nothing was changed.")


def find_timeout(state: str, spoke_last: str) -> str:
    """The event of the clock that ends this state; "" when none does."""
    if state == "taken":
        return "officer_silent" if spoke_last == "person" else "person_silent"
    return {"requested": "admit", "queued": "queue_over", "ticket": "promise_over"}.get(state, "")
