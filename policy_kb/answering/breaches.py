"""Which clauses say what breaking a duty costs: those that refer to its article, else the likest of the same law."""

import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from policy_kb.answering.vocabulary import load_vocabulary
from policy_kb.answering.weighing import is_known, weigh
from policy_kb.model import Address, Clause, Version
from policy_kb.text import words

if TYPE_CHECKING:
    from policy_kb.base import PolicyBase

_REFERS, _REFERS_TO_OTHER = 1.0, 0.8  # to the clause cited first, to one cited after it
_SAID = 0.8  # of a clause cited that says itself what it costs
_LIKE, _HALF = 0.8, 0.5  # at most, of one that only speaks of the same; how much of it must be said in the duty
_LEAST = 3  # words of a sentence that can be like a duty
_CHAPTER = re.compile(r"法律责任|罚则|处罚")
_SENTENCE = re.compile(r"[^；。;:：\n]+")
_EMPTY = frozenset(
    {"违反", "规定", "按照", "依照", "本法", "本条例", "本办法", "责令", "情形", "下列", "处", "罚款", "警告"}
)


def is_penal(clause: Clause) -> bool:
    """Whether a clause states what a breach costs, by its chapter or its words."""
    chapter = any(_CHAPTER.search(heading) for heading in clause.headings)
    return chapter or bool(load_vocabulary().kinds["penalty"].clause.search(clause.text))


def find_penalties(base: "PolicyBase", cited: Sequence[tuple[str, int]], as_of: date) -> dict[tuple[str, int], float]:
    """How likely (0 to 1) each clause is the penalty of the duties ``cited`` (title, article), the likeliest first."""
    found: dict[tuple[str, int], float] = {}
    for place, (title, article) in enumerate(cited):
        version = base.find_version(title, as_of=as_of)
        duty = base.find_clause(title, article, as_of=as_of) if version else None
        if version is None or duty is None:
            continue
        if is_penal(duty):
            _keep(found, (title, article), _SAID)
            continue
        for key in _referring(base, version, article, as_of):
            _keep(found, key, _REFERS_TO_OTHER if place else _REFERS)
        for clause, share in _alike(base, version, duty):
            _keep(found, (title, clause.article), _LIKE * share * (_REFERS_TO_OTHER if place else _REFERS))
    return dict(sorted(found.items(), key=lambda pair: -pair[1]))


def _keep(found: dict[tuple[str, int], float], key: tuple[str, int], share: float) -> None:
    found[key] = max(share, found.get(key, 0.0))


def _referring(base: "PolicyBase", version: Version, article: int, as_of: date) -> list[tuple[str, int]]:
    """Penal clauses of any text in force that refer to the article."""
    places = {
        (each.version.title, each.what.at.article)
        for each in base.stated.list_referring(version, Address(article), as_of=as_of)
        if each.what.targets
    }
    clauses = ((key, base.find_clause(*key, as_of=as_of)) for key in places)
    return [key for key, clause in clauses if clause and is_penal(clause)]


def _alike(base: "PolicyBase", version: Version, duty: Clause) -> list[tuple[Clause, float]]:
    """Penal clauses of the same text with a sentence at least half of which the duty says, and the share of the best one."""
    said = set(words(duty.text))
    scored = [
        (clause, max((_share(said, sentence) for sentence in _SENTENCE.findall(clause.text)), default=0.0))
        for clause in base.get_version(version.id).clauses
        if any(_CHAPTER.search(heading) for heading in clause.headings)
    ]
    return [(clause, share) for clause, share in scored if share >= _HALF]


def _share(said: set[str], sentence: str) -> float:
    listed = {word for word in words(sentence) if len(word) > 1 and is_known(word) and word not in _EMPTY}
    if len(listed) < _LEAST:
        return 0.0
    return sum(weigh(word) for word in listed & said) / sum(weigh(word) for word in listed)


__all__ = ["find_penalties", "is_penal"]
