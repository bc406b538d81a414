"""What a message names: numbers, dates, classes, provinces, service items.

spaCy's blank Chinese pipeline with the **char** segmenter and an EntityRuler finds the
names (a name whose edge falls inside a word is not lost); jieba then throws out a
place name that straddles two words (浙*江西*湖, 上*海南*京路); regexes find the numbers.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jieba
import spacy
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from spacy.language import Language

from bot.components.dictionaries import copy_files, hash_files, make_segmenter, read_pairs
from bot.components.folding import fold
from bot.components.patterns import Match, find_patterns

# Names of these kinds must begin and end where a word does.
WHOLE_WORDS = {"province"}
LATIN = set("abcdefghijklmnopqrstuvwxyz0123456789")


def make_ruler(names: dict[str, list[tuple[str, str]]]) -> Language:
    """A blank Chinese pipeline that knows ``names``: entity → [(value, name)]."""
    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": "char"}}})
    ruler = nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
    patterns = [
        {"label": entity, "pattern": fold(name).text, "id": value}
        for entity, pairs in names.items()
        for value, name in pairs
    ]
    ruler.add_patterns(patterns)
    return nlp


def _cuts_a_word_or_number(text: str, start: int, end: int) -> bool:
    """ "class III" inside "first-class IIIa", or 一类 inside 十一类."""
    if text[start] in "一二三" and text[start - 1 : start] in ("十", "百"):
        return True
    before, first = text[start - 1 : start].lower(), text[start].lower()
    last, after = text[end - 1].lower(), text[end : end + 1].lower()
    return (before in LATIN and first in LATIN and before != "") or (after in LATIN and last in LATIN and after != "")


def _word_edges(segmenter: jieba.Tokenizer, text: str) -> set[int]:
    return {edge for _, start, end in segmenter.tokenize(text, HMM=False) for edge in (start, end)}


class EntityFinder:
    """The whole of the reading, without Rasa, so that it can be tried and measured alone."""

    def __init__(self, rulers: list[Language], segmenter: jieba.Tokenizer) -> None:
        self._rulers = rulers
        self._segmenter = segmenter

    def list_entities(self, text: str) -> list[dict[str, Any]]:
        """Entities with offsets into ``text`` as typed, in reading order; kinds may overlap, one kind never does."""
        folded = fold(text)
        matches = list(find_patterns(folded.text)) + self._list_names(folded.text)
        numbers = [m for m in matches if m.entity.endswith("_number") or m.entity == "credit_code"]
        kept = [m for m in matches if m in numbers or not any(n.start < m.end and m.start < n.end for n in numbers)]
        found = []
        for match in sorted(kept, key=lambda m: (m.start, -m.end, m.entity)):
            start, end = folded.span(match.start, match.end)
            found.append({"entity": match.entity, "value": match.value, "start": start, "end": end})
        return found

    def _list_names(self, text: str) -> list[Match]:
        edges: set[int] | None = None
        matches = []
        for ruler in self._rulers:
            for span in ruler(text).ents:
                if _cuts_a_word_or_number(text, span.start_char, span.end_char):
                    continue
                if span.label_ in WHOLE_WORDS:
                    edges = _word_edges(self._segmenter, text) if edges is None else edges
                    if span.start_char not in edges or span.end_char not in edges:
                        continue
                matches.append(Match(span.label_, span.ent_id_, span.start_char, span.end_char))
        return matches


def open_finder(folder: Path) -> EntityFinder:
    """The finder from a model folder: ``*.tsv`` are names (the file's name is the entity), ``*.txt`` jieba words."""
    rulers = []
    for path in sorted(folder.glob("*.tsv")):
        entity = path.stem.split("-", 1)[1]
        rulers.append(make_ruler({entity: read_pairs(path)}))
    return EntityFinder(rulers, make_segmenter(sorted(folder.glob("*.txt"))))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class DomainEntityExtractor(GraphComponent, EntityExtractorMixin):
    """Puts the finder's entities on each message; ``names`` and ``dictionaries`` in the config list its files."""

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, finder: EntityFinder | None
    ) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._finder = finder

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"names": [], "dictionaries": []}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        return hash_files([*config.get("names", []), *config.get("dictionaries", [])])

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> DomainEntityExtractor:
        return cls(config, model_storage, resource, None)

    def train(self, training_data: TrainingData) -> Resource:
        """Copy names and words into the model; reading them back now makes a bad line fail the training."""
        with self._storage.write_to(self._resource) as folder:
            copy_files([*self._config["names"], *self._config["dictionaries"]], folder)
            self._finder = open_finder(folder)
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> DomainEntityExtractor:
        with model_storage.read_from(resource) as folder:
            finder = open_finder(folder)
        return cls(config, model_storage, resource, finder)

    def process(self, messages: list[Message]) -> list[Message]:
        if self._finder is None:
            raise RuntimeError("The entity extractor has no names yet: train or load it before use.")
        for message in messages:
            entities = self._finder.list_entities(message.get(TEXT) or "")
            message.set(ENTITIES, entities, add_to_output=True)
        return messages
