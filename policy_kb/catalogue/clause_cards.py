"""Clause cards: what people ask that one clause answers, in their words, with a short answer in ours.

``cards/<title>.jsonl`` holds one card a line: ``{"t": title, "a": article, "s": sub, "q": [zh questions],
"e": [en questions], "zh": answer, "en": answer}`` (``s`` only for 第十六条之一). The law itself is not in them:
a card speaks only where its clause is loaded and in force, and its answer is shown with the clause quoted.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policy_kb.catalogue.entries import Cite, Phrases, Text
from policy_kb.errors import CatalogueError

_FIELDS = {"t", "a", "s", "q", "e", "zh", "en"}
LONGEST = 200  # characters of a Chinese answer: a card is a first sentence or two, not a summary


@dataclass(frozen=True, slots=True)
class Card:
    """One clause's questions and answer. ``number`` counts the cards of its text from 1."""

    title: str
    article: int
    asks: Phrases
    answer: Text
    sub: int = 0
    number: int = 0

    @property
    def id(self) -> str:
        return f"card:{self.title}:{self.number}"

    @property
    def key(self) -> str:
        """The clause's name, which further cards of the text do not change."""
        return f"{self.title}:{self.article}:{self.sub}"

    @property
    def cite(self) -> Cite:
        return Cite(self.title, self.article)


def load_cards(folder: Path) -> tuple[Card, ...]:
    """The cards of every ``*.jsonl`` in ``folder``, by file name; CatalogueError names the file and the line."""
    return tuple(card for path in sorted(folder.glob("*.jsonl")) for card in _read_file(path))


def _read_file(path: Path) -> list[Card]:
    cards = list[Card]()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            cards.append(_read_card(json.loads(line), len(cards) + 1))
        except (ValueError, KeyError, TypeError) as error:
            raise CatalogueError(f"cards/{path.name}: line {number}: {_told(error)}") from error
        if cards[-1].title != path.stem:
            raise CatalogueError(
                f"cards/{path.name}: line {number}: t: {cards[-1].title!r} must be the name of the file"
            )
    return cards


def _told(error: Exception) -> str:
    return f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)


def _read_card(raw: dict[str, Any], number: int) -> Card:
    unknown = set(raw) - _FIELDS
    if unknown:
        raise ValueError(f"unknown fields {', '.join(sorted(unknown))}; there are {', '.join(sorted(_FIELDS))}")
    title, article, sub = raw["t"], raw["a"], raw.get("s", 0)
    if not isinstance(article, int) or not isinstance(sub, int) or article < 1:
        raise ValueError(f"a and s must be numbers of an article, not {article!r} and {sub!r}")
    asks, answer = Phrases(_phrases(raw, "q"), _phrases(raw, "e")), Text(_sentence(raw, "zh"), _sentence(raw, "en"))
    if len(answer.zh) > LONGEST:
        raise ValueError(f"zh: {len(answer.zh)} characters; at most {LONGEST}")
    return Card(title, article, asks, answer, sub, number)


def _phrases(raw: dict[str, Any], field: str) -> tuple[str, ...]:
    given = raw[field]
    if not isinstance(given, list) or not given or not all(isinstance(each, str) and each.strip() for each in given):
        raise ValueError(f"{field}: must be a list of questions")
    return tuple(given)


def _sentence(raw: dict[str, Any], field: str) -> str:
    given = raw[field]
    if not isinstance(given, str) or not given.strip():
        raise ValueError(f"{field}: must be a sentence")
    return given


__all__ = ["Card", "load_cards"]
