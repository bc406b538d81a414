"""One answer held against one gold question: was the outcome right, the clause cited, the fact said?

An answer *passes* when its status is a right one, a gold clause is among its first three citations (for questions that
have one), every required fact is in its shown text and nothing forbidden is said without being set apart as the old
or the other rule.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from policy_kb.evaluation.gold import GoldQuestion
from policy_kb.model import Answer
from policy_kb.text import normalise, parse_number

STATUSES = {
    "answered": "answer",
    "refused": "refuse",
    "routed": "route",
    "greeting": "greet",
    "clarify": "clarify",
    "emergency": "emergency",
    "handoff": "handoff",
}
_CITED = 3
_NUMERAL = re.compile(r"[零〇一二两三四五六七八九十百千]+")
_SEPARATOR = re.compile(r"[\s,，*_`'\"“”‘’]+")
_RANGE = re.compile(r"(\d+)(?:至|到|[-–—~～])(\d+)(个?工作日|个?月|个?小时|日|天|年|倍|万元|元)")
# Words around a forbidden form that set it apart as the old rule or the other case.
_APART = re.compile(
    r"旧|原来?|此前|之前|以前|废止|不再|不是|并非|不同|现行|现在|改为|以后|不得|former|previous|old|not|no longer|instead|before",
    re.IGNORECASE,
)
_AROUND = 24  # characters


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was right. ``first`` and ``among_three`` are None for questions without a clause to cite."""

    question: GoldQuestion
    status: str
    status_right: bool
    first: bool | None
    among_three: bool | None
    facts_found: int
    facts_required: int
    forbidden_said: bool
    service_right: bool | None
    length: int
    citations: int
    confidence: float
    milliseconds: float

    @property
    def passed(self) -> bool:
        right = self.status_right and self.among_three is not False and not self.forbidden_said
        return right and self.facts_found == self.facts_required


def judge(question: GoldQuestion, answer: Answer, milliseconds: float) -> Verdict:
    """The verdict on one answer; ``milliseconds`` is what it took."""
    status = STATUSES[answer.status]
    cited = [key_of_clause(each.title, each.article) for each in answer.citations[:_CITED]]
    wanted = {key_of_clause(clause.title, clause.article) for clause in question.clauses}
    asked_for = bool(wanted) and question.answerable and (status == "answer" or status not in question.statuses)
    text = fold(answer.seen)
    facts = question.facts if status == question.statuses[0] or status not in question.statuses else ()
    return Verdict(
        question,
        status,
        status in question.statuses,
        cited[:1] != [] and cited[0] in wanted if asked_for else None,
        any(each in wanted for each in cited) if asked_for else None,
        sum(any(_says(text, form) for form in forms) for forms in facts),
        len(facts),
        any(_says_plainly(text, form) for form in question.forbidden),
        (answer.service is not None and answer.service.id == question.service) if question.service else None,
        len(answer.text),
        len(answer.citations),
        answer.confidence,
        milliseconds,
    )


def key_of_clause(title: str, article: int) -> tuple[str, int]:
    return re.sub(r"[《》]|中华人民共和国|[(（]\d{4}-\d\d-\d\d[)）]$", "", normalise(title)), article


def fold(text: str) -> str:
    """The form in which facts are looked for: numerals as digits, no blanks, both ends of a range with its unit."""
    plain = _NUMERAL.sub(lambda match: _digits(match.group()), normalise(text).lower())
    return _RANGE.sub(r"\1\3~\2\3", _SEPARATOR.sub("", plain))


def _digits(numeral: str) -> str:
    value = parse_number(numeral)
    return numeral if value is None else str(value)


def _places(text: str, form: str) -> list[int]:
    """Where a form stands in a folded text; a number is not found inside a longer one."""
    wanted = fold(form)
    if not wanted:
        return []
    before = r"(?<!\d)(?<!\d\.)" if wanted[0].isdigit() else ""
    after = r"(?!\d)" if wanted[-1].isdigit() else ""
    return [match.start() for match in re.finditer(before + re.escape(wanted) + after, text)]


def _says(text: str, form: str) -> bool:
    return bool(_places(text, form))


def says_all(text: str, facts: Sequence[Sequence[str]]) -> bool:
    """Whether each fact is said in one of the forms that count."""
    folded = fold(text)
    return all(any(_says(folded, form) for form in forms) for forms in facts)


def _says_plainly(text: str, form: str) -> bool:
    """Said, and not set apart by a word of contrast around it."""
    size = len(fold(form))
    return any(
        not _APART.search(text[max(0, place - _AROUND) : place + size + _AROUND]) for place in _places(text, form)
    )
