"""Which language a message is written in."""

import re

_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
# What a sentence is built of and no name, address or title: who says it speaks the language.
_SAYING = re.compile(
    r"\b(?:is|are|was|were|am|do|does|did|can|could|will|would|shall|should|must|may|have|has|had|what|which|who|where|when"
    r"|why|how|i|my|me|we|our|you|your|it|they|their|he|she|this|that|there)\b",
    re.IGNORECASE,
)
_JOINING = re.compile(r"\b(?:the|an?|to|for|of|from|with|about|not|and|or|if|in|on|at|please)\b", re.IGNORECASE)
_CHINESE = re.compile(
    r"我|你|您|他们|她|什么|怎|如何|为何|为啥|多久|多少|是不是|能不能|可不可以|会不会|要不要|请问|没有|不[是能会要用想知行对可]|这[个是些样]|那[个是些么]"
    r"|[吗呢吧了][。.!！?？]*$|[\u3400-\u9fff][?？]$"
)
_LEAST_BUILT = 2  # words of both kinds in an English sentence


def find_language(text: str) -> str | None:
    """``"zh"`` with any Chinese character, ``"en"`` from two Latin words on, None when it could be either. An English
    sentence that only quotes a Chinese name or term stays English."""
    if _HAN.search(text):
        return "en" if _is_english_sentence(text) and not _CHINESE.search(text) else "zh"
    return "en" if len(_LATIN_WORD.findall(text)) >= 2 else None


def find_spoken(text: str) -> str | None:
    """The language of a sentence or question; None for what may stand in either: a name, an address, a number, a yes."""
    if _HAN.search(text) and _CHINESE.search(text):
        return "zh"
    return "en" if _is_english_sentence(text) else None


def _is_english_sentence(text: str) -> bool:
    said = len(_SAYING.findall(text))
    return said > 0 and said + len(_JOINING.findall(text)) >= _LEAST_BUILT
