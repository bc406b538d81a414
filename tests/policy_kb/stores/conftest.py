"""The stores that must keep the contract, each empty at the start of a test; Elasticsearch is a real node of our own."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from policy_kb.stores.contract import Store
from policy_kb.stores.elastic import ElasticStore, open_elastic_store
from policy_kb.stores.embedded import EmbeddedStore
from policy_kb.stores.fallback import FallbackStore
from tools.elasticsearch_node import Node

KINDS = ["embedded", "fallback", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)]


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """One empty store of each kind; add a kind to ``KINDS`` and a branch here."""
    if request.param == "elasticsearch":
        opened: Store = request.getfixturevalue("elastic")
    elif request.param == "fallback":
        opened = FallbackStore(EmbeddedStore(tmp_path / "kb"), lambda: EmbeddedStore(tmp_path / "snapshot"))
    else:
        opened = EmbeddedStore(tmp_path / "kb")
    yield opened
    opened.close()


@pytest.fixture
def index(node: Node) -> Iterator[str]:
    """The name of indices that nobody else uses; they are deleted afterwards."""
    name = f"test-{uuid.uuid4().hex[:10]}"
    yield name
    with Elasticsearch(node.url) as client:
        found = client.indices.get(index=f"{name}-*", expand_wildcards="all")
        for each in found:
            client.indices.delete(index=each)


@pytest.fixture
def client(node: Node) -> Iterator[Elasticsearch]:
    """The official client, for looking behind the store."""
    with Elasticsearch(node.url, request_timeout=30) as opened:
        yield opened


@pytest.fixture
def elastic(node: Node, index: str) -> Iterator[ElasticStore]:
    """An empty Elasticsearch store."""
    opened = open_elastic_store(node.url, index, read_seconds=20)  # the machine may be busy
    assert isinstance(opened, ElasticStore)
    yield opened
    opened.close()
