"""Why a clause stands where it stands: what each sign added to the score by which an answer orders clauses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from policy_kb import clock
from policy_kb.answering.clauses import Ranked, weigh_signs
from policy_kb.answering.eras import place_in_time
from policy_kb.answering.frame import Frame
from policy_kb.answering.gathering import search_clauses
from policy_kb.answering.learning import table_of
from policy_kb.answering.shelf import Shelf
from policy_kb.answering.understanding import read_question
from policy_kb.model import Hit
from policy_kb.ranking.lambdamart import Model

if TYPE_CHECKING:
    from policy_kb.base import PolicyBase

BASE, PAST = "base", "past_law"  # what a model starts from; what law that has changed gets when a past day is asked


@dataclass(frozen=True, slots=True)
class Share:
    """One sign of a hit: what it measured, and what it added to the score. ``value`` is 0 for what is no sign."""

    sign: str
    value: float
    added: float


@dataclass(frozen=True, slots=True)
class Explained:
    """A hit, the score it is ordered by, and the shares that add up to it, the weightiest first.

    ``by`` is "weights" (thresholds.yml), or the version of the trained model that made the order.
    """

    hit: Hit
    score: float
    by: str
    shares: tuple[Share, ...]


def explain_search(base: "PolicyBase", text: str, as_of: date, limit: int) -> list[Explained]:
    """Clauses as an answer to ``text`` on a day would order them, best first, each with its reasons."""
    read = read_question(text, language=None, as_of=as_of, today=clock.today(), topic=None)
    read = place_in_time(base, read)
    items = Shelf(base.catalogue).rank_items(read)
    ranked = search_clauses(base, read, Frame(base, read, items, None, ""))[:limit]
    model = base.ranking
    if model is not None and ranked and ranked[0].learned is not None:
        return _by_model(model, ranked)
    return [_explained(each, each.score, "weights", _by_weights(each)) for each in ranked]


def _by_weights(ranked: Ranked) -> dict[str, float]:
    shares = weigh_signs(ranked.signs)
    return shares | {PAST: ranked.score - sum(shares.values())}


def _by_model(model: Model, ranked: Sequence[Ranked]) -> list[Explained]:
    shares = model.explain(table_of(model.signs, [each.signs for each in ranked]))
    return [
        _explained(each, each.learned or 0.0, model.version, told) for each, told in zip(ranked, shares, strict=True)
    ]


def _explained(ranked: Ranked, score: float, by: str, shares: Mapping[str, float]) -> Explained:
    told = [Share(sign, ranked.signs.get(sign, 0.0), added) for sign, added in shares.items() if abs(added) > 1e-6]
    return Explained(ranked.hit, score, by, tuple(sorted(told, key=lambda share: -abs(share.added))))
