"""Train the order of clauses from questions whose clause is known: the catalogue's, written sets, a confirmed log.

A card is asked with its own phrasing left out of the index, and groups of like questions stay in one fold; a new model
is taken only when it is no worse than the weights set by hand on questions that it did not learn from.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from policy_kb import clock
from policy_kb.answering.clauses import Ranked, key_of
from policy_kb.answering.entries import list_entries
from policy_kb.answering.eras import place_in_time
from policy_kb.answering.frame import Frame
from policy_kb.answering.gathering import search_clauses
from policy_kb.answering.shelf import Shelf
from policy_kb.answering.understanding import read_question
from policy_kb.base import PolicyBase
from policy_kb.catalogue import Card, Catalogue, Phrases
from policy_kb.errors import PolicyBaseError
from policy_kb.ranking.lambdamart import Judged, Model, Recipe

_HELD_PARTS = 3  # a card's phrasings are asked part by part, each time without that part in the index
_RISING = (
    "bm25", "coverage", "paragraph", "body", "item_document", "title", "card", "card_of_best", "near_card", "law_asked", "hand", "known",
)  # fmt: skip
# Too rare to learn from; and the points of the cards, which know the phrasings that are asked here.
_LEFT_OUT = {"named_document", "named_article", "amending", "unasked_domain", "told", "share"}
RECIPE = Recipe(
    rounds=60, bags=5, rate=0.08, leaves=8, least_in_leaf=20, share_of_signs=0.6, truncation=5, rising=_RISING
)  # fmt: skip


class UnreadablePairs(PolicyBaseError):
    """A file of questions is missing or not of the form described in its error."""


@dataclass(frozen=True, slots=True)
class Told:
    """A question and the clauses, as (title without 中华人民共和国, article), that answer it. Like ones share a ``group``."""

    question: str
    answers: frozenset[tuple[str, int]]
    group: str
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the search found for a told question: signs by clause, in the order of the weights, and which are right."""

    told: Told
    signs: tuple[Mapping[str, float], ...]
    right: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The candidate, and how often it put the right clause first or among the first three beside the weights set by hand.

    All figures are 0 to 1 and over the same questions; those of the candidate are of questions it did not learn from.
    """

    model: Model
    before: Mapping[str, float]
    after: Mapping[str, float]

    @property
    def taken(self) -> bool:
        return self.after["hit_at_3"] >= self.before["hit_at_3"] and self.after["mrr"] >= self.before["mrr"]


# Questions -------------------------------------------------------------------


def read_pairs(path: Path) -> list[Told]:
    """Lines of JSON: ``question`` and ``gold`` [{title, articles}], as in a question set, or ``title`` and ``article``,
    as in an exported log. Lines without a clause are passed over; ``group`` and ``as_of`` are heeded."""
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        return [told for number, row in enumerate(rows) if (told := _read_row(row, f"{path.name}:{number}"))]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadablePairs(
            f"{path}: wants lines of JSON with question and gold, or question, title and article ({error!r})"
        ) from error


def _read_row(row: Mapping[str, Any], name: str) -> Told | None:
    if row.get("history") or row.get("expect", "answer") != "answer":
        return None
    gold = row.get("gold", []) + row.get("gold_alt", [])
    if "title" in row:
        gold = [*gold, {"title": row["title"], "articles": [row["article"]]}]
    answers = frozenset((_short(each["title"]), int(article)) for each in gold for article in each["articles"])
    day = date.fromisoformat(row["as_of"]) if row.get("as_of") else None
    return Told(row["question"], answers, row.get("group") or name, day) if answers else None


def list_catalogue_pairs(catalogue: Catalogue) -> list[Told]:
    """What the catalogue's own facts and FAQs are asked, and the clauses they cite."""
    return [
        Told(phrase, answers, entry.id)
        for entry in list_entries(catalogue)
        if (answers := frozenset((_short(cite.title), cite.article) for cite in entry.cites if not cite.as_of))
        for phrase in (*entry.asks, *entry.asks_en)
    ]


def _short(title: str) -> str:
    return title.replace("中华人民共和国", "")


# Asking ----------------------------------------------------------------------


def ask_all(base: PolicyBase, told: Iterable[Told]) -> list[Asked]:
    """Search for every question as an answer does."""
    shelf = Shelf(base.catalogue)
    return [_ask(base, shelf, each) for each in told]


def _ask(base: PolicyBase, shelf: Shelf, told: Told) -> Asked:
    read = read_question(told.question, language=None, as_of=told.as_of, today=clock.today(), topic=None)
    read = place_in_time(base, read)
    ranked = search_clauses(base, read, Frame(base, read, shelf.rank_items(read), None, ""))
    ranked.sort(key=lambda each: -each.signs["hand"])
    return Asked(told, tuple(each.signs for each in ranked), tuple(_key(each) in told.answers for each in ranked))


def _key(ranked: Ranked) -> tuple[str, int]:
    title, article, _ = key_of(ranked.hit)
    return _short(title), article


def ask_cards(base: PolicyBase) -> Iterator[Asked]:
    """One phrasing of every card, in Chinese and in English by turns, that the index does not hold when it is asked."""
    cards = base.catalogue.cards
    for part in range(_HELD_PARTS):
        held = {place for place in range(len(cards)) if place % _HELD_PARTS == part}
        without = tuple(_without_first(card) if place in held else card for place, card in enumerate(cards))
        told = [
            Told(phrase, frozenset({(_short(card.title), card.article)}), f"{card.title}:{card.article}")
            for place, card in enumerate(cards)
            if place in held
            for phrase in ((card.asks.en or card.asks.zh)[:1] if place % 2 else card.asks.zh[:1])
        ]
        yield from ask_all(base.with_catalogue(replace(base.catalogue, cards=without)), told)


def _without_first(card: Card) -> Card:
    return replace(card, asks=Phrases(zh=card.asks.zh[1:], en=card.asks.en[1:]))


# Learning --------------------------------------------------------------------


def learn(written: Sequence[Asked], further: Sequence[Asked], folds: int = 5, made: str = "") -> Outcome:
    """A model of all, and its figures on ``written`` by folds of groups; ``further`` (the catalogue's) only teach.

    ValueError when there are fewer groups than folds.
    """
    groups = sorted({each.told.group for each in written})
    if len(groups) < folds:
        raise ValueError(f"{len(groups)} groups of questions are too few for {folds} folds")
    fold = {
        group: int(place) % folds
        for group, place in zip(groups, np.random.default_rng(0).permutation(len(groups)), strict=True)
    }
    orders: list[tuple[bool, ...]] = []
    for held in range(folds):
        model = _train([each for each in written if fold[each.told.group] != held], further, "")
        orders += [_ordered(model, each) for each in written if fold[each.told.group] == held]
    return Outcome(_train(written, further, made), _figures([each.right for each in written]), _figures(orders))


def _train(written: Sequence[Asked], further: Sequence[Asked], made: str) -> Model:
    asked = [*written, *further]
    names = [name for name in asked[0].signs[0] if name not in _LEFT_OUT]
    judged = [Judged(table_of(names, each.signs), np.array(each.right, np.float32)) for each in asked if each.signs]
    told = {"questions": len(judged), "pairs": sum(map(sum, (each.right for each in asked))), "made": made}
    return Model.train(names, judged, RECIPE, told)


def _ordered(model: Model, asked: Asked) -> tuple[bool, ...]:
    if not asked.signs:
        return ()
    order = np.argsort(-model.score(table_of(model.signs, asked.signs)), kind="stable")
    return tuple(asked.right[place] for place in order)


def table_of(names: Sequence[str], signs: Sequence[Mapping[str, float]]) -> Any:
    """Clauses × signs in the order of ``names``."""
    return np.array([[each[name] for name in names] for each in signs], np.float32)


def _figures(orders: Sequence[Sequence[bool]]) -> dict[str, float]:
    firsts = [order.index(True) + 1 if True in order else 0 for order in map(list, orders)]
    return {
        "hit_at_1": sum(first == 1 for first in firsts) / len(firsts),
        "hit_at_3": sum(0 < first <= 3 for first in firsts) / len(firsts),
        "mrr": sum(1 / first for first in firsts if first) / len(firsts),
    }
