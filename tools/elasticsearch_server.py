"""Elastic's own build of the server, fetched once by its coordinates into a cache outside the tree.

Without its optional modules and without a Java of its own. In production one runs the vendor's image of the same
version (docker-compose.yml), so the code uses nothing that only one of the two has.
"""

import os
import shutil
import zipfile
from pathlib import Path

from tools.maven import FetchError, fetch_artifact

VERSION = "8.19.6"
COORDINATES = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
SHA256 = "ed015f7decc593f0a2bab080b25d320167c8c01ee213d463918af1c077295983"


class NodeError(Exception):
    """The server cannot be fetched, started or stopped; the text says what to do."""


def fetch_server(cache: Path) -> Path:
    """The unpacked server's folder, fetched on first use (98 MB)."""
    home = cache / f"elasticsearch-{VERSION}"
    if (home / "ready").exists():
        return home
    try:
        archive = fetch_artifact(COORDINATES, SHA256, cache)
    except FetchError as error:
        raise NodeError(str(error)) from error
    unpacked = cache / f"unpacking-{os.getpid()}"
    try:
        with zipfile.ZipFile(archive) as source:
            source.extractall(unpacked)
        inner = unpacked / f"elasticsearch-{VERSION}"
        for program in (inner / "bin").iterdir():
            program.chmod(0o755)
        (inner / "ready").touch()
        if not home.exists():
            inner.rename(home)
    finally:
        shutil.rmtree(unpacked, ignore_errors=True)
    return home


__all__ = ["VERSION", "NodeError", "fetch_server"]
