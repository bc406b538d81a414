"""What a text asks and of what: the kinds of question, the field of products, the class of device, or nothing at all."""

import re
from functools import lru_cache

from policy_kb.answering.focusing import find_asking, find_focus
from policy_kb.answering.vocabulary import load_vocabulary
from policy_kb.text import parse_article, words

CLASS = re.compile(r"(?:第)?\s*([一二三123])\s*类|\bclass\s+(iii|ii|i|[123])\b|(?<![a-z])(iii|ii|i)\s*类")
_CLASS_NUMBER = {"一": "1", "二": "2", "三": "3", "i": "1", "ii": "2", "iii": "3"}
_NOT_DRUG = re.compile(r"药(监|管局|品监督管理)")


def find_asked_kinds(text: str, english: bool) -> tuple[str, ...]:
    """Kinds of the pieces that ask, else of the whole."""
    focus = find_focus(text)
    return find_kinds(find_asking(focus), english) or find_kinds(focus, english)


_SPECIFIC = ("validity", "annual_report", "fee")  # what they say is not also asking for a time limit


@lru_cache(maxsize=8192)
def find_kinds(text: str, english: bool = False) -> tuple[str, ...]:
    """Kinds asked for, the more specific first (the order of vocabulary.yml)."""
    found, rest = list[str](), text
    for kind in load_vocabulary().kinds.values():
        pattern = kind.en if english else kind.zh
        if pattern.search(rest) and not (kind.unless and kind.unless.search(text)):
            found.append(kind.id)
            if kind.id in _SPECIFIC:
                rest = pattern.sub(" ", rest)
    return tuple(found)


def is_bare(text: str, english: str) -> bool:
    """Nothing but what is asked: no product, no certificate, no law, no event."""
    vocabulary = load_vocabulary()
    if english:
        content = [
            word
            for word in re.findall(r"[a-z]+", english)
            if word not in vocabulary.generic and word not in vocabulary.stop
        ]
        return not content
    if parse_article(text) or find_domain(text):
        return False
    tokens = words(text)
    empty = [word for word in tokens if not _is_content(word)]
    return not any(_is_content(word) and not any(word in other for other in empty) for word in tokens)


def _is_content(word: str) -> bool:
    """A word that says what a question is about: not empty, not a way of asking."""
    vocabulary = load_vocabulary()
    if len(word) == 1 or word in vocabulary.generic or word in vocabulary.stop or word.isdigit():
        return False
    if any(subject in word for subject in vocabulary.subjects if subject not in vocabulary.generic):
        return True
    return not any(kind.zh.search(word) for kind in vocabulary.kinds.values())


def find_domain(text: str) -> str:
    """The one product field the words point to, "" when none or several do equally."""
    plain = _NOT_DRUG.sub("", text)
    scores = {
        name: sum(len(word) for word in listed if word in plain) for name, listed in load_vocabulary().products.items()
    }
    best = max(scores, key=lambda name: scores[name])
    others = max(score for name, score in scores.items() if name != best)
    return best if scores[best] > 2 * others else ""


def find_device_class(text: str) -> str:
    match = CLASS.search(text)
    if match and not re.match(r"(精神|疫苗|易制毒)", text[match.end() :]):
        return class_number(match)
    for number, listed in load_vocabulary().class_words.items():
        if contains_any(text, listed):
            return number
    return ""


def contains_any(text: str, listed: tuple[str, ...]) -> bool:
    return any(word in text for word in listed)


def class_number(match: re.Match[str]) -> str:
    written = match[1] or match[2] or match[3]
    return _CLASS_NUMBER.get(written, written)


__all__ = [
    "CLASS",
    "class_number",
    "contains_any",
    "find_asked_kinds",
    "find_device_class",
    "find_domain",
    "find_kinds",
    "is_bare",
]
