"""The table of behaviours names tests that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"`((?:[a-z_]+/)*test_\w+\.py)(?:::(\w+))?`")


def test_every_test_that_the_table_names_exists() -> None:
    found = NAMED.findall((ROOT / "docs" / "behaviours.md").read_text(encoding="utf-8"))
    assert len(found) >= 12
    for name, function in found:
        path = ROOT / name if name.startswith("tests/") else ROOT / "tests" / "portal" / name
        assert path.is_file(), name
        assert not function or f"def {function}(" in path.read_text(encoding="utf-8"), f"{name}::{function}"
