"""Which text ended which: repealed outright by a decision, or replaced by the text whose last clause says so."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from policy_kb.ingest import document_id, title_key
from policy_kb.model import Clause, Version
from policy_kb.timeline.library import DECISION, TITLE, Library, made_on
from policy_kb.timeline.links import REPEALED, REPLACED, VersionLink
from policy_kb.versions import Statement

_ENDS = re.compile(r"废止|失效|停止执行")


def list_ends(library: Library, family: Sequence[Version]) -> Iterator[VersionLink]:
    """Who ended this document: clauses of other texts, else the collector's note."""
    key, last = title_key(family[-1].title), family[-1]
    told = False
    for act in library.repealing(key):
        if act.document_id == last.document_id or begins(library, act) is None:
            continue
        ended = _wording_ended(family, begins(library, act))
        if ended:
            told = True
            yield _end(library, ended, act, key)
    statement = library.statements.get(last.id)
    if not told and statement and (statement.ended or statement.replaced_by or statement.repealed_undated):
        yield _noted_end(library, last, statement)


def begins(library: Library, act: Version) -> date | None:
    statement = library.statements.get(act.id)
    return statement.starts if statement and statement.starts else act.in_force_from


def _wording_ended(family: Sequence[Version], day: date | None) -> Version | None:
    """The last wording made before the day of the act; a title may be repealed and issued again later."""
    held = [version for version in family if day and (made_on(version) or date.min) < day]
    return held[-1] if (held and held[-1] is family[-1]) or (held and held[-1].in_force_to == day) else None


def _end(library: Library, ended: Version, act: Version, key: str) -> VersionLink:
    clause = library.find_clause(act, key, _ENDS)
    outright = bool(DECISION.search(act.title))
    return VersionLink(
        REPEALED if outright else REPLACED,
        ended.title,
        "" if outright else act.title,
        ended.id,
        "" if outright else act.id,
        made_on(act),
        begins(library, act),
        by_title=act.title,
        by_version=act.id,
        by_clause=clause.id if clause else "",
        by_label=clause.label if clause else "",
        told=_sentence(clause, key) if clause else "",
    )


def _noted_end(library: Library, ended: Version, statement: Statement) -> VersionLink:
    successor = library.families.get(document_id(statement.replaced_by), []) if statement.replaced_by else []
    return VersionLink(
        REPLACED if statement.replaced_by else REPEALED,
        ended.title,
        statement.replaced_by,
        ended.id,
        successor[0].id if successor else "",
        None,
        ended.in_force_to if statement.ended or successor else None,
        by_title=statement.replaced_by,
        told=statement.remark,
        source="manifest",
    )


def list_starts(library: Library, family: Sequence[Version]) -> Iterator[VersionLink]:
    """What this document ended: the titles in its own repeal clause, loaded or not."""
    first = next(
        (version for version in family if version.id in library.statements and library.statements[version.id].repeals),
        None,
    )
    if first is None:
        return
    outright = bool(DECISION.search(first.title))
    for title in library.statements[first.id].repeals:
        key = title_key(title)
        clause = library.find_clause(first, key, _ENDS)
        ended = _wording_ended(library.families.get(document_id(title), []), begins(library, first))
        same = ended is not None and ended.document_id == first.document_id
        yield VersionLink(
            REPEALED if outright else REPLACED,
            title,
            "" if outright else first.title,
            ended.id if ended and not same else "",
            "" if outright else first.id,
            made_on(first) if first.amended is None else first.published,
            begins(library, first),
            by_title=first.title,
            by_version=first.id,
            by_clause=clause.id if clause else "",
            by_label=clause.label if clause else "",
            told=_sentence(clause, key) if clause else "",
        )


def _sentence(clause: Clause, key: str) -> str:
    """The sentence of a clause that names the title, without line breaks."""
    sentences = re.split(r"(?<=[。；])|\n", clause.text)
    return next(
        (sentence.strip() for sentence in sentences if any(title_key(t) == key for t in TITLE.findall(sentence))), ""
    )[:300]
