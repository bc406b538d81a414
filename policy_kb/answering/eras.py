"""The day of a question that names no date but an era: "the old rules", "before the new law", "the 2021 version"."""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from policy_kb.answering.cards import index_of
from policy_kb.answering.clauses import Ranked
from policy_kb.answering.days import OLD_RULE
from policy_kb.answering.question import Question
from policy_kb.answering.terms import find_aspects
from policy_kb.ingest import title_key
from policy_kb.model import Version
from policy_kb.text import grams
from policy_kb.timeline import find_successor

if TYPE_CHECKING:
    from policy_kb.base import PolicyBase

_LATELY = timedelta(days=1100)  # "the old rules" are those replaced within three years
# 2026-11-25: of the ten questions of dev on past law 6 led with the clause of that day at 1, 8 at 1.25 and at 1.4.
_CHANGED = 1.25
# Run of 2026-11-26, 26 questions on past law (dev and the sixth learning set): 23 pass without, 25 with .7 or .8.
_UNASKED = 0.7
_VARIANTS = frozenset({"change", "renewal", "loss", "ending"})  # aspects that make a rule one of a special application
_MATTER = 8  # best cards looked at for what the old rules are about
_FITS = 0.4  # share of a title's grams that the question holds
_NEW_RULE = re.compile(
    r"新(法|规|办法|条例|规定|规则|版)?(实施|施行|生效|出台)(之)?(后|以后|起)|(即将|将要|马上要?)(实施|施行|生效)|"
    r"(once|when|after) the new (law|rules?|regulations?|measures)|(upcoming|coming|new) (law|rules?|regulations?) (takes?|come|will)"
)


def prefer_changed(question: Question, ranked: list[Ranked]) -> list[Ranked]:
    """On a past day, clauses of law that has changed since first among those that fit about as well.

    Who asks for the law of a day asks because it was another one; what still applies they would ask without a day.
    """
    if not question.past:
        return ranked
    asked = frozenset(find_aspects(question.text))
    raised = [replace(each, score=each.score * _share_then(each, asked, question.today)) for each in ranked]
    return sorted(raised, key=lambda each: -each.score)


def _share_then(ranked: Ranked, asked: Set[str], today: date) -> float:
    """More for changed law; less for a rule of a change, a renewal, a loss or an end that was not asked about: past clauses
    have no cards that would tell."""
    special = _VARIANTS & frozenset(find_aspects(ranked.hit.clause.text)) - asked
    return (_CHANGED if _has_ended(ranked.hit.version, today) else 1.0) * (_UNASKED if special else 1.0)


def _has_ended(version: Version, today: date) -> bool:
    return version.in_force_to is not None and version.in_force_to <= today


def place_in_time(base: "PolicyBase", question: Question) -> Question:
    """The question with the day it means: the last day of the version replaced, the first of the one to come."""
    days, shown = question.days, question.shown.lower()
    if question.as_of != question.today or days.law_day:
        return question
    if days.edition:
        made = _made_in(base, question, days.edition)
        ended = [version for version in made if _has_ended(version, question.today)]
        if ended:
            return _at(question, _last_day(ended[-1]))
        if not made and days.edition_day and days.edition_day < question.today:
            return _at(question, days.edition_day)  # 在2023年的条例里: no version is called so, one applied then
    if OLD_RULE.search(shown):
        ended = base.list_ended(question.today - _LATELY, question.today)
        replaced = [(v, _last_day(v)) for v in ended if find_successor(base, v, question.today)]
        return _at(question, _best_day(question, iter(replaced)) or _day_of_matter(base, question, replaced))
    if _NEW_RULE.search(shown):
        coming = (v for v in base.list_begun(question.today, date.max) if v.status_on(question.today) == "future")
        return _at(question, _best_day(question, ((v, v.in_force_from) for v in coming)))
    return question


def _at(question: Question, day: date | None) -> Question:
    return replace(question, as_of=day) if day else question


def _last_day(version: Version) -> date | None:
    return version.in_force_to - timedelta(days=1) if version.in_force_to else None


def _best_day(question: Question, candidates: Iterator[tuple[Version, date | None]]) -> date | None:
    """The day of the candidate whose title the question holds best, of equal ones the latest."""
    wanted = set(grams(question.text))
    rated = [(_held(version, wanted), day) for version, day in candidates if day]
    best = max(rated, default=None)
    return best[1] if best and best[0] >= _FITS else None


def _held(version: Version, wanted: set[str]) -> float:
    title = set(grams(title_key(version.title)))
    return len(title & wanted) / len(title) if title else 0.0


def _made_in(base: "PolicyBase", question: Question, year: int) -> list[Version]:
    """The versions made in ``year`` of the texts the question names, oldest first."""
    named = base.find_documents(question.text)
    return [
        version
        for version in base.list_versions()
        if version.document_id in named and version.release == "published" and version.label[:4] == str(year)
    ]


def _day_of_matter(
    base: "PolicyBase", question: Question, replaced: Sequence[tuple[Version, date | None]]
) -> date | None:
    """老规定调解多少天: no text is named, so the day is that of the text whose successor speaks of the matter today."""
    heirs = [(find_successor(base, version, question.today), day) for version, day in replaced]
    for match in index_of(base.catalogue.cards).match(question, _MATTER):
        days = [day for heir, day in heirs if heir and day and heir.title == match.card.title]
        if days:
            return max(days)
    return None


__all__ = ["place_in_time", "prefer_changed"]
