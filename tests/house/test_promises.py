"""The map from promises to tests names only tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MAP = (ROOT / "docs" / "acceptance.md").read_text(encoding="utf-8")


def test_every_test_that_is_named_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", MAP)
    assert len(named) > 30
    missing = [
        f"{path}::{test}"
        for path, test in named
        if not (ROOT / path).is_file() or (test and f"def {test}(" not in (ROOT / path).read_text(encoding="utf-8"))
    ]
    assert missing == []


def test_every_conversation_that_is_named_exists() -> None:
    named = re.findall(r"conversation `([\w-]+)`", MAP)
    assert named
    assert [name for name in named if not (ROOT / "tests/browser/conversations" / f"{name}.yml").is_file()] == []


def test_every_promise_has_a_living_test() -> None:
    assert set(re.findall(r"\*\*(A\d)\*\*", MAP)) == {f"A{number}" for number in range(1, 10)}
    rows = [line.split("|") for line in MAP.splitlines() if line.startswith("| ") and "promise" not in line]
    assert [row[1] for row in rows if "`tests/" not in row[2]] == []
