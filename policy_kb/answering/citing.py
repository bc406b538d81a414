"""Citations, resolved against the texts of the day; a text that is not loaded is named as such and never quoted."""

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from policy_kb.answering.passages import find_passage, find_sentence
from policy_kb.answering.question import Question
from policy_kb.catalogue import Cite
from policy_kb.model import Citation, Clause, Hit, Version
from policy_kb.text import format_article

if TYPE_CHECKING:
    from policy_kb.base import PolicyBase

MOST = 3


@dataclass(slots=True)
class Citations:
    """The citations of one answer, each clause once, in the order first cited."""

    base: "PolicyBase"
    question: Question
    preview: str = ""
    listed: list[Citation] = field(default_factory=list)

    def add_cite(self, cite: Cite) -> int | None:
        """Index of the citation a catalogue cite becomes; None when the answer has enough of them."""
        day = getattr(cite, "as_of", None) or self.question.as_of
        clause = self.base.find_clause(cite.title, cite.article, as_of=day, preview=self.preview)
        if clause is None and cite.as_of is None and self.question.past:
            day = self.question.today  # a text about old law that names what came after it
            clause = self.base.find_clause(cite.title, cite.article, as_of=day, preview=self.preview)
        if clause is None:
            return self._add(_not_loaded(cite))
        version = self.base.find_version(cite.title, as_of=day, preview=self.preview)
        assert version is not None  # find_clause found it by the same rule
        return self._add(make_citation(clause, version, self.question, day, cite.paragraph, cite.item))

    def add_hit(self, hit: Hit) -> int | None:
        return self._add(make_citation(hit.clause, hit.version, self.question, self.question.as_of))

    def _add(self, citation: Citation) -> int | None:
        key = (citation.version_id or citation.title, citation.article, citation.label)
        for place, other in enumerate(self.listed):
            if (other.version_id or other.title, other.article, other.label) == key:
                return place
        if len(self.listed) >= MOST:
            return None
        self.listed.append(citation)
        return len(self.listed) - 1


def make_citation(
    clause: Clause, version: Version, question: Question, day: date, paragraph: int = 0, item: int = 0
) -> Citation:
    """A clause as cited, with the sentence that answers the question."""
    quote, paragraph, item = _quote(clause, question, paragraph, item)
    return Citation(
        title=version.title,
        article=clause.article,
        label=clause.label or format_article(clause.article, clause.sub),
        clause_id=clause.id,
        version_id=version.id,
        version=version.label,
        paragraph=paragraph,
        item=item,
        quote=quote,
        sentence=find_sentence(quote, question),
        document_number=version.document_number,
        issuer=version.issuer,
        in_force_from=version.in_force_from,
        in_force_to=version.in_force_to,
        status=version.status_on(question.today if day == question.as_of and not question.past else day),
    )


def _quote(clause: Clause, question: Question, paragraph: int, item: int) -> tuple[str, int, int]:
    """The cited 款 or 项 when the cite names one, else the passage that fits the question."""
    named = next((each for each in clause.paragraphs if each.number == paragraph), None)
    if named is None:
        passage = find_passage(clause, question)
        return passage.text, passage.paragraph, passage.item
    if item and item <= len(named.items):
        return named.text + named.items[item - 1], paragraph, item
    passage = find_passage(
        Clause(
            clause.id,
            clause.version_id,
            clause.article,
            clause.label,
            named.text + "".join(named.items),
            paragraphs=(named,),
        ),
        question,
    )
    return passage.text, paragraph, passage.item


def _not_loaded(cite: Cite) -> Citation:
    return Citation(
        cite.title,
        cite.article,
        format_article(cite.article),
        paragraph=cite.paragraph,
        item=cite.item,
        status="not_loaded",
    )
