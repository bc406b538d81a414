"""Trains the model of message kinds (``answering.labelling``) from our own example messages and the catalogue's questions."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import yaml
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from policy_kb.answering.labelling import BUCKETS, MEANING, count_grams, labels_file, place_meanings
from policy_kb.answering.routing import FOLDER
from policy_kb.answering.understanding import clean
from policy_kb.catalogue import Catalogue
from policy_kb.dense import find_dense

Example = tuple[str, str]  # message in lower case, label
_QUESTION = "question"
_STRENGTH = 30.0  # of the fit (inverse of the penalty); run of 2026-11-25: 10, 30 and 100 differ by less than 1 %
_FOLDS = 5
_CARDS = 5  # of so many clause cards one teaches how a question sounds; run of 2026-11-26: with all of them no better
# The bot's intents that are the same kinds of message; its ``out_of_scope`` mixes several of ours and is left out.
_INTENTS = {
    "emergency": "emergency",
    "make_complaint": "complaint",
    "make_report": "report",
    "greet": "greeting",
    "thanks": "greeting",
    "bye": "greeting",
    "help": "greeting",
    "ask_identity": "greeting",
    "check_status": "progress",
    "ask_policy": _QUESTION,
    "find_service": _QUESTION,
}
_ENTITY = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


def list_examples(catalogue: Catalogue, intents: Path | None = None) -> list[Example]:
    """Every example once: the staff's (``routing/examples``), the catalogue's and some cards' questions and, from a folder of the bot's
    training sentences, those whose intent is one of our labels."""
    found = [(line, path.stem) for path in sorted(FOLDER.glob("examples/*.txt")) for line in _lines(path)]
    for faq in catalogue.faqs:
        asked = (faq.question.zh, faq.question.en, *faq.asks.zh, *faq.asks.en)
        found += [(text, _QUESTION) for text in asked]
    for item in catalogue.items.values():
        found += [(text, _QUESTION) for fact in item.facts for text in (*fact.asks.zh, *fact.asks.en)]
    found += [
        (phrase, _QUESTION) for card in catalogue.cards[::_CARDS] for phrase in (card.asks.zh[0], *card.asks.en[:1])
    ]
    for path in sorted(intents.glob("*.yml")) if intents else ():
        found += _of_intents(path)
    return list(dict.fromkeys((clean(text).lower(), label) for text, label in found if clean(text)))


def _lines(path: Path) -> list[str]:
    return [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _of_intents(path: Path) -> list[Example]:
    with path.open(encoding="utf-8") as source:
        blocks = (yaml.safe_load(source) or {}).get("nlu") or []
    return [
        (_ENTITY.sub(r"\1", line.lstrip("- ").strip()), _INTENTS[block["intent"]])
        for block in blocks
        if block.get("intent") in _INTENTS
        for line in block["examples"].splitlines()
    ]


def train_labels(examples: Sequence[Example], file: Path | None = None) -> dict[str, object]:
    """Fit, write ``file`` (else the release's) and return what held-out folds gave: examples, recall and precision a label.

    With a text model in force the model that goes with one is trained, else the one that does without.
    """
    texts, labels = [text for text, _ in examples], [label for _, label in examples]
    dense = find_dense()
    matrix, idf = _matrix(texts)
    if dense:
        meanings = csr_matrix(MEANING * place_meanings(dense, texts, keep=True))
        matrix = csr_matrix(hstack([matrix, meanings]))
    model = LogisticRegression(C=_STRENGTH, max_iter=400, class_weight="balanced")
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=1)
    guessed = cross_val_predict(model, matrix, labels, cv=folds)
    model.fit(matrix, labels)
    np.savez_compressed(
        file or labels_file(dense is not None),
        labels=np.array(model.classes_, dtype="U24"),
        weights=model.coef_[:, :BUCKETS].astype(np.float16),
        meaning=model.coef_[:, BUCKETS:].astype(np.float16),
        idf=idf.astype(np.float16),
        bias=model.intercept_.astype(np.float32),
    )
    return {"examples": len(texts), "labels": _report(labels, list(guessed))}


def _matrix(texts: Sequence[str]) -> tuple[csr_matrix, np.ndarray]:
    """Messages as rows of length 1, and the rarity (inverse document frequency) of every bucket."""
    counted = [count_grams(text) for text in texts]
    seen = np.bincount(np.concatenate([buckets for buckets, _ in counted]), minlength=BUCKETS)
    idf = np.log((1 + len(texts)) / (1 + seen)) + 1
    rows = np.concatenate([np.full(len(buckets), row) for row, (buckets, _) in enumerate(counted)])
    columns = np.concatenate([buckets for buckets, _ in counted])
    values = np.concatenate([_unit(counts * idf[buckets]) for buckets, counts in counted])
    return csr_matrix((values, (rows, columns)), shape=(len(texts), BUCKETS)), idf


def _unit(values: np.ndarray) -> np.ndarray:
    length = float(np.linalg.norm(values))
    return values / length if length else values


def _report(labels: Sequence[str], guessed: Sequence[str]) -> dict[str, dict[str, float]]:
    right = Counter(label for label, guess in zip(labels, guessed, strict=True) if label == guess)
    had, said = Counter(labels), Counter(guessed)
    return {
        label: {
            "examples": had[label],
            "recall": round(right[label] / had[label], 3),
            "precision": round(right[label] / said[label], 3) if said[label] else 0.0,
        }
        for label in sorted(had)
    }
