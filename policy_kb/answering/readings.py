"""Which reading of a message in a conversation was meant: alone, joined to the question before, of another class …

Every reading has been answered. A small gradient-boosted model, trained on follow-ups with known clauses and on questions
of something else in the middle of a conversation (``python -m policy_kb train-readings``), weighs how surely each is
answered, what of the message the answer speaks of, and how the message is worded.
"""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from pathlib import Path

import lightgbm
import numpy as np

from policy_kb.answering.clauses import cover
from policy_kb.answering.heard import FIELDS
from policy_kb.answering.items import domain_of_title
from policy_kb.answering.pointing import shipped
from policy_kb.answering.question import Manner, Question
from policy_kb.answering.understanding import read_clause
from policy_kb.answering.vocabulary import load_vocabulary
from policy_kb.dense import find_dense
from policy_kb.model import Answer, Topic

_HERE = Path(__file__).resolve().parent
_KINDS = ("alone", "joined", "item", "swapped", "class", "spoken", "law", "breach")
_SURE, _VERY_SURE = 0.6, 0.9  # from here a reading is surely answered
# What is refused or has its own way (progress, complaints) is weighed by the model.
_LOOKED_UP = {"answered", "clarify"}
_PLAIN = frozenset({"validity", "fee"})  # kinds that one fact of the item answers whatever was told before
_CERTAIN = 0.95  # of a fact of the very kind that is asked for
_PENALTY_EN = re.compile(r"\byuan\b|\bcny\b|confiscat|revo(?:ke|cation)|\bfine[ds]?\b|\bwarning\b", re.IGNORECASE)
_LESS = 0.4  # of certainty: what is left out beside a reading as good as certain
_MUCH_MORE = 0.3  # of what was said
_NEIGHBOURS = 4  # articles that are near
READING_FEATURES = (
    *(f"is_{kind}" for kind in _KINDS),
    "answered", "asked_back", "sure", "could", "ahead", "surest", "alone_sure", "alone_could", "said", "terms",
    "same_law", "same_clause", "near", "field_kept", "kind_answered", "kind_missed", "in_conversation",
    *(field.name for field in fields(Manner)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """A question in one reading, its answer, and the probability that any source answers it."""

    question: Question
    answer: Answer
    could: float

    @property
    def sure(self) -> float:
        return self.answer.confidence if self.answer.status == "answered" else 0.0


def choose_reading(readings: Sequence[Reading], topic: Topic | None) -> Reading:
    """The one that was most likely meant; of one there is no choice. What names nothing is not refused in one reading while
    another is answered, and a fact just told is not told once more while another is surely answered otherwise."""
    if readings[0].question.manner.bare:
        readings = [each for each in readings if each.sure] or _asked_back(readings)
    readings = _not_told(readings, topic) or readings
    readings = _in_field(readings, topic) or readings
    readings = _not_repeated(readings, topic) or readings
    readings = _tells_cost(readings) or readings
    readings = _not_the_duty(readings, topic) or readings
    readings = _of_kind_asked(readings) or readings
    readings = _much_surer(readings) or readings
    if len(readings) == 1:
        return readings[0]
    model = load_readings(bool(find_dense()))
    scores = model.predict(describe_readings(readings, topic, model.feature_name()), raw_score=True, num_threads=1)
    return readings[int(np.argmax(scores))]


def _asked_back(readings: Sequence[Reading]) -> Sequence[Reading]:
    """Where nothing is answered, the reading that asks what it is about, if there is one."""
    return [each for each in readings if each.question.bare] or readings


def _not_told(readings: Sequence[Reading], topic: Topic | None) -> list[Reading]:
    """The readings not answered by the fact just told; none when no other is surely answered."""
    rest = [each for each in readings if not (topic and _is_told(each.answer, topic))]
    return rest if any(each.sure >= _SURE for each in rest) else []


def _in_field(readings: Sequence[Reading], topic: Topic | None) -> list[Reading]:
    """Without what is hardly answered, while another reading is surely answered by the law of the products spoken of; none
    when there is no such one."""
    field = _field_of(topic)
    if not field or not any(each.sure >= _VERY_SURE and _field_kept(each, field) > 0 for each in readings):
        return []
    return [each for each in readings if each.sure >= _SURE or each.answer.status not in _LOOKED_UP]


def _not_repeated(readings: Sequence[Reading], topic: Topic | None) -> list[Reading]:
    """Without those answered by the clause just cited while another, as sure, speaks of much more of what was said."""
    before = read_clause(topic.cited[0]) if topic and topic.cited else ("", 0)
    again = [each for each in readings if each.answer.citations and _first_of(each.answer) == before]
    most = max((_covered(each) for each in again), default=1.0)
    others = [each for each in readings if each not in again]
    return others if any(each.sure >= _VERY_SURE and _covered(each) >= most + _MUCH_MORE for each in others) else []


def _tells_cost(readings: Sequence[Reading]) -> list[Reading]:
    """For who asks what it costs, the readings that tell a penalty; [] when none of them is as good as certainly answered."""
    asks = any("penalty" in each.question.kinds[:1] for each in readings if each.question.follow_up)
    told = [each for each in readings if _tells_penalty(each.answer)] if asks else []
    return told if any(each.sure >= _VERY_SURE for each in told) else []


def _tells_penalty(answer: Answer) -> bool:
    said = load_vocabulary().kinds["penalty"].clause
    return bool(said.search(answer.seen) or _PENALTY_EN.search(answer.text))


def _not_the_duty(readings: Sequence[Reading], topic: Topic | None) -> list[Reading]:
    """For who tells that a duty was not kept, the readings that do not tell that duty once more; [] when none of them is as
    good as certainly answered."""
    before = read_clause(topic.cited[0]) if topic and topic.cited else ("", 0)
    if not readings[0].question.manner.breaks or not before[0]:
        return []
    rest = [
        each
        for each in readings
        if not each.answer.citations or _first_of(each.answer) != before or _tells_penalty(each.answer)
    ]
    return rest if any(each.sure >= _VERY_SURE for each in rest) else []


def _of_kind_asked(readings: Sequence[Reading]) -> list[Reading]:
    """Where a fact of the very kind asked for is certainly the answer of one reading, without what is answered less surely by
    something else; [] when there is no such fact."""
    told = [each for each in readings if each.sure >= _CERTAIN and _is_of_kind(each)]
    return [each for each in readings if each in told or each.sure >= _VERY_SURE] if told else []


def _is_of_kind(reading: Reading) -> bool:
    kinds, facts = reading.question.kinds, reading.answer.facts
    if not set(kinds[:1]) & _PLAIN:
        return False
    return bool(facts) and facts[0].kind in load_vocabulary().kinds[kinds[0]].facts[:1]


def _much_surer(readings: Sequence[Reading]) -> list[Reading]:
    """The readings answered about as surely as the surest, when that one is answered as good as certainly."""
    surest = max((min(each.sure, each.could) for each in readings), default=0.0)
    if surest < _VERY_SURE:
        return []
    return [
        each
        for each in readings
        if min(each.sure, each.could) >= surest - _LESS
        or (each.answer.status not in _LOOKED_UP and each.question.reading != "breach")
    ]


def _first_of(answer: Answer) -> tuple[str, int]:
    return answer.citations[0].title, answer.citations[0].article


def _covered(reading: Reading) -> float:
    """The share of what was said that the answer speaks of."""
    return cover(reading.question.said, reading.answer.seen.lower()) if reading.question.said else 0.0


def _field_kept(reading: Reading, field: str) -> float:
    first = reading.answer.citations[0] if reading.answer.citations else None
    return _keeps(field, domain_of_title(first.title)) if first and field else 0.0


def _is_told(answer: Answer, topic: Topic) -> bool:
    """Whether an answer is a fact of the kind and clause of the answer before."""
    if not (answer.facts and answer.citations and topic.cited):
        return False
    first = answer.citations[0]
    return (first.title, first.article, answer.facts[0].kind) == (*read_clause(topic.cited[0]), topic.fact)


def describe_readings(
    readings: Sequence[Reading], topic: Topic | None, names: Sequence[str] = READING_FEATURES
) -> np.ndarray:
    """One row of ``names`` a reading."""
    before = read_clause(topic.cited[0]) if topic and topic.cited else ("", 0)
    rows = [_of_reading(each, *before, _field_of(topic)) for each in readings]
    alone = next((each for each in readings if each.question.reading == "alone"), None)
    surest = max(each.sure for each in readings)
    for place, (row, each) in enumerate(zip(rows, readings, strict=True)):
        others = [other.sure for at, other in enumerate(readings) if at != place]
        row["ahead"] = each.sure - max(others, default=0.0)
        row["surest"] = surest
        row["alone_sure"] = alone.sure if alone else 0.0
        row["alone_could"] = alone.could if alone else 0.0
    return np.array([[row.get(name, 0.0) for name in names] for row in rows], dtype=np.float64)


def _field_of(topic: Topic | None) -> str:
    """The products spoken of before; "" for none or all."""
    item = shipped().items.get(topic.item) if topic else None
    field = item.domain if item else topic.product if topic else ""
    return field if field in FIELDS else ""


def _keeps(field: str, of_law: str) -> float:
    """1 for a law of the field spoken of, -0.5 for one of every field, -1 for one of another."""
    return 1.0 if of_law == field else -1.0 if of_law else -0.5


def _of_reading(reading: Reading, title: str, article: int, field: str) -> dict[str, float]:
    question, answer = reading.question, reading.answer
    first = answer.citations[0] if answer.citations else None
    asked = bool(answer.facts and question.kinds)
    told = {fact for kind in question.kinds for fact in load_vocabulary().kinds[kind].facts}
    same_law = first is not None and first.title == title
    apart = abs(first.article - article) if first and same_law else _NEIGHBOURS + 1
    return {
        **{name: float(value) for name, value in asdict(question.manner).items()},
        f"is_{question.reading}": 1.0,
        "answered": float(answer.status == "answered"),
        "asked_back": float(answer.status == "clarify"),
        "sure": reading.sure,
        "could": reading.could,
        "said": _covered(reading),
        "terms": float(len(question.said)),
        "same_law": float(same_law),
        "same_clause": float(apart == 0),
        "near": float(0 < apart <= _NEIGHBOURS),
        "field_kept": _field_kept(reading, field),
        "kind_answered": float(asked and answer.facts[0].kind in told),
        "kind_missed": float(asked and answer.facts[0].kind not in told),
        "in_conversation": float(bool(title)),
    }


def readings_file(meant: bool) -> Path:
    """The model that chooses among readings, with a text model (``meant``) or without."""
    return _HERE / ("readings-dense.txt" if meant else "readings.txt")


@lru_cache(maxsize=2)
def load_readings(meant: bool) -> lightgbm.Booster:
    """The model, read once."""
    return lightgbm.Booster(model_file=str(readings_file(meant)))


__all__ = ["READING_FEATURES", "Reading", "choose_reading", "describe_readings", "load_readings", "readings_file"]
