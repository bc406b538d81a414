"""What a reading means for the form and the conversation: the values it fills, the kind to take in, and what to tell.

The sentences about who is competent carry the clause; it is linked when the policy base holds the text.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from policy_kb import PolicyBaseError, clock
from portal.complaints.reading import Competent, Reading, Source, find_competent
from portal.knowledge import policy_base
from portal.pages import write_clause

# Kind of product → the item by which a reaction to it is reported.
REACTION_ITEMS = {"drug": "C8", "cosmetic": "C9", "toothpaste": "C9", "device": "C10"}
_TOLD, _TOLD_EN = 60, 180  # characters; a longer story says more than a wish, whoever it names
INTAKE_KINDS = ("complaint", "report", "both")
_SAME = (
    "product_name",
    "brand",
    "product_kind",
    "batch",
    "order_no",
    "date",
    "price",
    "harm",
    "demand",
    "seller",
    "platform",
)


@dataclass(frozen=True, slots=True)
class Authority:
    """Who deals with one part of the matter, ready to be shown. ``url`` is "" when the text is not loaded."""

    part: str
    who: str
    states: str
    title: str
    place: str
    url: str
    hotline: str


def form_values(reading: Reading) -> dict[str, Any]:
    """Values by the ids of ``fields.FIELDS``; other people's data are starred in what was told."""
    said = reading.fields
    values = {name: said[name] for name in _SAME if name in said}
    values |= {
        "facts": reading.shown.strip()[:2000],
        "seller_place": said.get("seller_place") or said.get("platform") or "",
        "approval_no": said.get("approval_no") or said.get("filing_no") or "",
        "trace_code": said.get("trace_code") or said.get("udi") or "",
        **reading.identity,
    }
    return {name: value for name, value in values.items() if value not in ("", [])}


def is_mere_wish(values: dict[str, Any]) -> bool:
    """Whether what was told says neither who nor where: a report of it (“somebody sells fake medicine”) leads nowhere yet."""
    where = ("seller", "seller_place", "order_no", "approval_no", "batch", "trace_code")
    facts = str(values.get("facts", ""))
    return len(facts) < (_TOLD_EN if facts.isascii() else _TOLD) and not any(values.get(name) for name in where)


def intake_kind(reading: Reading, chosen: str = "") -> str:
    """The kind to take in: what the message holds, else what the person chose; "" when it is neither."""
    kinds = set(reading.kinds)
    if "both" in kinds or {"complaint", "report"} <= kinds:
        return "both"
    if chosen:
        return chosen
    return next((kind for kind in INTAKE_KINDS if kind in kinds), "")


def list_authorities(found: list[Competent], day: date) -> list[Authority]:
    """The competent authorities with their clause, one line for each part and source."""
    return [
        Authority(
            one.part, one.who, one.states, one.source.title, one.source.place, _clause_url(one.source, day), one.hotline
        )
        for one in found
        if one.source
    ]


def authorities_of(kind: str, values: Mapping[str, Any], language: str) -> list[Authority]:
    """Who is competent for what a draft or form holds now."""
    today = clock.today()
    return list_authorities(find_competent(kind, values, today, language), today)


def find_reaction(values: Mapping[str, Any], language: str) -> tuple[str, list[Authority]]:
    """The service item by which the harm that was told is reported as a reaction to the product, and whom to; ("", []) where
    no harm was told or the product is none that is monitored. It stands beside the complaint, which does not report it."""
    item = REACTION_ITEMS.get(str(values.get("product_kind") or ""), "")
    if not item or not values.get("harm"):
        return "", []
    today = clock.today()
    return item, list_authorities(find_competent("adverse_event", values, today, language), today)


def authority_text(authority: Authority) -> str:
    """One authority with what the law says, as one line of a message."""
    line = _("%(part)s: %(who)s", part=part_name(authority.part), who=authority.who)
    line += _(
        " (%(clause)s: %(states)s)",
        clause=write_clause(authority.title, label=authority.place),
        states=authority.states,
    )
    return line + (_(" Phone %(number)s.", number=authority.hotline) if authority.hotline else "")


def part_name(part: str) -> str:
    return {
        "complaint": _("Your dispute (complaint) is for"),
        "report": _("The violation (report) is for"),
        "emergency": _("First"),
        "adverse_event": _("The reaction can be reported to"),
        "consultation": _("The question is for"),
        "other_authority": _("Another authority decides this"),
        "not_ours": _("Where it belongs"),
        "abuse": _("Where it belongs"),
    }[part]


def lead_text(reading: Reading) -> str:
    """What the person is told first about a message that is not only a complaint or a report; "" when it is."""
    first = reading.kinds[0]
    if first == "emergency":
        return _(
            "This sounds as if somebody is in danger now. Call 120 at once and say where you are. Stop using the product and keep it with its pack for the doctor; do not wait for us. In a crisis of your own, tell somebody near you; 12356 is there day and night."
        )
    if first == "adverse_event":
        return _(
            "You tell of harm and have no dispute with anybody: that is a report of an adverse reaction, not a complaint. Have ready the product, its number and batch, when it was used, what happened and how it ended."
        )
    if first == "other_authority":
        return _("This is decided by another authority; it can act, we cannot.")
    if first == "not_ours":
        return _("This is no consumer's complaint, so that it would not be accepted here.")
    if first == "abuse":
        return _(
            "I find no matter in this that somebody could deal with. Tell me what happened, and I will take it down."
        )
    return ""


def _clause_url(source: Source, day: date) -> str:
    """The place in its text, "" when the policy base is away or does not hold it."""
    if not source.place:
        return ""
    try:
        part = policy_base().find_part(source.title, source.place, as_of=day)
    except PolicyBaseError:
        return ""
    return url_for("policies.document", version_id=part.version.id, _anchor=part.at.anchor) if part else ""
