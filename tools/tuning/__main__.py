"""Teach the text models our field and write what they learned for the release.


    make tune                                        # both languages; over an hour of one core
    python -m tools.tuning --language en --layers 2  # one of them

It writes `tuning-*.npz`, the points of the cards (`prototypes-*.npz`) and the scale of the new vectors (`turn-*.npz`) in
policy_kb/dense; `train-turn`, which is for models that cannot learn themselves, is not needed then. Afterwards run
`calibrate` and `train-readings` (docs/command-line.md): what they learned belonged to the vectors of before.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np
from tokenizers import Tokenizer

from policy_kb.catalogue import Card, load_catalogue
from policy_kb.dense import LANGUAGES, open_language
from policy_kb.dense.prototypes import prototypes_file, save_prototypes
from policy_kb.dense.tuning import read_tuning, save_tuning, tuning_file
from policy_kb.dense.turning import turn_file
from policy_kb.evaluation.turning import measure_scale
from tools.text_model import fetch_text_model
from tools.tuning.learning import Form, fit
from tools.tuning.weights import read_bert

_HEADS = {"zh": 8, "en": 12}  # of the models of tools.text_model; the ONNX file does not tell


@click.command(help=__doc__)
@click.option("--language", "languages", type=click.Choice(LANGUAGES), multiple=True, default=LANGUAGES)
@click.option("--layers", default=3, show_default=True, help="How many of the last layers learn.")
@click.option("--rounds", default=6, show_default=True, help="How often all questions are gone through.")
@click.option("--cards", "most", type=int, help="Only so many cards, to try the command.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False, exists=True), help="Folder; else the release's."
)
def tune(languages: tuple[str, ...], layers: int, rounds: int, most: int | None, out: Path | None) -> None:
    cards = load_catalogue().cards[:most]
    for language in languages:
        folder = fetch_text_model() / language
        told = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        texts, owners, keys = _examples(language, cards)
        bert, form = read_bert(folder / "model.onnx"), Form(_HEADS[language], told["pooling"] == "mean")
        learned = fit(bert, form, Tokenizer.from_file(str(folder / "tokenizer.json")), texts, owners, layers, rounds)
        release = tuning_file(language), turn_file(language), prototypes_file(language)
        tuning, turn, points = (out / file.name if out else file for file in release)
        save_tuning(tuning, bert.written(learned.layers), folder / "model.onnx")
        tuned = open_language(language, folder, read_tuning(tuning, folder / "model.onnx"), out)
        measure_scale(language, tuned, cards, turn)
        save_prototypes(points, keys, learned.points, tuned.placing.name)
        click.echo(f"{language}: {len(texts)} texts of {len(keys)} clauses, {tuning}")


def _examples(language: str, cards: Sequence[Card]) -> tuple[list[str], np.ndarray, list[str]]:
    """The questions and answers of the cards, the place of each one's clause, and the clauses."""
    places = {key: place for place, key in enumerate(dict.fromkeys(card.key for card in cards))}
    pairs = [
        (text, places[card.key])
        for card in cards
        for text in (getattr(card.answer, language), *getattr(card.asks, language))
    ]
    return [text for text, _ in pairs], np.array([place for _, place in pairs], np.int64), list(places)


if __name__ == "__main__":
    tune()
