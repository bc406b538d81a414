"""What versions the base holds, kept in memory for one revision of its texts.

An answer asks a dozen times which law is meant and which wording was in force. With tens of thousands of versions
that must not walk a list each time: titles are found by their first characters, wordings by their document, what began
or ended since a day by that day.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from policy_kb.ingest import document_id, title_key
from policy_kb.model import Version

_HEAD = 4  # characters; a title with fewer is not looked for in running text


@dataclass(frozen=True, slots=True)
class Holdings:
    """All versions without their clauses, by title and beginning; by document; and title keys by their first characters.

    ``begun`` and ``ended`` hold the first days in force and no longer of published versions, in order, with their places."""

    revision: str
    versions: tuple[Version, ...]
    documents: dict[str, list[Version]]
    titles: dict[str, list[tuple[str, str]]]
    places: dict[str, int]
    begun: Sequence[tuple[date, int]]
    ended: Sequence[tuple[date, int]]

    @classmethod
    def of(cls, revision: str, versions: Iterable[Version]) -> "Holdings":
        kept = tuple(versions)
        documents: dict[str, list[Version]] = defaultdict(list)
        for version in kept:
            documents[version.document_id].append(version)
        titles: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for key, document in {_key_of(version.title): version.document_id for version in kept}.items():
            if len(key) >= _HEAD:
                titles[key[:_HEAD]].append((key, document))
        published = [(place, version) for place, version in enumerate(kept) if version.release == "published"]
        return cls(
            revision,
            kept,
            dict(documents),
            dict(titles),
            {version.id: place for place, version in enumerate(kept)},
            sorted((version.in_force_from, place) for place, version in published if version.in_force_from),
            sorted((version.in_force_to, place) for place, version in published if version.in_force_to),
        )

    def list_begun(self, after: date, until: date) -> list[Version]:
        """The published versions whose first day in force is later than ``after`` and not later than ``until``."""
        return self._at(self.begun, after, until)

    def list_ended(self, after: date, until: date) -> list[Version]:
        """The same of the first day on which they no longer apply."""
        return self._at(self.ended, after, until)

    def _at(self, days: Sequence[tuple[date, int]], after: date, until: date) -> list[Version]:
        first, last = (bisect_right(days, day, key=lambda each: each[0]) for day in (after, until))
        return [self.versions[place] for place in sorted(place for _, place in days[first:last])]

    def find_head(self, version_id: str) -> Version | None:
        """The version of an id, whatever its release."""
        place = self.places.get(version_id)
        return None if place is None else self.versions[place]

    def find_documents(self, text: str) -> list[str]:
        """Ids of the documents whose title stands in ``text``, longest title first; a title inside a longer one is not named."""
        shown, held = title_key(text), dict[str, str]()
        for start in range(len(shown) - _HEAD + 1):
            for key, document in self.titles.get(shown[start : start + _HEAD], ()):
                if shown.startswith(key, start):
                    held[key] = document
        found: dict[str, str] = {}
        for key in sorted(held, key=lambda each: (-len(each), shown.index(each))):
            if not any(key in longer for longer in found):
                found[key] = held[key]
        return list(found.values())

    def find_version(self, title: str, as_of: date, preview: str) -> Version | None:
        """The version of a title in force on a day, a previewed draft before what is published."""
        releases = {"published", f"draft:{preview}" if preview else "published"}
        held = [
            version
            for version in self.documents.get(_document_of(title), ())
            if version.release in releases and version.status_on(as_of) in {"in_force", "unknown"}
        ]
        return max(
            held, key=lambda version: (version.release != "published", version.in_force_from or date.min), default=None
        )


@lru_cache(maxsize=20_000)
def _key_of(title: str) -> str:
    return title_key(title)


@lru_cache(maxsize=20_000)
def _document_of(title: str) -> str:
    return document_id(title)


__all__ = ["Holdings"]
