"""What the bot's tests share: the repository's folders, the entity finder from the real word lists, contract files."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.components.dictionaries import make_segmenter, read_pairs
from bot.components.entities import EntityFinder, make_ruler

ROOT = Path(__file__).resolve().parents[2]
LOOKUP = ROOT / "nlu_data" / "lookup"


@pytest.fixture(scope="session")
def finder() -> EntityFinder:
    rulers = [make_ruler({path.stem: read_pairs(path)}) for path in sorted(LOOKUP.glob("*.tsv"))]
    return EntityFinder(rulers, make_segmenter(sorted(LOOKUP.glob("*.txt"))))


def read_yaml(pattern: str) -> list[dict[str, Any]]:
    """The parsed files of a pattern under the repository root, at least one."""
    paths = sorted(ROOT.glob(pattern))
    assert paths, f"no file matches {pattern}"
    return [yaml.safe_load(path.read_text(encoding="utf-8")) for path in paths]


def read_contracts() -> list[dict[str, Any]]:
    """The contract files of the calls from bot to portal."""
    paths = [p for p in sorted((ROOT / "tests/contracts").glob("bot_*.json")) if p.stem != "bot_webhook"]
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


def list_training_examples() -> dict[str, list[str]]:
    """Intent → the sentences it is trained on."""
    examples: dict[str, list[str]] = {}
    for document in read_yaml("nlu_data/*.yml"):
        for block in document["nlu"]:
            lines = [line.removeprefix("- ").strip() for line in block["examples"].splitlines()]
            examples.setdefault(block["intent"], []).extend(lines)
    return examples
