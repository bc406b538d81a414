"""Brand, platform, shop, goods and harm told by a learned row of labels: the likeliest way to cut the message into them.

A linear model over the features of ``tokens`` (a conditional random field), its figures in ``tags.json``, learned by
``tools/train_message_tags.py``. It reads what no word list knows; what the rules are sure of stays with them.
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from portal.complaints.reading.message import Message, Span
from portal.complaints.reading.tokens import features_of, tokens_of

MODEL = Path(__file__).with_name("tags.json")
TAGS = ("harm", "brand", "platform", "seller", "product_name")
LABELS = ("O", *(f"{place}{tag}" for tag in TAGS for place in "BI"))


def may_follow(before: str, label: str) -> bool:
    """A span goes on only where it began."""
    return label[0] != "I" or before[1:] == label[1:]


def read_tags(message: Message, known: dict[str, list[Span]]) -> dict[str, list[Span]]:
    """Tag -> the spans of it, in the order of the message."""
    tokens = tokens_of(message.plain)
    path = _best_path(_scores(features_of(message, tokens, known))) if tokens else []
    return spans_of([(token[0], token[1]) for token in tokens], path)


def spans_of(places: list[Span], path: list[int]) -> dict[str, list[Span]]:
    """The spans that labels cut out of tokens at these places."""
    found: dict[str, list[Span]] = {tag: [] for tag in TAGS}
    for (start, end), n in zip(places, path, strict=True):
        label = LABELS[n]
        if label[0] == "B":
            found[label[1:]].append((start, end))
        elif label[0] == "I":
            found[label[1:]][-1] = (found[label[1:]][-1][0], end)
    return found


def _scores(rows: list[list[str]]) -> list[list[float]]:
    weights = _load()["weights"]
    scores = []
    for row in rows:
        score = [0.0] * len(LABELS)
        for name in row:
            for n, value in weights.get(name, ()):
                score[n] += value
        scores.append(score)
    return scores


def _best_path(scores: list[list[float]]) -> list[int]:
    steps = _load()["steps"]
    total = [value if LABELS[n][0] != "I" else float("-inf") for n, value in enumerate(scores[0])]
    back: list[list[int]] = []
    for row in scores[1:]:
        came, best = [], []
        for n, value in enumerate(row):
            from_ = max(_befores()[n], key=lambda b: total[b] + steps[b][n])
            came.append(from_)
            best.append(total[from_] + steps[from_][n] + value)
        back.append(came)
        total = best
    path = [max(range(len(total)), key=total.__getitem__)]
    for came in reversed(back):
        path.append(came[path[-1]])
    return path[::-1]


@lru_cache(maxsize=1)
def _befores() -> list[list[int]]:
    return [[b for b, before in enumerate(LABELS) if may_follow(before, label)] for label in LABELS]


@lru_cache(maxsize=1)
def _load() -> dict[str, Any]:
    model: dict[str, Any] = json.loads(MODEL.read_text(encoding="utf-8"))
    return model
