"""What becomes of each file of an ingest: new, changed, seen before, a copy, or not a text.

A file is known by its folder and name, and skipped while its bytes, its manifest
entry and our parser stay the same. Of two files with the same version the
official source is kept and the other one reported.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from policy_kb.errors import UnreadableText
from policy_kb.ingest import Entry, Manifest, Reading, content_hash, read_document
from policy_kb.ingest.formats import read_bytes
from policy_kb.model import FileReport, Version
from policy_kb.versions import Statement

_NOT_TEXTS = {"manifest.csv"}


@dataclass(slots=True)
class Batch:
    """One ingest under way: what is in the store (``known``), what each file gave (``files``), what is to be written
    (``new``) and dropped (``gone``)."""

    release: str
    known: dict[str, Version]
    statements: dict[str, Statement]
    files: dict[str, dict[str, Any]]
    new: dict[str, Reading] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    reports: list[FileReport] = field(default_factory=list)

    def settle(self, known: dict[str, Version], statements: dict[str, Statement]) -> None:
        """What was to be written has been: the store now holds ``known`` and ``statements``."""
        self.known, self.statements = known, statements
        self.new.clear()
        self.gone.clear()


def list_files(path: Path) -> list[Path]:
    """The file, or every file below the folder but manifests and hidden ones, in order; UnreadableText when there is none."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise UnreadableText(f"{path}: there is no such file or folder")
    found = sorted(
        file
        for file in path.rglob("*")
        if file.is_file()
        and file.name not in _NOT_TEXTS
        and not file.name.startswith("~$")  # Word's and Excel's locks
        and not any(part.startswith(".") for part in file.relative_to(path).parts)
    )
    if not found:
        raise UnreadableText(f"{path}: there is no file in this folder")
    return found


def read_file(batch: Batch, file: Path, manifest: Manifest) -> FileReport:
    """Read one file into the batch and say what became of it."""
    place_name = f"{file.parent.name}/{file.name}"
    try:
        entry = manifest.find(file)
        digest = content_hash(read_bytes(file), entry) + batch.release
        known = batch.files.get(place_name)
        if (
            known
            and known["digest"] == digest
            and all(key in batch.known or key in batch.new for key in known["versions"])
        ):
            return FileReport(
                str(file), "unchanged", known["title"], known["clauses"], known["warnings"], "", known["versions"]
            )
        return _take(batch, file, place_name, digest, _readings(file, entry, batch.release))
    except UnreadableText as error:
        return FileReport(str(file), "failed", error=str(error))
    except OSError as error:
        return FileReport(str(file), "failed", error=f"{file.name}: cannot be read ({error.strerror})")


def _readings(file: Path, entry: Entry | None, release: str) -> list[Reading]:
    from policy_kb.extract import extract  # spaCy takes two seconds to load, and only who ingests needs it

    readings = [
        replace(reading, version=replace(reading.version, findings=extract(reading.version)))
        for reading in read_document(file, entry)
    ]
    if release == "published":
        return readings
    return [replace(reading, version=_as_draft(reading.version, release)) for reading in readings]


def _as_draft(version: Version, release: str) -> Version:
    """The version under an id of its own, so that a draft never overwrites what is published."""
    draft_id = f"{version.id}~{release.removeprefix('draft:')}"
    clauses = tuple(
        replace(clause, id=clause.id.replace(version.id, draft_id, 1), version_id=draft_id)
        for clause in version.clauses
    )
    return replace(version, id=draft_id, release=release, clauses=clauses)


def _take(batch: Batch, file: Path, place_name: str, digest: str, readings: list[Reading]) -> FileReport:
    warnings: list[str] = []
    outcome = "unchanged"
    for reading in readings:
        version = reading.version
        rival = batch.new[version.id].version if version.id in batch.new else batch.known.get(version.id)
        owner = next((name for name, told in batch.files.items() if version.id in told["versions"]), "")
        warnings.extend(reading.warnings)
        if rival and owner and owner != place_name:
            warnings.append(_duplicate(rival, version, owner))
            official = (
                batch.new[version.id].official if version.id in batch.new else batch.statements[version.id].official
            )
            if official or not reading.official:
                continue
            batch.files[owner]["versions"].remove(version.id)
        # The same reading in the store and no file that owns it: an ingest was killed before it noted the file.
        replaces = rival is not None and rival.content_hash != version.content_hash
        outcome = "replaced" if replaces or outcome == "replaced" else "added"
        batch.new[version.id] = reading
        batch.gone.discard(version.id)
    ours = [reading.version.id for reading in readings if batch.new.get(reading.version.id) is reading]
    _forget_misread(batch, place_name, digest, {reading.version.id for reading in readings})
    clauses = sum(len(reading.version.clauses) for reading in readings)
    title = readings[0].version.title
    batch.files[place_name] = {
        "digest": digest,
        "versions": ours,
        "title": title,
        "clauses": clauses,
        "warnings": warnings,
    }
    return FileReport(str(file), outcome, title, clauses, tuple(warnings), "", tuple(ours))


def _forget_misread(batch: Batch, place_name: str, digest: str, now: set[str]) -> None:
    """The same bytes read differently by a newer parser or manifest: what the old reading made is dropped.

    Changed bytes under the same name are another version of the law, and the earlier one is kept.
    """
    before = batch.files.get(place_name)
    if before and before["digest"].partition("-")[0] == digest.partition("-")[0]:
        batch.gone |= {key for key in before["versions"] if key not in now and key in batch.known}


def _duplicate(kept: Version, other: Version, owner: str) -> str:
    return f"the same version ({other.label}) is also in {owner}; {_count(kept)} and {_count(other)} clauses, the official source is kept"


def _count(version: Version) -> str:
    return str(len(version.clauses)) if version.clauses else "stored"
