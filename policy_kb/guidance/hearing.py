"""Takes over what somebody has said already, by the words a table itself lists for its choices.

Words only: the longest word wins over those inside it, a word behind a "not" counts for nothing, and when two choices
of one question are named and neither beats the other, the question is asked.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml

from policy_kb import clock
from policy_kb.answering.dates import list_named_days
from policy_kb.answering.days import find_days
from policy_kb.guidance.tables import Question, Table
from policy_kb.text import normalise

_NOT = re.compile(r"(?:不是|并非|没有|没|不|非|无|除了?|\bnot?|\bnot (?:an?|the)|\bno longer|\bwithout|\bexcept)\s*$")
_HEAD = re.compile(r"(?:请问|如果|假如|假设|要是|按照?|依照?|在|if|in|on|under the law of)?\s*")
_HELD = re.compile(r"[^,，。]{0,12}?(?:开|办|拿|取得|领|注册|备案|买|发)的")
_LATIN = re.compile(r"[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Heard:
    """A choice and the words that named it, as the person wrote them (folded)."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class _Match:
    code: str
    start: int
    end: int


def fold(text: str) -> str:
    """The form in which words are compared."""
    return normalise(text).lower()


@lru_cache(maxsize=8192)
def _fold_word(word: str) -> str:
    """A word of a table, folded once a process: a message is held against two thousand of them. No message is kept so."""
    return fold(word)


@lru_cache(maxsize=8192)
def _whole_word(word: str) -> re.Pattern[str]:
    """A table's word in Latin letters where it stands alone; a plural s may follow."""
    return re.compile(rf"(?<![a-z0-9]){re.escape(word)}(?=s?(?![a-z0-9]))")


def hear(table: Table, text: str) -> dict[str, Heard]:
    """The facts a sentence states, by fact."""
    folded = fold(text)
    found = {question.id: _hear_one(question, folded) for question in table.questions}
    return {fact: heard for fact, heard in found.items() if heard}


def _hear_one(question: Question, folded: str) -> Heard | None:
    for choice in question.choices:
        if folded in (_fold_word(choice.name.zh), _fold_word(choice.name.en), choice.code.lower()):
            return Heard(choice.code, folded)
    matches = [
        _Match(choice.code, start, start + len(word))
        for choice in question.choices
        for word in map(_fold_word, choice.says.all)
        for start in _places(word, folded)
    ]
    widest = [one for one in matches if not any(_holds(other, one) for other in matches)]
    stated = [one for one in widest if not _NOT.search(folded[max(0, one.start - 12) : one.start])]
    codes = {one.code for one in stated}
    beaten = {code for choice in question.choices if choice.code in codes for code in choice.beats}
    left = codes - beaten
    if len(left) != 1:
        return None
    best = max((one for one in stated if one.code in left), key=lambda one: one.end - one.start)
    return Heard(best.code, folded[best.start : best.end])


def _holds(wide: _Match, narrow: _Match) -> bool:
    """Whether the first stands around the second and is longer."""
    return wide.start <= narrow.start and wide.end >= narrow.end and wide.end - wide.start > narrow.end - narrow.start


def _places(word: str, text: str) -> Iterable[int]:
    """Where a table's word stands; one in Latin letters only as a whole word."""
    if not _LATIN.match(word):
        start = text.find(word)
        while start >= 0:
            yield start
            start = text.find(word, start + 1)
        return
    for match in _whole_word(word).finditer(text):
        yield match.start()


def says(text: str, words: Iterable[str]) -> int:
    """How many characters of the text are words of the list, overlapping ones once."""
    folded, taken = fold(text), set[int]()
    for word in map(_fold_word, words):
        for start in _places(word, folded):
            taken.update(range(start, start + len(word)))
    return len(taken)


def find_law_day(text: str) -> date | None:
    """The day whose law a sentence asks for (按2023年10月的规定, 2023年10月生产牙膏…), None when it names none.

    A plan is told of by its day, which a question about a product (生产日期) is not: a past day with its year at the head
    of the sentence counts here too; that of a shop opened or a licence got does not.
    """
    folded, today = fold(text), clock.today()
    days = [named for named in list_named_days(folded, today) if not _HELD.match(folded[named.end :])]
    if not days:
        return None
    headed = _HEAD.fullmatch(folded[: days[0].start]) and days[0].explicit_year and days[0].last < today
    return find_days(folded, today).law_day or (days[0].first if headed else None)


def find_table(tables: Iterable[Table], text: str) -> Table | None:
    """The table the text is about: the one with most of its words in it, of those that no other one outranks."""
    scored = {table.id: (says(text, table.about.all), table) for table in tables}
    called = [table for score, table in scored.values() if score]
    outranked = {other for table in called for other in table.outranks}
    left = [table for table in called if table.id not in outranked]
    return max(left, key=lambda table: scored[table.id][0]) if left else None


@lru_cache(maxsize=1)
def _wishes() -> dict[str, list[re.Pattern[str]]]:
    raw = yaml.safe_load((Path(__file__).parent / "wishes.yml").read_text(encoding="utf-8"))
    return {key: [re.compile(pattern) for pattern in patterns] for key, patterns in raw.items()}


def _matches(key: str, text: str) -> bool:
    return any(pattern.search(text) for pattern in _wishes()[key])


def wishes(text: str) -> bool:
    """Whether somebody asks which licence, filing or permission a plan of theirs needs."""
    folded = fold(text)
    return (_matches("plain", folded) or _matches("wish", folded)) and not _matches("other", folded)


def asks_plainly(text: str) -> bool:
    """Whether a wish asks outright which licence it is, not just how or where something named is done."""
    return _matches("plain", fold(text))
