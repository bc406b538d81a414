"""What a change of law means here: from when it counts, which clauses changed, and what of ours rests on them.

Bindings (facts, FAQs, guides, forms → clause) stay when a text is ingested again; those whose clause reads differently
are listed until somebody has looked at them. What has been looked at is kept as a note in the store.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from policy_kb.catalogue import Cite, list_claims
from policy_kb.errors import UnknownDocument
from policy_kb.ingest import title_key
from policy_kb.model import Clause, Version
from policy_kb.notes import read_json, write_json
from policy_kb.timeline.comparing import (
    ADDED,
    CHANGED,
    REMOVED,
    SAME,
    ClauseChange,
    Comparison,
    compare_versions,
)
from policy_kb.timeline.linking import find_successor

if TYPE_CHECKING:
    from policy_kb.base import PolicyBase

_SEEN, _REREAD = "reviewed", "reread"  # names of notes in the store


@dataclass(frozen=True, slots=True)
class Binding:
    """Something of ours that rests on clauses. ``where`` is e.g. ``A11/renewal_window``, ``faq/x`` or ``form/y/field``."""

    where: str
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class Touched:
    """A binding whose clause reads differently. ``key`` names binding, clause and new wording; ``seen`` is the day it was looked at."""

    key: str
    where: str
    cite: Cite
    change: ClauseChange
    seen: date | None = None


@dataclass(frozen=True, slots=True)
class Transition:
    """One wording giving way to the next. ``effective`` is the first day of the new one, None when no text tells it.

    ``reread`` is True when the same wording was ingested again with other characters (a corrected copy).
    """

    old: Version
    new: Version
    effective: date | None
    comparison: Comparison
    touched: tuple[Touched, ...]
    reread: bool = False


def list_bindings(base: "PolicyBase") -> list[Binding]:
    """Everything of the catalogue and the curators' overlay that cites law in force (not law of a past day)."""
    return [Binding(claim.where, claim.cites) for claim in list_claims(base.catalogue) if claim.cites]


def describe_transition(
    base: "PolicyBase", old: Version, new: Version, bindings: Iterable[Binding] | None = None
) -> Transition:
    """What changes from ``old`` to ``new`` (ids suffice to find their clauses) and which bindings rest on what changed."""
    whole_old, whole_new = base.get_version(old.id), base.get_version(new.id)
    comparison = compare_versions(whole_old, whole_new)
    bound = list_bindings(base) if bindings is None else bindings
    touched = tuple(_touched(comparison, bound, read_json(base.store, _SEEN)))
    return Transition(old, new, new.in_force_from, comparison, touched)


def list_transitions(base: "PolicyBase", since: date, bindings: Sequence[Binding] | None = None) -> list[Transition]:
    """Changes of texts that a binding cites, those that count from ``since`` on (future ones too) or were read anew since,
    newest first. A text that nothing cites is not compared."""
    bound = list_bindings(base) if bindings is None else list(bindings)
    cited = {title_key(cite.title) for binding in bound for cite in binding.cites if cite.as_of is None}
    pairs = [pair for pair in _pairs(base, since) if cited & {title_key(version.title) for version in pair}]
    found = [describe_transition(base, old, new, bound) for old, new in pairs]
    found.extend(each for each in _rereads(base, since, bound) if title_key(each.new.title) in cited)
    return sorted(found, key=lambda each: each.effective or date.min, reverse=True)


def mark_reviewed(base: "PolicyBase", keys: Iterable[str], day: date) -> None:
    """Note that touched bindings have been looked at, all in one write. Marking twice changes nothing."""
    seen = read_json(base.store, _SEEN)
    fresh = {key: day.isoformat() for key in keys if key not in seen}
    if fresh:
        write_json(base.store, _SEEN, {**seen, **fresh})


def _pairs(base: "PolicyBase", since: date) -> Iterator[tuple[Version, Version]]:
    """(earlier, later) of loaded wordings of which the later one begins on ``since`` or after."""
    published = [version for version in base.list_versions() if version.release == "published"]
    for version in published:
        ended = version.in_force_to
        if ended is None or ended < since:
            continue
        successor = find_successor(base, version, ended)
        if successor is not None and successor.id != version.id:
            yield version, successor


def _touched(comparison: Comparison, bindings: Iterable[Binding], seen: dict[str, Any]) -> Iterator[Touched]:
    keys = {title_key(comparison.old.title), title_key(comparison.new.title)}
    for binding in bindings:
        for cite in binding.cites:
            if cite.as_of is None and title_key(cite.title) in keys:
                change = _change_at(comparison, cite)
                if change and change.kind != SAME and not _part_is_same(change, cite):
                    key = (
                        f"{binding.where}|{cite.title}#{cite.article}.{cite.paragraph}.{cite.item}|{comparison.new.id}"
                    )
                    day = date.fromisoformat(seen[key]) if key in seen else None
                    yield Touched(key, binding.where, cite, change, day)


def _change_at(comparison: Comparison, cite: Cite) -> ClauseChange | None:
    """What became of the cited article, by the numbering of the text that the cite names."""
    if title_key(cite.title) == title_key(comparison.new.title):
        found = next((c for c in comparison.changes if any(_is(each, cite) for each in c.new)), None)
        if found:
            return found
    return next((c for c in comparison.changes if any(_is(each, cite) for each in c.old)), None)


def _is(clause: Clause, cite: Cite) -> bool:
    return clause.article == cite.article and clause.sub == 0


def _part_is_same(change: ClauseChange, cite: Cite) -> bool:
    """The cited 款 reads as before although its article changed elsewhere; its number too."""
    if (
        not cite.paragraph
        or len(change.old) != 1
        or len(change.new) != 1
        or change.old[0].article != change.new[0].article
    ):
        return False
    before, after = (
        next((p for p in clause.paragraphs if p.number == cite.paragraph), None)
        for clause in (change.old[0], change.new[0])
    )
    return before is not None and before == after


# Texts read anew -------------------------------------------------------------


def note_rereading(base: "PolicyBase", old: Version, new: Version, day: date) -> None:
    """Keep the clauses of a wording that are about to be overwritten by other words under the same id."""
    now = {clause.id: clause.text for clause in new.clauses}
    before = {clause.id: clause.text for clause in old.clauses}
    lost = {key: text for key, text in before.items() if now.get(key) != text}
    fresh = [key for key in now if key not in before]
    if not lost and not fresh:
        return
    known = read_json(base.store, _REREAD)
    record = {"on": day.isoformat(), "lost": lost, "fresh": fresh}
    write_json(base.store, _REREAD, {**known, new.id: record})


def _rereads(base: "PolicyBase", since: date, bindings: Sequence[Binding]) -> Iterator[Transition]:
    for version_id, record in read_json(base.store, _REREAD).items():
        on = date.fromisoformat(record["on"])
        if on < since:
            continue
        try:
            whole = base.get_version(version_id)
        except UnknownDocument:
            continue  # taken out since
        comparison = Comparison(whole, whole, tuple(_reread_changes(whole, record)))
        touched = tuple(_touched(comparison, bindings, read_json(base.store, _SEEN)))
        yield Transition(whole, whole, on, comparison, touched, reread=True)


def _reread_changes(whole: Version, record: dict[str, Any]) -> Iterator[ClauseChange]:
    lost: dict[str, str] = record["lost"]
    for clause in whole.clauses:
        if clause.id in lost:
            before = Clause(clause.id, clause.version_id, clause.article, clause.label, lost[clause.id], clause.sub)
            yield ClauseChange(CHANGED, (before,), (clause,), 0.0)
        else:
            kind = ADDED if clause.id in record["fresh"] else SAME
            yield ClauseChange(kind, () if kind == ADDED else (clause,), (clause,), 0.0 if kind == ADDED else 1.0)
    kept = {clause.id for clause in whole.clauses}
    for key, text in lost.items():
        if key not in kept:
            article = int(key.rpartition(":")[2].partition("-")[0])
            yield ClauseChange(REMOVED, (Clause(key, whole.id, article, "", text),))
