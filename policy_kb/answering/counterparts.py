"""Where a clause of today's law stood on an earlier day: what is known of today's clause is known of that one too.

Cards and phrasings are written for the law in force. The article that said the same before an amendment, or in the rule
that was replaced, is found by the comparison of the two wordings (``timeline``), not by its number.
"""

import math
import weakref
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from policy_kb.model import Version
from policy_kb.text import grams
from policy_kb.timeline import compare_versions, find_successor

if TYPE_CHECKING:
    from policy_kb.base import PolicyBase

Place = tuple[int, int]  # article and sub
_ALIKE = 0.3  # cosine of character pairs; below it, in the texts looked at, the nearest clause is on another matter
_KEPT = 256  # pairs of wordings kept matched; 100 questions of one day in a base of every law's past wordings need 106
_DAYS = 16  # days of which is kept what has been succeeded since


Predecessors = Mapping[str, tuple[Version, Version]]
_succeeded: "weakref.WeakKeyDictionary[PolicyBase, tuple[str, dict[tuple[date, date], Predecessors]]]" = (
    weakref.WeakKeyDictionary()
)


def list_predecessors(base: "PolicyBase", day: date, today: date) -> Predecessors:
    """By the title of the text in force today: the text in force on ``day`` that it has taken the place of, and itself.

    Only texts that have ended since are listed; all others read as they do today, as far as is known.
    """
    revision = base.revision()
    held = _succeeded.get(base)
    if held is None or held[0] != revision or len(held[1]) >= _DAYS:
        held = _succeeded[base] = (revision, {})
    known = held[1].get((day, today))
    if known is None:
        known = held[1][day, today] = _list_predecessors(base, day, today)
    return known


def _list_predecessors(base: "PolicyBase", day: date, today: date) -> Predecessors:
    found = dict[str, tuple[Version, Version]]()
    for version in base.list_ended(day, today):
        if version.status_on(day) != "in_force":
            continue
        heir = find_successor(base, version, today)
        if heir is not None:
            found.setdefault(heir.title, (version, heir))
    return found


def find_then(base: "PolicyBase", old: Version, new: Version, place: Place) -> tuple[Place, ...]:
    """The places in ``old`` of what stands at ``place`` in ``new``; () for a clause that is new."""
    return _places(base, old, new).get(place, ())


_matched: dict[tuple[str, str, str], Mapping[Place, tuple[Place, ...]]] = {}


def _places(base: "PolicyBase", old: Version, new: Version) -> Mapping[Place, tuple[Place, ...]]:
    key = (old.id, new.id, base.revision())  # a text read again keeps its id
    if key not in _matched:
        if len(_matched) >= _KEPT:
            _matched.pop(next(iter(_matched)))
        changes = compare_versions(base.get_version(old.id), base.get_version(new.id)).changes
        _matched[key] = {
            (clause.article, clause.sub): tuple((each.article, each.sub) for each in change.old)
            for change in changes
            for clause in change.new
        }
    return _matched[key]


def find_nearest(base: "PolicyBase", old: Version, new: Version, place: Place) -> Place | None:
    """The place in ``old`` whose wording is most like that at ``place`` in ``new``: where a text was rewritten, the clause
    on the same matter. None when nothing there is like it."""
    return _nearest(base, old, new).get(place)


_near: dict[tuple[str, str, str], Mapping[Place, Place]] = {}


def _nearest(base: "PolicyBase", old: Version, new: Version) -> Mapping[Place, Place]:
    key = (old.id, new.id, base.revision())
    if key not in _near:
        if len(_near) >= _KEPT:
            _near.pop(next(iter(_near)))
        before, after = base.get_version(old.id).clauses, base.get_version(new.id).clauses
        rows = _weigh([clause.text for clause in (*before, *after)])
        likeness = (rows[len(before) :] @ rows[: len(before)].T).toarray()
        best = likeness.argmax(axis=1)
        _near[key] = {
            (clause.article, clause.sub): (before[best[row]].article, before[best[row]].sub)
            for row, clause in enumerate(after)
            if likeness[row, best[row]] >= _ALIKE
        }
    return _near[key]


def _weigh(texts: Sequence[str]) -> sparse.csr_matrix:
    """Texts × character pairs, rare ones weighing more, each row of length 1."""
    counts = [Counter(gram for gram in grams(text) if len(gram) > 1) for text in texts]
    held = Counter(gram for count in counts for gram in count)
    places = {gram: place for place, gram in enumerate(held)}
    rows = [row for row, count in enumerate(counts) for _ in count]
    columns = [places[gram] for count in counts for gram in count]
    values = [
        (1 + math.log(times)) * math.log((1 + len(texts)) / (1 + held[gram]) + 1)
        for count in counts
        for gram, times in count.items()
    ]
    table = sparse.csr_matrix((values, (rows, columns)), shape=(len(texts), max(1, len(places))))
    lengths = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
    return sparse.csr_matrix(sparse.diags(1 / np.maximum(lengths, 1e-9)) @ table)


__all__ = ["find_nearest", "find_then", "list_predecessors"]
