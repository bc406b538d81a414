"""Personal data taken out of what people type before it is stored or sent on.

Masked: mobile numbers, identity cards, bank cards, passports, wherever they stand. Untouched: the numbers this
field works with (approval, registration, licence and filing numbers, credit codes, batch, serial and traceability
codes), which look alike; check digits and the words before a number tell them apart. ``\\b`` is useless beside
Chinese characters, so every boundary is spelled out.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

_GAP = "[ -]"
_DIGIT_RUN = re.compile(r"(?<!\d)\d{11,19}(?!\d)")
_IDENTITY = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}[ -]?(?:18|19|20)\d{2}[ -]?(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ -]?\d{3}[0-9Xx](?![0-9A-Za-z])"
)
_OLD_IDENTITY = re.compile(r"(?<!\d)[1-9]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?!\d)")
_MOBILE = re.compile(
    r"(?<!\d)(?:\+?\s?0{0,2}86[ -]?)?(?:1[3-9]\d{9}(?!\d)|(?<!\d[ -])1[3-9]\d([ -])\d{4}\1\d{4}(?!\d)(?![ -]\d{4}))"
)
_CARD_GROUPS = re.compile(r"(?<![\d-])(?<!\d[ ])\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?:\1\d{1,3})?(?!\d)(?!\1\d)")
_PASSPORT = re.compile(
    r"(?<![0-9A-Za-z])(?:[EeGg]\d{8}|[Ee][A-HJ-NP-Za-hj-np-z]\d{7}|[DSPdsp][Ee]?\d{7,8})(?![0-9A-Za-z])"
)
_NAMED_PASSPORT = re.compile(
    r"(?:护照|passport|通行证|travel permit)[^0-9A-Za-z\n]{0,4}(?:号码?|号|no\.?|number|num|is|为|是)?[^0-9A-Za-z\n]{0,4}(?:is |no\.? ?)?([A-Za-z]{0,2}\d{6,10})(?![0-9A-Za-z])",
    re.I,
)
_CREDIT_CODE = re.compile(r"(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Za-z])")

# Words that announce a number of goods or papers, close before it.
_GOODS = re.compile(
    r"(?:批号|批次号?|批准文号|批文|生产日期|追溯码|溯源码|监管码|序列号|出厂编号|产品编号|编码|条形?码|唯一标识|货号|订单号?|单号|快递单?号|"
    r"许可证(?:编号|号)?|备案(?:编号|凭证|号)?|注册证(?:编号|号)?|注册号|登记号|受理号|案件号|文号|信用代码|udi|gtin|sn|"
    r"batch|lot|serial|trace(?:ability)?(?: code)?|tracking|order|approval|registration|licen[cs]e|record(?:-?filing)?|filing|barcode)"
    r"(?:\s*(?:号码?|编号|代码|no\.?|number|num|code|#|is|为|是|:|：|\(|（|《|“|\"|'|=|，|,|-))*\s*$",
    re.I,
)
# An approval number's stem, directly before the letter that could also begin a passport.
_APPROVAL_STEM = re.compile(r"(?:字|准|进|许|备|注)\s*[(（\[〔]?\s*[A-Z]{0,3}\s*$", re.I)
_IDENTITY_WORD = re.compile(r"(?:身份证|证件|identity|id card|id no|id number)[^0-9\n]{0,8}$", re.I)
_CODE_LETTERS = re.compile(r"(?:[A-Z]{1,4}|[A-Z0-9]*\d[A-Z]+)[-]?$")
_PHONE_LETTERS = re.compile(r"(?:tel|phone|mobile|call|cell|no|wechat|vx|wx|whatsapp|sms)[.:：]?$", re.I)

_AREAS = {11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54} | {
    61, 62, 63, 64, 65, 71, 81, 82, 83, 91,
}  # fmt: skip
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True, slots=True)
class Masked:
    """The text with stars, and the kinds of data (mobile, identity_card, bank_card, passport) that were starred."""

    text: str
    kinds: tuple[str, ...] = ()


def mask(text: str, *, wanted: Collection[str] = ()) -> Masked:
    """Star personal data in cleaned text, but for the kinds that are ``wanted`` because a field asks for them."""
    spans: list[tuple[int, int, str]] = []
    for kind, find in _FINDERS:
        for start, end in find(text):
            if kind not in wanted and not any(start < e and s < end for s, e, _kind in spans):
                spans.append((start, end, kind))
            elif kind in wanted:
                spans.append((start, end, ""))  # keeps a weaker pattern from starring what was asked for
    pieces, position = [], 0
    for start, end, kind in sorted(spans):
        if not kind:
            continue
        pieces += [text[position:start], _stars(text[start:end], kind)]
        position = end
    pieces.append(text[position:])
    kinds = tuple(dict.fromkeys(kind for _start, _end, kind in sorted(spans) if kind))
    return Masked("".join(pieces), kinds)


def _stars(value: str, kind: str) -> str:
    signs = re.sub(r"[^0-9A-Za-z]", "", value)
    if kind == "mobile":
        return f"{signs[-11:-8]}****{signs[-4:]}"
    if kind == "bank_card":
        return "*" * (len(signs) - 4) + signs[-4:]
    keep = 3 if kind == "identity_card" else 1
    return signs[:keep] + "*" * (len(signs) - keep)


def _find_identity_cards(text: str) -> list[tuple[int, int]]:
    found = [
        m.span()
        for m in _IDENTITY.finditer(text)
        if _is_identity(m.group()) and not _is_paper(text, m.start(), m.group())
    ]
    return found + [m.span() for m in _OLD_IDENTITY.finditer(text) if _IDENTITY_WORD.search(text[: m.start()])]


def _is_identity(value: str) -> bool:
    """Area and birthday must exist; with a wrong check digit it is a mistyped card, unless it is a right credit code."""
    signs = re.sub(_GAP, "", value).upper()
    try:
        born = date(int(signs[6:10]), int(signs[10:12]), int(signs[12:14]))
    except ValueError:
        return False
    if int(signs[:2]) not in _AREAS or born.year < 1880:
        return False
    return _identity_check(signs) or not is_credit_code(signs)


def _identity_check(signs: str) -> bool:
    total = sum(int(sign) * weight for sign, weight in zip(signs[:17], _IDENTITY_WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == signs[17]


def is_credit_code(signs: str) -> bool:
    """A unified social credit code with a right check character (GB 32100-2015)."""
    if len(signs) != 18 or any(sign not in _CREDIT_SIGNS for sign in signs):
        return False
    total = sum(_CREDIT_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(signs[:17]))
    return _CREDIT_SIGNS[(31 - total % 31) % 31] == signs[17]


def _find_mobiles(text: str) -> list[tuple[int, int]]:
    return [
        m.span()
        for m in _MOBILE.finditer(text)
        if not _is_paper(text, m.start(), m.group()) and not _in_code(text, m.start(), m.end())
    ]


def _find_cards(text: str) -> list[tuple[int, int]]:
    groups = list(_CARD_GROUPS.finditer(text))
    runs = [
        m for m in _DIGIT_RUN.finditer(text) if 15 <= len(m.group()) <= 19 and not _in_code(text, m.start(), m.end())
    ]
    return [m.span() for m in (*groups, *runs) if _is_card(m.group()) and not _is_paper(text, m.start(), m.group())]


def _is_card(value: str) -> bool:
    """Luhn check digit and an issuer prefix in use (UnionPay 62, 3–6, 9 for older domestic cards)."""
    digits = [int(sign) for sign in value if sign.isdigit()]
    if not 15 <= len(digits) <= 19 or digits[0] not in (3, 4, 5, 6, 9) or is_credit_code("".join(map(str, digits))):
        return False
    doubled = [sum(divmod(d * 2, 10)) if place % 2 else d for place, d in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0


def _find_passports(text: str) -> list[tuple[int, int]]:
    named = [m.span(1) for m in _NAMED_PASSPORT.finditer(text)]
    return named + [m.span() for m in _PASSPORT.finditer(text) if not _is_paper(text, m.start(), m.group())]


def _is_paper(text: str, start: int, value: str) -> bool:
    """Whether the words directly before say that this is a number of goods or of an official paper."""
    before = text[max(0, start - 40) : start]
    if _identity_shape(value):
        return False
    return bool(_GOODS.search(before)) or (value[:1].isalpha() and bool(_APPROVAL_STEM.search(before)))


def _identity_shape(value: str) -> bool:
    signs = re.sub(_GAP, "", value).upper()
    return len(signs) == 18 and signs[:17].isdigit() and _identity_check(signs)


def _in_code(text: str, start: int, end: int) -> bool:
    """Whether capital letters are grown onto the digits, as in a case number or a serial number."""
    before, after = text[max(0, start - 12) : start], text[end : end + 2]
    if after[:1].isascii() and after[:1].isalpha() and after[:1].isupper():
        return True
    return bool(_CODE_LETTERS.search(before)) and not _PHONE_LETTERS.search(before)


_FINDERS: tuple[tuple[str, Callable[[str], list[tuple[int, int]]]], ...] = (
    ("identity_card", _find_identity_cards),
    ("bank_card", _find_cards),
    ("mobile", _find_mobiles),
    ("passport", _find_passports),
)
