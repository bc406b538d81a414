"""What a model must reach on the held-out sentences before it may answer people (docs/evaluation.md).

Each bound is the goal of the product, or where the run of docs/evaluation.md lies closer than a point to it, that run.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bot.scoring import (
    Reading,
    count_accuracy,
    count_yes_no,
    measure_calibration,
    score_emergency,
    score_entities,
    score_scope,
)


@dataclass(frozen=True)
class Floor:
    """``bound`` is the least that ``measure`` may say, or with ``most`` the most."""

    name: str
    measure: Callable[[list[Reading]], float]
    bound: float
    most: bool = False

    def find_shortfall(self, readings: list[Reading]) -> str:
        """Figure and bound in words; "" when it is reached."""
        value = self.measure(readings)
        reached = value <= self.bound if self.most else value >= self.bound
        return "" if reached else f"{self.name} {value:g}, at {'most' if self.most else 'least'} {self.bound:g}"


def _of_language(language: str, figure: str) -> Callable[[list[Reading]], float]:
    def measure(readings: list[Reading]) -> float:
        return float(count_accuracy([each for each in readings if each.sentence.language == language])[figure])

    return measure


FLOORS = (
    Floor("Chinese intents", _of_language("zh", "first"), 0.92),
    Floor("English intents", _of_language("en", "first"), 0.88),
    # A question in the shape of small talk goes to the policy base unless the classifier is sure: a point less.
    Floor("Chinese intents after the gate", _of_language("zh", "after the gate"), 0.91),
    Floor("English intents after the gate", _of_language("en", "after the gate"), 0.87),
    Floor("the right intent among the first two", lambda readings: count_accuracy(readings)["first two"], 0.97),
    Floor("recall of what belongs elsewhere", lambda readings: score_scope(readings)["recall"], 0.9),
    Floor("recall of danger", lambda readings: score_emergency(readings)["recall"], 1.0),
    Floor("false alarms of danger", lambda readings: score_emergency(readings)["false alarms"], 0.01, most=True),
    Floor("yes taken for no", lambda readings: count_yes_no(readings)["confused"], 0, most=True),
    Floor("F1 of what is named", lambda readings: score_entities(readings)["all"]["f1"], 0.95),
    Floor("calibration error", measure_calibration, 0.05, most=True),
)


def list_shortfalls(readings: list[Reading]) -> list[str]:
    """Every floor that is not reached, in words; empty when the model may answer."""
    return [shortfall for floor in FLOORS if (shortfall := floor.find_shortfall(readings))]
