"""A message in the form it is read in: one written form for what people write in many, every sign traceable to the text.

Full-width signs, traditional characters and pinyin are folded; ``cut`` gives back the words as they were written.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from policy_kb import normalise

Span = tuple[int, int]
_CLAUSE_END = re.compile(
    r"[,。!?;\n…~|]+|(?<=[\u4e00-\u9fff]) +|(?<=[A-Za-z\d]) +(?=[\u4e00-\u9fff])|[\U0001f300-\U0001faff\u2600-\u27bf]+|\.(?=\s|$)|\.{2,}"
)
_SENTENCE_END = re.compile(r"[。!?;\n]+|[\U0001f300-\U0001faff\u2600-\u27bf]+|\.(?=\s|$)|\.{2,}")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0002fa1f]")
_LETTER = re.compile(r"[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Message:
    """``plain`` is what is read; sign i of it stands at ``starts[i]:ends[i]`` of ``text``. ``said_on`` Beijing time."""

    text: str
    plain: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    said_on: date
    english: bool

    def cut(self, span: Span) -> str:
        """The words of the span as they were written."""
        return self.text[self.starts[span[0]] : self.ends[span[1] - 1]] if span[0] < span[1] else ""

    def clauses(self) -> tuple[Span, ...]:
        """Pieces between commas and stops; signs that only part (spaces between Chinese, emoji) part too."""
        return _pieces(self.plain, _CLAUSE_END)

    def clause_at(self, position: int) -> Span:
        return next((span for span in self.clauses() if span[0] <= position < span[1]), (position, position))

    def sentence_at(self, position: int) -> Span:
        found = (span for span in _pieces(self.plain, _SENTENCE_END) if span[0] <= position < span[1])
        return next(found, (position, position))

    def before(self, position: int, width: int = 12) -> str:
        return self.plain[max(0, position - width) : position]

    def after(self, position: int, width: int = 12) -> str:
        return self.plain[position : position + width]


@lru_cache(maxsize=64)
def _pieces(plain: str, end: re.Pattern[str]) -> tuple[Span, ...]:
    pieces: list[Span] = []
    start = 0
    for found in end.finditer(plain):
        if found.start() > start:
            pieces.append((start, found.start()))
        start = found.end()
    return (*pieces, (start, len(plain))) if start < len(plain) else tuple(pieces)


def make_message(text: str, said_on: date) -> Message:
    """Fold sign by sign, so that no offset moves; a message in pinyin becomes Chinese where its words are known."""
    plain = "".join(_fold(sign) for sign in text)
    if not _HAN.search(plain):
        from portal.complaints.reading import pinyin  # needs the word lists, which most messages do not

        if read := pinyin.read_pinyin(plain):
            return Message(text, read.plain, read.starts, read.ends, said_on, english=False)
    places = tuple(range(len(text)))
    return Message(text, plain, places, tuple(n + 1 for n in places), said_on, english=_is_english(plain))


@lru_cache(maxsize=8192)
def _fold(sign: str) -> str:
    if sign in "\n\r\t":
        return "\n" if sign == "\n" else " "
    folded = normalise(sign)
    return folded if len(folded) == 1 else (" " if sign.isspace() else sign)


def _is_english(plain: str) -> bool:
    return len(_LETTER.findall(plain)) > 3 * len(_HAN.findall(plain)) and bool(
        re.search(r"[A-Za-z]{2,} [A-Za-z]{2,}", plain)
    )
