"""One written form for what people and sources write in many.

Zero-width, tag and control characters hide text or break matching, so they go
first; full-width forms fold by NFKC; traditional characters become simplified.
The legal texts themselves are stored as printed: this form is for matching only.
"""

import re
import unicodedata
from functools import lru_cache

from opencc import OpenCC

# Cf (format: zero-width, bidi marks, tags, soft hyphen) and Cc (control) except line breaks and tabs.
_SPACES = re.compile(r"[^\S\n]+")
# Nearly every text holds these only, and none of them is invisible (tests/policy_kb/test_text.py looks at each).
_VISIBLE = re.compile(
    r"[\n\t -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2030-\u205e\u2460-\u24ff\u3000-\u9fff\uff01-\uff5e]*"
)
_TRADITIONAL = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("t2s")


def strip_invisible(text: str) -> str:
    """``text`` without characters that take no room: zero-width, bidirectional marks, tags, controls, variation selectors."""
    if _VISIBLE.fullmatch(text):
        return text
    return "".join(
        character
        for character in text
        if character in "\n\t"
        or not (
            unicodedata.category(character) in {"Cf", "Cc", "Cs", "Co"}
            or "\ufe00" <= character <= "\ufe0f"
            or "\U000e0100" <= character <= "\U000e01ef"
            or character == "\u034f"
        )
    )


def normalise(text: str) -> str:
    """The form used for matching: NFKC, visible characters only, simplified Chinese, single spaces, ends trimmed."""
    visible = unicodedata.normalize("NFKC", strip_invisible(text.replace("\r\n", "\n").replace("\r", "\n")))
    visible = strip_invisible(visible)
    if _TRADITIONAL.search(visible):
        visible = _converter().convert(visible)
    return _SPACES.sub(" ", visible).strip()
