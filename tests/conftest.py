"""What the tests share: the reference folder with real law, and a policy base that has read it once."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from policy_kb import PolicyBase, open_policy_base, wording

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session", autouse=True)
def wordings() -> None:
    """Both languages' sentences, compiled once."""
    wording.compile_catalogues()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The reference folder; tests that need law fail, and never skip, without it."""
    folder = Path(os.environ.get("WENBAN_SHARED", ROOT.parent / "shared"))
    if not (folder / "data" / "corpus" / "manifest.csv").is_file():
        pytest.fail(f"{folder} holds no data/corpus/manifest.csv; set WENBAN_SHARED to the reference folder")
    return folder


@pytest.fixture(scope="session")
def corpus(shared: Path) -> Path:
    """The folder of real legal texts with their manifest."""
    return shared / "data" / "corpus"


@pytest.fixture(scope="session")
def ingested(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PolicyBase]:
    """An embedded base with the whole corpus (half a minute, once a session). Read from it only; copy it to write."""
    base = open_policy_base(tmp_path_factory.mktemp("ingested") / "kb")
    base.ingest(corpus)
    yield base
    base.close()
