"""Finds service items by their names in what people write.

Names are compared folded (NFKC, lower case); the longest wins, and a Latin name must stand as whole words, so that
"pe" is not found in "permit".
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

from policy_kb.catalogue.entries import ServiceItem


@dataclass(frozen=True, slots=True)
class Mention:
    """An item named in a text: ``phrase`` is the name or alias as the catalogue writes it."""

    item: ServiceItem
    phrase: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Name:
    """One name or alias of an item: ``folded`` as it is compared, ``phrase`` as the catalogue writes it."""

    folded: str
    phrase: str
    item_id: str


def list_names(items: Mapping[str, ServiceItem]) -> tuple[Name, ...]:
    """Every name and alias, in catalogue order, each once an item."""
    return tuple(
        dict.fromkeys(
            Name(_fold(phrase), phrase, item.id)
            for item in items.values()
            for phrase in (item.name.zh, item.name.en, *item.aliases.all)
        )
    )


def find_mentions(text: str, names: Iterable[Name], items: Mapping[str, ServiceItem]) -> list[Mention]:
    """The names in the text, longest first (of two as long the later: the head of a Chinese phrase comes last).

    A name inside a longer one found there does not count. Positions are those in the NFKC form of ``text``. Several
    items may share an alias: each is returned.
    """
    shown = _fold(text)
    found = sorted(
        chain.from_iterable(_mentions_of(name, shown, items) for name in names),
        key=lambda mention: (mention.start - mention.end, -mention.end),
    )
    kept: list[Mention] = []
    for mention in found:
        if not any(_overlaps(mention, other) for other in kept):
            kept.append(mention)
    return kept


def _mentions_of(name: Name, text: str, items: Mapping[str, ServiceItem]) -> Iterable[Mention]:
    for start in _places(text, name.folded):
        yield Mention(items[name.item_id], name.phrase, start, start + len(name.folded))


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _places(text: str, phrase: str) -> list[int]:
    """Where the phrase stands in the text; a Latin phrase only as whole words."""
    places, start = [], text.find(phrase)
    while start >= 0:
        if not _inside_word(text, start, start + len(phrase)):
            places.append(start)
        start = text.find(phrase, start + 1)
    return places


def _inside_word(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return (_latin(text[start]) and _latin(before)) or (_latin(text[end - 1]) and _latin(after))


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _overlaps(mention: Mention, other: Mention) -> bool:
    """Whether they share characters without being the same span, which two items with one alias are."""
    same = (mention.start, mention.end) == (other.start, other.end)
    return not same and mention.start < other.end and other.start < mention.end


__all__ = ["Mention", "Name", "find_mentions", "list_names"]
