"""Chinese numerals as the law writes them: 第十六条之一, 九十日, 二〇二六年.

Only numerals are touched that the caller points at; rewriting every numeral of
a sentence would break words such as 一致 or 万一 (the fault of cn2an.transform).
"""

import re
import unicodedata

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")}
_DIGITS |= {"〇": 0, "○": 0, "两": 2, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = {"万": 10_000, "亿": 100_000_000}

NUMERAL = r"[0-9０-９零〇○一二三四五六七八九十百千两]+"
_ARTICLE = re.compile(rf"第?\s*({NUMERAL})\s*条(?:\s*之\s*({NUMERAL}))?")


def parse_number(numeral: str) -> int | None:
    """The value of ``十六``, ``一百零三``, ``二〇二六``, ``16``, ``１６`` or ``五万``; None when it is no numeral."""
    plain = unicodedata.normalize("NFKC", numeral).replace(",", "").strip()
    if not plain:
        return None
    if plain.isdecimal():
        return int(plain)
    if all(character in _DIGITS for character in plain):
        return int("".join(str(_DIGITS[character]) for character in plain))
    return _add_up(plain)


def _add_up(numeral: str) -> int | None:
    total = section = digit = 0
    for character in numeral:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character.isdecimal():
            digit = digit * 10 + int(character)
        elif character in _UNITS:
            section += (digit or (1 if section == 0 else 0)) * _UNITS[character]
            digit = 0
        elif character in _LARGE:
            total = (total + section + digit) * _LARGE[character]
            section = digit = 0
        else:
            return None
    return total + section + digit


def parse_article(text: str) -> tuple[int, int] | None:
    """``(16, 1)`` of 第十六条之一, ``(16, 0)`` of 第16条 or 第十六条; the first one in ``text``, None when there is none."""
    found = _ARTICLE.search(text)
    if not found:
        return None
    number = parse_number(found[1])
    if number is None:
        return None
    return number, (parse_number(found[2]) or 0) if found[2] else 0


def format_article(article: int, sub: int = 0) -> str:
    """``第十六条之一`` of (16, 1); ``article`` is 1 to 9999."""
    return f"第{format_number(article)}条" + (f"之{format_number(sub)}" if sub else "")


def format_number(value: int) -> str:
    """``一百零三`` of 103, for 0 to 9999, as laws number their articles (十 and not 一十)."""
    if not 0 <= value <= 9999:
        raise ValueError(f"{value} is outside 0 to 9999")
    if value < 10:
        return "零一二三四五六七八九"[value]
    written = ""
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            written += "零一二三四五六七八九"[digit] + name
        elif written and value and not written.endswith("零"):
            written += "零"
    return written[1:] if written.startswith("一十") else written
