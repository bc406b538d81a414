"""The language of a question, and the Chinese words of an English one.

English questions are answered from Chinese law: their terms are put into the law's words by a dictionary and then
take the same way as a Chinese question. What the dictionary lacks is dropped and counted as not understood.
"""

import re
from collections.abc import Sequence

from policy_kb.answering.vocabulary import load_vocabulary

_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN_WORD = re.compile(r"[a-z][a-z'\-]*")


def detect_language(text: str) -> str:
    """``"en"`` when Latin words carry the sentence, else ``"zh"``."""
    han, latin = len(_HAN.findall(text)), len(_LATIN_WORD.findall(text.lower()))
    if han == 0:
        return "en" if latin else "zh"
    return "en" if latin >= 6 and latin > han else "zh"


def translate(text: str) -> tuple[str, tuple[str, ...]]:
    """The Chinese terms of an English question in order, joined by spaces, and the content words nobody translated."""
    rest, found = f" {_fold(text)} ", list[tuple[int, str]]()
    for phrase, terms in load_vocabulary().english:
        for match in _phrase_pattern(phrase).finditer(rest):
            found.append((match.start(), " ".join(terms)))
        rest = _phrase_pattern(phrase).sub(lambda match: "\0" * len(match.group()), rest)
    vocabulary = load_vocabulary()
    unknown = tuple(word for word in _LATIN_WORD.findall(rest) if word not in vocabulary.stop and len(word) > 2)
    return " ".join(terms for _, terms in sorted(found)), unknown


def swap_phrases(text: str, other: str, rows: Sequence[Sequence[str]]) -> str:
    """An English text with one phrase of it replaced by a phrase of ``other`` that stands for another word of the same row
    (drug maker for cosmetics maker), lower case; "" when no row has a word of each."""
    ours, theirs = _find_phrases(text), _find_phrases(other)
    for row in rows:
        new = next(((phrase, term) for phrase, _, term in theirs if term in row), None)
        old = next(((phrase, place, term) for phrase, place, term in ours if term in row), None)
        if new and old and new[1] != old[2] and all(term != new[1] for _, _, term in ours):
            folded = _fold(text)
            return f"{folded[: old[1]]}{new[0]}{folded[old[1] + len(old[0]) :]}"
    return ""


def _find_phrases(text: str) -> list[tuple[str, int, str]]:
    """Each phrase of the dictionary as it stands in the folded text, its place, and a Chinese term of it, the longest first."""
    rest, found = _fold(text), list[tuple[str, int, str]]()
    for phrase, terms in load_vocabulary().english:
        for match in _phrase_pattern(phrase).finditer(rest):
            found.extend((match.group(), match.start(), term) for term in terms)
        rest = _phrase_pattern(phrase).sub(lambda match: "\0" * len(match.group()), rest)
    return found


_patterns: dict[str, re.Pattern[str]] = {}


def _phrase_pattern(phrase: str) -> re.Pattern[str]:
    if phrase not in _patterns:
        tail = r"(?:es|s)?" if phrase[-1:].isalpha() and not phrase.endswith("s") else ""
        _patterns[phrase] = re.compile(rf"(?<![a-z0-9]){re.escape(_fold(phrase))}{tail}(?![a-z0-9])")
    return _patterns[phrase]


def _fold(text: str) -> str:
    """Lower case, British spelling of licence, hyphens as spaces."""
    folded = text.lower().replace("license", "licence").replace("’", "'").replace("-", " ")
    return re.sub(r"\bpharmacies\b", "pharmacy", re.sub(r"\bauthoriz", "authoris", folded))
