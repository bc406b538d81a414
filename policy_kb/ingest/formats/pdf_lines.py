"""Lines of pages to paragraphs of a text, by where they stand.

A line goes on in the next one when it reaches the right margin and the next begins at the left one; an indent, a short line
or a number that opens an article, an item or a section begins anew. What recurs at the edge of the pages is the page's own.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

_EDGE = 2  # lines at the top and the bottom of a page that may be its own
_PAGE_NUMBER = re.compile(
    r"^(?:[-—–－·•\s]*\d{1,4}[-—–－·•\s]*|第\s*[\d一二三四五六七八九十百]+\s*页(?:[\s,，/]*共\s*[\d一二三四五六七八九十百]+\s*页)?"
    r"|\d{1,4}\s*/\s*\d{1,4}|(?:page|p\.)\s*\d+(?:\s*of\s*\d+)?)$",
    re.I,
)
_OPENS = re.compile(
    r"^(?:第[零〇一二三四五六七八九十百千\d]+[编章节条]|[（(][一二三四五六七八九十百\d]{1,4}[)）]|[一二三四五六七八九十]{1,3}、"
    r"|\d{1,3}[.．、](?!\d)|[①-⑳]|附件|附表|附录|[|#])"
)
_BIG = 1.25  # times the usual height: a title


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page in points from its lower left corner; ``table`` marks a row of one."""

    left: float
    bottom: float
    right: float
    top: float
    text: str
    table: bool = False

    @property
    def middle(self) -> float:
        return (self.bottom + self.top) / 2

    @property
    def height(self) -> float:
        return self.top - self.bottom


def drop_furniture(pages: list[list[Line]]) -> list[list[Line]]:
    """The pages without page numbers and without what recurs at their edges (running heads, feet)."""
    pages = [page for page in pages if page]
    seen = Counter(key for page in pages for key in {_key(line) for line in _edge(page)})
    least = max(2, (len(pages) + 1) // 2)
    return [[line for line in page if not _is_furniture(line, page, seen, least)] for page in pages]


def _edge(page: list[Line]) -> list[Line]:
    return [line for line in [*page[:_EDGE], *page[-_EDGE:]] if not line.table]


def _key(line: Line) -> str:
    return re.sub(r"\d+", "#", re.sub(r"\s", "", line.text))


def _is_furniture(line: Line, page: list[Line], seen: Counter[str], least: int) -> bool:
    if line.table or line not in _edge(page):
        return False
    if _PAGE_NUMBER.match(line.text.strip()):
        return True
    return seen[_key(line)] >= least and not _OPENS.match(line.text)


def join_lines(pages: Iterable[list[Line]]) -> list[str]:
    """The paragraphs of all pages, the title (what is printed large at the beginning) behind a #."""
    lines = [line for page in _without_repeated_headers(pages) for line in page]
    body = [line for line in lines if not line.table]
    if not body:
        return [line.text for line in lines]
    usual = median(line.height for line in body)
    letter = median((line.right - line.left) / len(line.text) for line in body)
    left, right = _margins(body)
    written: list[str] = []
    before: Line | None = None
    for line in lines:
        if before is not None and _goes_on(before, line, left, right, letter, usual):
            written[-1] += _joint(written[-1], line.text) + line.text
        else:
            written.append(line.text)
        before = line
    return _mark_title(written, body, usual)


def _margins(body: list[Line]) -> tuple[float, float]:
    """Where most lines begin and end. Nine in ten begin there or further in; the widest tenth reaches the right margin."""
    lefts = Counter(round(line.left) for line in body)
    left = min((place for place, count in lefts.items() if count >= max(2, len(body) // 20)), default=min(lefts))
    rights = sorted(line.right for line in body)
    return float(left), rights[int(len(rights) * 0.9)] if len(rights) > 3 else rights[-1]


def _goes_on(before: Line, line: Line, left: float, right: float, letter: float, usual: float) -> bool:
    if before.table or line.table or _OPENS.match(line.text):
        return False
    big = line.height > _BIG * usual
    if big or before.height > _BIG * usual:
        return big and before.height > _BIG * usual
    indented = line.left > left + 1.2 * letter
    short = before.right < right - 2.5 * letter
    return not indented and not short


def _joint(before: str, after: str) -> str:
    return (
        " " if before[-1:].isascii() and before[-1:].isalnum() and after[:1].isascii() and after[:1].isalnum() else ""
    )


def _without_repeated_headers(pages: Iterable[list[Line]]) -> list[list[Line]]:
    """A table that goes on over the page prints its header again: the same row that opened it on the page before."""
    kept: list[list[Line]] = []
    header = ""
    for page in pages:
        first = next((line for line in page if line.table), None)
        repeated = first is not None and first.text == header
        kept.append([line for line in page if not (repeated and line is first)])
        header = first.text if first else ""
    return kept


def _mark_title(written: list[str], body: list[Line], usual: float) -> list[str]:
    first = next((line for line in body[:8] if line.height > _BIG * usual), None)
    if first is None:
        return written
    return [
        "# " + re.sub(r"\s+", "", text) if text.startswith(first.text) else text for text in written[:10]
    ] + written[10:]
