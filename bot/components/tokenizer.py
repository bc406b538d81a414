"""Words as the features see them: jieba on folded text, no blanks, every digit the same.

Rasa's own JiebaTokenizer keeps blanks as tokens (rasa#7910) and changes the
process-wide jieba. Digits become 0 so that no number can ever look like an intent.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jieba
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.dictionaries import copy_files, hash_files, make_segmenter
from bot.components.folding import fold

_DIGIT = re.compile(r"[0-9]")
_WORD = re.compile(r"\w")
NOTHING = "∅"


def segment(segmenter: jieba.Tokenizer, text: str) -> list[Token]:
    """Tokens with offsets into ``text``; a text without a single word gives one placeholder over the whole of it."""
    folded = fold(text)
    tokens = []
    for word, start, end in segmenter.tokenize(folded.text):
        if not _WORD.search(word):
            continue
        first, last = folded.span(start, end)
        tokens.append(Token(_DIGIT.sub("0", word.lower()), first, last))
    return tokens or [Token(NOTHING, 0, max(len(text), 1))]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=True)
class DomainTokenizer(Tokenizer):
    """jieba with the domain's words; ``dictionaries`` in the config lists the files to read at training."""

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, segmenter: jieba.Tokenizer | None
    ) -> None:
        super().__init__(config)
        self._storage = storage
        self._resource = resource
        self._segmenter = segmenter

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``dictionaries``: jieba user dictionaries (word freq tag), from the repository root."""
        return {"dictionaries": [], "intent_tokenization_flag": False, "intent_split_symbol": "_"}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Train again when a word list changes, not only when its name does."""
        return hash_files(config.get("dictionaries", []))

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> DomainTokenizer:
        return cls(config, model_storage, resource, None)

    def train(self, training_data: TrainingData) -> Resource:
        """Copy the word lists into the model."""
        with self._storage.write_to(self._resource) as folder:
            copy_files(self._config["dictionaries"], folder)
        self._segmenter = make_segmenter([Path(path) for path in self._config["dictionaries"]])
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> DomainTokenizer:
        with model_storage.read_from(resource) as folder:
            segmenter = make_segmenter(sorted(folder.iterdir()))
        return cls(config, model_storage, resource, segmenter)

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        if self._segmenter is None:
            raise RuntimeError("The tokenizer has no words yet: train or load it before use.")
        return segment(self._segmenter, message.get(attribute))
