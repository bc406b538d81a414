"""What the texts state, found again: duties and terms by words, references both ways.

Findings are kept beside each version (``policy_kb.extract`` made them at ingest); the index of clauses is the way to
them, so that a search for duties finds what a search for law finds.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from policy_kb.address import address_of
from policy_kb.errors import UnknownDocument
from policy_kb.model import Address, Findings, Obligation, Reference, Stating, Term, Version, clause_id_of
from policy_kb.text import words

if TYPE_CHECKING:
    from policy_kb.base import PolicyBase

_REACH = 80  # clauses looked through for one search
_KEPT = 200  # versions whose findings stay in memory; the shipped corpus has 195
Found = TypeVar("Found", Term, Obligation)


class Stated:
    """The statements of the versions in force on a day. Safe to share between threads."""

    def __init__(self, base: "PolicyBase") -> None:
        self._base = base
        self._read: OrderedDict[tuple[str, str], Findings] = OrderedDict()

    def list_obligations(
        self, text: str = "", *, title: str = "", as_of: date, dated: bool = False, limit: int = 50
    ) -> list[Stating[Obligation]]:
        """Duties that have words of ``text`` (subject, duty or sentence), best first; of one text with ``title``, in its order.

        ``dated`` keeps those with a deadline. UnknownDocument when no such title is in force on the day.
        """
        found = self._list(lambda findings: findings.obligations, text, title, as_of)
        kept = [each for each in found if each.what.deadlines] if dated else found
        if text:
            wanted = set(words(text))
            scored = [(_shared(wanted, f"{each.what.subject}{each.what.quote}"), each) for each in kept]
            kept = [each for score, each in sorted(scored, key=lambda pair: -pair[0]) if score]
        return kept[:limit]

    def list_terms(self, text: str = "", *, title: str = "", as_of: date, limit: int = 50) -> list[Stating[Term]]:
        """Terms whose name has ``text`` in it, the shortest first; of one text with ``title``, in its order."""
        found = self._list(lambda findings: findings.terms, f"{text} 是指 所称" if text else "", title, as_of)
        if text:
            plain = re.sub(r"\s", "", text)
            found = sorted((e for e in found if plain in e.what.term), key=lambda each: len(each.what.term))
        return found[:limit]

    def list_references(self, version: Version, at: Address | None = None) -> list[Reference]:
        """What a version (or one place of it, with what is below) points at, in its order."""
        return [each for each in self.findings_of(version).references if at is None or covers(at, each.at)]

    def list_referring(self, version: Version, at: Address | None = None, *, as_of: date) -> list[Stating[Reference]]:
        """Who points at a text as a whole or anywhere (``at`` None), or at one place of it, by title.

        Versions in force on the day, and the version's own references.
        """
        heads = {each.id: each for each in self._base.list_versions()}
        found = []
        for version_id in self._base.store.list_referring(version.document_id):
            head = heads.get(version_id)
            if head is None or not (version_id == version.id or _applies(head, version, as_of)):
                continue
            for reference in self.findings_of(head).references:
                if reference.document_id == version.document_id and (at is None or points_at(reference, at)):
                    found.append(Stating(head, _clause_id(head, reference.at), reference))
        return sorted(found, key=lambda each: (each.version.id != version.id, each.version.title, each.what.at))

    def findings_of(self, version: Version) -> Findings:
        """The findings of a version, by its id."""
        key = (version.id, version.content_hash + version.release)
        if key not in self._read:
            self._read[key] = self._base.get_version(version.id).findings
            while len(self._read) > _KEPT:
                self._read.popitem(last=False)
        return self._read[key]

    def _list(
        self, pick: Callable[[Findings], Iterable[Found]], text: str, title: str, as_of: date
    ) -> list[Stating[Found]]:
        if title:
            version = self._base.find_version(title, as_of=as_of)
            if version is None:
                raise UnknownDocument(f"no version of 《{title}》 is in force on {as_of.isoformat()} in this base")
            return [Stating(version, _clause_id(version, each.at), each) for each in pick(self.findings_of(version))]
        found = []
        for hit in self._base.search(text, as_of=as_of, limit=_REACH):
            place = address_of(hit.clause)
            for each in pick(self.findings_of(hit.version)):
                if covers(place, each.at):
                    found.append(Stating(hit.version, hit.clause.id, each))
        return found


def covers(whole: Address, at: Address) -> bool:
    """Whether ``at`` is ``whole`` or below it."""
    pairs = ((whole.paragraph, at.paragraph), (whole.item, at.item), (whole.point, at.point))
    same = (whole.article, whole.sub) == (at.article, at.sub)
    return same and all(wanted in {0, given} for wanted, given in pairs)


def points_at(reference: Reference, at: Address) -> bool:
    """Whether a reference means the place, something below it, or a range or whole that holds it."""
    if reference.last and len(reference.targets) >= 2:
        first, last = reference.targets[-2], reference.targets[-1]
        if (first.article, first.sub) <= (at.article, at.sub) <= (last.article, last.sub) and not first.paragraph:
            return True
    return any(covers(at, target) or covers(target, at) for target in reference.targets)


def _applies(head: Version, version: Version, as_of: date) -> bool:
    """Another text in force; another version of the same text speaks of itself."""
    return (
        head.release == "published"
        and head.document_id != version.document_id
        and head.status_on(as_of) in {"in_force", "unknown"}
    )


def _clause_id(version: Version, at: Address) -> str:
    return clause_id_of(version.id, at.article, at.sub)


def _shared(wanted: set[str], text: str) -> int:
    return sum(len(word) for word in wanted & set(words(text)))
