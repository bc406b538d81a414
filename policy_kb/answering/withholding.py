"""Replies that are no answer from a source: sent on, asked back, or refused with a reason."""

from collections.abc import Sequence
from dataclasses import replace

from policy_kb.answering.candidates import Candidate
from policy_kb.answering.frame import Frame
from policy_kb.answering.routing import Route
from policy_kb.answering.ways_on import refer, steps_for, talk
from policy_kb.catalogue import ServiceItem
from policy_kb.model import Answer, Block, NextStep, Option, Topic
from policy_kb.wording import gettext_for

_MOST_OPTIONS = 3
_FORGOTTEN = ("greeting", "injection")  # labels of what nobody comes back to


def answer_from_route(frame: Frame, route: Route) -> Answer:
    """A label's own text, with the authority named and the way on."""
    language = frame.question.language
    service = route.find_service(frame.question.domain)
    steps = route.list_steps(language, service)
    if route.authority:
        steps = (NextStep("other_authority", route.authority.in_language(language)), *steps)
    if route.status in {"refused", "routed"}:
        steps = (*steps, talk(language))
    item = frame.base.catalogue.items.get(service) if service else None
    return frame.make(
        route.status,
        blocks=(Block("lead", route.text.in_language(language)),),
        service=refer(item, "", language),
        next_steps=steps,
        confidence=1.0,
        reason_code=route.label if route.status in {"refused", "routed"} else "",
        label=route.label,
        topic=frame.next_topic(item) if item else _kept(frame, route),
    )


def _kept(frame: Frame, route: Route) -> Topic:
    """What was spoken of before; when that is nothing, what was said now, that the next message may hang on it."""
    before = frame.topic or Topic()
    return before if before.last_question or route.label in _FORGOTTEN else frame.next_topic(None)


def ask_back(frame: Frame, items: Sequence[ServiceItem], reason: str, asked: str) -> Answer:
    """A clarifying question with the items as named options, each a whole question."""
    language = frame.question.language
    _ = gettext_for(language)
    join = " " if language == "en" else ""
    options = tuple(
        Option(item.name.in_language(language), f"{item.name.in_language(language)}{join}{asked}") for item in items
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
        next_steps=(talk(language),),
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
        if asked and len(options) < _MOST_OPTIONS:
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
        next_steps=(talk(language),),
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


def refuse(frame: Frame, reason: str, known: str = "") -> Answer:
    """No source: said plainly, with what is ``known`` all the same, the nearest item and a way to a person."""
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
    blocks = [Block("lead", text), *([Block("notice", known)] if known else [])]
    if near and reason != "out_of_scope":
        blocks.append(
            Block("notice", _("The nearest matter is: %(name)s.") % {"name": near.name.in_language(language)})
        )
    return frame.make(
        "refused",
        blocks=tuple(blocks),
        service=refer(near, "", language) if near and reason != "out_of_scope" else None,
        next_steps=(*steps_for(near, "", language)[:1], NextStep("search", _("Search the law")), talk(language)),
        confidence=0.1,
        reason_code=reason,
        topic=frame.next_topic(near),
    )


__all__ = ["answer_from_route", "ask_back", "ask_which", "refuse"]
