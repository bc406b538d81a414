"""Which kind a message is likely to be, learned from the labelled messages: a linear model over their words and what was read.

The figures of ``kinds.json`` are made by ``tools/train_message_kinds.py``; every one can be looked up, and
``list_reasons`` says what spoke for a kind. Rules stand before and behind it (``kinds``).
"""

import json
import math
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

from portal.complaints.reading import signs
from portal.complaints.reading.elsewhere import find_elsewhere
from portal.complaints.reading.harms import is_acute
from portal.complaints.reading.told import Told

MODEL = Path(__file__).with_name("kinds.json")
READ = (
    0.4  # weight of what was read beside the words, whose vector has length 1; run of 2026-11-26 (docs/evaluation.md)
)
_SIZES = (1, 2, 3, 4)
_TURNS = (
    "REPORT", "VIOLATION", "GRIEVANCE", "INSIDER", "NO_DISPUTE", "ASKS", "ONLY_ASKS", "BUSINESS", "LEAD_ONLY", "PRAISE", "NOW", "OVER",
    "OVERDOSE", "SELF_HARM", "CHILD", "POISON", "INSULT", "OWN_PURCHASE", "PROGRESS", "PRIVATE_QUARREL", "FOR_TRADE", "SETTLED",
)  # fmt: skip
_SURE = 0.5


def count_grams(plain: str) -> Counter[str]:
    """Every run of one to four signs, in small letters, with how often it stands there."""
    text = " ".join(plain.lower().split())
    return Counter(text[i : i + size] for size in _SIZES for i in range(len(text) - size + 1))


def read_features(told: Told) -> dict[str, float]:
    """What was read, as features: "<demand>" and the like, each 0.4 where it holds."""
    plain, people = told.plain, told.people
    found = {
        "seller": told.seller.name, "platform": told.seller.platform, "private": told.seller.online == "private", "price": told.price,
        "day": told.day, "contact": people.contact, "name": people.name, "home": people.address, "numbers": told.numbers,
        "harm": told.harm, "product": told.product.name, "place": told.place, "acute": is_acute(plain), "elsewhere": find_elsewhere(told),
        "question": "?" in plain, "ends asking": plain.rstrip().endswith(("?", "吗", "呢")),
    }  # fmt: skip
    names = [name for name, value in found.items() if value]
    names += [name for name in _TURNS if getattr(signs, name).search(plain)]
    names += [*told.demands, *([told.product.kind] if told.product.kind else [])]
    return {f"<{name}>": READ for name in names} | {"<length>": READ * min(len(plain), 300) / 300}


def weigh_grams(counts: Counter[str], rarity: dict[str, float]) -> dict[str, float]:
    """The grams of the model in a message: (1 + ln count) times rarity, as a vector of length 1."""
    found = {gram: (1 + math.log(n)) * rarity[gram] for gram, n in counts.items() if gram in rarity}
    length = math.sqrt(sum(value * value for value in found.values())) or 1.0
    return {gram: value / length for gram, value in found.items()}


def likely_kinds(told: Told) -> list[tuple[str, bool]]:
    """(kind, whether it is likelier than all others together), the likeliest first."""
    model = _load()
    scores = list(model["start"])
    for name, value in _features(told).items():
        for n, weight in enumerate(model["weights"].get(name, ())):
            scores[n] += value * weight
    total = sum(math.exp(score - max(scores)) for score in scores)
    chances = [
        (math.exp(score - max(scores)) / total, kind) for score, kind in zip(scores, model["kinds"], strict=True)
    ]
    return [(kind, chance > _SURE) for chance, kind in sorted(chances, reverse=True)]


def list_reasons(told: Told, kind: str, count: int = 8) -> list[tuple[str, float]]:
    """What in the message spoke most for this kind, with its share of the score."""
    model = _load()
    place = model["kinds"].index(kind)
    shares = [
        (name, value * model["weights"][name][place])
        for name, value in _features(told).items()
        if name in model["weights"]
    ]
    return sorted(shares, key=lambda share: -share[1])[:count]


def _features(told: Told) -> dict[str, float]:
    return weigh_grams(count_grams(told.plain), _load()["rarity"]) | read_features(told)


@lru_cache(maxsize=1)
def _load() -> dict[str, Any]:
    model: dict[str, Any] = json.loads(MODEL.read_text(encoding="utf-8"))
    return model
