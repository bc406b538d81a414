"""Reading one rambling message about a shop, a product, a harm: what it is, what it tells, who decides, what is missing.

Signs are folded (``message``), then read topic by topic (``told``), then the kind is decided (``kinds``), who is
competent (``competence``) and what the rules of the day still require (``required``). No word is made up: a field is
words of the message or is computed from them. Nothing read counts before the person has seen and confirmed it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from portal.complaints.reading.competence import Competent, Source, list_competent
from portal.complaints.reading.demands import find_refused, read_demands
from portal.complaints.reading.kinds import hide_injection, is_progress, read_kinds
from portal.complaints.reading.masking import mask_others
from portal.complaints.reading.matter import matter_of, matter_of_fields
from portal.complaints.reading.message import make_message
from portal.complaints.reading.openings import only_opens
from portal.complaints.reading.required import Lack, list_lacking
from portal.complaints.reading.told import Told, read_told

__all__ = ["Competent", "Lack", "Reading", "Source", "find_competent", "read_demands_of", "read_message"]

_ANONYMITY = re.compile(
    r"匿名|不(?:想|愿意?|方便|便|敢|能)?(?:留|透露|说|署)(?:下)?(?:姓|名|真实|身份|我是谁)|不署名|不具名|anonymous|not giving (?:you )?my name|(?:won't|will not|cannot|can't|don't want to|prefer not to) (?:give|leave|say|tell) (?:you )?my name|without (?:giving )?my name",
    re.I,
)
# A question about goods at large names no product.
_ANY_GOODS = re.compile(
    r"(?:处方药|非处方药|药品|药|中药|西药|保健品|护肤品|化妆品|医疗器械|进口药|(?:prescription |imported |foreign |cold )?(?:medicines?|medication|drugs?|cosmetics|devices?|medical devices?))",
    re.I,
)
_QUESTION_FIELDS = ("product_name", "brand", "product_kind", "approval_no", "filing_no", "trace_code", "udi")


@dataclass(frozen=True, slots=True)
class Reading:
    """``kinds``: what must be dealt with first at the front. ``fields``: README ids of what is said (docs/reading-messages.md).

    ``identity``: the writer's name, mobile, address as far as they are given. ``shown``: the message with other
    people's data starred. ``anonymous``: no identity is given; ``anonymity_asked``: the writer wants none taken.
    ``opens``: it only says what was bought (``openings``).
    """

    kinds: list[str]
    fields: dict[str, Any]
    identity: dict[str, str] = field(default_factory=dict)
    competent: list[Competent] = field(default_factory=list)
    missing: list[Lack] = field(default_factory=list)
    shown: str = ""
    anonymous: bool = False
    anonymity_asked: bool = False
    progress: bool = False
    opens: bool = False


def read_message(text: str, said_on: date, *, language: str = "") -> Reading:
    """What one message tells, as of the day it was said (Beijing time). ``language`` of the authorities' names: zh or en,
    by itself that of the message."""
    original = make_message(text, said_on)
    message = hide_injection(original)
    told = read_told(message)
    kinds, elsewhere = read_kinds(told, original)
    if kinds == ["complaint"] and not told.demands:
        told = replace(told, demands=find_refused(message))
    language = language or ("en" if message.english else "zh")
    people = told.people
    spans = {"name": people.name, "mobile": people.phone, "address": people.address}
    identity = {
        name: message.cut(span) for name, span in spans.items() if span and not (name == "name" and people.name_partial)
    }
    if "mobile" in identity:
        identity["mobile"] = _digits(identity["mobile"])
    return Reading(
        kinds=kinds,
        fields=_fields_of(told, kinds),
        identity=identity,
        competent=list_competent(matter_of(told), kinds, elsewhere, language),
        missing=list_lacking(told, kinds),
        shown=mask_others(message, people.others),
        anonymous=not (people.name or people.contact),
        anonymity_asked=bool(_ANONYMITY.search(message.plain)),
        progress=kinds == ["consultation"] and is_progress(told),
        opens=only_opens(told),
    )


def _digits(phone: str) -> str:
    """The phone number as a form takes it: digits only, spoken ones written out, without +86."""
    plain = make_message(phone, date.min).plain.translate(
        str.maketrans("零〇幺一二三四五六七八九", "00112345678９".replace("９", "9"))
    )
    digits = re.sub(r"\D", "", plain)
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits


def find_competent(kind: str, fields: Mapping[str, Any], day: date, language: str) -> list[Competent]:
    """Who is competent for a form or draft of this kind (complaint, report, both), by its corrected fields."""
    return list_competent(matter_of_fields(fields, day), [kind], [], language)


def read_demands_of(text: str, said_on: date) -> list[str]:
    """The demands alone, of a short answer."""
    return list(read_demands(make_message(text, said_on)))


def _fields_of(told: Told, kinds: list[str]) -> dict[str, Any]:
    """What is said of each field, in the order of the README; a question has no purchase, abuse nothing."""
    if set(kinds) & {"abuse", "not_ours"} or (kinds == ["consultation"] and is_progress(told)):
        return {}
    words = told.message.cut
    spans = {
        "product_name": told.product.name,
        "brand": told.product.brand,
        **told.numbers,
        "seller": told.seller.name,
        "seller_place": told.place.span if told.place else None,
        "platform": told.seller.platform,
        "harm": told.harm,
        "contact": told.people.contact,
    }
    values: dict[str, Any] = {name: words(span).strip() for name, span in spans.items() if span}
    general = kinds == ["consultation"] and bool(_ANY_GOODS.fullmatch(values.get("product_name", "")))
    if general:
        del values["product_name"]
    if told.product.kind and not general:
        values["product_kind"] = told.product.kind
    if told.day:
        values["date"] = told.day[0].isoformat()
    if told.price:
        values["price"] = int(told.price[0]) if told.price[0] == int(told.price[0]) else told.price[0]
    if told.demands:
        values["demand"] = list(told.demands)
    return {name: values[name] for name in _ORDER if name in values and _belongs(name, kinds)}


def _belongs(name: str, kinds: list[str]) -> bool:
    if kinds == ["consultation"]:
        return name in _QUESTION_FIELDS
    if set(kinds) & {"complaint", "report", "both"}:
        return True
    if kinds[0] in ("emergency", "adverse_event"):
        return name not in ("price", "demand") and (name != "seller_place" or kinds[0] != "emergency")
    return name != "demand"


_ORDER = (
    "product_name", "brand", "product_kind", "approval_no", "filing_no", "batch", "trace_code", "udi", "seller", "seller_place",
    "platform", "order_no", "date", "price", "harm", "demand", "contact",
)  # fmt: skip
