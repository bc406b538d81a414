"""Which language a message is written in."""

import re

_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")


def find_language(text: str) -> str | None:
    """``"zh"`` with any Chinese character, ``"en"`` from two Latin words on, None when it could be either."""
    if _HAN.search(text):
        return "zh"
    return "en" if len(_LATIN_WORD.findall(text)) >= 2 else None
