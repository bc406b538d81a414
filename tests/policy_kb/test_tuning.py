"""What a text model learned of our field is put in place of its own weights, and of no other model's."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from policy_kb.catalogue import load_catalogue
from policy_kb.dense import tuning
from policy_kb.dense.text_model import TextModel
from policy_kb.dense.tuning import find_tuning, read_tuning, save_tuning
from tools.text_model import fetch_text_model


@pytest.fixture(scope="module")
def folder() -> Path:
    return fetch_text_model() / "zh"


def test_another_file_of_the_same_name_is_used_as_it_is(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "tuning-zh.npz"
    monkeypatch.setattr(tuning, "tuning_file", lambda language: kept)
    save_tuning(kept, {"encoder.layer.3.output.LayerNorm.bias": np.ones(512, np.float32)}, folder / "model.onnx")
    assert find_tuning("zh", folder / "model.onnx") is not None
    other = tmp_path / "model.onnx"
    shutil.copy(folder / "model.onnx", other)
    with other.open("ab") as file:
        file.write(b"\0")
    assert find_tuning("zh", other) is None
    assert find_tuning("zh", tmp_path / "nowhere.onnx") is None
    kept.unlink()
    assert find_tuning("zh", folder / "model.onnx") is None


def test_what_is_replaced_is_what_is_said(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ones for the last bias move every number of the last state by what they add."""
    kept = tmp_path / "tuning-zh.npz"
    monkeypatch.setattr(tuning, "tuning_file", lambda language: kept)
    save_tuning(kept, {"encoder.layer.3.output.LayerNorm.bias": np.full(512, 9, np.float32)}, folder / "model.onnx")
    moved = TextModel(folder, find_tuning("zh", folder / "model.onnx")).embed(["许可证"])
    assert np.allclose(moved, 512**-0.5, atol=0.02)
    assert json.loads((folder / "model.json").read_text())["name"] == TextModel(folder).name


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_command_teaches_layers_points_and_scale_that_belong_together(language: str, tmp_path: Path) -> None:
    command = [
        "-W",
        "ignore",
        "-m",
        "tools.tuning",
        "--language",
        language,
        "--layers",
        "1",
        "--rounds",
        "2",
        "--cards",
        "8",
    ]
    told = subprocess.run(
        [sys.executable, *command, "--out", str(tmp_path)], check=True, capture_output=True, text=True, timeout=240
    )
    assert "round 2 of 2: loss" in told.stderr
    folder = fetch_text_model() / language
    learned = read_tuning(tmp_path / f"tuning-{language}.npz", folder / "model.onnx")
    assert learned is not None
    before, after = TextModel(folder), TextModel(folder, learned)
    assert after.name == f"{before.name}+{learned.mark}"
    with np.load(tmp_path / f"prototypes-{language}.npz") as points, np.load(tmp_path / f"turn-{language}.npz") as turn:
        assert str(points["model"]) == str(turn["model"]) == after.name
        assert "matrix" not in turn
        keys, rows = (
            [str(key) for key in points["keys"]],
            points["points"] * points["steps"][:, None].astype(np.float32),
        )
    cards = load_catalogue().cards[:8]
    asked = [(getattr(card.asks, language)[0], keys.index(card.key)) for card in cards]
    near = after.embed([text for text, _ in asked]) @ rows.T
    assert np.mean(near.argmax(axis=1) == [place for _, place in asked]) > 0.8
    assert not np.allclose(after.embed([asked[0][0]]), before.embed([asked[0][0]]), atol=1e-3)
