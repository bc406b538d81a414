"""The language of a question, and the Chinese words of an English one.

English questions are answered from Chinese law: their terms are put into the law's words by a dictionary and then
take the same way as a Chinese question. What the dictionary lacks is dropped and counted as not understood.
"""

import re

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
