"""What the tests share: the reference folder with real law, and a policy base that has read it once."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from policy_kb import PolicyBase, open_policy_base, wording
from tests.nodes import find_server, make_node_folder, open_node
from tests.running import Running, start_system
from tools.elasticsearch_node import Node

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


@pytest.fixture(scope="session")
def server() -> Path:
    """The unpacked Elasticsearch; without it the tests that need it fail."""
    return find_server()


@pytest.fixture(scope="session")
def node(server: Path) -> Iterator[Node]:
    """A node on free ports with a data folder of its own, for the whole session, stopped by its process id."""
    folder = make_node_folder()
    started = open_node(server, folder)
    yield started
    started.stop()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def system(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Portal, worker, action server and two Rasas on free ports, with all law (a minute, once a session)."""
    with start_system(corpus, tmp_path_factory.mktemp("system") / "data") as running:
        yield running
