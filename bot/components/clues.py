"""What of a message counts for its intent: characters, words, and a few signs of its form.

Four channels, each a list of strings that a linear model weighs (``linear_intents``).
Digits are all 0, so that no number can ever look like an intent.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.components import signals
from bot.components.folding import fold

_DIGIT = re.compile("[0-9]")
_WORD = re.compile(r"\w")
_FORMS: dict[str, Callable[[str], bool]] = {
    "danger": signals.is_emergency,
    "stop": signals.is_stop,
    "yes": signals.is_yes,
    "no": signals.is_no,
    "why": signals.is_why,
    "skip": signals.is_skip,
    "people": signals.asks_for_people,
}


@dataclass(frozen=True)
class Said:
    """One message: its folded lower-case ``text`` and its ``words`` (jieba's, digits as 0)."""

    text: str
    words: tuple[str, ...]


def hear(text: str, words: Iterable[str]) -> Said:
    """``words`` as the tokenizer gives them; what has no letter or digit is left out."""
    folded = _DIGIT.sub("0", fold(text).text.lower())
    return Said(folded, tuple(word for word in words if _WORD.search(word)))


def _cut(text: str, longest: int) -> Iterator[str]:
    for length in range(1, longest + 1):
        for start in range(len(text) - length + 1):
            yield text[start : start + length]


def list_characters(said: Said) -> list[str]:
    """1 to 3 characters in a row, with marks for begin and end."""
    return list(_cut(f"^{said.text}$", 3))


def list_pieces(said: Said) -> list[str]:
    """1 to 4 characters in a row inside a word and its edges: endings and beginnings of English words, typing errors."""
    return [piece for word in said.words for piece in _cut(f" {word} ", 4)]


def list_words(said: Said) -> list[str]:
    """Words and pairs of words."""
    return [*said.words, *(f"{first} {second}" for first, second in zip(said.words, said.words[1:], strict=False))]


class FieldWords:
    """The words of this field (drugs, devices, cosmetics, licences), to tell a question of ours from any other."""

    def __init__(self, chinese: Iterable[str], english: Iterable[str]) -> None:
        self._chinese = frozenset(chinese)
        names = sorted({name.lower() for name in english}, key=len, reverse=True)
        self._english = re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})s?\b" if names else "(?!)")

    def count(self, said: Said) -> int:
        """How many of them the message holds."""
        return sum(word in self._chinese for word in said.words) + len(self._english.findall(said.text))


def read_field_words(folder: Path) -> FieldWords:
    """From jieba dictionaries (``*.txt``: word first) and term lists (``*.yml``: English → Chinese)."""
    chinese = [
        line.split()[0].lower()
        for path in sorted(folder.glob("*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    ]
    english = [
        str(name) for path in sorted(folder.glob("*.yml")) for name in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]
    return FieldWords(chinese, english)


def list_clues(said: Said, field: FieldWords) -> list[str]:
    """Signs of the form: words of our field, question or not, length, and what the word patterns say."""
    plain = signals.plain(said.text)
    words, asks = f"field {min(field.count(said), 2)}", f"asks {signals.is_question(plain)}"
    length = f"length {min(len(said.words) // 4, 4)}"
    forms = [name for name, holds in _FORMS.items() if holds(plain)]
    return [words, asks, f"{words} {asks}", length, f"{words} {length}", *forms]
