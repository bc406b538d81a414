"""The words people use, read once: kinds of question, empty words, product words, synonyms, English terms."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

_HERE = Path(__file__).resolve().parent
DICTIONARIES = _HERE.parent / "catalogue" / "dictionaries"


@dataclass(frozen=True, slots=True)
class AskedKind:
    """One kind of question: how it is asked, what its answer looks like in law, which catalogue entries answer it.

    ``asked`` is how it is asked once more of another case, "" where the earlier question must be repeated.
    """

    id: str
    zh: re.Pattern[str]
    en: re.Pattern[str]
    clause: re.Pattern[str]
    facts: tuple[str, ...]
    unless: re.Pattern[str] | None = None
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    kinds: Mapping[str, AskedKind]
    generic: frozenset[str]
    stop: frozenset[str]
    products: Mapping[str, tuple[str, ...]]
    own_rules: tuple[str, ...]
    special_cosmetic: tuple[str, ...]
    imported: tuple[str, ...]
    class_words: Mapping[str, tuple[str, ...]]
    spelling: tuple[str, ...]
    subjects: tuple[str, ...]
    aspects: Mapping[str, tuple[str, ...]]
    aspects_unless: Mapping[str, re.Pattern[str]]
    businesses: Mapping[str, tuple[str, ...]]
    lists: Mapping[str, Mapping[str, tuple[str, ...]]]
    activities: Mapping[str, tuple[str, ...]]
    swaps: tuple[tuple[str, ...], ...]  # rows of words that stand for one another, the longer ones of a row first
    synonyms: Mapping[str, tuple[str, ...]]  # a word people use → the words of the law for it
    english: tuple[tuple[str, tuple[str, ...]], ...]  # lower-case English phrase → Chinese terms, longest first


@lru_cache(maxsize=1)
def load_vocabulary() -> Vocabulary:
    raw = _read(_HERE / "vocabulary.yml")
    return Vocabulary(
        kinds={name: _asked_kind(name, entry) for name, entry in raw["kinds"].items()},
        generic=frozenset(str(word) for words in raw["generic"].values() for word in words),
        stop=frozenset(str(word) for words in raw["stop"].values() for word in words),
        products={name: tuple(words) for name, words in raw["products"].items()},
        own_rules=tuple(raw["own_rules"]),
        special_cosmetic=tuple(raw["special_cosmetic"]),
        imported=tuple(raw["imported"]),
        class_words={str(name): tuple(words) for name, words in raw["class_words"].items()},
        spelling=tuple(raw["spelling"]),
        subjects=tuple(raw["subjects"]),
        aspects={name: tuple(words) for name, words in raw["aspects"].items()},
        aspects_unless={name: re.compile(pattern) for name, pattern in raw["aspects_unless"].items()},
        lists={
            kind: {language: tuple(asks) for language, asks in entry.items()} for kind, entry in raw["lists"].items()
        },
        activities={name: tuple(words) for name, words in raw["activities"].items()},
        businesses={name: tuple(words) for name, words in raw["businesses"].items()},
        swaps=tuple(tuple(sorted(row, key=len, reverse=True)) for row in raw["swaps"]),
        synonyms=_load_synonyms(DICTIONARIES / "synonyms.yml"),
        english=_load_english(DICTIONARIES / "english_terms.yml"),
    )


def _read(path: Path) -> dict[str, Any]:
    with path.open(encoding="utf-8") as source:
        return dict(yaml.safe_load(source) or {})


def _asked_kind(name: str, entry: dict[str, Any]) -> AskedKind:
    return AskedKind(
        name,
        re.compile("|".join(f"(?:{pattern})" for pattern in entry["zh"])),
        re.compile("|".join(f"(?:{pattern})" for pattern in entry["en"])),
        re.compile(entry["clause"]),
        tuple(entry["facts"]),
        re.compile(entry["unless"]) if "unless" in entry else None,
        entry.get("asked", ""),
    )


def _as_words(value: Any) -> tuple[str, ...]:
    return tuple(str(word) for word in value) if isinstance(value, list) else (str(value),)


def _load_synonyms(path: Path) -> dict[str, tuple[str, ...]]:
    """``canonical: [variants]`` turned round; a variant may stand for several words of the law."""
    if not path.exists():
        return {}
    turned: dict[str, tuple[str, ...]] = {}
    for canonical, variants in _read(path).items():
        for variant in _as_words(variants):
            turned[variant.lower()] = (*turned.get(variant.lower(), ()), str(canonical).lower())
    return turned


def _load_english(path: Path) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not path.exists():
        return ()
    entries = {str(phrase).lower(): _as_words(terms) for phrase, terms in _read(path).items()}
    return tuple(sorted(entries.items(), key=lambda entry: -len(entry[0])))
