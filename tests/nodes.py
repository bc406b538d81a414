"""Elasticsearch nodes for tests: real ones, in folders of their own; a test fails, and is never skipped, without."""

import tempfile
from pathlib import Path

import pytest

from tools.elasticsearch_node import Node, start_node
from tools.elasticsearch_server import NodeError, fetch_server
from tools.maven import default_cache


def find_server() -> Path:
    """The unpacked Elasticsearch, fetched once into a cache outside the tree."""
    try:
        return fetch_server(default_cache())
    except NodeError as error:
        pytest.fail(str(error))


def make_node_folder() -> Path:
    """A folder the server's own user may enter (pytest's is closed to others)."""
    folder = Path(tempfile.mkdtemp(prefix="wenban-es-"))
    folder.chmod(0o755)
    return folder


def open_node(server: Path, folder: Path, **options: object) -> Node:
    """Start a node; the test fails with what it said when it does not start."""
    try:
        return start_node(server, folder, **options)  # type: ignore[arg-type]
    except NodeError as error:
        pytest.fail(str(error))
