"""Learn which kind a message is from labelled ones: ``python tools/train_message_kinds.py FILE… [--apart FILE…]``.

FILE as in ``tools/score_messages.py``. Writes portal/complaints/reading/kinds.json, the same from the same files. With
``--apart`` nothing is written: it is learned from FILE and counted on the files that stand apart.
"""

import argparse
import json
import math
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sklearn.feature_extraction import DictVectorizer  # noqa: E402
from sklearn.feature_selection import chi2  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402

from portal.complaints.reading.kinds import hide_injection  # noqa: E402
from portal.complaints.reading.learned import MODEL, count_grams, read_features, weigh_grams  # noqa: E402
from portal.complaints.reading.message import make_message  # noqa: E402
from portal.complaints.reading.told import Told, read_told  # noqa: E402
from tools.score_messages import load_messages  # noqa: E402

GRAMS = 1500  # the likeliest to tell kinds apart; 800 to 6000 do no better (docs/evaluation.md)
STRENGTH = 10.0  # of the fit; 3 and 5 do no better


def read_labelled(paths: list[Path]) -> tuple[list[Told], list[str]]:
    """The messages as they are read, and the kind that is dealt with first."""
    messages = [one for path in paths for one in load_messages(path)]
    told = [
        read_told(hide_injection(make_message(one["text"], date.fromisoformat(one["said_on"])))) for one in messages
    ]
    return told, [one["kind"][0] for one in messages]


def choose_grams(told: list[Told], kinds: list[str]) -> dict[str, float]:
    """Gram -> how rare it is, of the grams in two messages or more that tell the kinds apart best."""
    counts = [count_grams(one.plain) for one in told]
    spread = Counter(gram for one in counts for gram in one)
    rarity = {gram: 1 + math.log((1 + len(told)) / (1 + n)) for gram, n in spread.items() if n > 1}
    vectors = DictVectorizer()
    table = vectors.fit_transform([weigh_grams(one, rarity) for one in counts])
    scores, _chances = chi2(table, kinds)
    best = sorted(zip(-scores, vectors.feature_names_, strict=True))[:GRAMS]
    return {gram: round(rarity[gram], 3) for _score, gram in best}


def features(one: Told, rarity: dict[str, float]) -> dict[str, float]:
    return weigh_grams(count_grams(one.plain), rarity) | read_features(one)


def learn(told: list[Told], kinds: list[str]) -> dict[str, Any]:
    rarity = choose_grams(told, kinds)
    vectors = DictVectorizer()
    table = vectors.fit_transform([features(one, rarity) for one in told])
    fitted = LogisticRegression(C=STRENGTH, max_iter=5000, class_weight="balanced").fit(table, kinds)
    weights = {
        name: [round(float(one), 3) for one in fitted.coef_[:, n]] for n, name in enumerate(vectors.feature_names_)
    }
    start = [round(float(one), 3) for one in fitted.intercept_]
    return {"kinds": [str(kind) for kind in fitted.classes_], "start": start, "rarity": rarity, "weights": weights}


def guess(model: dict[str, Any], one: Told) -> str:
    values = features(one, model["rarity"])
    scores = [
        start + sum(value * model["weights"][name][n] for name, value in values.items() if name in model["weights"])
        for n, start in enumerate(model["start"])
    ]
    return str(model["kinds"][scores.index(max(scores))])


def write_model(model: dict[str, Any], path: Path) -> None:
    """One feature a line, so that a change can be read."""
    rows = ",\n".join(
        f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(row)}" for name, row in model["weights"].items()
    )
    head = {name: model[name] for name in ("kinds", "start", "rarity")}
    path.write_text(json.dumps(head, ensure_ascii=False)[:-1] + ',\n"weights": {\n' + rows + "}}\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--apart", nargs="+", type=Path, default=[])
    options = parser.parse_args()
    model = learn(*read_labelled(options.files))
    if not options.apart:
        write_model(model, MODEL)
        return
    told, kinds = read_labelled(options.apart)
    right = sum(guess(model, one) == kind for one, kind in zip(told, kinds, strict=True))
    print(f"{right} of {len(kinds)} = {right / len(kinds):.2f}")


if __name__ == "__main__":
    main()
