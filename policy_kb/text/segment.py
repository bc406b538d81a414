"""Words and character grams, cut once for both stores and for every question.

jieba words carry meaning, character bigrams carry whatever the dictionary does
not know; indexed together they beat either alone. The lexicon is our own, so a
library that also uses jieba cannot change our cuts.
"""

import hashlib
import re
from functools import lru_cache
from operator import add
from pathlib import Path

from policy_kb.text.lexicon import Lexicon
from policy_kb.text.normal import normalise
from policy_kb.text.numerals import parse_number

DICTIONARY = Path(__file__).resolve().parent.parent / "catalogue" / "dictionaries" / "domain.txt"

_HAN = r"\u3400-\u9fff"
_RUN = re.compile(rf"[{_HAN}]+|[a-z0-9]+(?:[.\-/][a-z0-9]+)*")
# 九十个工作日 must meet "90个工作日": such numerals are indexed in both writings.
_COUNTED = re.compile(
    r"([零〇一二三四五六七八九十百千两]+)(?=个|日|天|年|月|条|款|项|倍|万|元|次|类|名|人|小时|种|号|周)"
)


def fingerprint() -> str:
    """Changes with the dictionary: what was indexed with another one must be indexed again."""
    return hashlib.sha256(DICTIONARY.read_bytes()).hexdigest()[:12] if DICTIONARY.exists() else "none"


@lru_cache(maxsize=1)
def _lexicon() -> Lexicon:
    return Lexicon(DICTIONARY)


def words(text: str) -> list[str]:
    """The words of ``text`` in order, normalised and lower-cased, long words preceded by the shorter ones inside them.

    Punctuation and spaces are dropped; a counted Chinese numeral also yields its Arabic form.
    """
    return [word for piece in _runs(text) for word in _words_of(piece)]


def cut(run: str) -> list[str]:
    """The words of a run of Chinese (no other characters), one after the other and each once, as printed."""
    return _lexicon().cut(run)


def _runs(text: str) -> list[str]:
    return _RUN.findall(normalise(text).lower())


@lru_cache(maxsize=10_000)  # law repeats itself: headings, formulas, and whole sentences from version to version
def _words_of(piece: str) -> tuple[str, ...]:
    if piece[0].isascii():
        return (piece,)
    found: list[str] = []
    for word in _lexicon().cut(piece):
        found.extend(_inside(word))
        found.append(word)
    return (*found, *_arabic(piece))


@lru_cache(maxsize=20_000)
def _inside(word: str) -> tuple[str, ...]:
    """Shorter words inside a long one. jieba's own search mode stops at three characters and would lose 医疗器械."""
    if len(word) < 3:
        return ()
    known = _lexicon()
    return tuple(
        word[start : start + length]
        for length in range(2, len(word))
        for start in range(len(word) - length + 1)
        if word[start : start + length] in known
    )


def _arabic(piece: str) -> list[str]:
    numbers = (parse_number(match[1]) for match in _COUNTED.finditer(piece))
    return [str(number) for number in numbers if number is not None and number > 0]


def grams(text: str) -> list[str]:
    """Single characters and neighbouring pairs of every run of Chinese; Latin words and numbers stay whole."""
    return [gram for piece in _runs(text) for gram in _grams_of(piece)]


def _grams_of(piece: str) -> list[str]:
    if piece[0].isascii():
        return [piece]
    return [*piece, *map(add, piece, piece[1:])]


def tokens(text: str) -> tuple[list[str], list[str]]:
    """``words`` and ``grams`` of ``text``, read once."""
    runs = _runs(text)
    return [word for piece in runs for word in _words_of(piece)], [gram for piece in runs for gram in _grams_of(piece)]


_PIECE = re.compile(rf"[{_HAN}]+|[A-Za-z0-9]+(?:[.\-/][A-Za-z0-9]+)*|[\s\S]")


def cut_lossless(text: str) -> list[str]:
    """The text in words, numbers and single signs; joined they give it back, unlike ``words``."""
    found: list[str] = []
    for match in _PIECE.finditer(text):
        piece = match.group()
        found.extend(_lexicon().cut(piece) if re.match(rf"[{_HAN}]", piece) else (piece,))
    return found
