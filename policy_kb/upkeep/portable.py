"""The whole policy base in one file, to carry it to another machine or into another store.

A gzipped tar: ``manifest.json`` (format, counts, SHA-256 of the rest), ``versions.jsonl`` (one version with its clauses
and findings a line), ``notes.json`` (overlay, what the files told, what was reviewed). Indices are not carried: they are
made again where it arrives. An import reads and verifies everything before it writes anything.
"""

import gzip
import hashlib
import io
import json
import os
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from policy_kb import clock
from policy_kb.catalogue import load_catalogue
from policy_kb.errors import CatalogueError, PolicyBaseError
from policy_kb.model import Version
from policy_kb.stores.contract import Progress
from policy_kb.stores.records import (
    dump_clause,
    dump_findings,
    dump_version,
    load_clause,
    load_findings,
    load_version,
)

if TYPE_CHECKING:
    from policy_kb.base import PolicyBase

FORMAT, FORMAT_VERSION = "wenban-policy-base", 1
_VERSIONS, _NOTES, _MANIFEST = "versions.jsonl", "notes.json", "manifest.json"
_CHUNK = 48  # versions put at once: each put is durable and searchable when it returns, which costs about a second
_BLOCK = 1 << 20
_DAMAGED = "is not whole; copy it again, or export it anew where it came from"


class BadSnapshot(PolicyBaseError):
    """A file that is no snapshot, is damaged, or was written by a newer release; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a snapshot holds, as its manifest tells. ``engine`` and ``kb_version`` are those of the base it came from."""

    made_at: str
    engine: str
    kb_version: str
    versions: int
    clauses: int
    notes: int
    digests: dict[str, str]


# Writing ---------------------------------------------------------------------


def export_base(base: "PolicyBase", path: Path, progress: Progress | None = None) -> Contents:
    """Write everything the base holds to ``path`` (replaced only when the new file is whole) and say what it was."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".export-") as folder:
        versions, notes = Path(folder) / _VERSIONS, Path(folder) / _NOTES
        counted = _write_versions(base, versions, progress or (lambda done, total, name: None))
        kept = {key: base.store.read_note(key) for key in base.store.list_notes()}
        notes.write_text(json.dumps(kept, ensure_ascii=False, sort_keys=True), encoding="utf-8")
        contents = Contents(
            made_at=clock.now().isoformat(timespec="seconds"),
            engine=str(base.store.health().get("engine", "")),
            kb_version=base.version,
            versions=counted[0],
            clauses=counted[1],
            notes=len(kept),
            digests={file.name: _digest(file) for file in (versions, notes)},
        )
        whole = Path(folder) / "snapshot"
        _pack(whole, contents, (versions, notes))
        os.replace(whole, path)
    return contents


def _write_versions(base: "PolicyBase", path: Path, tell: Progress) -> tuple[int, int]:
    heads, clauses = base.list_versions(), 0
    with path.open("w", encoding="utf-8") as lines:
        for done, head in enumerate(heads, 1):
            whole = base.get_version(head.id)
            lines.write(_dump(whole) + "\n")
            clauses += len(whole.clauses)
            tell(done, len(heads), head.title)
    return len(heads), clauses


def _dump(version: Version) -> str:
    record = {
        "version": json.loads(dump_version(version)),
        "clauses": [json.loads(dump_clause(clause)) for clause in version.clauses],
        "findings": json.loads(dump_findings(version.findings)),
    }
    return json.dumps(record, ensure_ascii=False)


def _pack(path: Path, contents: Contents, files: tuple[Path, ...]) -> None:
    manifest = {"format": FORMAT, "format_version": FORMAT_VERSION, **asdict(contents)}
    with tarfile.open(path, "w:gz", compresslevel=6) as archive:
        data = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        head = tarfile.TarInfo(_MANIFEST)
        head.size = len(data)
        archive.addfile(head, io.BytesIO(data))
        for file in files:
            archive.add(file, file.name, filter=_nobody)


def _nobody(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Who made a snapshot, on which account, is nobody's business."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# Reading ---------------------------------------------------------------------


def read_contents(path: Path) -> Contents:
    """What the manifest of a snapshot tells, without verifying the rest; BadSnapshot when there is no such manifest."""
    with _opened(path) as archive:
        return _contents(path, archive)


def import_base(
    base: "PolicyBase", path: Path, *, replace_all: bool = False, progress: Progress | None = None
) -> Contents:
    """Fill ``base`` from a snapshot. BadSnapshot, and nothing written, when any part of the file is wrong.

    A base that holds texts is refused unless ``replace_all``; then what the snapshot does not have is removed.
    """
    held = {version.id for version in base.list_versions()}
    if held and not replace_all:
        raise BadSnapshot(
            f"the policy base holds {len(held)} versions already; import into an empty one, or replace all with --replace"
        )
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        contents = _unpack(path, Path(folder))
        arriving = _verify_versions(path, Path(folder) / _VERSIONS, contents)
        notes = _verify_notes(path, Path(folder) / _NOTES, contents)
        with base.changing():
            _fill(
                base, Path(folder) / _VERSIONS, held - arriving, progress or (lambda done, total, name: None), contents
            )
            for key, value in notes.items():
                base.store.write_note(key, value)
            for key in set(base.store.list_notes()) - notes.keys():
                base.store.write_note(key, "")
    return contents


def _fill(base: "PolicyBase", lines: Path, gone: set[str], tell: Progress, contents: Contents) -> None:
    chunk = list[Version]()
    for done, version in enumerate(_versions(lines), 1):
        chunk.append(version)
        if len(chunk) == _CHUNK or done == contents.versions:
            base.store.put(chunk)
            tell(done, contents.versions, version.title)
            chunk = []
    base.store.remove(gone)


def _opened(path: Path) -> tarfile.TarFile:
    if not path.is_file():
        raise BadSnapshot(f"{path}: there is no such file")
    try:
        return tarfile.open(path, "r:gz")
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BadSnapshot(f"{path}: this is no snapshot of a policy base, or it {_DAMAGED} ({error})") from error


def _member(path: Path, archive: tarfile.TarFile, name: str) -> IO[bytes]:
    try:
        found = archive.extractfile(name)
    except KeyError:
        found = None
    except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
        raise BadSnapshot(f"{path}: {_DAMAGED} ({error})") from error
    if found is None:
        raise BadSnapshot(f"{path}: this is no snapshot of a policy base (it has no {name})")
    return found


def _contents(path: Path, archive: tarfile.TarFile) -> Contents:
    try:
        manifest: dict[str, Any] = json.loads(_member(path, archive, _MANIFEST).read())
        named, number = manifest.pop("format"), int(manifest.pop("format_version"))
        if named != FORMAT:
            raise BadSnapshot(f"{path}: this is no snapshot of a policy base but {named!r}")
        if number > FORMAT_VERSION:
            raise BadSnapshot(
                f"{path}: written in format {number} by a newer release; this one reads up to {FORMAT_VERSION}, so upgrade first"
            )
        return Contents(**manifest)
    except (ValueError, KeyError, TypeError, AttributeError, OSError, EOFError, zlib.error) as error:
        raise BadSnapshot(f"{path}: its manifest cannot be read; {_DAMAGED} ({error})") from error


def _unpack(path: Path, folder: Path) -> Contents:
    """The members by name (never by what the archive calls a path), each held against its SHA-256."""
    with _opened(path) as archive:
        contents = _contents(path, archive)
        for name in (_VERSIONS, _NOTES):
            digest = hashlib.sha256()
            with (folder / name).open("wb") as target:
                for block in _blocks(path, _member(path, archive, name)):
                    digest.update(block)
                    target.write(block)
            if digest.hexdigest() != contents.digests.get(name):
                raise BadSnapshot(f"{path}: {name} does not match its checksum; the file {_DAMAGED}")
    return contents


def _blocks(path: Path, member: IO[bytes]) -> Iterator[bytes]:
    try:
        while block := member.read(_BLOCK):
            yield block
    except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
        raise BadSnapshot(f"{path}: the file {_DAMAGED} ({error})") from error


def _versions(lines: Path) -> Iterator[Version]:
    with lines.open(encoding="utf-8") as records:
        for line in records:
            record = json.loads(line)
            clauses = tuple(load_clause(json.dumps(clause)) for clause in record["clauses"])
            version = load_version(json.dumps(record["version"]), clauses)
            yield replace(version, findings=load_findings(json.dumps(record["findings"])))


def _verify_versions(path: Path, lines: Path, contents: Contents) -> set[str]:
    """Every line read as it will be written; ids unique, clauses their version's own, counts as promised."""
    seen: set[str] = set()
    clauses = 0
    try:
        for version in _versions(lines):
            strangers = [clause.id for clause in version.clauses if clause.version_id != version.id]
            if version.id in seen or strangers:
                raise ValueError(f"{version.id} stands twice or holds clauses of another version {strangers[:1]}")
            seen.add(version.id)
            clauses += len(version.clauses)
    except (ValueError, KeyError, TypeError) as error:
        raise BadSnapshot(f"{path}: version {len(seen) + 1} cannot be read ({error}); {_DAMAGED}") from error
    if (len(seen), clauses) != (contents.versions, contents.clauses):
        raise BadSnapshot(
            f"{path}: holds {len(seen)} versions and {clauses} clauses, its manifest promises {contents.versions} and {contents.clauses}"
        )
    return seen


def _verify_notes(path: Path, file: Path, contents: Contents) -> dict[str, str]:
    try:
        notes: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
        if len(notes) != contents.notes or not all(isinstance(value, str) for value in notes.values()):
            raise ValueError(f"{len(notes)} notes instead of {contents.notes}, or one that is no text")
        if notes.get("overlay"):
            load_catalogue(json.loads(notes["overlay"]) or None)
    except CatalogueError as error:
        raise BadSnapshot(f"{path}: its overlay does not fit this release's catalogue: {error}") from error
    except (ValueError, AttributeError) as error:
        raise BadSnapshot(f"{path}: its notes cannot be read ({error}); {_DAMAGED}") from error
    return notes
