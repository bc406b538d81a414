"""A policy answer as a message: plain text, blocks, facts, citations with their address, and what to do next as buttons."""

from dataclasses import asdict, fields
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from policy_kb import Answer, Citation, NextStep, ServiceRef, Topic
from portal.chat.flows import Draft
from portal.chat.turn import Turn
from portal.knowledge import policy_base
from portal.policies.service import write_mark

MOST_BUTTONS = 6
# Next steps that stand for something one can say; the others are addresses.
_INTENTS = {"complain": "make_complaint", "report": "make_report", "talk": "talk_to_person"}


def draft_of_answer(answer: Answer) -> Draft:
    """The message for one answer."""
    return Draft(
        kind="notice" if answer.status == "emergency" else "answer",
        text=plain_text(answer),
        answer=answer_json(answer),
        buttons=tuple(buttons_of(answer)),
        data={"emergency": True} if answer.status == "emergency" else {},
    )


def plain_text(answer: Answer) -> str:
    """What a client without any layout shows: what is seen at once, and the choices of a clarifying question."""
    lines = [answer.seen] if answer.seen else []
    if answer.options:
        lines += [f"· {option.label}" for option in answer.options]
    return "\n".join(lines) or _("I have no text for this. Ask in other words, or talk to a person.")


def answer_json(answer: Answer) -> dict[str, Any]:
    """The answer with dates as ISO text and ``url`` on each citation whose clause is loaded."""
    raw: dict[str, Any] = _plain(asdict(answer))
    raw["text"] = answer.text
    raw["citations"] = [
        {**shown, "url": citation_url(citation)}
        for shown, citation in zip(raw["citations"], answer.citations, strict=True)
    ]
    if answer.service:
        raw["service"]["url"] = url_for("services.item", item_id=answer.service.id)
    return raw


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def citation_url(citation: Citation) -> str | None:
    """The clause (款, 项) in its document, by id; None when the text is not loaded."""
    if not citation.version_id or not citation.clause_id:
        return None
    place = f"a{citation.clause_id.rsplit(':', 1)[-1]}"
    if citation.paragraph:
        place += f"p{citation.paragraph}" + (f"i{citation.item}" if citation.item else "")
    return url_for(
        "policies.document", version_id=citation.version_id, mark=write_mark(citation) or None, _anchor=place
    )


def buttons_of(answer: Answer) -> list[dict[str, Any]]:
    """Choices of a clarifying question, then next steps; no two do the same."""
    buttons: list[dict[str, Any]] = [
        {"label": option.label, "payload": {"intent": "ask_policy", "question": option.question}}
        for option in answer.options
    ]
    for step in answer.next_steps:
        button = _next_step(step, answer.service)
        if button and button not in buttons:
            buttons.append(button)
    return buttons[:MOST_BUTTONS]


def _next_step(step: NextStep, service: ServiceRef | None) -> dict[str, Any] | None:
    if step.kind in _INTENTS:
        return {"label": step.label, "payload": {"intent": _INTENTS[step.kind]}}
    if step.kind == "start_application":
        item, _colon, variant = (step.target or (service.id if service else "")).partition(":")
        variant = variant or (service.variant if service and service.id == item else "")
        return {"label": step.label, "payload": {"intent": "start_application", "item": item, "variant": variant}}
    if step.kind == "open_item" and step.target:
        item, _colon, variant = step.target.partition(":")
        return {"label": step.label, "url": url_for("services.item", item_id=item, variant=variant or None)}
    if step.kind == "search":
        return {"label": step.label, "url": url_for("policies.index", q=step.target or None)}
    if step.kind == "call_120":
        return {"label": step.label, "url": "tel:120"}
    if step.kind == "other_authority" and step.target.startswith(("https://", "http://", "tel:")):
        return {"label": step.label, "url": step.target}
    return None


def ask_base(turn: Turn, question: str = "") -> Answer:
    """What the policy base says to the question (else the turn's text) in this conversation, asked once a turn.

    PolicyBaseError when it cannot be reached.
    """
    asked = (question or turn.text, turn.language, topic_of(turn.conversation.topic))
    if asked not in turn.asked:
        text, language, topic = asked
        turn.asked[asked] = policy_base().answer(text, language=language, topic=topic)
    return turn.asked[asked]


def topic_of(raw: dict[str, Any] | None) -> Topic | None:
    """The conversation's topic as policy_kb takes it; unknown keys (of another version) are left out."""
    if not raw:
        return None
    known = {f.name for f in fields(Topic)}
    kept = {key: tuple(map(str, value)) if isinstance(value, list) else str(value) for key, value in raw.items()}
    return Topic(**{key: value for key, value in kept.items() if key in known})  # type: ignore[arg-type]
