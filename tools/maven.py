"""One file from Maven Central by its coordinates, into a cache outside the tree, held against its checksum."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

FETCH_PAUSES = (5, 20, 60)  # seconds before each further try: a mirror that just fetches it itself answers in part


class FetchError(Exception):
    """The file cannot be fetched; the text says what to do."""


def default_cache() -> Path:
    """``WENBAN_CACHE``, else a folder that a server's own user can also read: root's home is closed to it."""
    given = os.environ.get("WENBAN_CACHE")
    if given:
        return Path(given)
    return Path("/var/cache/wenban") if os.geteuid() == 0 else Path.home() / ".cache" / "wenban"


def fetch_artifact(coordinates: str, sha256: str, cache: Path) -> Path:
    """The file of ``group:artifact:version:type``, fetched on first use. FetchError when it does not come or is damaged."""
    _, artifact, version, kind = coordinates.split(":")
    archive = cache / f"{artifact}-{version}.{kind}"
    if not archive.exists():
        _copy(coordinates, archive)
    with archive.open("rb") as content:
        found = hashlib.file_digest(content, "sha256").hexdigest()
    if found != sha256:
        archive.unlink()
        raise FetchError(f"{archive.name} is damaged (sha256 {found}); it was removed, so try again")
    return archive


def _copy(coordinates: str, archive: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise FetchError(f"Maven is needed to fetch {archive.name}: install it (Debian: apt-get install maven)")
    archive.parent.mkdir(parents=True, exist_ok=True)
    sys.stderr.write(f"Fetching {archive.name} into {archive.parent} …\n")
    # Mirrors do not always carry Maven's checksums: the file is held against our own, whoever sent it.
    command = [maven, "-q", "-B", "--lax-checksums", "dependency:copy"]
    command += [f"-Dartifact={coordinates}", f"-DoutputDirectory={archive.parent}"]
    for pause in (0, *FETCH_PAUSES):
        time.sleep(pause)
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 0 and archive.exists():
            return
    raise FetchError(f"Maven could not fetch {coordinates}:\n{(done.stdout + done.stderr)[-2000:]}")
