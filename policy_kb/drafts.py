"""How versions stand to each other by their release: what publishing a draft would displace, and what a preview hides.

A *release* is "published", "withdrawn" or "draft:<change id>"; only previews of that change see a draft.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from policy_kb.model import Version
from policy_kb.versions import Statement, place


def displaces(version: Version, other: Version) -> bool:
    """Whether both are the same wording of the same text, so that only one of them can be published."""
    return version.id != other.id and (version.document_id, version.label) == (other.document_id, other.label)


def hides(draft: Version, other: Version, as_of: date | None) -> bool:
    """Whether ``draft``, once published, would displace ``other`` on the day (or, without a day, as the same wording)."""
    if other.document_id != draft.document_id or other.release != "published":
        return False
    if other.label == draft.label or as_of is None:
        return other.label == draft.label
    begun = draft.in_force_from is not None and draft.in_force_from <= as_of
    return begun and (other.in_force_from or date.min) <= (draft.in_force_from or date.min)


def place_all(versions: Sequence[Version], statements: Mapping[str, Statement]) -> Iterator[Version]:
    """Published versions are placed in time among themselves; a draft among them and itself, without moving them."""
    published = [version for version in versions if version.release == "published"]
    yield from place(published, statements)
    for version in versions:
        if version.release.startswith("draft:"):
            rest = [other for other in published if not displaces(version, other)]
            yield next(each for each in place([*rest, version], statements) if each.id == version.id)
        elif version.release != "published":
            yield version


__all__ = ["displaces", "hides", "place_all"]
