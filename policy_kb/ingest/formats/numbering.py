"""Automatic numbers of Word: 第一条 may be a list's doing and stand nowhere in the text.

The numbers are counted as Word does (ECMA-376 part 1, 17.9): by abstract list and level, a higher level begins the lower
ones anew.
"""

from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import qn

from policy_kb.text.numerals import format_number

_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(slots=True)
class _Level:
    start: int = 1
    kind: str = "decimal"
    pattern: str = ""


@dataclass(slots=True)
class _List:
    levels: dict[int, _Level] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """The lists of one document; ``number_of`` is called for its paragraphs in order."""

    def __init__(self, document: Any) -> None:
        self._lists: dict[str, _List] = {}
        self._abstract: dict[str, str] = {}
        self._restarts: dict[tuple[str, int], int] = {}
        self._styles = document.styles
        part = next(
            (rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/numbering")), None
        )
        if part is not None:
            self._read(part.element)

    def _read(self, root: Any) -> None:
        for abstract in root.findall(qn("w:abstractNum")):
            made = _List()
            for level in abstract.findall(qn("w:lvl")):
                made.levels[int(level.get(qn("w:ilvl")))] = _Level(
                    int(_value(level, "w:start") or 1),
                    _value(level, "w:numFmt") or "decimal",
                    _value(level, "w:lvlText"),
                )
            self._lists[abstract.get(qn("w:abstractNumId"))] = made
        for number in root.findall(qn("w:num")):
            key = number.get(qn("w:numId"))
            self._abstract[key] = _value(number, "w:abstractNumId")
            for override in number.findall(qn("w:lvlOverride")):
                start = _value(override, "w:startOverride")
                if start:
                    self._restarts[key, int(override.get(qn("w:ilvl")))] = int(start)

    def number_of(self, paragraph: Any) -> str:
        """The number printed before a paragraph (a ``docx`` Paragraph), "" when it has none."""
        key, level = self._list_of(paragraph)
        found = self._lists.get(self._abstract.get(key, ""))
        if found is None or level not in found.levels:
            return ""
        start = self._restarts.pop((key, level), None)
        found.counts[level] = start if start is not None else found.counts.get(level, found.levels[level].start - 1) + 1
        for deeper in [each for each in found.counts if each > level]:
            del found.counts[deeper]
        return _printed(found, level)

    def _list_of(self, paragraph: Any) -> tuple[str, int]:
        properties = paragraph._p.pPr
        own = properties.numPr if properties is not None else None
        style = paragraph.style
        while own is None and style is not None:
            styled = style.element.pPr
            own = styled.numPr if styled is not None else None
            style = style.base_style
        if own is None or own.numId is None:
            return "", 0
        return str(own.numId.val), own.ilvl.val if own.ilvl is not None else 0


def _value(element: Any, name: str) -> str:
    found = element.find(qn(name))
    return str(found.get(qn("w:val")) or "") if found is not None else ""


def _printed(found: _List, level: int) -> str:
    text = found.levels[level].pattern
    if found.levels[level].kind in {"bullet", "none"}:
        return ""
    for place in range(level + 1):
        shape = found.levels.get(place)
        if shape is not None:
            text = text.replace(f"%{place + 1}", format_count(found.counts.get(place, shape.start), shape.kind))
    return text


def format_count(count: int, kind: str) -> str:
    """``count`` in one of Word's number formats; formats without a Chinese text use plain digits."""
    if kind in {"chineseCounting", "chineseCountingThousand", "taiwaneseCountingThousand", "japaneseCounting",
                "taiwaneseCounting", "ideographDigital", "chineseLegalSimplified", "ideographTraditional"}:  # fmt: skip
        return format_number(count)
    if kind in {"lowerLetter", "upperLetter"}:
        letter = chr(ord("a") + (count - 1) % 26)
        return letter if kind == "lowerLetter" else letter.upper()
    if kind in {"lowerRoman", "upperRoman"}:
        return _roman(count) if kind == "lowerRoman" else _roman(count).upper()
    if kind.startswith("decimalEnclosedCircle") and 1 <= count <= 20:
        return _CIRCLED[count - 1]
    return f"{count:02d}" if kind == "decimalZero" else str(count)


def _roman(count: int) -> str:
    written = ""
    for value, mark in _ROMAN:
        while count >= value:
            written, count = written + mark, count - value
    return written
