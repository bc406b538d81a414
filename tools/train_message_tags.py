"""Learn to cut messages into fields from labelled ones: ``python tools/train_message_tags.py FILE… [--apart FILE…]``.

FILE as in ``tools/score_messages.py``, or ``.txt`` with a told clause a line, its fields in brackets: [words|field]. Writes
portal/complaints/reading/tags.json, the same from the same files. With ``--apart`` nothing is written: it is learned from
FILE and counted on the files that stand apart.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from portal.complaints.reading.message import Message, Span, make_message  # noqa: E402
from portal.complaints.reading.tagged import LABELS, MODEL, TAGS, may_follow, spans_of  # noqa: E402
from portal.complaints.reading.tokens import features_of, tokens_of  # noqa: E402
from portal.complaints.reading.told import known_spans  # noqa: E402
from tools.score_messages import load_messages  # noqa: E402

STRENGTH = 1.0  # of the pull of all figures towards nothing; 0.5 and 2 do no better (docs/evaluation.md)
ROUNDS = 60  # of the fit; 80 do no better
_SHORT = {"h": "harm", "b": "brand", "p": "platform", "s": "seller", "g": "product_name"}
_MARKED = re.compile(r"\[(?P<words>[^\[\]|]+)(?:\|(?P<tags>\w+))?\]")
_DAY = date(2026, 11, 24)  # no label depends on the day


@dataclass(frozen=True, slots=True)
class Row:
    """One message as it is learned from: features and label of each token, and where the tokens stand."""

    message: Message
    features: list[list[str]]
    places: list[Span]
    labels: list[int]

    def tags(self) -> dict[str, list[Span]]:
        """Tag -> the labelled spans, only of tags that have any."""
        return {tag: spans for tag, spans in spans_of(self.places, self.labels).items() if spans}


def read_rows(path: Path) -> Iterator[Row]:
    if path.suffix == ".txt":
        for line in path.read_text(encoding="utf-8").splitlines():
            message, spans = read_marked(line)
            if line and not line.startswith("#") and _is_as_written(message):
                yield _row_of(message, spans)
        return
    for one in load_messages(path):
        message = make_message(one["text"], date.fromisoformat(one["said_on"]))
        if _is_as_written(message):
            yield _row_of(message, _labelled(message, one["fields"]))


def _is_as_written(message: Message) -> bool:
    """Pinyin, read as Chinese, has no places to label."""
    return message.starts == tuple(range(len(message.text)))


def read_marked(line: str) -> tuple[Message, list[tuple[str, Span]]]:
    """The line without its brackets, and which field each bracket marks."""
    text, spans = "", []
    position = 0
    for found in _MARKED.finditer(line):
        text += line[position : found.start()]
        start = len(text)
        text += found["words"]
        spans += [(_SHORT[sign], (start, len(text))) for sign in found["tags"] or "" if sign in _SHORT]
        position = found.end()
    return make_message(text + line[position:], _DAY), spans


def _labelled(message: Message, fields: dict[str, Any]) -> list[tuple[str, Span]]:
    """Every place where a field's words stand; harm is told once."""
    spans: list[tuple[str, Span]] = []
    values = {tag: str(fields[tag]) for tag in TAGS if fields.get(tag)}
    for tag, value in sorted(values.items(), key=lambda item: -len(item[1])):
        words = "".join(make_message(value, _DAY).plain)
        for found in list(re.finditer(re.escape(words), message.plain))[: 1 if tag == "harm" else None]:
            if not any(s[0] < found.end() and found.start() < s[1] for _tag, s in spans):
                spans.append((tag, found.span()))
    return spans


def _row_of(message: Message, spans: list[tuple[str, Span]]) -> Row:
    tokens = tokens_of(message.plain)
    labels = [0] * len(tokens)
    for tag, (start, end) in spans:
        inside = [n for n, token in enumerate(tokens) if start <= token[0] and token[1] <= end]
        for n in inside:
            labels[n] = LABELS.index(("B" if n == inside[0] else "I") + tag)
    return Row(message, features_of(message, tokens, known_spans(message)), [(t[0], t[1]) for t in tokens], labels)


@dataclass(frozen=True, slots=True)
class Field:
    """The figures: ``weights`` of feature by label, ``steps`` from label to label."""

    names: dict[str, int]
    weights: np.ndarray
    steps: np.ndarray


def learn(rows: list[Row], strength: float = STRENGTH, rounds: int = ROUNDS) -> Field:
    seen = Counter(name for row in rows for token in row.features for name in set(token))
    names = {name: n for n, name in enumerate(sorted(name for name, count in seen.items() if count > 1))}
    rows = sorted((row for row in rows if row.labels), key=lambda row: -len(row.labels))
    table = _table(rows, names)
    gold = np.array([label for row in rows for label in row.labels])
    starts = np.cumsum([0, *(len(row.labels) for row in rows)])
    steps_of = Counter((a, b) for row in rows for a, b in zip(row.labels, row.labels[1:], strict=False))
    wanted_steps = np.zeros((len(LABELS), len(LABELS)))
    for (a, b), count in steps_of.items():
        wanted_steps[a, b] = count
    onehot = np.eye(len(LABELS))[gold]
    wanted = table.T @ onehot
    size = len(names) * len(LABELS)

    def cost(figures: np.ndarray) -> tuple[float, np.ndarray]:
        weights, steps = figures[:size].reshape(len(names), -1), figures[size:].reshape(len(LABELS), -1)
        scores = table @ weights
        log_sum, chances, step_chances = _expected(scores, steps, starts)
        said = float((scores * onehot).sum() + (steps * wanted_steps).sum())
        slope = np.concatenate([(table.T @ chances - wanted).ravel(), (step_chances - wanted_steps).ravel()])
        return log_sum - said + strength / 2 * float(figures @ figures), slope + strength * figures

    found = minimize(cost, np.zeros(size + len(LABELS) ** 2), jac=True, method="L-BFGS-B", options={"maxiter": rounds})
    return Field(names, found.x[:size].reshape(len(names), -1), found.x[size:].reshape(len(LABELS), -1))


def _table(rows: list[Row], names: dict[str, int]) -> csr_matrix:
    places, ends = [], [0]
    for row in rows:
        for token in row.features:
            places += sorted({names[name] for name in token if name in names})
            ends.append(len(places))
    return csr_matrix((np.ones(len(places)), places, ends), shape=(len(ends) - 1, len(names)))


_FORBIDDEN = np.array([[0.0 if may_follow(a, b) else -1e9 for b in LABELS] for a in LABELS])
_FIRST = np.array([0.0 if label[0] != "I" else -1e9 for label in LABELS])


def _expected(scores: np.ndarray, steps: np.ndarray, starts: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """(sum of the logarithms of all paths' weight, chance of each label, expected count of each step), rows longest first.

    Chances are kept between 0 and 1 by dividing each place by its sum, whose logarithms add up to the whole.
    """
    lengths = np.diff(starts)
    alive = [int((lengths > t).sum()) for t in range(int(lengths[0]))]
    at = [starts[:count] + t for t, count in enumerate(alive)]
    top = scores.max(axis=1, keepdims=True)
    here, move = np.exp(scores - top), np.exp(steps + _FORBIDDEN)
    ahead, sums = [], []
    for t, count in enumerate(alive):
        came = np.exp(_FIRST) if t == 0 else ahead[-1][:count] @ move
        weight = came * here[at[t]]
        sums.append(weight.sum(axis=1, keepdims=True))
        ahead.append(weight / sums[-1])
    chances, step_chances = np.zeros_like(scores), np.zeros_like(steps)
    behind = np.ones((alive[-1], len(LABELS)))
    for t in range(len(alive) - 1, -1, -1):
        chances[at[t]] = ahead[t] * behind
        if t:
            after = here[at[t]] * behind / sums[t]
            step_chances += move * (ahead[t - 1][: alive[t]].T @ after)
            behind = np.ones((alive[t - 1], len(LABELS)))
            behind[: alive[t]] = after @ move.T
    return float(sum(np.log(each).sum() for each in sums) + top.sum()), chances, step_chances


def guess(model: Field, row: Row) -> dict[str, list[Span]]:
    """The spans of one row, as ``tagged`` would find them."""
    scores = _table([row], model.names) @ model.weights
    move = model.steps + _FORBIDDEN
    total, back = scores[0] + _FIRST, []
    for one in scores[1:]:
        came = (total[:, None] + move).argmax(0)
        total = (total[:, None] + move).max(0) + one
        back.append(came)
    path = [int(total.argmax())]
    for came in reversed(back):
        path.append(int(came[path[-1]]))
    return spans_of(row.places, path[::-1])


def write_model(model: Field, path: Path, least: float = 0.03) -> None:
    """Figures too small to turn anything are left out; one feature a line."""
    lines = []
    for name, n in model.names.items():
        kept = [[label, round(float(v), 2)] for label, v in enumerate(model.weights[n]) if abs(v) >= least]
        if kept:
            lines.append(f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(kept, separators=(',', ':'))}")
    steps = [[round(float(v), 2) for v in row] for row in model.steps]
    path.write_text(f'{{"steps": {json.dumps(steps)},\n"weights": {{\n' + ",\n".join(lines) + "}}\n", encoding="utf-8")


def count(model: Field, rows: list[Row]) -> dict[str, list[int]]:
    """Tag -> [right, said, wanted] of the first span of each."""
    counts = {tag: [0, 0, 0] for tag in TAGS}
    for row in rows:
        got, labelled = guess(model, row), row.tags()
        wanted = {tag: labelled.get(tag, []) for tag in TAGS}
        for tag in TAGS:
            counts[tag][0] += bool(wanted[tag]) and wanted[tag][:1] == got[tag][:1]
            counts[tag][1] += bool(got[tag])
            counts[tag][2] += bool(wanted[tag])
    return counts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--apart", nargs="+", type=Path, default=[])
    options = parser.parse_args()
    model = learn([row for path in options.files for row in read_rows(path)])
    if not options.apart:
        write_model(model, MODEL)
        return
    for tag, (right, said, wanted) in count(model, [row for path in options.apart for row in read_rows(path)]).items():
        print(f"{tag}: precision {right / max(said, 1):.2f}, recall {right / max(wanted, 1):.2f} of {wanted}")


if __name__ == "__main__":
    main()
