"""Words the row that fits as an answer: what to do, the facts it rests on, and the clause as it stood on the day."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from policy_kb.answering.ways_on import refer_to
from policy_kb.catalogue import Cite
from policy_kb.guidance.asking import Step, open_outcomes
from policy_kb.guidance.hearing import Heard
from policy_kb.guidance.tables import Row
from policy_kb.model import Answer, Block, Citation, Clause, Fact, NextStep, ServiceRef, Topic
from policy_kb.text import format_article
from policy_kb.wording import gettext_for

if TYPE_CHECKING:
    from policy_kb.base import PolicyBase

CONFIDENCE = 1.0  # a row fits or it does not
MOST_PREVIEWED = 4
_NOTHING: Mapping[str, Heard] = MappingProxyType({})


def answer_step(
    base: "PolicyBase", step: Step, language: str, *, question: str = "", heard: Mapping[str, Heard] = _NOTHING
) -> Answer:
    """The answer of a settled step. ``question`` is what the person said, ``heard`` what was taken over from it."""
    row = step.row
    assert row is not None, "only a settled step has an answer"
    citations = list_citations(base, row.cites, step.day)
    services = [_refer(base, item, variant, language) for item, variant in row.services]
    return Answer(
        status="routed" if row.kind == "elsewhere" else "answered",
        language=language,
        as_of=step.day,
        kb_version=base.version,
        question=question,
        blocks=(Block("lead", row.text.in_language(language), tuple(range(len(citations)))),),
        facts=list_facts(step, language, heard),
        citations=citations,
        service=services[0] if services else None,
        next_steps=tuple(each for service in services for each in _next_steps(service, language)),
        confidence=CONFIDENCE,
        reason_code=f"guide:{step.table.id}/{row.id}",
        topic=Topic(
            item=services[0].id if services else "",
            variant=services[0].variant if services else "",
            last_question=question,
        ),
    )


def list_citations(base: "PolicyBase", cites: tuple[Cite, ...], day: date) -> tuple[Citation, ...]:
    """The clauses as in force on the day, quoted from the policy base.

    A text that was not in force yet on the day is left out when another cite holds; one that is not loaded at all is
    named without a quote.
    """
    found = [(cite, _cite(base, cite, cite.as_of or day)) for cite in cites]
    held = tuple(citation for _cite_, citation in found if citation)
    return held or tuple(_not_loaded(cite) for cite, _citation in found)


def _cite(base: "PolicyBase", cite: Cite, day: date) -> Citation | None:
    clause = base.find_clause(cite.title, cite.article, as_of=day)
    version = base.find_version(cite.title, as_of=day)
    if clause is None or version is None:
        return None
    return Citation(
        title=version.title,
        article=clause.article,
        label=clause.label or format_article(clause.article, clause.sub),
        clause_id=clause.id,
        version_id=version.id,
        version=version.label,
        paragraph=cite.paragraph,
        item=cite.item,
        quote=_quote(clause, cite),
        document_number=version.document_number,
        issuer=version.issuer,
        in_force_from=version.in_force_from,
        in_force_to=version.in_force_to,
        status=version.status_on(day),
    )


def _not_loaded(cite: Cite) -> Citation:
    label = format_article(cite.article)
    return Citation(cite.title, cite.article, label, paragraph=cite.paragraph, item=cite.item, status="not_loaded")


def _quote(clause: Clause, cite: Cite) -> str:
    """The 款 named (with the 项 named, or all of them), else the whole article."""
    named = next((each for each in clause.paragraphs if each.number == cite.paragraph), None)
    if named is None:
        return clause.text
    return named.text + (named.items[cite.item - 1] if cite.item else "".join(named.items))


def list_facts(step: Step, language: str, heard: Mapping[str, Heard] = _NOTHING) -> tuple[Fact, ...]:
    """The facts that count, in words; one taken over from a sentence says from which words."""
    found = []
    for question in step.table.questions:
        choice = question.find_choice(step.facts.get(question.id, ""))
        if choice is None:
            continue
        value = choice.name.in_language(language)
        said = heard.get(question.id)
        if said and said.code == choice.code:
            value = gettext_for(language)("%(choice)s (you said “%(words)s”)") % {"choice": value, "words": said.words}
        found.append(Fact(question.id, "other", question.label.in_language(language), value))
    return tuple(found)


def explain(base: "PolicyBase", step: Step, language: str) -> Answer:
    """How to find out what is asked, with its clauses, and what each answer would come to."""
    question = step.question
    assert question is not None, "a settled step asks nothing"
    citations = list_citations(base, question.cites, step.day)
    lines = [Block("detail", line) for line in list_prospects(base, step, language)]
    return Answer(
        status="answered",
        language=language,
        as_of=step.day,
        kb_version=base.version,
        question=question.ask.in_language(language),
        blocks=(Block("lead", question.find_out.in_language(language), tuple(range(len(citations)))), *lines),
        citations=citations,
        confidence=CONFIDENCE,
        reason_code=f"guide:{step.table.id}?{question.id}",
    )


def preview(base: "PolicyBase", step: Step, language: str, *, question: str = "") -> Answer:
    """What may come out, by the answer to what is asked next, with the first clause of each: said before it is asked."""
    _ = gettext_for(language)
    assert step.question is not None, "a settled step has its answer"
    first = dict.fromkeys(row.cites[0] for _code, rows in open_outcomes(step) for row in rows[:1])
    citations = list_citations(base, tuple(first)[:MOST_PREVIEWED], step.day)
    label = step.question.label.in_language(language)
    lead = Block("lead", _("It depends on: %(label)s.") % {"label": label}, tuple(range(len(citations))))
    row = next((row for row in step.rows if row.services), None)
    service = _refer(base, *row.services[0], language) if row else None
    return Answer(
        status="answered",
        language=language,
        as_of=step.day,
        kb_version=base.version,
        question=question,
        blocks=(lead, *(Block("detail", line) for line in list_prospects(base, step, language))),
        citations=citations,
        service=service,
        confidence=CONFIDENCE,
        reason_code=f"guide:{step.table.id}?{step.question.id}",
        topic=Topic(item=service.id if service else "", last_question=question),
    )


def list_prospects(base: "PolicyBase", step: Step, language: str) -> list[str]:
    """A line a choice: what it would come to, or that more is asked then."""
    _ = gettext_for(language)
    assert step.question is not None
    lines = []
    for code, rows in open_outcomes(step):
        choice = step.question.find_choice(code)
        assert choice is not None
        kinds = {row.id: name_outcome(base, row, language) for row in rows}
        told = kinds[rows[0].id] if len(set(kinds.values())) == 1 else _("depends on what is asked next")
        lines.append(_("%(choice)s: %(outcome)s") % {"choice": choice.name.in_language(language), "outcome": told})
    return lines


def name_outcome(base: "PolicyBase", row: Row, language: str) -> str:
    """An outcome in a few words: the items, or that there is nothing to apply for, that it is not allowed, …"""
    _ = gettext_for(language)
    if row.services:
        return _(", ").join(base.catalogue.get_item(item).name.in_language(language) for item, _variant in row.services)
    return {
        "none": _("nothing to apply for"),
        "prohibited": _("not allowed"),
        "elsewhere": _("another authority or procedure"),
    }[row.kind]


def _refer(base: "PolicyBase", item_id: str, variant_id: str, language: str) -> ServiceRef:
    return refer_to(base.catalogue.get_item(item_id), variant_id, language)


def _next_steps(service: ServiceRef, language: str) -> list[NextStep]:
    name = f"{service.name} · {service.variant_name}" if service.variant_name else service.name
    target = f"{service.id}:{service.variant}" if service.variant else service.id
    opened = NextStep("open_item", name, target)
    if not service.form:
        return [opened]
    label = gettext_for(language)("Start: %(name)s") % {"name": service.variant_name}
    return [NextStep("start_application", label, target), opened]
