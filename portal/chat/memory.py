"""What a conversation keeps in mind between turns, shown as chips that the person can take away."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from policy_kb import PolicyBaseError
from portal.chat.flows import Draft
from portal.chat.models import Conversation
from portal.chat.signing import sign_button
from portal.chat.turn import Turn
from portal.identity.service import find_party
from portal.knowledge import policy_base
from portal.pages import write_date

_SPOKEN = ("last_question", "last_said")
# What goes with a chip when it is taken away: keys of the topic.
GOES_WITH: dict[str, tuple[str, ...]] = {
    "item": ("item", "variant", "product", "device_class", "fact", "document", "cited", "offered", *_SPOKEN),
    "document": ("document", "cited", "fact", *_SPOKEN),
    "device_class": ("device_class",),
    "product": ("product", *_SPOKEN),
    "region": ("region",),
    "as_of": ("as_of",),
}
PARTY = "party"  # "off" in the topic: the conversation leaves the enterprise's records alone


@dataclass(frozen=True, slots=True)
class Chip:
    """``key`` names what is kept, ``token`` is the signed press that takes it away (or brings the party back)."""

    key: str
    label: str
    action: str
    token: str


def list_chips(conversation: Conversation, language: str) -> list[Chip]:
    """What is kept, in the language of the page."""
    topic = conversation.topic or {}
    labels = {
        "item": _item_label(topic, language),
        "device_class": _class_label(str(topic.get("device_class") or "")),
        "region": str(topic.get("region") or ""),
        "as_of": _day_label(str(topic.get("as_of") or ""), language),
    }
    if labels["device_class"] in labels["item"]:
        labels["device_class"] = ""  # the item's own name says it
    if not labels["item"]:
        labels["product"] = _product_label(str(topic.get("product") or ""))
        labels["document"] = f"《{topic['document']}》" if topic.get("document") else ""
    chips = [_chip(conversation, key, label) for key, label in labels.items() if label]
    return [*chips, *_party_chip(conversation, topic)]


def _chip(conversation: Conversation, key: str, label: str) -> Chip:
    action = _("Forget: %(what)s", what=label)
    return Chip(key, label, action, sign_button(conversation.id, {"intent": "forget", "key": key}, action))


def _party_chip(conversation: Conversation, topic: dict[str, Any]) -> list[Chip]:
    party = find_party(conversation.party_code) if conversation.party_code else None
    if party is None:
        return []
    if leaves_party(conversation):
        label = _("Without records of %(name)s", name=party.name)
        action = _("Use the records again: %(name)s", name=party.name)
    else:
        label = _("For %(name)s", name=party.name)
        action = _("Leave the records alone: %(name)s", name=party.name)
    return [Chip(PARTY, label, action, sign_button(conversation.id, {"intent": "forget", "key": PARTY}, action))]


def _item_label(topic: dict[str, Any], language: str) -> str:
    if not topic.get("item"):
        return ""
    try:
        item = policy_base().catalogue.items.get(str(topic["item"]))
    except PolicyBaseError:
        return ""
    if item is None:
        return ""
    variant = item.find_variant(str(topic.get("variant") or ""))
    name = item.name.in_language(language)
    return f"{name} · {variant.name.in_language(language)}" if variant else name


def _class_label(code: str) -> str:
    return {"1": _("Class I"), "2": _("Class II"), "3": _("Class III")}.get(code, "") if code else ""


def _product_label(code: str) -> str:
    names = {"drug": _("Drugs"), "device": _("Medical devices"), "cosmetic": _("Cosmetics")} if code else {}
    return names.get(code, "")


def _day_label(day: str, language: str) -> str:
    return _("law of %(day)s", day=write_date(date.fromisoformat(day), language)) if day else ""


def forget(turn: Turn) -> list[Draft]:
    """Take one thing out of the conversation's mind and say so; what was being asked is asked again."""
    key = str(turn.payload.get("key") or "")
    topic = dict(turn.conversation.topic or {})
    if key == PARTY:
        topic[PARTY] = "" if topic.get(PARTY) == "off" else "off"
        text = (
            _("I leave the enterprise's records alone in this conversation.")
            if topic[PARTY]
            else _("I use the enterprise's records again.")
        )
    else:
        topic = {name: value for name, value in topic.items() if name not in GOES_WITH.get(key, ())}
        text = _("I no longer keep that in mind. Say anew what your next question is about.")
    turn.conversation.topic = topic
    return [Draft("notice", text, data={"forgot": key}), *turn.ask_again()]


def keep(conversation: Conversation, topic: dict[str, Any]) -> None:
    """The topic after an answer; what only the portal keeps stays."""
    before = conversation.topic or {}
    kept = {name: before[name] for name in (PARTY, "region") if before.get(name) and not topic.get(name)}
    conversation.topic = {**topic, **kept}


def leave_asides(conversation: Conversation) -> None:
    """What was asked beside a form that is sent now is over; only what the portal keeps stays."""
    before = conversation.topic or {}
    conversation.topic = {name: before[name] for name in (PARTY, "region") if before.get(name)}


def keep_region(turn: Turn) -> None:
    """A province that was named stays in mind."""
    named = turn.find_entity("province")
    if named:
        turn.conversation.topic = {**(turn.conversation.topic or {}), "region": named}


def leaves_party(conversation: Conversation) -> bool:
    """Whether the person asked to leave the enterprise's records alone."""
    return bool((conversation.topic or {}).get(PARTY) == "off")
