"""Questions with known answers, as the files hold them: one JSON object a line."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from policy_kb.errors import PolicyBaseError
from policy_kb.model import Clause

QUESTIONS = Path(__file__).resolve().parent / "questions"
_VERSION = re.compile(r"[(（](\d{4}-\d\d-\d\d)[)）]$")
_NEEDED = ("id", "question", "expect", "type")


class QuestionsError(PolicyBaseError):
    """A file of questions that cannot be read; the message names file and line."""


@dataclass(frozen=True, slots=True)
class GoldClause:
    """A clause that carries the answer. ``version`` is "" for the text in force."""

    title: str
    article: int
    version: str = ""


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question with what is right for it.

    ``statuses`` are the right outcomes, the best first; ``clauses`` those of which one should be cited; ``facts`` the
    facts required, each as the forms that count; ``forbidden`` forms that would be wrong to say. ``entry`` is the catalogue
    entry that says it best, "" when none was chosen.
    """

    id: str
    question: str
    kind: str
    statuses: tuple[str, ...]
    history: tuple[str, ...] = ()
    language: str = "zh"
    clauses: tuple[GoldClause, ...] = ()
    facts: tuple[tuple[str, ...], ...] = ()
    forbidden: tuple[str, ...] = ()
    service: str = ""
    group: str = ""
    entry: str = ""

    @property
    def answerable(self) -> bool:
        return self.statuses[0] == "answer"


class ClauseSource(Protocol):
    def find_clause(self, title: str, article: int, *, as_of: date) -> Clause | None: ...


def read_questions(paths: Iterable[Path]) -> list[GoldQuestion]:
    """All questions of the files, in order; QuestionsError names the line that is wrong."""
    found: list[GoldQuestion] = []
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.strip():
                found.append(_read(line, f"{path.name}: line {number}"))
    return found


def _read(line: str, where: str) -> GoldQuestion:
    try:
        raw = json.loads(line)
    except ValueError as error:
        raise QuestionsError(f"{where}: not JSON ({error})") from error
    missing = [name for name in _NEEDED if not raw.get(name)]
    if missing:
        raise QuestionsError(f"{where}: {', '.join(missing)} is missing")
    return GoldQuestion(
        id=raw["id"],
        question=raw["question"],
        kind=raw["type"],
        statuses=(raw["expect"], *raw.get("expect_alt", ())),
        history=tuple(turn["content"] for turn in raw.get("history", ()) if turn["role"] == "user"),
        language=raw.get("lang", "zh"),
        clauses=tuple(_clauses([*raw.get("gold", ()), *raw.get("gold_alt", ())])),
        facts=tuple(tuple(forms) for forms in raw.get("must", ())),
        forbidden=tuple(raw.get("must_not", ())),
        service=raw.get("service_id") or "",
        group=raw.get("group") or "",
        entry=raw.get("entry") or "",
    )


def _clauses(raw: Sequence[dict[str, Any]]) -> Iterable[GoldClause]:
    for text in raw:
        title = text.get("base_title") or text["title"]
        version = str(text.get("version") or "")
        match = _VERSION.search(title)
        if match:
            title, version = title[: match.start()], match[1]
        yield from (GoldClause(title, int(article), version) for article in text["articles"])


def list_unresolved(base: ClauseSource, questions: Iterable[GoldQuestion], day: date) -> list[tuple[str, GoldClause]]:
    """Gold clauses that the base does not hold in force on ``day`` (those of a named old version are not looked for)."""
    return [
        (question.id, clause)
        for question in questions
        for clause in question.clauses
        if not clause.version and base.find_clause(clause.title, clause.article, as_of=day) is None
    ]
