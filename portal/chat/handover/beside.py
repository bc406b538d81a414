"""What lies beside the transcript: facts gathered, clauses the assistant considered, what colleagues answered before."""

import math
from collections import Counter
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from policy_kb import text as kb_text
from portal.chat import memory
from portal.chat.handover import line
from portal.chat.masking import mask
from portal.chat.models import Conversation, TalkRequest
from portal.complaints import service as complaints

MOST_CLAUSES = 8
MOST_SIMILAR = 3
# A quarter of the question's weighted words: our choice, unmeasured until there are real replies; it keeps the like pair and
# leaves out the unlike ones of tests/portal/handover/test_desk.py. Too low costs an officer a glance, nothing more.
LEAST_LIKENESS = 0.25
KEPT_FROM_OFFICERS = ("name", "mobile", "address")  # the complaint's own page shows them to who handles it


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier final reply; ``likeness`` is the share of the question's weighted words it has (0–1)."""

    number: str
    question: str
    text: str
    cites: list[dict[str, Any]]
    likeness: float


def list_facts(conversation: Conversation, language: str) -> list[tuple[str, str]]:
    """Label and value of what the conversation knows: its topic, the complaint being told, the step that is open."""
    kept = [
        (_("In mind"), chip.label) for chip in memory.list_chips(conversation, language) if chip.key != memory.PARTY
    ]
    asked = conversation.question or {}
    step = [(_("Asked just now"), mask(str(asked.get("text") or "")).text)] if conversation.pending else []
    return [*kept, *_complaint_facts(conversation.id), *step]


def _complaint_facts(conversation_id: str) -> list[tuple[str, str]]:
    draft = complaints.find_draft(conversation_id)
    if draft is None:
        return []
    values = draft.data.get("fields") or {}
    facts = [(_("Being told"), complaints.wording.kind_name(draft.data["kind"]))]
    for field in complaints.fields.FIELDS:
        if values.get(field.id) in (None, "", []):
            continue
        written = complaints.fields.write_value(field.id, values[field.id])
        facts.append((str(field.label), _("given") if field.id in KEPT_FROM_OFFICERS else mask(written).text))
    return facts


def list_clauses(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The citations of the assistant's answers, each clause once, the newest first."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for message in reversed(messages):
        for citation in (message["answer"] or {}).get("citations") or []:
            found.setdefault((str(citation["title"]), str(citation["label"])), citation)
    return list(found.values())[:MOST_CLAUSES]


def list_similar(question: str, but: TalkRequest) -> list[Past]:
    """Final replies whose question or answer shares most of the words of this question; rare words weigh more."""
    wanted = set(kb_text.words(question))
    past = [request for request in line.list_answered() if request.id != but.id]
    bags = [set(kb_text.words(f"{request.text}\n{request.final_text}")) for request in past]
    seen = Counter(word for bag in bags for word in bag)
    weights = {word: math.log(1 + (len(bags) + 1) / (1 + seen[word])) for word in wanted}
    whole = sum(weights.values()) or 1.0
    scored = [
        Past(each.number, each.text, each.final_text, each.cites, sum(weights[word] for word in wanted & bag) / whole)
        for each, bag in zip(past, bags, strict=True)
    ]
    close = sorted((each for each in scored if each.likeness >= LEAST_LIKENESS), key=lambda each: -each.likeness)
    return close[:MOST_SIMILAR]
