"""What a text is matched by: content words, character pairs, aspects (``~``) and kinds of question (``#``), with weights."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from policy_kb.answering.asked import find_kinds
from policy_kb.answering.terms import find_aspects, make_terms
from policy_kb.answering.vocabulary import load_vocabulary
from policy_kb.text import normalise

_PAIR = 1.2  # weight of a character pair beside the words
_ASKED = 3.0  # weight of an aspect or a kind, alike in question and phrasing
_UNITS_OF_TIME = {"工作日", "自然日", "个月", "小时", "多少个", "几个", "期限", "时间"}
_DAY = re.compile(r"\d{4}年(\d+月(\d+日)?)?(以前|之前|起|以后|之后)?")  # days choose the law, they are not matched
_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")


def units_of(text: str) -> dict[str, float]:
    """Content words, character pairs, aspects and kinds of a Chinese text with their weights."""
    stop = load_vocabulary().stop
    plain = _DAY.sub("", normalise(text).lower())
    found = {term.word: term.weight for term in make_terms(plain) if len(term.word) > 1 and term.word in plain}
    for run in _HAN_RUN.findall(_empty_words().sub(" ", plain)):
        for index in range(len(run) - 1):
            pair = run[index : index + 2]
            if pair not in stop:
                found.setdefault(pair, _PAIR)
    found.update((f"#{kind}", _ASKED) for kind in find_kinds(plain)[:2])
    found.update((f"~{aspect}", _ASKED) for aspect in find_aspects(plain))
    return found


@lru_cache(maxsize=1)
def _empty_words() -> re.Pattern[str]:
    """Words whose character pairs tell nothing: 工作日, 多少, 怎么办, …"""
    listed = {word for word in load_vocabulary().stop if len(word) > 1 and not word.isascii()} | _UNITS_OF_TIME
    return re.compile("|".join(sorted(map(re.escape, listed), key=len, reverse=True)))


def rarity(bodies: Sequence[frozenset[str]]) -> dict[str, float]:
    """How telling a stem is: the logarithm of how few of the bodies hold it."""
    counts = Counter(stem for body in bodies for stem in body)
    return {stem: math.log(1 + len(bodies) / count) for stem, count in counts.items()}


__all__ = ["rarity", "units_of"]
