"""`python bench/intents.py linear logistic diet`: which intent classifier, on equal terms.

Each pipeline is trained by Rasa on four fifths of the training sentences (the same fold for all) and reads the fifth
it has not seen, and the held-out sentences. Runs in the bot's environment, from the repository root; prints one JSON
line a pipeline: accuracy (first / first two) by language, seconds of training, milliseconds of a message.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from sklearn.model_selection import StratifiedKFold

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
WORDS = ["nlu_data/lookup/words.txt", "policy_kb/catalogue/dictionaries/domain.txt"]
TERMS = "policy_kb/catalogue/dictionaries/english_terms.yml"
TOKENIZER = {"name": "bot.components.tokenizer.DomainTokenizer", "dictionaries": WORDS}
COUNTS = [
    {"name": "CountVectorsFeaturizer", "analyzer": "word", "min_ngram": 1, "max_ngram": 2},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
]
PIPELINES: dict[str, list[dict[str, Any]]] = {
    "linear": [{"name": "bot.components.linear_intents.LinearIntentClassifier", "field_words": [*WORDS, TERMS]}],
    "logistic": [*COUNTS, {"name": "LogisticRegressionClassifier", "max_iter": 300, "ranking_length": 0}],
    "diet": [
        *COUNTS,
        {"name": "DIETClassifier", "epochs": 50, "entity_recognition": False, "constrain_similarities": True,
         "ranking_length": 0, "random_seed": 1},
    ],
}  # fmt: skip


def read_examples() -> list[tuple[str, str]]:
    """(intent, sentence) of everything trained on."""
    return [
        (block["intent"], line.removeprefix("- ").strip())
        for path in sorted((ROOT / "nlu_data").glob("*.yml"))
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
        for line in block["examples"].splitlines()
    ]


def write_training(examples: list[tuple[str, str]], path: Path) -> None:
    blocks: dict[str, list[str]] = {}
    for intent, text in examples:
        blocks.setdefault(intent, []).append(f"- {text}\n")
    nlu = [{"intent": intent, "examples": "".join(lines)} for intent, lines in blocks.items()]
    path.write_text(yaml.safe_dump({"version": "3.1", "nlu": nlu}, allow_unicode=True), encoding="utf-8")


def train(name: str, examples: list[tuple[str, str]], folder: Path) -> Path:
    """The model's path; subprocess.CalledProcessError when Rasa could not train."""
    write_training(examples, folder / "nlu.yml")
    config = {
        "recipe": "default.v1",
        "language": "zh",
        "assistant_id": "bench",
        "pipeline": [TOKENIZER, *PIPELINES[name]],
    }
    (folder / "config.yml").write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    command = [str(Path(sys.executable).with_name("rasa")), "train", "nlu", "--config", folder / "config.yml", "--nlu", folder / "nlu.yml", "--out", folder, "--fixed-model-name", name, "--quiet"]  # fmt: skip
    subprocess.run([str(part) for part in command], cwd=ROOT, check=True, capture_output=True)
    return folder / f"{name}.tar.gz"


async def rank_all(model: Path, texts: list[str]) -> tuple[list[list[str]], float]:
    """The intents of each text, best first, and the median milliseconds of one."""
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import UserMessage

    processor = Agent.load(str(model)).processor
    rankings, times = [], []
    for text in texts:
        began = time.perf_counter()
        parsed = await processor.parse_message(UserMessage(text))
        times.append((time.perf_counter() - began) * 1000)
        rankings.append([item["name"] for item in parsed["intent_ranking"]])
    return rankings, sorted(times)[len(times) // 2]


def score(meant: list[tuple[str, str]], rankings: list[list[str]]) -> dict[str, list[float]]:
    """Language → [first, first two]."""
    table = {}
    for language in ("zh", "en"):
        rows = [
            (intent, ranking)
            for (intent, text), ranking in zip(meant, rankings, strict=True)
            if any("一" <= c <= "龥" for c in text) == (language == "zh")
        ]
        table[language] = [round(sum(i in r[:depth] for i, r in rows) / len(rows), 3) for depth in (1, 2)]
    return table


def measure(name: str) -> dict[str, Any]:
    from bot import quiet_logs
    from bot.scoring import read_heldout

    quiet_logs.install()
    examples = read_examples()
    labels = np.array([intent for intent, _ in examples])
    learned, unseen = next(iter(StratifiedKFold(5, shuffle=True, random_state=1).split(labels, labels)))
    fold = [examples[place] for place in unseen]
    heldout = [(sentence.intent, sentence.text) for sentence in read_heldout(ROOT / "nlu_data/heldout")]
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        model = train(name, [examples[place] for place in learned], Path(folder))
        seconds = round(time.monotonic() - began)
        rankings, milliseconds = asyncio.run(rank_all(model, [text for _, text in [*fold, *heldout]]))
    return {
        "pipeline": name,
        "unseen fifth": score(fold, rankings[: len(fold)]),
        "held out": score(heldout, rankings[len(fold) :]),
        "training seconds": seconds,
        "ms": round(milliseconds, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pipelines", nargs="*", metavar="PIPELINE", help=f"of {', '.join(PIPELINES)}; none means all")
    named = parser.parse_args().pipelines or list(PIPELINES)
    if unknown := [name for name in named if name not in PIPELINES]:
        parser.error(f"no pipeline {', '.join(unknown)}: choose from {', '.join(PIPELINES)}")
    for name in named:
        sys.stdout.write(json.dumps(measure(name), ensure_ascii=False) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
