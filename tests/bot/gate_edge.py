"""A message at the gate, as its tests say it: what is being asked, and what the classifier heard."""

from typing import Any

from bot.components.gate_rules import Decision, Heard, decide

TYPES = (
    "text",
    "person_name",
    "company",
    "address",
    "date",
    "number",
    "money",
    "phone",
    "credit_code",
    "licence_number",
    "textarea",
    "choice",
)
MODES = [
    {"value": "wholesale", "label": "批发"},
    {"value": "retail", "label": "零售"},
    {"value": "both", "label": "批零兼营"},
]


def make_pending(
    kind: str = "field", type: str = "text", flow: str = "application", options: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    return {"flow": flow, "kind": kind, "field_id": "f", "type": type, "options": options or [], "step": "d1:1:f"}


def hear(text: str, intent: str = "ask_policy", confidence: float = 0.4) -> Heard:
    return Heard(text, [(intent, confidence), ("ask_policy", 0.1)])


def decide_at(
    text: str, pending: dict[str, Any] | None, intent: str = "ask_policy", confidence: float = 0.4
) -> Decision:
    return decide(hear(text, intent, confidence), pending)
