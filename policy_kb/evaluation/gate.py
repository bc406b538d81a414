"""The gate of a publication: what the gold questions lose when a change goes live.

Asked are our own questions whose clause this base holds; those that pass now are asked again of the base with the
change. One that no longer passes is a regression, and the portal does not publish without a reason given.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from policy_kb import clock
from policy_kb.base import PolicyBase
from policy_kb.evaluation.asking import ask_all
from policy_kb.evaluation.gold import QUESTIONS, GoldQuestion, list_unresolved, read_questions
from policy_kb.ingest import title_key


@dataclass(frozen=True, slots=True)
class Regression:
    """A gold question that passes without the change and not with it."""

    id: str
    question: str


def find_regressions(
    now: PolicyBase,
    changed: PolicyBase,
    preview: str = "",
    folder: Path = QUESTIONS,
    *,
    questions: Sequence[GoldQuestion] | None = None,
) -> list[Regression]:
    """What the change loses; ``preview`` is the id of a draft text that ``changed`` is asked with. About 25 ms a question.

    ``questions`` are some of ``list_askable``, for whoever asks them part by part; all when None.
    """
    asked = list_askable(now, folder) if questions is None else questions
    passing = [verdict.question for verdict in ask_all(now, asked) if verdict.passed]
    return [
        Regression(verdict.question.id, verdict.question.question)
        for verdict in ask_all(changed, passing, preview)
        if not verdict.passed
    ]


def list_askable(base: PolicyBase, folder: Path = QUESTIONS) -> list[GoldQuestion]:
    """The gold questions of a folder's files all of whose clauses the base holds: in force today, or in the wording of
    the day that the question names."""
    questions = [each for each in read_questions(sorted(folder.glob("*.jsonl"))) if each.clauses]
    missing = {id for id, _ in list_unresolved(base, questions, clock.today())}
    held = {(title_key(version.title), version.label) for version in base.list_versions()}
    return [
        question
        for question in questions
        if question.id not in missing
        and all(not clause.version or (title_key(clause.title), clause.version) in held for clause in question.clauses)
    ]
