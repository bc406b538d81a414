"""People's words stay out of the logs.

Rasa's default logging prints every text and entity it handles. This puts one step in
front of structlog's chain that blanks them, and shortens tracebacks to their lines
(structlog would print local variables, which hold the words too).
"""

import warnings
from collections.abc import MutableMapping
from typing import Any

import structlog

HIDDEN = frozenset(
    [
        "text",
        "response_text",
        "user_text",
        "slot_values",
        "parse_data_text",
        "parse_data_entities",
        "prediction_events",
        "tracker_latest_message",
        "prefilled_slots",
        "message",
        "response",
        "slot_candidates",
        "rasa_event",
        "rasa_events",
        "tracker_states",
        "current_states",
        "old_states",
        "successes",
        "current_entity",
        "next_entity",
        "states",
        "entity",
        "token_text",
        "user_message",
        "json_message",
    ]
)


def hide_texts(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blank every key that can hold what somebody said."""
    for key in HIDDEN & event.keys():
        event[key] = "(not logged)"
    return event


def install() -> None:
    """Put the step first, in place, so that loggers already made use it as well."""
    # Rasa quotes the whole message when a signed payload carries more than entities.
    warnings.filterwarnings("ignore", message="Failed to parse arguments in line")
    processors = structlog.get_config()["processors"]
    if hide_texts not in processors:
        processors.insert(0, hide_texts)
    for number, step in enumerate(processors):
        if step is structlog.processors.dict_tracebacks:
            processors[number] = structlog.processors.format_exc_info
