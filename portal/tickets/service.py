"""The front door of data tickets: raise a doubt, see it, move it on, count it."""

from portal.prefill.service import is_same_value
from portal.tickets.counting import Counted, count, hide_small
from portal.tickets.finding import (
    CAUSES,
    STATES,
    Wanted,
    count_waiting,
    get_evidence,
    get_for_staff,
    get_own,
    list_of_draft,
    list_own,
    list_queue,
    list_sources,
    note_read,
)
from portal.tickets.models import DataTicket
from portal.tickets.raising import MOST_FILES, Doubt, doubt_fact, doubt_record, follow_draft, raise_claim
from portal.tickets.reporting import get_record, list_concepts, report
from portal.tickets.showing import (
    ShownTicket,
    can_correct,
    list_choices,
    name_record,
    show_ticket,
    suggest_value,
    title_of,
)
from portal.tickets.steps import ask_source, close, correct, keep, list_steps, object_to, withdraw
from portal.tickets.wording import cause_name, filter_name, state_name

__all__ = [
    "CAUSES",
    "MOST_FILES",
    "STATES",
    "Counted",
    "DataTicket",
    "Doubt",
    "ShownTicket",
    "Wanted",
    "ask_source",
    "can_correct",
    "cause_name",
    "close",
    "correct",
    "count",
    "count_waiting",
    "doubt_fact",
    "doubt_record",
    "filter_name",
    "follow_draft",
    "get_evidence",
    "get_for_staff",
    "get_own",
    "get_record",
    "hide_small",
    "is_same_value",
    "keep",
    "list_choices",
    "list_concepts",
    "list_of_draft",
    "list_own",
    "list_queue",
    "list_sources",
    "list_steps",
    "name_record",
    "note_read",
    "object_to",
    "raise_claim",
    "report",
    "show_ticket",
    "state_name",
    "suggest_value",
    "title_of",
    "withdraw",
]
