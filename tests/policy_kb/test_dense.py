"""Meaning beside words: a text model in a folder, what it has seen kept beside it, and answers that go by it."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from policy_kb import PolicyBase
from policy_kb.answering.labelling import score_labels
from policy_kb.answering.release import release
from policy_kb.commands import main
from policy_kb.dense import SETTING, DenseModelError, find_dense
from policy_kb.dense.kept import KeptVectors
from policy_kb.dense.text_model import TextModel, Vectors
from policy_kb.dense.turning import find_turn
from policy_kb.evaluation.turning import train_turn
from tools.text_model import fetch_text_model


@pytest.fixture(scope="session")
def models() -> Path:
    """The text models of the development set-up, fetched on first use (32 MB)."""
    return fetch_text_model()


@pytest.fixture
def meaning(models: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The models in force for one test."""
    monkeypatch.setenv(SETTING, str(models))
    return models


def test_nothing_is_in_force_unless_the_operator_names_a_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    for value in (None, "", "off"):
        monkeypatch.delenv(SETTING, raising=False) if value is None else monkeypatch.setenv(SETTING, value)
        assert find_dense() is None
    assert "best_meant" not in json.dumps(dict(release().run))


def test_a_folder_that_is_no_model_is_refused_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, str(tmp_path / "nowhere"))
    with pytest.raises(
        DenseModelError, match=r"model\.onnx, tokenizer\.json, model\.json missing.*unset WENBAN_DENSE_MODEL"
    ):
        find_dense()
    for name in ("model.onnx", "tokenizer.json", "model.json"):
        (tmp_path / name).write_text("{}")
    with pytest.raises(DenseModelError, match="not a text model"):
        TextModel(tmp_path)


@pytest.mark.parametrize(
    ("language", "asked", "same", "other"),
    [
        ("zh", "买到假药了店家要赔我多少钱", "销售假药的惩罚性赔偿金额", "医疗器械的命名规则"),
        ("zh", "证快到期了咋整", "许可证有效期届满前申请延续", "化妆品标签的字号"),
        ("en", "my licence runs out soon", "renewal before the licence expires", "colour of the label"),
    ],
)
def test_what_means_the_same_is_nearer_than_what_does_not(
    meaning: Path, language: str, asked: str, same: str, other: str
) -> None:
    dense = find_dense()
    assert dense is not None
    model = dense.zh if language == "zh" else dense.en
    question = model.embed_question(asked)
    near, far = model.scale(model.place_all([same, other]) @ model.place_question(asked))
    assert near > far + 0.1
    assert np.isclose(np.linalg.norm(question), 1.0, atol=1e-4)


def _never(texts: Sequence[str]) -> Vectors:
    raise AssertionError(f"made again: {texts}")


def _make(texts: Sequence[str]) -> Vectors:
    return np.array([[float(len(text)), 0.5] for text in texts], np.float32)


def test_a_text_seen_once_is_not_computed_again(tmp_path: Path) -> None:
    KeptVectors(tmp_path, 2).get_all(["甲", "乙丙"], _make)
    kept = KeptVectors(tmp_path, 2).get_all(["乙丙", "甲", "乙丙"], _never)
    assert kept.tolist() == [[2.0, 0.5], [1.0, 0.5], [2.0, 0.5]]
    assert KeptVectors(tmp_path, 2).get_all([], _never).shape == (0, 2)


def test_where_nothing_can_be_kept_the_vectors_are_still_given(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    made = KeptVectors(tmp_path / "nowhere", 2).get_all(["甲"], _make)
    assert made.tolist() == [[1.0, 0.5]]
    assert "every start computes them again" in caplog.text


@pytest.mark.parametrize(
    ("question", "title", "article"),
    [
        ("我不识字，能口头提复议不", "行政复议法", 22),
        ("把药品管理法第五十一条给我看看", "药品管理法", 51),
        ("第三类医疗器械经营许可证什么时候可以申请延续？", "医疗器械经营监督管理办法", 16),
        ("How long must a cosmetics company keep its purchase records?", "化妆品监督管理条例", 31),
    ],
)
def test_an_everyday_wording_finds_its_clause(
    meaning: Path, ingested: PolicyBase, question: str, title: str, article: int
) -> None:
    cited = ingested.answer(question).citations[0]
    assert (cited.title.removeprefix("中华人民共和国"), cited.article) == (title, article)


def test_the_label_model_hears_meaning(meaning: Path) -> None:
    assert score_labels("孩子误服了一整瓶药，现在昏迷不醒")["emergency"] > 0.5


def test_an_english_message_with_a_chinese_term_is_heard_as_english(meaning: Path) -> None:
    asked = "we received a deficiency letter (补正通知) in the technical review, how long do we have to answer?"
    heard = score_labels(asked)
    assert max(heard, key=lambda label: heard[label]) == "question"


def test_a_turn_is_learned_from_cards_and_used_with_its_model_alone(
    meaning: Path, ingested: PolicyBase, tmp_path: Path
) -> None:
    dense = find_dense()
    assert dense is not None and dense.zh.turn is not None
    plain = replace(dense.zh, turn=None)
    cards = ingested.catalogue.cards[::4]
    told = train_turn("zh", plain, cards, tmp_path / "turn-zh.npz")
    found = told["found"]
    assert isinstance(found, dict) and found["after"]["first"] > found["before"]["first"]
    with np.load(tmp_path / "turn-zh.npz") as kept:
        assert str(kept["model"]) == dense.zh.model.name
    assert find_turn("zh", "another model") is None


@pytest.mark.parametrize("command", ["embed", "train-turn"])
def test_the_command_says_that_it_needs_a_model(monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.delenv(SETTING, raising=False)
    done = CliRunner().invoke(main, [command])
    assert done.exit_code == 1
    assert "set WENBAN_DENSE_MODEL to its folder" in done.output


def test_the_command_keeps_what_a_start_needs(meaning: Path) -> None:
    done = CliRunner().invoke(main, ["embed", "--json"])
    assert json.loads(done.output)["cards"] > 4000
    assert (meaning / "zh" / "vectors.sqlite").stat().st_size > 10_000_000
