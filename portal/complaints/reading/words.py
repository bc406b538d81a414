"""The word lists of the folder ``words`` and how they become patterns."""

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

_WORDS = Path(__file__).with_name("words")


@lru_cache(maxsize=1)
def word_lists() -> dict[str, Any]:
    """Every topic of ``words/*.yml``: topic -> words, or kind -> words."""
    lists: dict[str, Any] = {}
    for path in sorted(_WORDS.glob("*.yml")):
        lists |= yaml.safe_load(path.read_text(encoding="utf-8"))
    return lists


def any_of(words: Iterable[str]) -> str:
    """A pattern for one of the words, longest first; English words only as whole words."""
    return "(?:" + "|".join(_bounded(word) for word in sorted(set(words), key=len, reverse=True)) + ")"


def _bounded(word: str) -> str:
    escaped = re.escape(word)
    return rf"(?<![A-Za-z]){escaped}(?![A-Za-z])" if re.match(r"[A-Za-z]", word) else escaped


@lru_cache(maxsize=32)
def pattern_of(topic: str) -> re.Pattern[str]:
    """One of the words of a list, in any case."""
    return re.compile(any_of(word_lists()[topic]), re.I)
