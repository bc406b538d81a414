"""One message as the gate sees it, the least probabilities it goes by, and what it decides."""

from dataclasses import dataclass, field
from typing import Any

from bot.components import signals
from bot.components.folding import fold

CATCH_ALL = "ask_policy"


@dataclass(frozen=True)
class Floors:
    """Least probability (0–1) by the classifier; chosen on sentences it had not seen (docs/evaluation.md).

    ``emergency`` when nothing is asked, at whatever rank, ``emergency_hint`` beside words of harm; ``emergency_asked``
    while a step is pending, where names and addresses look like nothing it knows. ``outside``: out_of_scope is taken before the catch-all.
    ``greeting``: what ends like a question is greeted, thanked or bid goodbye only from here.
    """

    fallback: float = 0.40
    action: float = 0.45
    guess: float = 0.25
    greeting: float = 0.90
    emergency: float = 0.20
    emergency_hint: float = 0.05
    emergency_asked: float = 0.50
    outside: float = 0.20
    control: float = 0.45
    aside_structured: float = 0.50
    aside_text: float = 0.75


@dataclass(frozen=True)
class Decision:
    """``intent`` the rules will see; ``option`` the value of an option that was named; ``reason`` which line decided.

    ``guess``: something to do that was perhaps meant; the portal offers it beside the answer.
    """

    intent: str
    confidence: float
    reason: str
    option: str | None = None
    guess: str | None = None


@dataclass
class Heard:
    """One message as the gate sees it. ``ranking``: [(intent, confidence)], best first."""

    text: str
    ranking: list[tuple[str, float]]
    entities: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.plain = signals.plain(fold(self.text).text)
        if not signals.speaks_of_talking(self.plain):  # a Chinese phone number is no wish for Chinese
            self.ranking = [each for each in self.ranking if each[0] != "change_language"]

    @property
    def top(self) -> tuple[str, float]:
        return self.ranking[0] if self.ranking else (CATCH_ALL, 0.0)

    def confidence_of(self, intent: str) -> float:
        return next((confidence for name, confidence in self.ranking if name == intent), 0.0)


FLOORS = Floors()
