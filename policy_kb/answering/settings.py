"""The numbers that decide, read once from thresholds.yml."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import yaml

_FILE = Path(__file__).resolve().parent / "thresholds.yml"


@lru_cache(maxsize=1)
def thresholds() -> Mapping[str, Mapping[str, float]]:
    """``entry`` and ``clause`` weights and bands by name."""
    with _FILE.open(encoding="utf-8") as source:
        raw = yaml.safe_load(source)
    return {part: {name: float(value) for name, value in values.items()} for part, values in raw.items()}
