"""What a question must not be searched for: danger, tricks, advice for doctors, other authorities, intake, small talk.

Rules are data (catalogue/routing/*.yml, owned by staff). A rule holds when every pattern of ``all`` is found in the
question and none of ``none``; labels are tried by ``priority``, lowest first. Where a label has a ``model`` part, the
statistical model beside the patterns may take a message too: ``least`` is the probability from which it does at once,
``doubtful`` the one from which it does, when it sounds more like that than like a question and the search is not sure;
``harmless`` are patterns of what only sounds like the label, ``meant`` holds the same two for the model that hears meaning (chosen on the development questions, 2026-11-26; of 1,056 messages no band here takes
more than a handful that ask for a rule).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from policy_kb.answering.focusing import is_asking
from policy_kb.answering.labelling import score_labels
from policy_kb.catalogue import Text
from policy_kb.dense import find_dense
from policy_kb.model import NextStep
from policy_kb.text import normalise

FOLDER = Path(__file__).resolve().parent.parent / "catalogue" / "routing"
# What happens now in one sentence of a long story is an emergency, whatever the other sentences tell of the past.
_SENTENCE = re.compile(r"[^。！!；;\n]+")
_PRESENT = re.compile(r"现在|正在|刚才|刚刚|这会|今天|\b(now|just|right now)\b")
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Rule:
    all: tuple[re.Pattern[str], ...]
    none: tuple[re.Pattern[str], ...]

    def holds(self, text: str) -> bool:
        return all(pattern.search(text) for pattern in self.all) and not any(
            pattern.search(text) for pattern in self.none
        )


_QUESTION = "question"  # the model's label of what is to be answered
_NEVER_GIVE_WAY = frozenset({"others_data", "promise"})
_ERRANDS = frozenset(
    {"local_details", "out_of_scope", "greeting", "complaint", "report", "adverse_event", "application_progress"}
)
# What half a sentence of a conversation sounds like by chance: "and if we don't bother?" like asking for a promise.
_HEARD_WHOLE = _ERRANDS | {"promise", "efficacy_comparison"}
_OUTRIGHT = frozenset({"injection", "local_details", "out_of_scope"})
# 2026-11-26, development messages that a route takes: from here on, with an answer .85 sure, only questions come back.
_SOUNDS_ASKED = 0.2
_NEVER = 2.0  # a probability no message has
# Of 546 development messages the bot took 12 questions for danger, the route none of them; with these every cry of the
# development and held-out sets is still believed, and two of the twelve (2026-11-26).
_HINT, _HINT_MEANT = 0.1, 0.2


@dataclass(frozen=True, slots=True)
class Bands:
    """From which probability a message is taken at once, and from which when the search is not sure."""

    least: float
    doubtful: float


@dataclass(frozen=True, slots=True)
class Heard:
    """How a message is taken by the model's ``label`` when every pattern of ``all`` and none of ``none`` is found. ``meant``
    are the bands of the model that hears meaning: it is surer of itself, so its numbers are others."""

    label: str
    said: Bands
    meant: Bands
    all: tuple[re.Pattern[str], ...]
    none: tuple[re.Pattern[str], ...]
    harmless: tuple[re.Pattern[str], ...] = ()

    def is_harmless(self, text: str) -> bool:
        """Whether a message tells of what only sounds like this label, by whichever model it is heard."""
        return any(pattern.search(text) for pattern in self.harmless)

    def holds(self, texts: Sequence[str], *, doubtful: bool) -> bool:
        heard, bands = score_labels(texts[0]), self.meant if find_dense() else self.said
        wanted = max(bands.doubtful, heard[_QUESTION]) if doubtful else bands.least
        if heard.get(self.label, 0.0) < wanted or any(self.is_harmless(text) for text in texts):
            return False
        if any(pattern.search(text) for pattern in self.none for text in texts):
            return False
        return all(any(pattern.search(text) for text in texts) for pattern in self.all)


@dataclass(frozen=True, slots=True)
class Route:
    """A label, or one destination of it. ``subject_only``: only when the question says what it is about."""

    label: str
    status: str
    priority: int
    rules: tuple[Rule, ...]
    text: Text
    id: str = ""
    authority: Text | None = None
    service: str = ""
    services: Mapping[str, str] = field(default_factory=dict)  # by field of products, before ``service``
    subject_only: bool = False
    next_steps: tuple[tuple[str, Text, str], ...] = ()
    heard: Heard | None = None
    by_rule: bool = False  # as found: a pattern holds, not only the model hears it

    def find_service(self, product: str) -> str:
        """The service item for a field of products (drug, device, cosmetic, "" for none), "" when there is none."""
        return self.services.get(product, self.service)

    def list_steps(self, language: str, service: str = "") -> tuple[NextStep, ...]:
        """The ways on; a step that opens an item and names none opens ``service``."""
        return tuple(
            NextStep(kind, label.in_language(language), target or (service if kind == "open_item" else ""))
            for kind, label, target in self.next_steps
        )


def find_route(texts: Sequence[str], *, bare: bool = False, whole: Sequence[str] = ()) -> Route | None:
    """The first route whose rule holds for one of the ``texts`` (ways of writing one question), or None.

    ``whole`` is the question a follow-up most likely stands for, if it is one. The model was never shown half sentences (这个证能用几年 sounds
    like opening hours to it): errands, small talk, comparisons and promises that go by its word must sound so in the conversation
    too. Danger, tricks, advice on medicines and others' data are heard from half a sentence.
    """
    present = [sentence for text in texts for sentence in _SENTENCE.findall(text) if _PRESENT.search(sentence)]
    for route in load_routes():
        if route.subject_only and bare:
            continue
        shown = [*texts, *present] if route.status == "emergency" else texts
        if any(rule.holds(text) for rule in route.rules for text in shown):
            return replace(route, by_rule=True)
        others = whole if route.label in _HEARD_WHOLE else ()
        if route.heard and all(route.heard.holds(each, doubtful=False) for each in (texts, *((w,) for w in others))):
            return route
    return None


def is_errand(route: Route) -> bool:
    """Whether a label is an errand or small talk: in a conversation half a sentence of a question may sound like one. Who asks
    in so many words how far their matter is means that."""
    return route.label in _ERRANDS and not (route.by_rule and route.label == "application_progress")


def gives_way(route: Route, text: str) -> bool:
    """Whether a route steps back for a sure answer: the message asks something.

    Danger, small talk, other people's data and promises never do, nor what a pattern says outright of tricks and of
    local details.
    """
    if route.status in {"emergency", "greeting"} or route.label in _NEVER_GIVE_WAY:
        return False
    if route.by_rule and route.label in _OUTRIGHT:
        return False
    return is_asking(text)


def sounds_asked(text: str) -> bool:
    """Whether a message asks something and may well be a question of law."""
    return is_asking(text) and score_labels(text)[_QUESTION] >= _SOUNDS_ASKED


def hears_emergency(text: str) -> bool:
    """Whether somebody may be in danger now, by the emergency route alone: what reads messages needs no store for it."""
    lower = normalise(text).lower()
    shown = [lower, *(sentence for sentence in _SENTENCE.findall(lower) if _PRESENT.search(sentence))]
    return any(
        any(rule.holds(each) for rule in route.rules for each in shown)
        or bool(route.heard and route.heard.holds([lower], doubtful=False))
        for route in load_routes()
        if route.status == "emergency"
    )


def may_be_emergency(text: str) -> bool:
    """Whether a cry for help heard by another classifier is believed: words of the route, or a fair chance of the model."""
    if hears_emergency(text):
        return True
    lower, least = normalise(text).lower(), _HINT_MEANT if find_dense() else _HINT
    heard = (route.heard for route in load_routes() if route.status == "emergency" and route.heard)
    return not any(each.is_harmless(lower) for each in heard) and score_labels(lower)["emergency"] >= least


def find_doubtful_route(texts: Sequence[str]) -> Route | None:
    """The likeliest route for a message that neither a rule took nor the search can answer, or None."""
    heard = [route for route in load_routes() if route.heard and route.heard.holds(texts, doubtful=True)]
    scores = score_labels(texts[0])
    return max(heard, key=lambda route: scores[route.heard.label] if route.heard else 0.0, default=None)


@lru_cache(maxsize=1)
def load_routes() -> tuple[Route, ...]:
    """All routes by priority."""
    shared = _read(FOLDER / "lists.yml")["lists"]
    routes: list[Route] = []
    for path in sorted(FOLDER.glob("*.yml")):
        if path.name != "lists.yml":
            routes.extend(_routes_of(_read(path), shared))
    return tuple(sorted(routes, key=lambda route: route.priority))


def _read(path: Path) -> dict[str, Any]:
    with path.open(encoding="utf-8") as source:
        return dict(yaml.safe_load(source))


def _routes_of(raw: dict[str, Any], shared: Mapping[str, list[str]]) -> list[Route]:
    lists = {**shared, **raw.get("lists", {})}
    parts = raw.get("routes") or [raw]
    return [
        Route(
            label=raw["label"],
            status=part.get("status", raw["status"]),
            priority=int(raw["priority"]),
            rules=tuple(_rule(rule, lists) for rule in part["rules"]),
            text=Text(part["text"]["zh"], part["text"]["en"]),
            id=part.get("id", raw["label"]),
            authority=Text(part["authority"]["zh"], part["authority"]["en"]) if "authority" in part else None,
            service=part.get("service", raw.get("service", "")),
            services=dict(part.get("services", raw.get("services", {}))),
            subject_only=bool(raw.get("subject_only", False)),
            next_steps=tuple(
                (step["kind"], Text(step["label"]["zh"], step["label"]["en"]), str(step.get("target", "")))
                for step in part.get("next_steps", raw.get("next_steps", ()))
            ),
            heard=_heard(part["model"], lists) if "model" in part else None,
        )
        for part in parts
    ]


def _heard(raw: dict[str, Any], lists: Mapping[str, list[str]]) -> Heard:
    return Heard(
        str(raw["label"]),
        _bands(raw),
        _bands({**raw, **raw.get("meant", {})}),
        tuple(_pattern(pattern, lists) for pattern in raw.get("all", ())),
        tuple(_pattern(pattern, lists) for pattern in raw.get("none", ())),
        tuple(_pattern(pattern, lists) for pattern in raw.get("harmless", ())),
    )


def _bands(raw: Mapping[str, Any]) -> Bands:
    return Bands(float(raw.get("least", _NEVER)), float(raw.get("doubtful", _NEVER)))


def _rule(raw: dict[str, list[str]], lists: Mapping[str, list[str]]) -> Rule:
    return Rule(
        tuple(_pattern(pattern, lists) for pattern in raw["all"]),
        tuple(_pattern(pattern, lists) for pattern in raw.get("none", ())),
    )


def _pattern(pattern: str, lists: Mapping[str, list[str]]) -> re.Pattern[str]:
    return re.compile(
        _PLACEHOLDER.sub(lambda match: "(?:" + "|".join(str(word) for word in lists[match[1]]) + ")", pattern),
        re.DOTALL,
    )
