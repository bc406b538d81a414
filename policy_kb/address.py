"""Places in a text: how people write them, how the law prints them, and what stands there.

第十六条第二款第（三）项, 第16条第2款第3项 and 16.2.3 are one place; 第二编第三章 is what stands under these headings. In a text without
articles the section's own label comes first: 三、第二款. 附件2 is an attachment.
"""

import re

from policy_kb.model import Address, Clause, Paragraph
from policy_kb.text.numerals import NUMERAL, format_article, format_number, parse_number

_OPEN, _CLOSE = r"[（(]?\s*", r"\s*[)）]?"
PLACE = (
    rf"(?:第\s*({NUMERAL})\s*款)?"
    rf"(?:第?\s*{_OPEN}({NUMERAL}){_CLOSE}\s*项)?"
    rf"(?:第?\s*{_OPEN}({NUMERAL}){_CLOSE}\s*目)?"
)
_ARTICLE = re.compile(rf"第?\s*({NUMERAL})\s*条(?:\s*之\s*({NUMERAL}))?{PLACE}")
_ATTACHMENT = re.compile(r"(?:附件|附表|附录|附)\s*([\d一二三四五六七八九十]*)")
_SECTION = re.compile(rf"({NUMERAL})\s*、{PLACE}(?:[（(]({NUMERAL})[)）])?")
_DOTTED = re.compile(r"(\d{1,4})(?:-(\d{1,2}))?(?:\.(\d{1,3}))?(?:\.(\d{1,3}))?(?:\.(\d{1,3}))?")
_ITEM_NUMBER = re.compile(rf"[（(]?\s*({NUMERAL}|[①-⑳]|[a-z])\s*[)）.．、]?")

_HEADING = re.compile(rf"第({NUMERAL})(分编|编|章|节)")
_POINT = re.compile(r"(?:\d{1,3}\s*[.．、](?!\d)|[①-⑳]|[a-zA-Z][.．、）)])")


def parse_address(text: str) -> Address | None:
    """The place ``text`` names, as a whole; None when it names none."""
    plain = re.sub(r"\s+", "", text)
    if found := _ARTICLE.fullmatch(plain):
        return _made(found[1], found[2], *found.groups()[2:])
    if found := _DOTTED.fullmatch(plain):
        return _made(*found.groups())
    if found := _SECTION.fullmatch(plain):
        return _made(found[1], None, found[2], found[3] or found[5], found[4])
    if found := _ATTACHMENT.fullmatch(plain):
        return _made("0", found[1] or "1")
    return None


def _made(*numerals: str | None) -> Address | None:
    numbers = [parse_number(numeral) if numeral else 0 for numeral in numerals]
    return None if None in numbers else Address(*(number or 0 for number in numbers))


def parse_headings(text: str) -> tuple[str, ...]:
    """第二编第三章 as ("第二编", "第三章"), numbers written as the law does; () when ``text`` names no 编, 章 or 节."""
    plain = re.sub(r"\s+", "", text)
    found = _HEADING.findall(plain)
    if not found or "".join(f"第{number}{level}" for number, level in found) != plain:
        return ()
    values = [(parse_number(number), level) for number, level in found]
    return tuple(f"第{format_number(value)}{level}" for value, level in values if value is not None)


def headings_anchor(headings: tuple[str, ...]) -> str:
    """An HTML id for what stands below these headings, e.g. ``第二编第三章`` of 第二编 合同, 第三章 违约."""
    return "".join(heading.split(" ")[0] for heading in headings)


def stands_under(headings: tuple[str, ...], named: tuple[str, ...]) -> bool:
    """Whether a clause below ``headings`` stands under the headings ``named``; the outer ones may be left out."""
    numbers = [heading.split(" ")[0] for heading in headings]
    return any(tuple(numbers[start : start + len(named)]) == named for start in range(len(numbers)))


def address_of(clause: Clause) -> Address:
    """The clause as a whole."""
    return Address(clause.article, clause.sub)


def format_address(at: Address, label: str = "") -> str:
    """As the law prints it; ``label`` is the clause's own where it is no article (三、 or 附件2)."""
    head = label or (format_article(at.article, at.sub) if at.article else f"附件{at.sub}")
    return (
        head
        + (f"第{format_number(at.paragraph)}款" if at.paragraph else "")
        + (f"第（{format_number(at.item)}）项" if at.item else "")
        + (f"第{at.point}目" if at.point else "")
    )


def tell_address(at: Address, language: str, label: str = "") -> str:
    """As people read it: 第六十一条之一第二款, for readers of English Article 61-1, paragraph 2; ``label`` as in ``format_address``."""
    if language == "zh":
        return format_address(at, label)
    article = f"Article {at.article}" + (f"-{at.sub}" if at.sub else "")
    head = label or (article if at.article else f"Attachment {at.sub}")
    below = (("paragraph", at.paragraph), ("item", at.item), ("point", at.point))
    return ", ".join([head, *(f"{name} {number}" for name, number in below if number)])


def item_number(item: str, position: int) -> int:
    """The number a 项 or 目 prints before its text, else its position, which counts from 1."""
    found = _ITEM_NUMBER.match(item)
    if found is None:
        return position
    if "①" <= found[1] <= "⑳":
        return ord(found[1]) - ord("①") + 1
    if found[1].isascii() and found[1].isalpha():
        return ord(found[1]) - ord("a") + 1
    return (parse_number(found[1]) or position) if found[0] != found[1] else position


def list_items(paragraph: Paragraph) -> list[tuple[int, str]]:
    """The 项 of a 款 with their numbers; a number printed twice counts by position, so that each has a place of its own."""
    return _numbered(paragraph.items)


def split_points(item: str) -> tuple[str, list[tuple[int, str]]]:
    """What a 项 says before its 目, and the 目 with their numbers; an unnumbered line belongs to what stands before it."""
    parts = [""]
    for number, line in enumerate(item.split("\n")):
        if number and _POINT.match(line):
            parts.append(line)
        else:
            parts[-1] += ("\n" if number else "") + line
    return parts[0], _numbered(parts[1:])


def _numbered(texts: "list[str] | tuple[str, ...]") -> list[tuple[int, str]]:
    numbers = [item_number(text, position) for position, text in enumerate(texts, 1)]
    if len(set(numbers)) < len(numbers):
        numbers = list(range(1, len(texts) + 1))
    return list(zip(numbers, texts, strict=True))


def find_at(clause: Clause, at: Address) -> tuple[Address, str] | None:
    """The place within ``clause`` made whole, and its text; None when the clause has no such place.

    A 项 named without its 款 (第二条第（三）项) is the first 款's that has it, as the law reads.
    """
    if not (at.paragraph or at.item or at.point):
        return at, clause.text
    for paragraph in clause.paragraphs:
        if at.paragraph and paragraph.number != at.paragraph:
            continue
        if not at.item:
            return at, "\n".join((paragraph.text, *paragraph.items))
        item = dict(list_items(paragraph)).get(at.item)
        if item is not None:
            return _point(Address(at.article, at.sub, paragraph.number, at.item, at.point), item)
    return None


def _point(at: Address, item: str) -> tuple[Address, str] | None:
    if not at.point:
        return at, item
    point = dict(split_points(item)[1]).get(at.point)
    return None if point is None else (at, point)
