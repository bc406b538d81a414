"""What an answer said in words means for the field that is asked: an option by a part of its name, a spoken day, a yes or no."""

import re
from datetime import timedelta
from typing import Any

from policy_kb import clock
from portal.applications import drafts
from portal.applications.drafts import View
from portal.forms.service import Field
from portal.vocabulary import is_private

_TAKES = {
    "yes",
    "yes please",
    "y",
    "ok",
    "right",
    "that one",
    "use it",
    "对",
    "是",
    "是的",
    "对的",
    "好",
    "好的",
    "就是这个",
    "用这个",
}


def find_offer(view: View, field: Field, said: str) -> Any:
    """The offered value that was pressed (``fact:<id>``), or agreed to when it is the only one."""
    offers = [] if field.options else drafts.offered(view.outcomes.get(field.id))
    if len(offers) == 1 and not is_private(field.concept) and said.strip().rstrip("。.!！").lower() in _TAKES:
        return offers[0]
    return next((c for c in offers if said == f"fact:{c.fact_id}"), None)


_SAID_DAYS = {"今天": 0, "今日": 0, "today": 0, "昨天": 1, "昨日": 1, "yesterday": 1, "前天": 2}


def tidy(field: Field, text: str) -> str | list[str]:
    """A spoken answer without the full stop behind it; “today” as the day it is, words that mean options as their codes."""
    if field.type not in ("choice", "choices", "yes_no", "declaration", "date", "number"):
        return text.strip()
    said = text.strip().rstrip("。.!！")
    if field.type == "date" and said.lower() in _SAID_DAYS:
        return (clock.today() - timedelta(days=_SAID_DAYS[said.lower()])).isoformat()
    if field.type == "choice":
        return _find_meant(field, said) or said
    return (_find_all_meant(field, said) or said) if field.type == "choices" else said


_BOTH = re.compile(r"^(?:both|两[个者种]?都|二者都|都)(?: of (?:them|these))?(?:有|是|要|选|做)?$", re.IGNORECASE)
_ALL = re.compile(r"^(?:all|全部|全都|所有)(?: of (?:them|these))?(?:都)?(?:有|是|要|选|做)?$", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:[,，、;；&+]|和|及|与|\band\b|\bas well as\b)+\s*", re.IGNORECASE)
_DENIES = re.compile(r"[不没非无除]|\b(?:not?|none|never|neither|except|without|only)\b|n't\b", re.IGNORECASE)


def _find_all_meant(field: Field, said: str) -> list[str] | None:
    """The codes of several options: all of them, or each part of the sentence one; None when a part fits none."""
    if _ALL.match(said) or (len(field.options) == 2 and _BOTH.match(said)):
        return [option.code for option in field.options]
    parts = [part for part in _BETWEEN.split(said) if part]
    found = [_find_meant(field, part) or _named(field, part) for part in parts]
    return [code for code in found if code] if found and all(found) else None


def _named(field: Field, said: str) -> str | None:
    """The code of the option that has exactly this label, in either language, or this code."""
    words = said.casefold()
    return next(
        (o.code for o in field.options if words in (o.code.casefold(), *(t.casefold() for t in o.label.values()))), None
    )


def _find_meant(field: Field, said: str) -> str | None:
    """The code of the one option with these words in its label, else of the one that shares most words with them."""
    words = said.casefold()
    if len(words) < 2 or _named(field, said):
        return None  # read as it stands
    found = [o.code for o in field.options if any(words in label.casefold() for label in o.label.values())]
    if found or _DENIES.search(said):
        return found[0] if len(found) == 1 else None
    own = _list_words(said)
    shared = {o.code: max(len(own & _list_words(label)) for label in o.label.values()) for o in field.options}
    best = [code for code, count in shared.items() if count == max(shared.values())]
    return best[0] if len(best) == 1 and 0 < len(own) <= 3 * shared[best[0]] else None


_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}
_EMPTY_WORDS = frozenset(
    [
        "the",
        "a",
        "an",
        "our",
        "my",
        "your",
        "its",
        "is",
        "are",
        "it",
        "we",
        "i",
        "of",
        "on",
        "in",
        "by",
        "for",
        "with",
        "to",
        "this",
        "that",
        "one",
        "please",
        "want",
    ]
)


def _list_words(text: str) -> set[str]:
    """English words (Roman numbers as digits, plurals as singulars) and pairs of Chinese characters."""
    low = text.casefold()
    english = {_ROMAN.get(word, word) for word in re.findall(r"[a-z0-9]+", low)} - _EMPTY_WORDS
    runs = re.findall(r"[\u3400-\u9fff]+", low)
    pairs = {run[place : place + 2] for run in runs for place in range(len(run) - 1)}
    return {word.rstrip("s") if len(word) > 3 else word for word in english} | pairs


_SAID_NO = re.compile(
    r"^(?:我们|都|也|一直|从来|目前|暂时|并)*(?:没有?|无|未|不|nothing|none|never|not|no)(?P<what>.{0,24})$",
    re.IGNORECASE,
)
_SAID_YES = re.compile(
    r"^(?:我们|也|确实|是)*(?:有|发生|yes|there (?:is|are|were|has been|have been))(?P<what>.{0,24})$", re.IGNORECASE
)
_EMPTY = re.compile(
    r"任何|什么|发生|过|的|了|啊|呢|吧|情况|\b(?:any|has|have|been|at all|some|a few|a|the)\b|[\s,，。.!！]"
)
_NEGATIVE = re.compile(r"不|没有|无|未|\bno[tn]?\b", re.IGNORECASE)


def read_yes_no(field: Field, text: str) -> str | None:
    """ "yes" or "no" for an answer in the field's own words ("没有变化" to "有变化吗"); None for any other words."""
    if field.type != "yes_no" or any(_NEGATIVE.search(label) for label in field.label.values()):
        return None
    for code, pattern in (("no", _SAID_NO), ("yes", _SAID_YES)):
        said = pattern.match(text.strip().rstrip("。.!！"))
        if said and _repeats(_EMPTY.sub("", said["what"]).lower(), field):
            return code
    return None


def _repeats(what: str, field: Field) -> bool:
    """Whether what is denied or granted is what the field asks; nothing at all is."""
    asked = [label.lower() for label in field.label.values()]
    return not what or any(what in label or (what.isascii() and what[:5] in label) for label in asked)
