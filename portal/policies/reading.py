"""One version as it is read on its page: every 款, 项 and 目 with its anchor, references as links, who refers to a clause."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from flask import url_for

from policy_kb import (
    Address,
    Clause,
    PolicyBase,
    Reference,
    Stating,
    Version,
    address_of,
    clock,
    format_address,
    list_items,
    points_at,
    split_points,
)
from portal.policies.marking import Mark, Piece, mark_pieces

_MOST = 20  # references shown below one clause; the busiest article of the corpus has fewer from other texts
_PLACES = re.compile(
    r"第[^第、和及至到或与，]+?[条款项](?:之[一二三四五六七八九十]+)?(?:第[^第、和及至到或与，]+?[款项])*"
)


@dataclass(frozen=True, slots=True)
class ShownText:
    """A 款, 项 or 目: its anchor, its words in pieces, and what is listed below it."""

    anchor: str
    pieces: tuple[Piece, ...]
    below: tuple["ShownText", ...] = ()


@dataclass(frozen=True, slots=True)
class Referring:
    """A place that refers to a clause: ``title`` "" when it is of the same text."""

    title: str
    place: str
    url: str


@dataclass(frozen=True, slots=True)
class ShownClause:
    """An article with its paragraphs and who refers to it."""

    anchor: str
    label: str
    headings: tuple[str, ...]
    paragraphs: tuple[ShownText, ...]
    referring: tuple[Referring, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the table of contents: a heading below ``headings[:-1]``, and its first article."""

    headings: tuple[str, ...]
    first: str


def list_parts(clauses: Iterable[ShownClause]) -> tuple[Part, ...]:
    """The headings of a text in order, outer before inner; empty for a text without headings."""
    parts: dict[tuple[str, ...], Part] = {}
    for clause in clauses:
        for depth in range(1, len(clause.headings) + 1):
            path = clause.headings[:depth]
            parts.setdefault(path, Part(path, clause.label))
    return tuple(parts.values())


@dataclass(slots=True)
class Reading:
    """What turns one version to shown clauses: where references lead, and who refers to what."""

    version: Version
    base: PolicyBase
    mark: Mark | None = None
    _references: dict[Address, list[Reference]] = field(default_factory=lambda: defaultdict(list))
    _targets: dict[str, Version] = field(default_factory=dict)
    _own: set[tuple[int, int]] = field(default_factory=set)

    def show(self) -> tuple[ShownClause, ...]:
        """All clauses in order."""
        self._own = {(clause.article, clause.sub) for clause in self.version.clauses}
        self._targets = self._versions_meant({each.document_id for each in self.version.findings.references})
        for reference in self.version.findings.references:
            self._references[reference.at].append(reference)
        referring = self.base.stated.list_referring(self.version, as_of=clock.today())
        return tuple(self._clause(clause, referring) for clause in self.version.clauses)

    def _versions_meant(self, documents: set[str]) -> dict[str, Version]:
        """For each document the published version in force today, else the newest."""
        today, meant = clock.today(), dict[str, Version]()
        for other in self.base.list_versions():
            if other.release == "published" and other.document_id in documents:
                known = meant.get(other.document_id)
                if known is None or (other.status_on(today) == "in_force") >= (known.status_on(today) == "in_force"):
                    meant[other.document_id] = other
        return {**meant, self.version.document_id: self.version}

    def _clause(self, clause: Clause, referring: list[Stating[Reference]]) -> ShownClause:
        at = address_of(clause)
        paragraphs = tuple(self._paragraphs(clause)) or (ShownText("", self._pieces(at, clause.text)),)
        told = [self._referring(each) for each in referring if points_at(each.what, at)]
        return ShownClause(at.anchor, clause.label, clause.headings, paragraphs, tuple(dict.fromkeys(told))[:_MOST])

    def _paragraphs(self, clause: Clause) -> Iterator[ShownText]:
        for paragraph in clause.paragraphs:
            at = Address(clause.article, clause.sub, paragraph.number)
            items = tuple(
                self._item(Address(clause.article, clause.sub, paragraph.number, number), text)
                for number, text in list_items(paragraph)
            )
            yield ShownText(at.anchor, self._pieces(at, paragraph.text), items)

    def _item(self, at: Address, text: str) -> ShownText:
        """A 项 with its 目. References are found in the 项 as a whole, so its pieces are cut where its 目 begin."""
        first, points = split_points(text)
        shown = []
        place = len(first) + 1
        for number, point in points:
            anchor = Address(at.article, at.sub, at.paragraph, at.item, number).anchor
            shown.append(ShownText(anchor, self._pieces(at, point, place)))
            place += len(point) + 1
        return ShownText(at.anchor, self._pieces(at, first), tuple(shown))

    def _pieces(self, at: Address, text: str, offset: int = 0) -> tuple[Piece, ...]:
        """``text`` cut at its references; ``offset`` is where it begins in the words at ``at``."""
        pieces, done = [], 0
        for reference in self._references.get(at, ()):
            start = reference.start - offset
            if start < done or text[start : start + len(reference.quote)] != reference.quote:
                continue
            pieces += [Piece(text[done:start]), *self._links(reference)]
            done = start + len(reference.quote)
        shown = tuple(piece for piece in [*pieces, Piece(text[done:])] if piece.text)
        within = self.mark is not None and self.mark.anchor == Address(at.article, at.sub).anchor
        return mark_pieces(shown, self.mark) if self.mark and within else shown

    def _links(self, reference: Reference) -> Iterable[Piece]:
        """A link for each place named where they can be told apart, else one to the first."""
        version = self._targets.get(reference.document_id)
        if version is None:
            return [Piece(reference.quote)]
        places = list(_PLACES.finditer(reference.quote))
        if len(places) != len(reference.targets) or len(places) < 2:
            return [Piece(reference.quote, self._url(version, reference.targets[:1]))]
        pieces, done = [], 0
        for number, (found, target) in enumerate(zip(places, reference.targets, strict=True)):
            start = 0 if number == 0 else found.start()
            pieces += [
                Piece(reference.quote[done:start]),
                Piece(reference.quote[start : found.end()], self._url(version, (target,))),
            ]
            done = found.end()
        return [*pieces, Piece(reference.quote[done:])]

    def _url(self, version: Version, targets: tuple[Address, ...]) -> str:
        if version.id != self.version.id:
            anchor = targets[0].anchor if targets else None
            return url_for("policies.document", version_id=version.id, _anchor=anchor)
        if not targets or (targets[0].article, targets[0].sub) not in self._own:
            return ""
        return f"#{targets[0].anchor}"

    def _referring(self, each: Stating[Reference]) -> Referring:
        own = each.version.id == self.version.id
        place = format_address(each.what.at)
        url = f"#{each.what.at.anchor}"
        if not own:
            url = url_for("policies.document", version_id=each.version.id, _anchor=each.what.at.anchor)
        return Referring("" if own else each.version.title, place, url)
