"""What follows once something was sent: asked in two words (接下来呢, what happens next?), or how it can be followed, it is
the matter just sent that is meant, and its next step is told with its day and where it can be seen."""

from portal.applications import chat as applications
from portal.chat.flows import Draft, draft_of
from portal.chat.lexicon import says
from portal.chat.turn import Turn
from portal.complaints import chat as complaints

INTAKE_ITEMS = ("C1", "C2")  # complaint and report


def tell_next(turn: Turn) -> list[Draft] | None:
    """The next step of what was sent while this conversation goes on, or of a complaint that is being told; None when there is
    neither, when a form is being filled in, or when the conversation has turned to another item since."""
    pending = turn.conversation.pending
    follows = says("follow_up", turn.text) and not pending
    if turn.payload or not (follows or says("what_next", turn.text)):
        return None
    if pending:
        left = complaints.tell_left(turn.conversation.id) if pending.get("flow") == "complaint" else ""
        return [Draft("notice", left), *turn.ask_again()] if left and not says("how_long", turn.text) else None
    since = turn.conversation.created_at
    case = applications.tell_next(turn.identity, since)
    intake = complaints.tell_next(turn.conversation.id, turn.identity, since)
    if intake is not None and (case is None or intake[0] >= case[0]):
        items, told = {"", *INTAKE_ITEMS}, intake[1]
    elif case is not None:
        items, told = {"", case[1]}, [case[2]]
    else:
        return None
    about = str((turn.conversation.topic or {}).get("item") or "")
    return [draft_of(message) for message in told] if about in items else None
