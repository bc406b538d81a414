"""The stores that must keep the contract, each empty at the start of a test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from policy_kb.stores.contract import Store
from policy_kb.stores.embedded import EmbeddedStore


@pytest.fixture(params=["embedded"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """One empty store of each kind; add a kind to ``params`` and a branch here."""
    opened = EmbeddedStore(tmp_path / "kb")
    yield opened
    opened.close()
