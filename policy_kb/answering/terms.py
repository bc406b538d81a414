"""The content words of a text, with the weight of each and the law's words for it."""

from dataclasses import replace
from functools import lru_cache

from policy_kb.answering.question import Term
from policy_kb.answering.vocabulary import load_vocabulary
from policy_kb.answering.weighing import is_known, weigh
from policy_kb.text import words


@lru_cache(maxsize=8192)
def find_aspects(text: str) -> tuple[str, ...]:
    """Aspects (vocabulary.yml) the text speaks of."""
    vocabulary, found = load_vocabulary(), list[str]()
    for name, ways in vocabulary.aspects.items():
        unless = vocabulary.aspects_unless.get(name)
        searched = unless.sub(" ", text) if unless else text
        if any(way in searched for way in ways):
            found.append(name)
    return tuple(found)


_ASPECT = 4.5  # weight of an aspect that none of the text's words carries


@lru_cache(maxsize=4096)
def make_terms(text: str) -> tuple[Term, ...]:
    """Content words of a Chinese text, each once, with the law's words for them as further forms.

    A popular phrase the segmenter does not know (过期药) is one term beside its words.
    """
    vocabulary, found = load_vocabulary(), dict[str, Term]()
    tokens = [word for word in dict.fromkeys(words(text)) if word not in vocabulary.stop]
    variants = [variant for variant in vocabulary.synonyms if variant in text and variant not in tokens]
    for word in tokens + variants:
        inside = any(word != other and word in other for other in tokens)
        if (
            not is_known(word)
            and (len(word) == 1 or inside or _is_made_of(word, tokens))
            and word not in vocabulary.synonyms
        ):
            continue
        if not any(word in term.forms for term in found.values()):
            found[word] = Term(word, _weight(word) * (_NESTED if inside else 1.0), _forms(word))
    for aspect in find_aspects(text):
        ways = vocabulary.aspects[aspect]
        if not any(way in found for way in ways):
            found[ways[0]] = Term(ways[0], _ASPECT, ways)
    return tuple(found.values())


_NESTED = 0.4  # a word inside a longer one of the same text says little more
_CHATTER = 3.0  # most weight of a word that neither the law nor the dictionaries know


def law_words(text: str) -> tuple[str, ...]:
    """Words of the law for what the text says otherwise: its aspects' first ways, its businesses' activities."""
    vocabulary = load_vocabulary()
    aspects = [vocabulary.aspects[name][0] for name in find_aspects(text)]
    businesses = [word for name, listed in vocabulary.businesses.items() if name in text for word in listed]
    return tuple(dict.fromkeys(aspects + businesses))


_ASIDE = 0.2  # what a word of the story around the question weighs
BEFORE = (
    0.5  # and one of the question before; run of 2026-11-26, 156 follow-ups: .2 first .603, among three .756, this .769
)


def focus_terms(text: str, focus: str, beside: float = _ASIDE) -> tuple[Term, ...]:
    """The terms of a text, those outside its focus with the share ``beside`` of their weight."""
    if focus == text:
        return make_terms(text)
    asked = {term.word for term in make_terms(focus)}
    return tuple(
        term if term.word in asked else replace(term, weight=term.weight * beside) for term in make_terms(text)
    )


def _is_made_of(word: str, tokens: list[str]) -> bool:
    """A compound all of whose characters stand in shorter words of the same text."""
    parts = [other for other in tokens if other != word and len(other) > 1 and other in word]
    covered = {place for part in parts for start in [word.find(part)] for place in range(start, start + len(part))}
    return len(covered) == len(word)


def _weight(word: str) -> float:
    """That of the word, or of the best known of its forms when the law does not use it."""
    if is_known(word):
        return min(weigh(word), 7.0) * (0.5 if len(word) == 1 else 1.0)
    known = [weigh(form) for form in _forms(word)[1:] if is_known(form)]
    return min(max(known), 7.0) if known else _CHATTER


def _forms(word: str) -> tuple[str, ...]:
    """The word, the law's words for it, and the ways of its aspect."""
    vocabulary = load_vocabulary()
    return tuple(dict.fromkeys((word, *vocabulary.synonyms.get(word, ()), *_ways().get(word, ()), *_product(word))))


_PRODUCT_WORDS = {"cosmetic": "化妆品", "device": "医疗器械"}


def _product(word: str) -> tuple[str, ...]:
    """The law's word for the group of products a product belongs to."""
    listed = load_vocabulary().products
    return tuple(
        name for domain, name in _PRODUCT_WORDS.items() if len(word) > 1 and word in listed[domain] and word not in name
    )


@lru_cache(maxsize=1)
def _ways() -> dict[str, tuple[str, ...]]:
    return {way: ways for ways in load_vocabulary().aspects.values() for way in ways}


__all__ = ["BEFORE", "find_aspects", "focus_terms", "law_words", "make_terms"]
