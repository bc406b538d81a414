"""Figures from read held-out sentences: accuracy, confusion, out of scope, calibration, entities. Pure, no Rasa."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.components.gate_rules import REPLIES

HELDOUT = Path("nlu_data/heldout")
_CHINESE = re.compile("[一-龥]")
_ENTITY = re.compile(r"(?P<kind>\w+)(?:=(?P<value>[^@]+))?@(?P<span>.+)")

Named = tuple[str, str, str]
"""kind, value, span as written"""


@dataclass(frozen=True)
class Sentence:
    """``named`` is None where nobody has marked what the sentence names."""

    intent: str
    text: str
    source: str
    named: frozenset[Named] | None

    @property
    def language(self) -> str:
        return "zh" if _CHINESE.search(self.text) else "en"


@dataclass(frozen=True)
class Reading:
    """What the trained model made of a sentence. ``ranking``: [(intent, probability)] best first, before the gate."""

    sentence: Sentence
    ranking: list[tuple[str, float]]
    gated: str
    named: frozenset[Named]
    milliseconds: float = 0.0
    at_confirmation: str = field(default="")

    @property
    def first(self) -> str:
        return self.ranking[0][0]

    def probability(self, intent: str) -> float:
        return next((sure for name, sure in self.ranking if name == intent), 0.0)


def read_named(text: str) -> frozenset[Named]:
    """``kind=value@span ; kind@span``; ValueError says which part is not so."""
    found = []
    for part in filter(None, text.split(" ; ")):
        match = _ENTITY.fullmatch(part.strip())
        if not match:
            raise ValueError(f"Write kind=value@span or kind@span, not {part!r}.")
        found.append((match["kind"], match["value"] or match["span"], match["span"]))
    return frozenset(found)


def read_sentences(path: Path, marked: bool) -> list[Sentence]:
    """Lines ``intent<TAB>sentence[<TAB>entities]``; ``marked`` files name everything that is named."""
    sentences = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        intent, text, *named = line.split("\t")
        sentences.append(Sentence(intent, text, path.stem, read_named(named[0] if named else "") if marked else None))
    return sentences


def read_heldout(folder: Path = HELDOUT) -> list[Sentence]:
    """Both files: the earlier one has no marks for what is named."""
    return read_sentences(folder / "sentences.tsv", False) + read_sentences(folder / "voices.tsv", True)


def is_right(reading: Reading) -> bool:
    """After the gate, without a pending step: a reply to nothing may be called so or go to the policy base."""
    if reading.sentence.intent in REPLIES:
        return reading.gated in ("nothing_pending", "ask_policy")
    return reading.gated == reading.sentence.intent


def share(readings: list[Reading], holds: Callable[[Reading], bool]) -> float:
    """0–1, three decimals; 0 of nothing."""
    return round(sum(map(holds, readings)) / len(readings), 3) if readings else 0.0


def count_accuracy(readings: list[Reading]) -> dict[str, Any]:
    """Shares: the classifier's first and first two, and after the gate."""
    return {
        "sentences": len(readings),
        "first": share(readings, lambda r: r.first == r.sentence.intent),
        "first two": share(readings, lambda r: r.sentence.intent in [name for name, _ in r.ranking[:2]]),
        "after the gate": share(readings, is_right),
    }


def list_confusions(readings: list[Reading]) -> list[tuple[str, str, int]]:
    """(meant, classified, how often), most frequent first."""
    pairs = Counter((r.sentence.intent, r.first) for r in readings if r.first != r.sentence.intent)
    return [(meant, read, number) for (meant, read), number in pairs.most_common()]


def score_scope(readings: list[Reading], false_refusals: float = 0.05) -> dict[str, float]:
    """Recall of out_of_scope at the lowest floor on its probability that refuses at most this share of the others."""
    outside = [r for r in readings if r.sentence.intent == "out_of_scope"]
    inside = [r for r in readings if r.sentence.intent != "out_of_scope"]
    chances = sorted((r.probability("out_of_scope") for r in inside), reverse=True)
    floor = chances[int(len(chances) * false_refusals)]
    return {
        "sentences": len(outside),
        "floor": round(floor, 3),
        "recall": share(outside, lambda r: r.probability("out_of_scope") > floor),
        "recall as first": share(outside, lambda r: r.first == "out_of_scope"),
        "recall after the gate": share(outside, lambda r: r.gated == "out_of_scope"),
        "false after the gate": share(inside, lambda r: r.gated == "out_of_scope"),
    }


def score_emergency(readings: list[Reading]) -> dict[str, float]:
    """Recall after the gate, and alarms where nobody is in danger."""
    danger = [r for r in readings if r.sentence.intent == "emergency"]
    others = [r for r in readings if r.sentence.intent != "emergency"]
    return {
        "sentences": len(danger),
        "recall": share(danger, lambda r: r.gated == "emergency"),
        "false alarms": share(others, lambda r: r.gated == "emergency"),
    }


def count_yes_no(readings: list[Reading]) -> dict[str, int]:
    """At a confirmation: how often yes was taken for no or the other way round, and how often it was asked again."""
    replies = [r for r in readings if r.sentence.intent in ("affirm", "deny")]
    swapped = {"affirm": "deny", "deny": "affirm"}
    return {
        "sentences": len(replies),
        "confused": sum(r.at_confirmation == swapped[r.sentence.intent] for r in replies),
        "understood": sum(r.at_confirmation == r.sentence.intent for r in replies),
    }


def measure_calibration(readings: list[Reading], width: float = 0.1) -> float:
    """Expected calibration error (0–1): how far confidence and share of right ones are apart, by bins of ``width``."""
    bins: dict[int, list[Reading]] = {}
    for reading in readings:
        bins.setdefault(int(reading.ranking[0][1] / width), []).append(reading)
    gaps = (
        abs(sum(r.ranking[0][1] for r in rows) - sum(r.first == r.sentence.intent for r in rows))
        for rows in bins.values()
    )
    return round(sum(gaps) / len(readings), 3)


def score_entities(readings: Iterable[Reading]) -> dict[str, dict[str, float]]:
    """By kind and over all: found, missed, wrong and F1, a hit being the same kind, value and span."""
    hits: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for reading in readings:
        if reading.sentence.named is None:
            continue
        hits.update(kind for kind, _, _ in reading.named & reading.sentence.named)
        missed.update(kind for kind, _, _ in reading.sentence.named - reading.named)
        wrong.update(kind for kind, _, _ in reading.named - reading.sentence.named)
    kinds = sorted({*hits, *missed, *wrong})
    table = {kind: _f1(hits[kind], missed[kind], wrong[kind]) for kind in kinds}
    return table | {"all": _f1(hits.total(), missed.total(), wrong.total())}


def _f1(hits: int, missed: int, wrong: int) -> dict[str, float]:
    score = 2 * hits / (2 * hits + missed + wrong) if hits else 0.0
    return {"found": hits, "missed": missed, "wrong": wrong, "f1": round(score, 3)}
