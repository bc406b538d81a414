"""Which field of a form somebody means by a word or two ("法人", "the address"): by its label alone, for any form."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from portal.forms.service import Field

# What people say around the name of a field when they correct it.
_ZH_AROUND = re.compile(
    r"写错了?|填错了?|弄错了?|搞错了?|说错了?|打错了?|选错了?|报错了?|不对|重新?填|重新写|修改|更改|更正|改正|改一下|改改|一下|前面|刚才|上面|之前|填的|写的|我|想|要|请|帮|能不能|可以|回去|把|的|吧|吗|了|是什么(?:意思)?|什么是|什么叫|啥意思|怎么填|为什么|要问|要填|问|填|[改?？。!！,，、\s]"
)
_NEW_VALUE = re.compile(
    r"(?:应该是|应当是|应为|应改为|改成|改为|换成|更正为|(?:change|correct|set)\b.{2,40}? to )\s*(?P<value>.{1,300})$"
    # "不对，是三年": what is read back is wrong, and the right value follows
    r"|^(?:不|不对|不是|错了?|写错了|填错了|no|nope|wrong|not right|incorrect|that(?:'s| is) (?:wrong|not right))"
    r"[,，、。.;；:：\s]*(?:的|了|啊)?[,，、。.;；:：\s]*(?:(?:还|其实|就|应该|应当)?是|写|填|it(?:'s| is| should be)|should be|write)\s*(?P<right>.{1,300})$",
    re.IGNORECASE,
)
_EN_WORDS = re.compile(r"[a-z]{2,}")
_EN_EMPTY = frozenset(
    [
        "the",
        "my",
        "our",
        "is",
        "was",
        "wrong",
        "incorrect",
        "not",
        "right",
        "change",
        "correct",
        "fix",
        "edit",
        "back",
        "go",
        "to",
        "please",
        "can",
        "you",
        "we",
        "want",
        "need",
        "would",
        "like",
        "what",
        "does",
        "mean",
        "by",
        "why",
        "do",
        "ask",
        "it",
        "of",
        "for",
        "and",
    ]
)
_EN_GENERAL = frozenset({"number", "date", "name", "company", "code"})  # words of many labels
_SURE, _MAYBE = 0.6, 0.34


@dataclass(frozen=True, slots=True)
class Named:
    """The fields that may be meant, best first, and the new value that was said with them ("" when none was)."""

    fields: tuple[Field, ...]
    value: str = ""

    @property
    def one(self) -> Field | None:
        """The field, when only one is meant."""
        return self.fields[0] if len(self.fields) == 1 else None


def find_named(fields: Sequence[Field], text: str) -> Named:
    """The fields a message names; those that are named nearly as well as the best one are among them."""
    said = _NEW_VALUE.search(text)
    value = (said["value"] or said["right"]).strip().rstrip("。.!！") if said else ""
    name = text[: said.start()] if said and not text.isascii() else text.replace(value, "") if value else text
    scored = [(max(_zh(field.label["zh"], name), _en(field.label["en"], name)), field) for field in fields]
    best = max((score for score, _field in scored), default=0.0)
    if best < _MAYBE:
        return Named((), value)
    near = best if best >= 1 else best - 0.05
    return Named(tuple(field for score, field in scored if score >= near)[:6], value)


def _zh(label: str, text: str) -> float:
    """1 for the whole label, less for a part, characters in their order, or shared pairs of characters."""
    name, plain = _ZH_AROUND.sub("", text), re.sub(r"[（(].*?[)）]|\s", "", label)
    name = "".join(re.findall(r"[\u3400-\u9fff]+", name))
    if len(name) < 2:
        return 0.0
    if plain in text:
        return 1.0 + len(plain) / 100
    if name in plain:
        return _SURE + 0.4 * len(name) / len(plain)
    if _is_within(name, plain):
        return _SURE
    pairs, own = _pairs(name), _pairs(plain)
    return 0.9 * len(pairs & own) / max(1, min(len(pairs), len(own))) * _SURE


def _is_within(name: str, label: str) -> bool:
    """Whether the characters stand in the label in this order (法人 in 法定代表人)."""
    rest = iter(label)
    return all(character in rest for character in name)


def _pairs(text: str) -> set[str]:
    return {text[place : place + 2] for place in range(len(text) - 1)}


def _en(label: str, text: str) -> float:
    said = set(_EN_WORDS.findall(text.lower())) - _EN_EMPTY
    own = set(_EN_WORDS.findall(label.lower())) - _EN_EMPTY
    if not said or not own:
        return 0.0
    shared = sum(
        0.5 if word in _EN_GENERAL else 1.0
        for word in said
        if any(word == other or (len(word) > 3 and word in other) for other in own)
    )
    return shared / len(own) * 0.5 + shared / len(said) * 0.5 if shared else 0.0
