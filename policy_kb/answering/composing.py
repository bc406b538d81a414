"""Answers put together from what was found; nothing here decides, and no sentence is made of thin air."""

import re
from collections.abc import Sequence
from dataclasses import replace

from policy_kb.answering.candidates import Candidate
from policy_kb.answering.citing import MOST, Citations
from policy_kb.answering.clauses import Ranked
from policy_kb.answering.entries import Entry
from policy_kb.answering.frame import Frame
from policy_kb.answering.passages import find_defined
from policy_kb.answering.question import Question
from policy_kb.answering.settings import thresholds
from policy_kb.answering.ways_on import refer, steps_for
from policy_kb.answering.windows import describe_window, write_date
from policy_kb.catalogue import ServiceItem
from policy_kb.model import Answer, Block, Citation, Fact
from policy_kb.wording import gettext_for

SHOWN = 320  # characters of the shown blocks; what goes beyond stands behind "show more"


# What answers, and what stands above it: the part of the question it answers, or why it is told too ("": nothing).
Lead = tuple[Candidate, str]


def answer_from(frame: Frame, leads: Sequence[Lead], near: Sequence[Candidate], confidence: float) -> Answer:
    """What leads is said and cited first, one block each; then the clauses that come near it."""
    question, language = frame.question, frame.question.language
    citations = Citations(frame.base, question, frame.preview)
    blocks, facts = list[Block](), list[Fact]()
    for place, (candidate, part) in enumerate(leads):
        kind = "detail" if place else "lead"
        if candidate.found:
            few = 1 if len(leads) > 1 else 2 if near else MOST
            block, fact = _of_entry(candidate.found.entry, citations, kind, language, few)
            told = _other_term(block, citations, question, candidate.found.entry)
            block = replace(block, text=told or block.text, heading=_heading(part, language))
            facts += [] if told else [fact]
            blocks.extend(_beginning(block) if question.past else (block,))
            blocks.extend(_window_blocks(candidate.found.entry, question, block.citations))
        elif candidate.ranked:
            blocks.extend(_of_clause(candidate.ranked, citations, kind, question, _heading(part, language)))
    for candidate in near:
        _cite(candidate, citations)
    for lead, _part in leads:
        for cite in lead.found.entry.cites if lead.found else ():
            citations.add_cite(cite)
    if not all(fact.confirmed for fact in facts):
        told = gettext_for(language)(
            "This has not been checked against an official text; please confirm it with the authority."
        )
        blocks.append(Block("notice", told))
    return _finish(frame, leads[0][0], blocks, facts, citations, confidence, _backing_item([leads[0][0], *near]))


def _finish(
    frame: Frame,
    lead: Candidate,
    blocks: Sequence[Block],
    facts: Sequence[Fact],
    citations: Citations,
    confidence: float,
    backing: ServiceItem | None,
) -> Answer:
    entry, language = lead.found.entry if lead.found else None, frame.question.language
    item = (entry.item if entry else None) or frame.item or backing
    variant = _variant(entry, frame.question) if entry else ""
    return frame.make(
        "answered",
        blocks=tuple(_within(blocks)),
        facts=tuple(facts),
        citations=tuple(citations.listed),
        service=refer(item, variant, language),
        next_steps=steps_for(item, variant, language),
        confidence=confidence,
        topic=replace(
            frame.next_topic(item, variant, entry.kind if entry and entry.kind in _FACT_KINDS else ""),
            document=citations.listed[0].title if citations.listed else "",
            cited=tuple(f"《{each.title}》第{each.article}条" for each in citations.listed),
        ),
    )


def _backing_item(candidates: Sequence[Candidate]) -> ServiceItem | None:
    """The item of an entry close behind a clause, when it rests on that clause's law."""
    title = candidates[0].cited[0] if candidates[0].cited else ""
    for candidate in candidates[1:_BACKING]:
        entry = candidate.found.entry if candidate.found else None
        if entry and entry.item and any(cite.title == title for cite in entry.cites):
            return entry.item
    return None


_BACKING = 6  # candidates looked at for the item of a clause
_FACT_KINDS = frozenset(
    {"time_limit", "validity", "renewal_window", "authority", "materials", "conditions", "fee", "penalty"}
)


def _heading(part: str, language: str) -> str:
    """The asking words of a part as its heading, where they are in the language of the answer."""
    heading = part.strip(" ，,。？?")
    if language == "en":
        return heading[:1].upper() + heading[1:] if heading.isascii() else ""
    return "" if heading.isascii() else heading


def _cite(candidate: Candidate, citations: Citations) -> None:
    if candidate.ranked:
        citations.add_hit(candidate.ranked.hit)
    elif candidate.found and candidate.found.entry.cites:
        citations.add_cite(candidate.found.entry.cites[0])


def _of_clause(ranked: Ranked, citations: Citations, kind: str, question: Question, heading: str) -> list[Block]:
    """By the clause's card, with the clause quoted behind "show more"; else the clause quoted."""
    place = citations.add_hit(ranked.hit)
    if place is None:
        return []
    cited = citations.listed[place]
    quoted = Block(kind, quote_clause(cited, question), (place,), heading)
    said = card_answer(ranked, question)
    if ranked.card and _is_other_term(cited, question, ranked.card.card.answer.zh):
        said = ""
    return [Block(kind, said, (place,), heading), replace(quoted, kind="more", heading="")] if said else [quoted]


def _of_entry(entry: Entry, citations: Citations, kind: str, language: str, few: int) -> tuple[Block, Fact]:
    """An entry as a block, with the first ``few`` of its clauses cited."""
    found = (citations.add_cite(cite) for cite in entry.cites[:few])
    places = tuple(place for place in found if place is not None)
    text = entry.text.in_language(language)
    confirmed = entry.verified == "text"
    return Block(kind, text, places), Fact(
        entry.id, entry.kind, entry.label.in_language(language), text, places, confirmed
    )


def _is_other_term(cited: Citation, question: Question, said: str) -> bool:
    """Whether a clause with many definitions says the meaning of the term asked for, and what is ``said`` of it another's."""
    term = find_defined(cited.quote, question)
    return bool(term) and term not in said


def _other_term(block: Block, citations: Citations, question: Question, entry: Entry) -> str:
    """The clause quoted, when it defines the term asked for and the entry another one; "" otherwise."""
    cited = citations.listed[block.citations[0]] if block.citations else None
    if cited is None or not _is_other_term(cited, question, entry.label.zh + entry.text.zh):
        return ""
    return quote_clause(cited, question)


_PAST = 100  # characters of an entry shown when old law is asked for: what came later stands behind "show more"


def _beginning(block: Block) -> tuple[Block, ...]:
    """A long block cut after the sentence that fits; its rest behind "show more"."""
    shown = 0
    for match in re.finditer(r"[^。.]+[。.]\s*", block.text):
        if shown and match.end() > _PAST:
            break
        shown = match.end()
    if not shown or shown >= len(block.text):
        return (block,)
    return replace(block, text=block.text[:shown].strip()), Block("more", block.text[shown:].strip(), block.citations)


def _window_blocks(entry: Entry, question: Question, places: tuple[int, ...]) -> list[Block]:
    if entry.window is None or question.days.expiry is None:
        return []
    told = describe_window(entry.window, question.days.expiry, question.today, question.language)
    return [Block("detail", told, places)]


def _within(blocks: Sequence[Block]) -> list[Block]:
    """The first block whole, the others shown while they fit, else behind "show more"."""
    kept, room = list[Block](), SHOWN
    for place, block in enumerate(blocks):
        if place and block.kind == "detail" and len(block.text) > room:
            kept.append(replace(block, kind="more"))
            continue
        room -= len(block.text) // (3 if block.text.isascii() else 1)
        kept.append(block)
    return kept


def _variant(entry: Entry, question: Question) -> str:
    """The variant the entry is for, or the only one whose name stands in the question."""
    if len(entry.variants) == 1:
        return entry.variants[0]
    if entry.item is None:
        return ""
    named = [variant.id for variant in entry.item.variants if variant.name.zh in question.text]
    return named[0] if len(named) == 1 else ""


def card_answer(best: Ranked, question: Question) -> str:
    """What a clause's card says, when the question is like it and asks by today's law; "" otherwise."""
    match = best.card
    if match is None or match.score < thresholds()["card"]["lead"] or best.hit.version.in_force_to is not None:
        return ""
    return match.card.answer.in_language(question.language)


def quote_clause(citation: Citation, question: Question) -> str:
    """One sentence that names the clause and quotes it."""
    _ = gettext_for(question.language)
    named = {"title": citation.title, "label": citation.label, "article": citation.article, "quote": citation.quote}
    if citation.in_force_to and citation.in_force_to <= question.today:
        day = write_date(question.as_of, question.language)
        return _("By the rules in force on %(day)s, 《%(title)s》 (%(version)s) %(label)s: %(quote)s") % {
            **named,
            "day": day,
            "version": citation.version,
        }
    return _("《%(title)s》 %(label)s provides: %(quote)s") % named


__all__ = ["answer_from", "card_answer", "quote_clause"]
