"""What an answer said in words means for the field that is asked: an option by a part of its name, a spoken day."""

import re
from datetime import timedelta
from typing import Any

from policy_kb import clock
from portal.applications import draft_view
from portal.applications.draft_view import View
from portal.applications.yes_no import find_doer, find_none_of_them, list_words
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
    offers = [] if field.options else draft_view.offered(view.outcomes.get(field.id))
    if len(offers) == 1 and not is_private(field.concept) and said.strip().rstrip("。.!！").lower() in _TAKES:
        return offers[0]
    return next((c for c in offers if said == f"fact:{c.fact_id}"), None)


_AGREES = _TAKES | {
    "agree",
    "agreed",
    "i agree",
    "okay",
    "sure",
    "confirm",
    "yeah",
    "yep",
    "同意",
    "我同意",
    "确认",
    "可以",
    "行",
    "嗯",
    "好吧",
    "没问题",
}


def is_bare_yes(field: Field, said: str) -> bool:
    """Whether a yes and nothing else was said where words are asked for."""
    return field.type in ("text", "long_text") and said.strip().rstrip("。.!！").lower() in _AGREES


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
    if none := find_none_of_them(field, said):
        return [none]
    if _ALL.match(said) or (len(field.options) == 2 and _BOTH.match(said)):
        return [option.code for option in field.options]
    parts = [part for part in _BETWEEN.split(said) if part]
    found = [_find_meant(field, part) or _named(field, part) for part in parts]
    return [code for code in found if code] if found and all(found) else None


# What goes before and behind the name of an option: 我们是做零售的, 租的.
_FILLER = re.compile(
    r"^(?:我们?|咱们?|本(?:店|公司|企业|单位)|就|应该|大概|一般|主要|都|也|是|做|搞|属于|算|选择?|要|用)+|(?:的|了|吧|啊|呀|呢|那[种个]|这[种个])+$"
)


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
    bare = _FILLER.sub("", words)
    named = [o.code for o in field.options if bare and any(bare in label.casefold() for label in o.label.values())]
    if len(named) == 1 and bare != words:
        return named[0]
    found = [o.code for o in field.options if any(words in label.casefold() for label in o.label.values())]
    if found or _DENIES.search(said):
        return found[0] if len(found) == 1 else find_none_of_them(field, said)
    if doer := find_doer(field, said):
        return doer
    own = list_words(said)
    shared = {o.code: max(len(own & list_words(label)) for label in o.label.values()) for o in field.options}
    best = [code for code, count in shared.items() if count == max(shared.values())]
    return best[0] if len(best) == 1 and 0 < len(own) <= 3 * shared[best[0]] else None
