"""Holds the catalogue against the law: does each clause exist, and does it say the number?

Run after every ingest and every publication, so that a change of law shows up as a finding on the
fact that rests on it instead of as a wrong answer.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from policy_kb import clock
from policy_kb.catalogue.catalogue import Catalogue
from policy_kb.catalogue.entries import Cite, Value
from policy_kb.catalogue.quantities import Quantity, list_quantities
from policy_kb.model import Clause, Version

# Rules that print 日 and say once, near the end, that their periods run in working days.
_WORKING_DAY_RULES = ("以工作日计算", "为工作日", "按照工作日计算", "按工作日计算")


class LawSource(Protocol):
    """What the check needs of a policy base."""

    @property
    def catalogue(self) -> Catalogue: ...

    def find_clause(self, title: str, article: int, *, as_of: date) -> Clause | None: ...

    def get_version(self, version_id: str) -> Version: ...


@dataclass(frozen=True, slots=True)
class CatalogueFinding:
    """One disagreement. ``kind``: not_ingested, missing_clause, missing_paragraph, missing_number.

    ``where`` is e.g. ``A11/renewal_window``; only ``not_ingested`` may be lawful (the text was never loaded).
    """

    kind: str
    where: str
    message: str
    title: str = ""
    article: int = 0


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of the catalogue with its numbers and the clauses it rests on."""

    where: str
    cites: tuple[Cite, ...]
    values: tuple[Value, ...]


class _Law:
    """The texts of one day, each clause fetched once."""

    def __init__(self, base: LawSource, day: date) -> None:
        self.base, self.day = base, day
        self.clauses: dict[tuple[str, int, date], Clause | None] = {}
        self.in_working_days: dict[str, bool] = {}

    def find_clause(self, cite: Cite, article: int) -> Clause | None:
        """An article of the text a cite names, in force on the cite's day or this one."""
        day = cite.as_of or self.day
        key = (cite.title, article, day)
        if key not in self.clauses:
            self.clauses[key] = self.base.find_clause(cite.title, article, as_of=day)
        return self.clauses[key]

    def knows(self, cite: Cite) -> bool:
        return self.find_clause(cite, 1) is not None

    def list_quantities(self, read: Sequence[tuple[Clause, str]]) -> set[Quantity]:
        """What the parts of clauses state together.

        日 also counts as working days where its text says so of all its periods, or one of the parts does.
        """
        said_here = any(rule in part for _, part in read for rule in _WORKING_DAY_RULES)
        found: set[Quantity] = set()
        for clause, part in read:
            stated = list_quantities(part)
            days = {(number, "working_day") for number, unit in stated if unit == "day"}
            found |= stated
            if days and (said_here or self._counts_working_days(clause.version_id)):
                found |= days
        return found

    def _counts_working_days(self, version_id: str) -> bool:
        if version_id not in self.in_working_days:
            clauses = self.base.get_version(version_id).clauses
            self.in_working_days[version_id] = any(rule in each.text for each in clauses for rule in _WORKING_DAY_RULES)
        return self.in_working_days[version_id]


def check_catalogue(base: LawSource, *, as_of: date | None = None) -> list[CatalogueFinding]:
    """Every cite resolved and every number looked for in the clauses its statement cites, on ``as_of`` (today).

    A number counts as found when any of the statement's cites states it. A text without a version loaded and in
    force is reported once as ``not_ingested``, and numbers that may stand in it are not reported.
    """
    return check_claims(base, list_claims(base.catalogue), as_of or clock.today())


def check_claims(base: LawSource, claims: Iterable[Claim], day: date) -> list[CatalogueFinding]:
    """The same of any statements that cite law."""
    law = _Law(base, day)
    findings: list[CatalogueFinding] = []
    absent: dict[str, str] = {}
    for claim in claims:
        unread = [cite for cite in claim.cites if not law.knows(cite)]
        for cite in unread:
            absent.setdefault(cite.title, claim.where)
        read: list[tuple[Clause, str]] = []
        wrong = [each for cite in claim.cites if cite not in unread for each in _check_cite(law, claim, cite, read)]
        findings += wrong
        if not unread and not wrong:
            findings += _missing_numbers(claim, law.list_quantities(read))
    return findings + [
        CatalogueFinding(
            "not_ingested", where, f"《{title}》 is not ingested or not in force (cited by {where})", title
        )
        for title, where in absent.items()
    ]


def _check_cite(law: _Law, claim: Claim, cite: Cite, read: list[tuple[Clause, str]]) -> list[CatalogueFinding]:
    """What is wrong with one cite; adds the part of the clause it names to ``read``."""
    clause = law.find_clause(cite, cite.article)
    if clause is None:
        return [_finding("missing_clause", claim, cite, f"has no article {cite.article}")]
    part = _part(clause, cite)
    if not part:
        return [_finding("missing_paragraph", claim, cite, _missing_part(clause, cite))]
    read.append((clause, part))
    return []


def list_claims(catalogue: Catalogue) -> Iterator[Claim]:
    """Everything in the catalogue that cites law, with the numbers it claims."""
    for item in catalogue.items.values():
        yield Claim(f"{item.id}/authority", item.authority.cites, ())
        for fact in item.facts:
            yield Claim(f"{item.id}/{fact.id}", fact.cites, fact.values if fact.verified == "text" else ())
        for name in ("conditions", "materials", "steps", "mistakes"):
            for place, entry in enumerate(getattr(item, name)):
                yield Claim(f"{item.id}/{name}[{getattr(entry, 'id', place)}]", entry.cites, ())
    for faq in catalogue.faqs:
        yield Claim(f"faq/{faq.id}", faq.cites, faq.values if faq.verified == "text" else ())
    for card in catalogue.cards:
        if not card.sub:  # a cite names whole numbers only
            yield Claim(card.id, (card.cite,), tuple(_numbers_of(card.answer.zh)))


_EVERYDAY = 2.0  # "one" and "two" are words more than figures


def _numbers_of(text: str) -> Iterator[Value]:
    """The figures a sentence states, whatever their units."""
    for number, unit in sorted(list_quantities(text)):
        if unit == "count" and number > _EVERYDAY:
            yield Value(number, unit)


def _part(clause: Clause, cite: Cite) -> str:
    """The cited paragraph (or one 项 of it) of the clause, "" when there is none such."""
    if not cite.paragraph:
        items = [text for paragraph in clause.paragraphs for text in paragraph.items]
        if cite.item:
            return items[cite.item - 1] if cite.item <= len(items) else ""
        return clause.text
    paragraph = next((each for each in clause.paragraphs if each.number == cite.paragraph), None)
    if paragraph is None or cite.item > len(paragraph.items):
        return ""
    return paragraph.items[cite.item - 1] if cite.item else "\n".join((paragraph.text, *paragraph.items))


def _missing_part(clause: Clause, cite: Cite) -> str:
    wanted = f"paragraph {cite.paragraph}" + (f" item {cite.item}" if cite.item else "")
    return f"article {cite.article} has no {wanted}; it has {len(clause.paragraphs)} paragraphs"


def _missing_numbers(claim: Claim, said: set[Quantity]) -> list[CatalogueFinding]:
    named = "; ".join(f"《{cite.title}》 {cite.article}" for cite in claim.cites)
    return [
        CatalogueFinding(
            "missing_number",
            claim.where,
            f"{value.number:g} {value.unit} is not in the clauses cited ({named})",
            claim.cites[0].title if claim.cites else "",
            claim.cites[0].article if claim.cites else 0,
        )
        for value in claim.values
        if (float(value.number), value.unit) not in said
    ]


def _finding(kind: str, claim: Claim, cite: Cite, message: str) -> CatalogueFinding:
    return CatalogueFinding(kind, claim.where, f"《{cite.title}》 {message}", cite.title, cite.article)
