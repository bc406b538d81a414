"""Numbers and dates as they are printed on certificates and typed by people.

Formats: drug approval numbers, device and cosmetics numbers, licence numbers and
validity dates follow the numbering articles of their rules (药品注册管理办法 §123,
医疗器械注册与备案管理办法 §115, 化妆品注册备案管理办法 §62). Everything is matched on
folded text; ``\\b`` is useless beside Chinese characters, so edges are written out.
"""

import datetime
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.components.credit_code import is_credit_code

PROVINCE_SIGNS = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵黔云滇藏陕秦甘陇青宁新"
_CITY = r"[一-龥]{0,2}?"
_EDGE = r"(?<![0-9A-Za-z])"
_END = r"(?![0-9A-Za-z])"
_CN_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}


@dataclass(frozen=True)
class Match:
    """An entity on the folded text; offsets end exclusive; ``value`` normalised as the entity's table says."""

    entity: str
    value: str
    start: int
    end: int


def _squeeze(text: str) -> str:
    """No blanks, capitals: the way the number stands on the certificate."""
    return re.sub(r"\s+", "", text).upper()


def read_number(text: str) -> int | None:
    """Arabic or Chinese numeral up to 9999, digit strings (二〇二六) included; None when it is neither."""
    if text.isdigit() and text.isascii():
        return int(text)
    if text and all(character in _CN_DIGITS for character in text):
        return int("".join(str(_CN_DIGITS[character]) for character in text))
    total, digit = 0, 0
    for character in text:
        if character in _CN_DIGITS:
            digit = _CN_DIGITS[character]
        elif character in "十百千":
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[character]
            digit = 0
        else:
            return None
    return total + digit if text else None


def _iso_date(year: str, month: str, day: str) -> str | None:
    numbers = [read_number(part) for part in (year, month, day)]
    if None in numbers:
        return None
    try:
        return datetime.date(*numbers).isoformat()  # type: ignore[arg-type]
    except ValueError:
        return None


_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1
    )
}


def _from_digits(found: re.Match[str]) -> str | None:
    return _iso_date(found["y"], found["m"], found["d"])


def _from_english(found: re.Match[str]) -> str | None:
    return _iso_date(found["y"], str(_MONTHS[found["m"][:3].lower()]), found["d"])


def _from_month(found: re.Match[str]) -> str | None:
    year, month = read_number(found["y"]), read_number(found["m"])
    return f"{year:04d}-{month:02d}" if year and month and 1 <= month <= 12 else None


def _whole(found: re.Match[str]) -> str:
    return _squeeze(found[0])


def _as_typed(found: re.Match[str]) -> str:
    return found[0].strip()


def _credit_code(found: re.Match[str]) -> str | None:
    code = _squeeze(found[0])
    return code if is_credit_code(code) else None


def _money(found: re.Match[str]) -> str | None:
    """Yuan with two decimals; 38块5 is 38.50."""
    parts = found.groupdict()
    number = parts["n"].replace(",", "")
    amount = float(number) if re.fullmatch(r"\d+(\.\d+)?", number) else read_number(number)
    if amount is None:
        return None
    tenths = read_number(parts.get("f") or "0") or 0
    scale = {"万": 10000, "千": 1000, "百": 100}.get(parts.get("s") or "", 1)
    return f"{amount * scale + tenths / 10:.2f}"


def _digits_only(found: re.Match[str]) -> str:
    digits = re.sub(r"[^0-9]", "", found[0])
    return digits[2:] if digits.startswith("86") and len(digits) == 13 else digits


_CN = "[0-9〇零一二两三四五六七八九十]"
_MONTH_NAME = r"(?P<m>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:t(?:ember)?)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
_EN_NUMBER = r"(?:\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|a\s+few)"
_EN_UNIT = r"(?:working\s+|business\s+)?(?:days?|weeks?|months?|years?)"
_UNIT = r"(?:个?工作日|个?自然日|天|日|周|个?星期|个?月|年|季度)"

# In order: an earlier pattern owns its characters, a later one does not get them.
PATTERNS: list[tuple[str, re.Pattern[str], Callable[[re.Match[str]], str | None]]] = [
    (
        "credit_code",
        re.compile(_EDGE + r"[0-9A-HJ-NPQRTUWXY]{2}\s?\d{6}\s?[0-9A-HJ-NPQRTUWXY]{10}" + _END, re.I),
        _credit_code,
    ),
    ("drug_approval_number", re.compile(r"国药准字\s*[HZSJBFT]\s*[CJ]?(?:\s?\d){8}(?!\d)", re.I), _whole),
    ("drug_approval_number", re.compile(_EDGE + r"[HSZ]C?20\d{6}" + _END), _whole),
    (
        "device_number",
        re.compile(
            rf"(?:国|[{PROVINCE_SIGNS}]{_CITY})\s*械\s*注\s*[准进许]\s*\d{{4}}\s*[123]\s*\d{{2}}\s*\d{{4,5}}(?!\d)"
        ),
        _whole,
    ),
    (
        "device_number",
        re.compile(rf"(?:国|[{PROVINCE_SIGNS}]{_CITY})\s*械\s*备\s*\d{{4}}\s*\d{{4,5}}(?:号)?(?!\d)"),
        _whole,
    ),
    (
        "device_number",
        re.compile(rf"[国{PROVINCE_SIGNS}]\s*食药监械\s*\(\s*[准进许]\s*\)\s*字\s*\d{{4}}\s*第\s*\d{{7,8}}\s*号"),
        _whole,
    ),
    ("cosmetic_number", re.compile(rf"[{PROVINCE_SIGNS}]\s*G\s*妆网备字\s*\d{{4}}\s*\d{{6}}(?!\d)", re.I), _whole),
    ("cosmetic_number", re.compile(r"国妆网?备进字\s*\(\s*[一-龥]{1,3}\s*\)\s*\d{4}\s*\d{6}(?!\d)"), _whole),
    (
        "cosmetic_number",
        re.compile(r"国妆(?:特字|特进字|备进字|原备字|原注字|特制字)\s*[GJ]?\s*\d{8,10}(?!\d)", re.I),
        _whole,
    ),
    (
        "licence_number",
        re.compile(rf"[{PROVINCE_SIGNS}][一-龥]{{0,3}}食?药监械(?:生产|经营)(?:许|备)\s*\d{{8,10}}\s*号?(?!\d)"),
        _whole,
    ),
    ("licence_number", re.compile(rf"[{PROVINCE_SIGNS}]\s*妆\s*\d{{8}}(?!\d)"), _whole),
    ("licence_number", re.compile(rf"[{PROVINCE_SIGNS}]\s*[ABCD][ABDEHZ]{{1,3}}\s*\d{{7,9}}(?!\d)", re.I), _whole),
    ("licence_number", re.compile(rf"[{PROVINCE_SIGNS}]\s*\d{{8}}(?!\d)(?=\s*(?:号|$|[,。、,)]))"), _whole),
    ("licence_number", re.compile(r"JY\d{14}(?!\d)", re.I), _whole),
    ("case_number", re.compile(_EDGE + r"[A-Z]{1,4}-?20\d{6}-?[0-9A-Z]{3,10}" + _END, re.I), _whole),
    ("case_number", re.compile(_EDGE + r"[A-Z]{1,4}-20\d{2}-[0-9A-Z]{3,10}" + _END, re.I), _whole),
    ("phone", re.compile(r"(?<![0-9A-Za-z])(?:\+?86[-\s]?)?1[3-9]\d[-\s]?\d{4}[-\s]?\d{4}(?!\d)"), _digits_only),
    ("phone", re.compile(r"(?<![0-9A-Za-z])0\d{2,3}[-\s]\d{7,8}(?!\d)"), _digits_only),
    ("phone", re.compile(r"(?<![0-9A-Za-z])[48]00[-\s]?\d{3}[-\s]?\d{4}(?!\d)"), _digits_only),
    (
        "date",
        re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})\s*[-./]\s*(?P<m>\d{1,2})\s*[-./]\s*(?P<d>\d{1,2})(?!\d)"),
        _from_digits,
    ),
    (
        "date",
        re.compile(
            rf"(?P<y>(?:19|20)\d{{2}}|[一二][〇零一二三四五六七八九]{{3}})\s*年\s*(?P<m>{_CN}{{1,3}})\s*月\s*(?P<d>{_CN}{{1,3}})\s*[日号]?"
        ),
        _from_digits,
    ),
    ("date", re.compile(r"(?<!\d)(?P<y>20\d{2})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?!\d)"), _from_digits),
    (
        "date",
        re.compile(
            r"(?P<d>\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?" + _MONTH_NAME + r"\.?,?\s+(?P<y>(?:19|20)\d{2})(?!\d)", re.I
        ),
        _from_english,
    ),
    (
        "date",
        re.compile(
            r"(?<![A-Za-z])" + _MONTH_NAME + r"\.?\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y>(?:19|20)\d{2})(?!\d)",
            re.I,
        ),
        _from_english,
    ),
    (
        "month",
        re.compile(rf"(?P<y>(?:19|20)\d{{2}}|[一二][〇零一二三四五六七八九]{{3}})\s*年\s*(?P<m>{_CN}{{1,3}})\s*月"),
        _from_month,
    ),
    ("month", re.compile(r"(?<![\d.])(?P<y>20\d{2})\s*[-./]\s*(?P<m>0?[1-9]|1[0-2])(?![\d./-])"), _from_month),
    (
        "money",
        re.compile(r"(?:[¥¥]|(?<![A-Za-z])(?:RMB|CNY))\s*(?P<n>\d+(?:,\d{3})*(?:\.\d+)?)(?P<s>[万千])?", re.I),
        _money,
    ),
    (
        "money",
        re.compile(
            r"(?<![\d.])(?P<n>\d+(?:,\d{3})*(?:\.\d+)?)\s*(?P<s>[万千百])?\s*(?:块(?P<f>[1-9一二三四五六七八九])(?![0-9十百千万个件盒瓶支包袋张片粒年月天次])|元|块钱?|人民币|RMB|CNY|yuan)(?![a-z])",
            re.I,
        ),
        _money,
    ),
    (
        "money",
        re.compile(
            r"(?P<n>[一二两三四五六七八九十百千]{1,7})(?P<s>万)?(?:块(?P<f>[1-9一二三四五六七八九])(?![0-9十百千万个件盒瓶支包袋张片粒年月天次])|元|块钱?)"
        ),
        _money,
    ),
    (
        "relative_date",
        re.compile(
            r"(?:大前年|前年|去年|今年|明年|后年)(?:"
            + _CN
            + r"{1,2}月(?:份)?(?:"
            + _CN
            + r"{1,3}[日号])?|年初|年底|年中|春节|下半年|上半年)?"
        ),
        _as_typed,
    ),
    (
        "relative_date",
        re.compile(r"(?:上上|上|这|本|下下|下)(?:个)?(?:周|星期|礼拜)(?:[一二三四五六日天末])?"),
        _as_typed,
    ),
    ("relative_date", re.compile(r"(?:上上|上|这|本|下下|下)个?月(?:初|底|中旬|" + _CN + r"{1,3}[日号])?"), _as_typed),
    (
        "relative_date",
        re.compile(r"(?:大前天|前天|昨天|今天|明天|后天|大后天|昨晚|今早|今晚|[昨今明前后]儿个?)"),
        _as_typed,
    ),
    (
        "relative_date",
        re.compile(rf"(?:还有|过了?|再过)?(?:\d{{1,4}}|{_CN}{{1,3}}|半|几){_UNIT}(?:以?前|以?后|之前|之后|内)"),
        _as_typed,
    ),
    ("relative_date", re.compile(r"(?<![0-9年])(?:\d{1,2})月(?:份|\d{1,2}[日号])"), _as_typed),
    (
        "relative_date",
        re.compile(
            r"(?<![A-Za-z])(?:yesterday|today|tomorrow|(?:last|this|next)\s+(?:week|month|year|monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
            rf"|in\s+{_EN_NUMBER}\s+{_EN_UNIT}|within\s+{_EN_NUMBER}\s+{_EN_UNIT}|{_EN_NUMBER}\s+{_EN_UNIT}\s*(?:ago|later|from\s+now|before|after))(?![A-Za-z])",
            re.I,
        ),
        _as_typed,
    ),
]


def find_patterns(text: str) -> Iterator[Match]:
    """Matches on folded ``text`` in order of the table, none overlapping an earlier one."""
    taken = [False] * len(text)
    for entity, pattern, read in PATTERNS:
        for found in pattern.finditer(text):
            start, end = found.span()
            if any(taken[start:end]):
                continue
            value = read(found)
            if value is None:
                continue
            taken[start:end] = [True] * (end - start)
            yield Match(entity, value, start, end)
