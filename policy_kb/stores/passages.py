"""Clauses to passages, the unit of search, the same for every store.

A clause is one passage under its law's title and headings, so that a question
naming the law finds it. A long clause is searched by its paragraphs as well,
and the best of them is the 款 to quote.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from policy_kb.model import Clause, Paragraph, Version
from policy_kb.text.segment import fingerprint, tokens

LONG = 300  # characters; nine of ten clauses are shorter
_CUT = 3  # raise it when passages are made differently
FIRST_DAY, LAST_DAY = date.min.toordinal(), date.max.toordinal()  # stand for an unknown beginning and no end


@dataclass(frozen=True, slots=True)
class Passage:
    """``paragraph`` is 0 for the whole clause. ``words`` and ``grams`` are joined by spaces, for a whitespace analyser."""

    clause_id: str
    paragraph: int
    article: int
    words: str
    grams: str


@dataclass(frozen=True, slots=True)
class _Tokens:
    words: list[str]
    grams: list[str]

    def __add__(self, other: "_Tokens") -> "_Tokens":
        return _Tokens(self.words + other.words, self.grams + other.grams)


def _tokens(text: str) -> _Tokens:
    return _Tokens(*tokens(text))


def passages(version: Version) -> Iterator[Passage]:
    """All passages of a version, clause by clause."""
    title = _tokens(version.title)
    headings: dict[tuple[str, ...], _Tokens] = {}
    for clause in version.clauses:
        if clause.headings not in headings:
            headings[clause.headings] = title + _tokens(" ".join(clause.headings))
        yield from _passages_of(clause, headings[clause.headings])


def _passages_of(clause: Clause, above: _Tokens) -> Iterator[Passage]:
    parts = [_tokens(_printed(paragraph)) for paragraph in clause.paragraphs] or [_tokens(clause.text)]
    whole = above + _tokens(clause.label)
    for part in parts:
        whole = whole + part
    yield _passage(clause, 0, whole)
    if len(parts) > 1 and len(clause.text) > LONG:
        for paragraph, part in zip(clause.paragraphs, parts, strict=True):
            yield _passage(clause, paragraph.number, above + part)


def _printed(paragraph: Paragraph) -> str:
    return "\n".join((paragraph.text, *paragraph.items))


def _passage(clause: Clause, paragraph: int, tokens: _Tokens) -> Passage:
    return Passage(clause.id, paragraph, clause.article, " ".join(tokens.words), " ".join(tokens.grams))


def layout() -> str:
    """Names how passages are made and cut; a store whose index was made otherwise rebuilds it."""
    return f"{_CUT}-{LONG}-{fingerprint()}"


def span(version: Version) -> tuple[int, int]:
    """First day in force and first day no longer, as proleptic day numbers."""
    begins = version.in_force_from.toordinal() if version.in_force_from else FIRST_DAY
    return begins, version.in_force_to.toordinal() if version.in_force_to else LAST_DAY


def over_fetch(limit: int) -> int:
    """How many passages to ask for so that ``limit`` clauses are among them: one clause in four has passages of its own 款."""
    return 2 * limit + 20
