"""A clause keeps the point it was learned to have; a card that was not learned from has the middle of its own questions."""

from pathlib import Path

import numpy as np
import pytest

from policy_kb.dense import prototypes
from policy_kb.dense.prototypes import Prototypes, find_prototypes, middles_of, save_prototypes

KNOWN, NEW = "药品管理法:51:0", "药品管理法:52:0"


def test_a_new_card_has_the_middle_of_its_questions_and_a_learned_one_its_point() -> None:
    phrasings = np.array([[1, 0], [0, 1], [0, 1]], np.float32)
    middles = middles_of(phrasings, np.array([0, 0, 1]), np.zeros((2, 2), np.float32))
    assert middles == pytest.approx(np.array([[0.5**0.5, 0.5**0.5], [0, 1]]))
    placed = Prototypes({KNOWN: np.array([0.3, -0.4], np.float32)}).of([KNOWN, NEW], middles)
    assert placed == pytest.approx(np.array([[0.3, -0.4], [0, 1]]))


def test_points_are_kept_within_a_hundredth_and_only_for_their_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prototypes, "_HERE", tmp_path)
    points = np.random.default_rng(0).normal(size=(2, 8)).astype(np.float32)
    save_prototypes(tmp_path / "prototypes-zh.npz", [KNOWN, NEW], points, "model one")
    kept = find_prototypes("zh", "model one").of([KNOWN, NEW], np.zeros((2, 8), np.float32))
    assert kept == pytest.approx(points, abs=0.01)
    assert find_prototypes("zh", "another").points == find_prototypes("en", "model one").points == {}
