"""What a complaint or report may tell, field by field, and the checks of each: one list for page, chat and API."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from policy_kb import clock

KINDS = ("complaint", "report", "both")
PRODUCT_KINDS = ("drug", "device", "cosmetic", "toothpaste", "food_health", "other")
DEMANDS = ("refund", "compensation", "replace", "apology", "explain", "stop", "punish")
MOBILE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}|\+?\d{7,15}")


@dataclass(frozen=True, slots=True)
class Field:
    """``type``: text, long, date, money, phone, choice, choices. ``limit`` in characters."""

    id: str
    label: LazyString
    type: str = "text"
    limit: int = 200
    hint: LazyString | str = ""
    ask: LazyString | str = ""


FIELDS = (
    Field(
        "facts",
        _l("What happened"),
        "long",
        2000,
        _l("In your own words: what you bought or saw, when, what went wrong, what the other side said."),
        _l("What happened? Tell it in your own words."),
    ),
    Field("seller", _l("Shop, company or person concerned"), ask=_l("Which shop, company or person is it about?")),
    Field(
        "seller_place",
        _l("Their address, or the platform they sell on"),
        hint=_l(
            "Province, city, district and street as far as you know; for an online shop the platform and the shop's page."
        ),
        ask=_l("Where are they? Give the address, or for an online shop the platform and what it shows."),
    ),
    Field("platform", _l("Platform or channel")),
    Field("product_name", _l("Product"), ask=_l("Which product is it?")),
    Field("brand", _l("Brand"), limit=60),
    Field("product_kind", _l("Kind of product"), "choice"),
    Field("approval_no", _l("Approval, registration or filing number on the pack"), limit=80),
    Field("batch", _l("Batch number"), limit=60),
    Field("trace_code", _l("Traceability code or device identifier (UDI)"), limit=120),
    Field("order_no", _l("Order number"), limit=60),
    Field("date", _l("Date of purchase, or of what you saw"), "date"),
    Field("price", _l("Price paid (yuan)"), "money"),
    Field("harm", _l("Harm to health"), limit=300),
    Field(
        "demand",
        _l("What you ask for"),
        "choices",
        ask=_l("What do you ask for: refund, compensation, replacement, an apology, an explanation?"),
    ),
    Field("name", _l("Your name"), "name", 60, ask=_l("What is your name? A complaint needs the real name.")),
    Field("mobile", _l("Your phone number"), "phone", 20, ask=_l("Which phone number can we reach you at?")),
    Field("address", _l("Your postal address"), ask=_l("What is your postal address?")),
)
BY_ID = {field.id: field for field in FIELDS}


# Words that answer a yes or no, or nothing, where something was to be told.
_EMPTY = re.compile(
    r"(?:嗯|哦|噢|啊|呃|额|好|行|是|对|不|没|无)+(?:的|了|吧|啊|呀)*|可以|不(?:是|行|要|用|知道|清楚|记得|懂)(?:了|啊)?"
    r"|(?:让|容|等)?(?:我|我们)?(?:先|再)*(?:想想|想一想|想一下|考虑一下|考虑考虑|考虑下|看看|看一下|找找|找一下|问问|查查|翻翻|等等|等一下|等会儿?)(?:再说|先|吧|啊|哈)*|稍等(?:一下)?|你?等(?:一下|等|会儿?)(?:[,，、 ]*(?:让|容)?(?:我|我们)?(?:先|再)*(?:想想|想一想|看看|看一下|找找|问问|查查|翻翻))?"
    r"|(?:let me (?:think|see|check|look)|wait|one moment|just a (?:moment|minute|second)|hold on)(?: about it| a (?:moment|minute|second)| please)*"
    r"|没有|忘了|随便|你好|您好|谢谢|ok|okay|yes|no|hi|hello|thanks|(?:i )?don'?t know|[\W_]+",
    re.IGNORECASE,
)


def says_nothing(text: str) -> bool:
    """Whether this cannot be the name, place or story that was asked for."""
    return bool(_EMPTY.fullmatch(text.strip().rstrip("。.!！~…")))


def demand_label(code: str) -> str:
    """The demand in the page's language."""
    return {
        "refund": _("Refund"),
        "compensation": _("Compensation"),
        "replace": _("Replacement"),
        "apology": _("Apology"),
        "explain": _("Explanation"),
        "stop": _("Stop the conduct"),
        "punish": _("Investigate and punish"),
    }[code]


def product_kind_label(code: str) -> str:
    return {
        "drug": _("Drug"),
        "device": _("Medical device"),
        "cosmetic": _("Cosmetic"),
        "toothpaste": _("Toothpaste"),
        "food_health": _("Food or health food"),
        "other": _("Other"),
    }[code]


def write_value(field_id: str, value: Any) -> str:
    """A value as people read it."""
    from portal.pages import write_date

    if value in (None, "", []):
        return ""
    if field_id == "demand":
        return _("; ").join(demand_label(code) for code in value)
    if field_id == "product_kind":
        return product_kind_label(value)
    if field_id == "date":
        return write_date(date.fromisoformat(value))
    if field_id == "price":
        return _("%(amount)s yuan", amount=f"{float(value):g}")
    return str(value)


def read_value(field_id: str, raw: str | list[str]) -> tuple[Any, str]:
    """(value, error): the checked value of one field, or what is wrong with it and what to write instead."""
    field = BY_ID[field_id]
    if field.type == "choices":
        chosen = [code for code in (raw if isinstance(raw, list) else [raw]) if code]
        wrong = [code for code in chosen if code not in DEMANDS]
        return (chosen, "") if not wrong else (None, _("Choose from the list."))
    text = (raw[0] if isinstance(raw, list) and raw else str(raw or "")).strip()
    if not text:
        return "", ""
    if len(text) > field.limit:
        return None, _(
            "This is %(length)s characters long; at most %(limit)s can be taken.", length=len(text), limit=field.limit
        )
    return _READERS.get(field.type, _read_text)(text)


def _read_text(text: str) -> tuple[Any, str]:
    return text, ""


def _read_choice(text: str) -> tuple[Any, str]:
    return (text, "") if text in PRODUCT_KINDS else (None, _("Choose from the list."))


def _read_date(text: str) -> tuple[Any, str]:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None, _("Write the day as year-month-day, for example %(day)s.", day=clock.today().isoformat())
    if day > clock.today():
        return None, _("This day lies in the future. Enter the day it happened.")
    if day.year < 1990:
        return None, _("Check the year of this date.")
    return day.isoformat(), ""


def _read_money(text: str) -> tuple[Any, str]:
    found = re.fullmatch(r"[¥￥]?\s*(\d{1,9}(?:\.\d{1,2})?)\s*元?", text.replace(",", ""))
    return (
        (float(found.group(1)), "") if found else (None, _("Write the amount in yuan as a number, for example 38.50."))
    )


def _read_phone(text: str) -> tuple[Any, str]:
    digits = re.sub(r"[\s\-()]", "", text)
    return (
        (digits, "")
        if MOBILE.fullmatch(digits)
        else (
            None,
            _("This does not look like a phone number. Write the digits, for example a mobile number of 11 digits."),
        )
    )


def _read_name(text: str) -> tuple[Any, str]:
    plain = re.fullmatch(r"[^\W\d_][\w·.' -]+", text) and not re.search(r"\d|[省市区县路街号镇]{1}.*[路街号]", text)
    return (
        (text, "")
        if plain
        else (None, _("This does not look like a name. Write your own name, without a number or an address."))
    )


_READERS = {"name": _read_name, "choice": _read_choice, "date": _read_date, "money": _read_money, "phone": _read_phone}


def read_form(form: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """(values, errors by field id) of a submitted form; ``form`` maps ids to a text or a list."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for field in FIELDS:
        value, error = read_value(field.id, form.get(field.id, ""))
        if error:
            errors[field.id] = error
        elif value not in ("", []):
            values[field.id] = value
    return values, errors
