"""Other people's data in a message, starred before anybody is shown it: nobody needs them to settle a dispute."""

from portal.complaints.reading.message import Message, Span

_KEPT = {"name": 1, "phone": 3, "idno": 3, "address": 3, "health": 0}


def mask_others(message: Message, others: list[tuple[str, Span]]) -> str:
    """The message as it was written, with the spans starred but for their first signs."""
    text = message.text
    for kind, span in others:
        words = message.cut(span)
        keep = _KEPT[kind]
        start = message.starts[span[0]]
        text = text[:start] + words[:keep] + "*" * (len(words) - keep) + text[start + len(words) :]
    return text
