"""One spelling for matching, while every match can still point into the original text.

Rasa, the portal and the complaint reader quote spans of what was typed; full-width
digits, ligatures, traditional characters and invisible characters must not shift them.
"""

import unicodedata
from dataclasses import dataclass
from pathlib import Path

_INVISIBLE = {"Cf", "Cc", "Cs", "Co"}


def _read_simplified() -> dict[int, str]:
    """Traditional → simplified character; the file has one line of each under its comments."""
    lines = Path(__file__).with_name("simplified.txt").read_text(encoding="utf-8").splitlines()
    traditional, simplified = (line for line in lines if line and not line.startswith("#"))
    return dict(zip(map(ord, traditional), simplified, strict=True))


_SIMPLIFIED = _read_simplified()


@dataclass(frozen=True)
class Folded:
    """``text`` is NFKC and simplified per character, without invisible ones; ``origin[i]`` is where ``text[i]`` came from."""

    text: str
    origin: tuple[int, ...]
    length: int

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the original text of ``text[start:end]`` (end exclusive, never empty for a non-empty match)."""
        if start >= end:
            raise ValueError(f"An empty span {start}:{end} has no place in the original text.")
        return self.origin[start], self.origin[end - 1] + 1


def fold(text: str) -> Folded:
    """Fold character by character, so that the offsets of the original survive."""
    characters: list[str] = []
    origin: list[int] = []
    for position, character in enumerate(text):
        if character in "\n\t\r":
            character = " "
        if unicodedata.category(character) in _INVISIBLE:
            continue
        for folded in unicodedata.normalize("NFKC", character).translate(_SIMPLIFIED):
            characters.append(folded)
            origin.append(position)
    return Folded("".join(characters), tuple(origin), len(text))
