"""Answers of every kind put together from what was found; nothing here decides, and no sentence is made of thin air."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from policy_kb.answering.choosing import Candidate
from policy_kb.answering.citing import MOST, Citations
from policy_kb.answering.clauses import Ranked
from policy_kb.answering.entries import Entry
from policy_kb.answering.items import ItemMatch
from policy_kb.answering.question import Question
from policy_kb.answering.routing import Route
from policy_kb.answering.settings import thresholds
from policy_kb.answering.windows import describe_window, write_date
from policy_kb.catalogue import ServiceItem
from policy_kb.model import Answer, Block, Citation, Fact, NextStep, Option, ServiceRef, Topic
from policy_kb.wording import gettext_for

if TYPE_CHECKING:
    from policy_kb.base import PolicyBase

SURE_ITEM = 0.7  # from here an item found by its facets is pointed at
MOST_OPTIONS = 3
SHOWN = 320  # characters of the shown blocks; what goes beyond stands behind "show more"


@dataclass(frozen=True, slots=True)
class Frame:
    """What every answer carries alike."""

    base: "PolicyBase"
    question: Question
    items: Sequence[ItemMatch]
    topic: Topic | None
    preview: str

    def make(self, status: str, **parts: object) -> Answer:
        question = self.question
        return Answer(
            status=status,
            language=question.language,
            as_of=question.as_of,
            kb_version=self.base.version,
            question=question.shown,
            understood=question.understood,
            **parts,  # type: ignore[arg-type]
        )

    @property
    def item(self) -> ServiceItem | None:
        return self.items[0].item if self.items and self.items[0].score >= SURE_ITEM else None

    def next_topic(self, item: ServiceItem | None, variant: str = "", fact: str = "") -> Topic:
        """What the conversation is about after this turn; an answer without an item keeps the earlier one of a follow-up."""
        question, before = self.question, self.topic or Topic()
        kept = before.item if question.follow_up else ""
        item_id = item.id if item else kept
        earlier = (before.item, *before.earlier) if before.item not in ("", item_id) else before.earlier
        return Topic(
            item=item_id,
            variant=variant,
            product=question.domain,
            device_class=question.device_class,
            fact=fact or (question.kinds[0] if question.kinds else ""),
            last_question=question.text,
            region=before.region,
            as_of=question.as_of.isoformat() if question.past else "",
            earlier=tuple(each for each in dict.fromkeys(earlier) if each != item_id)[:_REMEMBERED],
        )


_REMEMBERED = 4  # earlier items kept, for who comes back to one of them


Lead = tuple[Candidate, str]  # what answers, and the part of the question it answers ("" when it is not in parts)


def answer_from(frame: Frame, leads: Sequence[Lead], near: Sequence[Candidate], confidence: float) -> Answer:
    """What leads is said and cited first, one block a part of the question; then the clauses that come near it."""
    question, language = frame.question, frame.question.language
    citations = Citations(frame.base, question, frame.preview)
    blocks, facts = list[Block](), list[Fact]()
    for place, (candidate, part) in enumerate(leads):
        kind = "detail" if place else "lead"
        if candidate.found:
            few = 1 if len(leads) > 1 else 2 if near else MOST
            block, fact = _of_entry(candidate.found.entry, citations, kind, language, few)
            facts.append(fact)
            blocks.extend(_beginning(block) if question.past else (replace(block, heading=_heading(part, language)),))
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
    """The asking words of a part as its heading, in the language they were asked in."""
    return part.strip(" ，,。？?") if part and language == "zh" else ""


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
    quoted = Block(kind, quote_clause(citations.listed[place], question), (place,), heading)
    said = card_answer(ranked, question)
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


def answer_from_route(frame: Frame, route: Route) -> Answer:
    """A label's own text, with the authority named and the way on."""
    language = frame.question.language
    steps = route.list_steps(language)
    if route.authority:
        steps = (NextStep("other_authority", route.authority.in_language(language)), *steps)
    if route.status in {"refused", "routed"}:
        steps = (*steps, _talk(language))
    item = frame.base.catalogue.items.get(route.service) if route.service else None
    return frame.make(
        route.status,
        blocks=(Block("lead", route.text.in_language(language)),),
        service=refer(item, "", language),
        next_steps=steps,
        confidence=1.0,
        reason_code=route.label if route.status in {"refused", "routed"} else "",
        label=route.label,
        topic=frame.next_topic(item) if item else frame.topic or Topic(),
    )


def ask_back(frame: Frame, items: Sequence[ServiceItem], reason: str, asked: str) -> Answer:
    """A clarifying question with up to three named options, each a whole question."""
    language = frame.question.language
    _ = gettext_for(language)
    join = " " if language == "en" else ""
    options = tuple(
        Option(item.name.in_language(language), f"{item.name.in_language(language)}{join}{asked}") for item in items[:3]
    )
    text = {
        "no_subject": _(
            "Which matter is this about? Please choose one or name it, for example the licence or the product."
        ),
        "several_items": _("The answer differs between these. Which one is it about?"),
        "empty": _(
            "Please write your question, for example which licence or filing it is about and what you want to know."
        ),
    }[reason]
    return frame.make(
        "clarify",
        blocks=(Block("lead", text),),
        options=options,
        next_steps=(_talk(language),),
        confidence=0.3,
        reason_code=reason,
        topic=replace(
            frame.next_topic(None),
            last_question="" if reason == "empty" else frame.question.text,
            offered=tuple(option.question for option in options),
        ),
    )


def ask_which(frame: Frame, candidates: Sequence[Candidate], confidence: float) -> Answer:
    """Not sure enough: the likeliest two or three are named, each as a whole question."""
    language, options = frame.question.language, dict[str, Option]()
    for candidate in candidates:
        asked = _asked_as(candidate, language)
        if asked and len(options) < MOST_OPTIONS:
            options.setdefault(asked, Option(asked, asked))
    if not options:
        return refuse(frame, "no_source")
    return frame.make(
        "clarify",
        blocks=(
            Block(
                "lead",
                gettext_for(language)(
                    "I am not sure what you mean. Is it one of these? Please choose, or ask in other words."
                ),
            ),
        ),
        options=tuple(options.values()),
        next_steps=(_talk(language),),
        confidence=confidence,
        reason_code="unsure",
        topic=replace(frame.next_topic(None), offered=tuple(option.question for option in options.values())),
    )


def _asked_as(candidate: Candidate, language: str) -> str:
    """A question that the candidate surely answers, "" when it has none of its own."""
    if candidate.found:
        entry = candidate.found.entry
        label = entry.label.in_language(language)
        name = entry.item.name.in_language(language) if entry.item and entry.kind != "faq" else ""
        return f"{name}{': ' if language == 'en' else '：'}{label}" if name else label
    card = candidate.ranked.card.card if candidate.ranked and candidate.ranked.card else None
    asks = (card.asks.en if language == "en" else card.asks.zh) if card else ()
    return asks[0] if asks else ""


def refuse(frame: Frame, reason: str) -> Answer:
    """No source: said plainly, with the nearest item and a way to a person."""
    language = frame.question.language
    _ = gettext_for(language)
    near = frame.items[0].item if frame.items else None
    text = {
        "no_source": _(
            "I have found no clause that answers this, so I will not guess. Please put it in other words, or pass the question to a member of staff."
        ),
        "out_of_scope": _(
            "This does not look like a question about drugs, medical devices or cosmetics, so I cannot answer it. For other public services call 12345."
        ),
        "no_official_figure": _(
            "I have no official source for this figure. Please confirm it with the authority that handles the matter."
        ),
    }[reason]
    blocks = [Block("lead", text)]
    if near and reason != "out_of_scope":
        blocks.append(
            Block("notice", _("The nearest matter is: %(name)s.") % {"name": near.name.in_language(language)})
        )
    return frame.make(
        "refused",
        blocks=tuple(blocks),
        service=refer(near, "", language) if near and reason != "out_of_scope" else None,
        next_steps=(*steps_for(near, "", language)[:1], NextStep("search", _("Search the law")), _talk(language)),
        confidence=0.1,
        reason_code=reason,
        topic=frame.next_topic(near),
    )


def refer(item: ServiceItem | None, variant_id: str, language: str) -> ServiceRef | None:
    """The item as shown beside an answer."""
    if item is None:
        return None
    variant = item.find_variant(variant_id) if variant_id else None
    return ServiceRef(
        item.id,
        item.name.in_language(language),
        variant.id if variant else "",
        variant.name.in_language(language) if variant else "",
        variant.form if variant else "",
    )


def steps_for(item: ServiceItem | None, variant_id: str, language: str) -> tuple[NextStep, ...]:
    """What to do next about an item: start it online where a form exists, open its page, complain or report."""
    if item is None:
        return ()
    _ = gettext_for(language)
    name = item.name.in_language(language)
    if item.nature == "complaint":
        return (NextStep("complain", _("Start a complaint"), item.id),)
    if item.nature in {"report", "tip"} and item.audience != "enterprise" and item.id.startswith("C"):
        return (NextStep("report", _("Report it"), item.id), NextStep("open_item", name, item.id))
    variant = item.find_variant(variant_id) if variant_id else None
    opened = NextStep("open_item", name, item.id)
    if variant and variant.form:
        label = _("Start: %(name)s") % {"name": variant.name.in_language(language)}
        return (NextStep("start_application", label, f"{item.id}:{variant.id}"), opened)
    return (opened,)


def _talk(language: str) -> NextStep:
    return NextStep("talk", gettext_for(language)("Talk to a member of staff"))
