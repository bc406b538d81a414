"""Where a clause of today's law stood on an earlier day: what is known of today's clause is known of that one too.

Cards and phrasings are written for the law in force. The article that said the same before an amendment, or in the rule
that was replaced, is found by the comparison of the two wordings (``timeline``), not by its number.
"""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from policy_kb.model import Version
from policy_kb.timeline import compare_versions, find_successor

if TYPE_CHECKING:
    from policy_kb.base import PolicyBase

Place = tuple[int, int]  # article and sub
_KEPT = 32  # pairs of wordings kept matched


def list_predecessors(base: "PolicyBase", day: date, today: date) -> dict[str, tuple[Version, Version]]:
    """By the title of the text in force today: the text in force on ``day`` that it has taken the place of, and itself.

    Only texts that have ended since are listed; all others read as they do today, as far as is known.
    """
    found = dict[str, tuple[Version, Version]]()
    for version in base.list_versions():
        if version.release != "published" or version.in_force_to is None or version.in_force_to > today:
            continue
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


__all__ = ["find_then", "list_predecessors"]
