"""When two values are the same: after width, blanks, traditional characters, order of a list, and renamed districts."""

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from policy_kb import text

DISTRICTS = Path(__file__).parent / "districts.yml"
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
NUMBER = re.compile(r"-?\d{1,9}(\.\d+)?")
PUNCTUATION = re.compile(r"[\s,，.。、;；:：'\"“”‘’\-—_/·()（）\[\]《》]+")


@lru_cache(maxsize=1)
def _renamed() -> dict[str, str]:
    return {str(old): str(new) for old, new in yaml.safe_load(DISTRICTS.read_text(encoding="utf-8")).items()}


def fold_district(address: str) -> str:
    """The address with today's name of its district."""
    for old, new in _renamed().items():
        if old in address:
            return address.replace(old, new)
    return address


def comparison_key(value: Any) -> Any:
    """Equal keys mean the same value."""
    if isinstance(value, dict):
        return tuple(sorted((k, comparison_key(v)) for k, v in value.items() if k not in ("_id", "id")))
    if isinstance(value, list):
        return tuple(sorted((comparison_key(v) for v in value), key=repr))
    return value if isinstance(value, bool) or value is None else _key_of(str(value))


@lru_cache(maxsize=8192)  # the same name and address stand on every record of a party
def _key_of(plain: str) -> str:
    if DAY.fullmatch(plain):
        return plain
    try:
        return str(Decimal(plain).normalize()) if NUMBER.fullmatch(plain) else _folded(plain)
    except InvalidOperation:
        return _folded(plain)


def _folded(plain: str) -> str:
    return PUNCTUATION.sub("", fold_district(text.normalise(plain))).casefold()


def has_old_district(value: Any) -> bool:
    """Whether a text names a district that has another name now."""
    if isinstance(value, dict):
        return any(has_old_district(v) for v in value.values())
    if isinstance(value, list):
        return any(has_old_district(v) for v in value)
    return isinstance(value, str) and fold_district(text.normalise(value)) != text.normalise(value)
