"""The few words the portal needs when Rasa is away: danger, stop, yes, no, a person, a question.

The bot knows many more (bot/components/signals.py); these are read from ``lexicon.yml``. Danger is looked for
even when everything works, because recall counts most there.
"""

import re
from functools import lru_cache
from pathlib import Path

import yaml

_CLOSING = re.compile(r"[\s.。!！~…,，;；、]+$")


@lru_cache(maxsize=1)
def _patterns() -> dict[str, list[re.Pattern[str]]]:
    raw = yaml.safe_load((Path(__file__).parent / "lexicon.yml").read_text(encoding="utf-8"))
    return {name: [re.compile(pattern, re.IGNORECASE) for pattern in patterns] for name, patterns in raw.items()}


def says(what: str, text: str) -> bool:
    """Whether the text says this (a key of ``lexicon.yml``)."""
    plain = _CLOSING.sub("", text.strip())
    return any(pattern.search(plain) for pattern in _patterns()[what])


def is_emergency(text: str) -> bool:
    """Somebody is in danger now; a question about the rules of reporting danger is not."""
    return says("emergency", text) and (not says("about_danger", text) or says("harm_now", text))
