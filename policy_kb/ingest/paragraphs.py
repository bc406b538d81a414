"""The lines of an article to 款 and their 项."""

import re

from policy_kb.model import Paragraph
from policy_kb.text.numerals import parse_number

SENTENCE_END = tuple("。；：！？”’）)…;:!?》】")
_ITEM = re.compile(r"^[（(]\s*[一二三四五六七八九十百零〇\d]{1,5}\s*[)）]")
_SUBITEM = re.compile(r"^(?:\d{1,3}\s*[.．、](?!\d)|[①-⑳]|[a-zA-Z][.．、）)])")
_ROW = re.compile(r"\S  \S")  # two spaces between cells: clean_line writes a table's row so
_CAPTION = 15  # characters; a shorter line without a stop is a caption (企业负责人), no 款 of its own


def paragraphs_of(lines: list[str]) -> tuple[Paragraph, ...]:
    """款 with their 项: a line is a 款, unless it is numbered （一）, carries on an unfinished line or stands inside a list."""
    texts: list[str] = []
    items: list[list[str]] = []
    for place, line in enumerate(lines):
        if _ROW.search(line) or (texts and _ROW.search(texts[-1])):
            _add_row(texts, items, line)
        elif _ITEM.match(line) and texts:
            items[-1].append(line)
        elif _SUBITEM.match(line) and texts:
            _add_below(items[-1], line)
        elif texts and items[-1] and (_carries_on(items[-1][-1]) or _list_goes_on(items[-1][-1], lines[place + 1 :])):
            items[-1][-1] += "\n" + line
        elif texts and not items[-1] and not texts[-1].endswith(SENTENCE_END):
            texts[-1] += line if len(texts[-1]) > _CAPTION else "\n" + line
        else:
            texts.append(line)
            items.append([])
    return tuple(Paragraph(number, text, tuple(items[number - 1])) for number, text in enumerate(texts, 1))


def _add_row(texts: list[str], items: list[list[str]], line: str) -> None:
    """The rows of a table are one 款, a line each, apart from what stands before and behind it."""
    if texts and not items[-1] and _ROW.search(line) and _ROW.search(texts[-1]):
        texts[-1] += "\n" + line
    else:
        texts.append(line)
        items.append([])


def _add_below(items: list[str], line: str) -> None:
    """1. under （一） is part of that 项; without one it is a 项 itself."""
    if items and _ITEM.match(items[-1]):
        items[-1] += "\n" + line
    else:
        items.append(line)


def _carries_on(item: str) -> bool:
    """A 项 that stops at ； or ： or without a stop goes on in an unnumbered line; a 款 after a list follows a full stop."""
    return not item.endswith(SENTENCE_END) or item.endswith(("：", ":", "；", ";"))


def _list_goes_on(item: str, following: list[str]) -> bool:
    """Whether the next number of the same list is still to come before another list begins."""
    current = _item_number(item)
    upcoming = next((number for line in following if (number := _item_number(line)) is not None), None)
    return current is not None and upcoming == current + 1


def _item_number(line: str) -> int | None:
    found = _ITEM.match(line)
    return parse_number(found[0].strip("（）() ")) if found else None
