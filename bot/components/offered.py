"""Which of the options that were offered a message names: by its words, its value, or (at a choice) its number."""

import re
from typing import Any

from bot.components import signals
from bot.components.folding import fold

_ORDINAL = re.compile(
    r"^(?:选|我选|就选)?(?:第)?([1-9一二三四五六七八九]|10|十)(?:个|项|种|号)?$|^(?:选|我选)?([a-j])$|^(?:the )?(first|second|third|fourth|fifth)(?: one)?$|^(?:option|number|no\.?) ?([1-9])$"
)
_ORDINAL_WORDS = {w: i for i, w in enumerate("一二三四五六七八九十", start=1)} | {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
}


def find_option(text: str, options: list[dict[str, Any]], ordinals: bool) -> str | None:
    """The value of the option named in ``text`` (plain); ``ordinals`` also hears 第二个, b, the first one."""
    bare = re.sub(r"[\s\"'“”‘’?]", "", text)
    for option in options:
        names = {str(option.get("label", "")), str(option.get("value", ""))}
        if bare and bare in {re.sub(r"[\s\"'“”‘’]", "", signals.plain(fold(name).text)) for name in names if name}:
            return str(option["value"])
    found = _ORDINAL.match(text) if ordinals else None
    number = _read_ordinal(next(filter(None, found.groups()))) if found else 0
    return str(options[number - 1]["value"]) if 0 < number <= len(options) else None


def is_part_of_option(text: str, options: list[dict[str, Any]]) -> bool:
    """Whether the words stand in what an option is called (电子 for 电子证书); which one is meant, the portal says."""
    return len(text) > 1 and any(text in signals.plain(fold(str(option.get("label", ""))).text) for option in options)


def _read_ordinal(word: str) -> int:
    if word.isdigit():
        return int(word)
    return _ORDINAL_WORDS.get(word) or ord(word) - ord("a") + 1
