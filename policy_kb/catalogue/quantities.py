"""Reads quantities as Chinese law writes them: 30个工作日, 五年, 半年, 十五倍以上三十倍以下, 90至30个工作日, 1万元.

Used to prove that a number claimed by the catalogue stands in the clause it cites.
"""

import re
import unicodedata

Quantity = tuple[float, str]

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_SCALES = {"十": 10, "百": 100, "千": 1000}
_NUMBER = r"(?:\d[\d,]*(?:\.\d+)?|[零〇一二两三四五六七八九十百千]+)[万亿]?|半"
_UNIT = {
    "working_day": r"个?工作日",
    "day": r"[日天]",
    "month": r"个月",
    "year": r"周?年(?!度)",
    "hour": r"个?小时",
    "yuan": r"元",
    "times": r"倍",
    "percent": r"%|％",
}
_DATE = re.compile(r"\d{4}年(?:\d{1,2}月)?(?:\d{1,2}日)?|\d{1,2}月\d{1,2}日")
_PERCENT = re.compile(r"百分之(?P<number>[零〇一二两三四五六七八九十]+)")
_LOW_END = re.compile(rf"({_NUMBER})(?:至|到|[-~～—–]+)$")
_ANY = re.compile(rf"(?P<number>{_NUMBER})\s*(?P<unit>{'|'.join(_UNIT.values())})?")


def list_quantities(text: str) -> set[Quantity]:
    """Every (number, unit of ``entries.UNITS``) the text states, dates left out, and (number, "count") of each number.

    半年 is also six months, and a year twelve; 万 and 亿 are multiplied out. Both ends of a range get its unit.
    """
    plain = _DATE.sub("。", unicodedata.normalize("NFKC", text))
    found: set[Quantity] = set()
    for match in _ANY.finditer(plain):
        number, unit = read_number(match["number"]), _unit_of(match["unit"])
        found.add((number, "count"))
        if unit:
            found.add((number, unit))
            for low in _low_ends(plain[: match.start()]):
                found.add((low, unit))
    found |= {(read_number(match["number"]), "percent") for match in _PERCENT.finditer(plain)}
    found |= {(round(number * 12, 6), "month") for number, unit in set(found) if unit == "year"}
    return found


def _low_ends(before: str) -> list[float]:
    """The lower end of a range whose upper end follows, e.g. of ``90至`` before ``30个工作日``."""
    match = _LOW_END.search(before)
    return [read_number(match[1])] if match else []


def _unit_of(written: str | None) -> str:
    if not written:
        return ""
    return next(name for name, pattern in _UNIT.items() if re.fullmatch(pattern, written))


def read_number(written: str) -> float:
    """The value of ``90``, ``1,000``, ``九十``, ``一百二十``, ``两``, ``半`` (0.5), ``五十万``."""
    if written == "半":
        return 0.5
    for sign, scale in (("亿", 100_000_000), ("万", 10_000)):
        if written.endswith(sign):
            return read_number(written[:-1]) * scale
    if written[0].isdigit():
        return float(written.replace(",", ""))
    return float(_chinese(written))


def _chinese(written: str) -> int:
    total = digit = 0
    for character in written:
        if character in _SCALES:
            total += (digit or 1) * _SCALES[character]
            digit = 0
        else:
            digit = _DIGITS[character]
    return total + digit
