"""The classifier: it reads what it has not seen, its confidence means something, and it survives being stored."""

import re
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from conftest import LOOKUP, ROOT, list_training_examples

from bot.components.clues import FieldWords, Said, hear, list_characters, list_clues, list_pieces, list_words
from bot.components.dictionaries import make_segmenter
from bot.components.linear_intents import (
    Channels,
    LinearIntents,
    find_temperature,
    learn,
    list_unseen_margins,
    open_model,
    read_field_words,
    save,
)
from bot.components.tokenizer import segment

WORDS = [LOOKUP / "words.txt", ROOT / "policy_kb/catalogue/dictionaries/domain.txt"]
TERMS = ROOT / "policy_kb/catalogue/dictionaries/english_terms.yml"
# Share of training sentences read rightly by a model that did not see them (five folds), run of 2026-11-26: .847 zh,
# .79 en. They vary on purpose, so this is harder than the held-out set. The floor is two points lower.
FLOOR = {"zh": 0.84, "en": 0.76}


@pytest.fixture(scope="session")
def said() -> list[tuple[str, str, Said]]:
    """(intent, sentence, what is heard of it) of everything trained on."""
    segmenter = make_segmenter(WORDS)
    return [
        (intent, text, hear(text, [token.text for token in segment(segmenter, text)]))
        for intent, texts in list_training_examples().items()
        for text in texts
    ]


@pytest.fixture(scope="session")
def field_words(tmp_path_factory: pytest.TempPathFactory) -> FieldWords:
    return read_field_words(copy_words(tmp_path_factory.mktemp("words")))


def copy_words(folder: Path) -> Path:
    for path in (*WORDS, TERMS):
        shutil.copy(path, folder)
    return folder


@pytest.fixture(scope="session")
def unseen(said: list[tuple[str, str, Said]], field_words: FieldWords) -> np.ndarray:
    return list_unseen_margins([one for _, _, one in said], np.array([intent for intent, _, _ in said]), field_words)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_sentences_it_has_not_seen_are_read_rightly_often_enough(
    said: list[tuple[str, str, Said]], unseen: np.ndarray, language: str
) -> None:
    names = sorted({intent for intent, _, _ in said})
    right = [
        names[place] == intent
        for (intent, text, _), place in zip(said, unseen.argmax(axis=1), strict=True)
        if bool(re.search("[一-龥]", text)) == (language == "zh")
    ]
    assert sum(right) / len(right) >= FLOOR[language]


def test_confidence_says_how_often_it_is_right(said: list[tuple[str, str, Said]], unseen: np.ndarray) -> None:
    labels = np.array([intent for intent, _, _ in said])
    scaled = unseen / find_temperature(unseen, labels)
    chances = np.exp(scaled) / np.exp(scaled).sum(axis=1, keepdims=True)
    sure = chances.max(axis=1)
    right = np.unique(labels)[chances.argmax(axis=1)] == labels
    for low, high in ((0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 1.01)):
        among = (sure >= low) & (sure < high)
        assert abs(right[among].mean() - sure[among].mean()) < 0.1, (low, high)


def make_small_model(field: FieldWords) -> LinearIntents:
    sentences = {
        "greet": ["你好", "您好啊", "hello", "hi there", "早上好", "hey"],
        "bye": ["再见", "拜拜了", "bye", "see you", "回头见", "good night"],
        "thanks": ["谢谢", "多谢了", "thanks", "thank you", "感谢您", "cheers"],
    }
    pairs = [(intent, hear(text, text.split())) for intent, texts in sentences.items() for text in texts]
    return learn([one for _, one in pairs], [intent for intent, _ in pairs], field)


def test_a_stored_model_gives_the_same_ranking(tmp_path: Path, field_words: FieldWords) -> None:
    model = make_small_model(field_words)
    save(model, copy_words(tmp_path))
    message = hear("嗨，你好", ["嗨", "你好"])
    before, after = model.rank(message), open_model(tmp_path).rank(message)
    assert [name for name, _ in before] == [name for name, _ in after]
    assert before[0][0] == "greet"
    assert [sure for _, sure in after] == pytest.approx([sure for _, sure in before], abs=1e-6)
    assert sum(sure for _, sure in after) == pytest.approx(1)


def test_a_message_without_a_known_character_still_has_a_ranking(field_words: FieldWords) -> None:
    assert {name for name, _ in make_small_model(field_words).rank(hear("𠮷", ["𠮷"]))} == {"greet", "bye", "thanks"}


@pytest.mark.parametrize(
    ("typed", "heard"), [("２０２６年", "0000年"), ("醫療器械", "医疗器械"), ("OK１", "ok0"), ("药\u200b店", "药店")]
)
def test_digits_widths_and_traditional_characters_are_heard_alike(typed: str, heard: str) -> None:
    assert hear(typed, []).text == heard


def test_each_channel_lists_what_it_says() -> None:
    message = Said("ab", ("ab", "c"))
    assert list_characters(message) == ["^", "a", "b", "$", "^a", "ab", "b$", "^ab", "ab$"]
    assert " ab " in list_pieces(message)
    assert list_words(message) == ["ab", "c", "ab c"]


def test_words_of_the_field_are_counted_in_both_languages() -> None:
    field = FieldWords(["许可证"], ["device", "medical device"])
    assert field.count(Said("许可证 medical devices", ("许可证", "medical", "devices"))) == 2
    assert "field 0" in list_clues(Said("天气好吗", ("天气", "好", "吗")), field)
    assert "asks True" in list_clues(Said("天气好吗", ("天气", "好", "吗")), field)
    assert Channels(field).learn([message := Said("许可证", ("许可证",)), message]).shape[0] == 2


def test_every_intent_has_as_many_sentences_as_the_guide_asks_for() -> None:
    chinese: Counter[str] = Counter()
    others: Counter[str] = Counter()
    for intent, texts in list_training_examples().items():
        for text in texts:
            (chinese if re.search("[一-龥]", text) else others)[intent] += 1
    assert {intent: number for intent, number in chinese.items() if number < 80} == {}
    assert {intent: number for intent, number in others.items() if number < 40} == {}
