"""The intent classifier: a linear model on characters, words and clues, with confidence that means something.

Chosen by measurement over DIET and Rasa's logistic regression (docs/evaluation.md).
Margins become probabilities by one temperature, fitted on sentences the model had not
seen (five folds), so that the gate's floors can be read as "right so often".
The model is kept as plain data (JSON and arrays), not as pickled code.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, hstack
from scipy.special import log_softmax, softmax
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from bot.components.clues import (
    FieldWords,
    Said,
    hear,
    list_characters,
    list_clues,
    list_pieces,
    list_words,
    read_field_words,
)
from bot.components.dictionaries import copy_files, hash_files

Array = np.ndarray[Any, np.dtype[Any]]
# Weight of the clues beside the other channels: .3, .6 and 1 tried, five folds, 2026-11-26: .861, .857, .854 right.
CLUES_WEIGHT = 0.3
PENALTY = 1.0
FOLDS = 5


class Channel:
    """One list of strings a message → one sparse row: TF-IDF of length 1, or (``weight`` given) counts times it."""

    def __init__(self, lister: Callable[[Said], list[str]], weight: float | None = None) -> None:
        self._lister = lister
        self._counts = CountVectorizer(analyzer=lister)
        self._scale = TfidfTransformer(sublinear_tf=True)
        self._weight = weight

    def learn(self, messages: list[Said]) -> csr_matrix:
        counts = self._counts.fit_transform(messages)
        return counts * self._weight if self._weight else self._scale.fit_transform(counts)

    def read(self, messages: list[Said]) -> csr_matrix:
        counts = self._counts.transform(messages)
        return counts * self._weight if self._weight else self._scale.transform(counts)

    def dump(self) -> dict[str, Any]:
        """Terms in column order; idf is empty for counts."""
        terms = self._counts.get_feature_names_out().tolist()
        return {"terms": terms, "idf": [] if self._weight else self._scale.idf_.tolist()}

    def restore(self, terms: list[str], idf: list[float]) -> None:
        self._counts = CountVectorizer(analyzer=self._lister, vocabulary=terms)
        if idf:
            self._scale.idf_ = np.array(idf)


class Channels:
    """The four channels side by side."""

    def __init__(self, field: FieldWords) -> None:
        self._channels = [
            *(Channel(lister) for lister in (list_characters, list_pieces, list_words)),
            Channel(lambda said: list_clues(said, field), CLUES_WEIGHT),
        ]

    def learn(self, messages: list[Said]) -> csr_matrix:
        return hstack([channel.learn(messages) for channel in self._channels]).tocsr()

    def read(self, messages: list[Said]) -> csr_matrix:
        return hstack([channel.read(messages) for channel in self._channels]).tocsr()

    def dump(self) -> list[dict[str, Any]]:
        return [channel.dump() for channel in self._channels]

    def restore(self, dumped: list[dict[str, Any]]) -> Channels:
        for channel, kept in zip(self._channels, dumped, strict=True):
            channel.restore(kept["terms"], kept["idf"])
        return self


@dataclass
class LinearIntents:
    """A trained model. ``weights``: (intents, columns), ``offsets``: (intents,); margins / ``temperature`` → softmax."""

    channels: Channels
    intents: list[str]
    weights: Array
    offsets: Array
    temperature: float

    def list_probabilities(self, messages: list[Said]) -> Array:
        """(messages, intents), rows add up to 1."""
        margins = self.channels.read(messages) @ self.weights.T + self.offsets
        return np.asarray(softmax(margins / self.temperature, axis=1))

    def rank(self, message: Said) -> list[tuple[str, float]]:
        """Every intent with its probability, best first."""
        probabilities = self.list_probabilities([message])[0]
        return [(self.intents[place], float(probabilities[place])) for place in np.argsort(-probabilities)]


def _fit(messages: list[Said], labels: Array, field: FieldWords) -> tuple[Channels, LinearSVC]:
    channels = Channels(field)
    model = LinearSVC(C=PENALTY, class_weight="balanced", random_state=0)
    return channels, model.fit(channels.learn(messages), labels)


def list_unseen_margins(messages: list[Said], labels: Array, field: FieldWords) -> Array:
    """(messages, intents in sorted order): each message's margins by a model that did not learn from it."""
    margins = np.zeros((len(messages), len(set(labels))))
    for learned, held in StratifiedKFold(FOLDS, shuffle=True, random_state=1).split(labels, labels):
        channels, model = _fit([messages[place] for place in learned], labels[learned], field)
        margins[held] = model.decision_function(channels.read([messages[place] for place in held]))
    return margins


def find_temperature(margins: Array, labels: Array) -> float:
    """The divisor under which unseen sentences are likeliest (log loss)."""
    right = np.searchsorted(np.unique(labels), labels)
    rows = np.arange(len(labels))
    found = minimize_scalar(
        lambda t: -log_softmax(margins / t, axis=1)[rows, right].mean(), bounds=(0.02, 5.0), method="bounded"
    )
    return float(found.x)


def learn(messages: list[Said], intents: list[str], field: FieldWords) -> LinearIntents:
    """Fit on everything; the temperature comes from five folds."""
    labels = np.array(intents)
    temperature = find_temperature(list_unseen_margins(messages, labels, field), labels)
    channels, model = _fit(messages, labels, field)
    weights = model.coef_.astype(np.float32)
    return LinearIntents(channels, [str(name) for name in model.classes_], weights, model.intercept_, temperature)


def save(model: LinearIntents, folder: Path) -> None:
    kept = {"intents": model.intents, "temperature": model.temperature, "channels": model.channels.dump()}
    (folder / "model.json").write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
    np.savez_compressed(folder / "weights.npz", weights=model.weights, offsets=model.offsets)


def open_model(folder: Path) -> LinearIntents:
    """Reads what ``save`` wrote, and the word lists beside it."""
    kept = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    channels = Channels(read_field_words(folder)).restore(kept["channels"])
    with np.load(folder / "weights.npz") as arrays:
        return LinearIntents(channels, kept["intents"], arrays["weights"], arrays["offsets"], kept["temperature"])


def hear_message(message: Message) -> Said:
    """A message that the tokenizer has been through."""
    return hear(message.get(TEXT) or "", [token.text for token in message.get("text_tokens") or []])


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LinearIntentClassifier(GraphComponent, IntentClassifier):
    """Puts the ranking of all intents on each message; ``field_words`` lists dictionaries and term lists."""

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, model: LinearIntents | None
    ) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._model = model

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"field_words": []}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        return hash_files(config.get("field_words", []))

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LinearIntentClassifier:
        return cls(config, model_storage, resource, None)

    def train(self, training_data: TrainingData) -> Resource:
        examples = training_data.intent_examples
        with self._storage.write_to(self._resource) as folder:
            copy_files(self._config["field_words"], folder)
            self._model = learn(
                [hear_message(example) for example in examples],
                [example.get(INTENT) for example in examples],
                read_field_words(folder),
            )
            save(self._model, folder)
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LinearIntentClassifier:
        with model_storage.read_from(resource) as folder:
            model = open_model(folder)
        return cls(config, model_storage, resource, model)

    def process(self, messages: list[Message]) -> list[Message]:
        if self._model is None:
            raise RuntimeError("The classifier has learned nothing yet: train or load it before use.")
        for message in messages:
            ranking = [{"name": name, "confidence": sure} for name, sure in self._model.rank(hear_message(message))]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages
