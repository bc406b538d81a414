"""What a question must not be searched for: danger, tricks, advice for doctors, other authorities, intake, small talk.

Rules are data (catalogue/routing/*.yml, owned by staff). A rule holds when every pattern of ``all`` is found in the
question and none of ``none``; labels are tried by ``priority``, lowest first.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from policy_kb.catalogue import Text
from policy_kb.model import NextStep

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
    subject_only: bool = False
    next_steps: tuple[tuple[str, Text, str], ...] = ()

    def list_steps(self, language: str) -> tuple[NextStep, ...]:
        return tuple(NextStep(kind, label.in_language(language), target) for kind, label, target in self.next_steps)


def find_route(texts: Sequence[str], *, bare: bool = False) -> Route | None:
    """The first route whose rule holds for one of the ``texts`` (ways of writing one question), or None."""
    present = [sentence for text in texts for sentence in _SENTENCE.findall(text) if _PRESENT.search(sentence)]
    for route in load_routes():
        if route.subject_only and bare:
            continue
        shown = [*texts, *present] if route.status == "emergency" else texts
        if any(rule.holds(text) for rule in route.rules for text in shown):
            return route
    return None


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
            status=raw["status"],
            priority=int(raw["priority"]),
            rules=tuple(_rule(rule, lists) for rule in part["rules"]),
            text=Text(part["text"]["zh"], part["text"]["en"]),
            id=part.get("id", raw["label"]),
            authority=Text(part["authority"]["zh"], part["authority"]["en"]) if "authority" in part else None,
            service=raw.get("service", ""),
            subject_only=bool(raw.get("subject_only", False)),
            next_steps=tuple(
                (step["kind"], Text(step["label"]["zh"], step["label"]["en"]), str(step.get("target", "")))
                for step in raw.get("next_steps", ())
            ),
        )
        for part in parts
    ]


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
