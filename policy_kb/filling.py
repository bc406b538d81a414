"""How texts come into the base and leave it: read, published or taken back, and all placed in time anew.

One process at a time on this machine, for placing a text reads all the others. What was read is written every _FILES
files: an ingest that was killed goes on there when it is called again.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from policy_kb import clock
from policy_kb.drafts import displaces, place_all
from policy_kb.errors import UnknownDocument
from policy_kb.file_lock import hold_lock
from policy_kb.ingest import read_manifest
from policy_kb.ingest.formats import unpack
from policy_kb.intake import Batch, list_files, read_file
from policy_kb.model import FileReport, Version
from policy_kb.notes import read_json, write_json
from policy_kb.stores.contract import Progress
from policy_kb.timeline.transitions import note_rereading
from policy_kb.versions import Statement

if TYPE_CHECKING:
    from policy_kb.base import PolicyBase

_CHUNK = 12  # versions written at once
_FILES = 24  # files read before they are written: two seconds' work that a kill can cost
_PATIENCE = 60.0  # seconds; a full ingest of the reference corpus takes 20


class Filling:
    """Every change of texts in one base; ``PolicyBase`` documents the public ones."""

    def __init__(self, base: "PolicyBase", lock: Path | None) -> None:
        self._base = base
        self._lock = lock  # None for a base that nobody else writes

    @contextmanager
    def changing(self) -> Iterator[None]:
        if self._lock is None:
            yield
            return
        self._lock.parent.mkdir(parents=True, exist_ok=True)
        busy = "texts are being ingested by another process; try again when it has finished"
        # A store with a snapshot is told to wait: a node that falls over costs time, not the change.
        patient = getattr(self._base.store, "patient", nullcontext)
        with hold_lock(self._lock, _PATIENCE, busy), patient():
            yield

    # Reading files in --------------------------------------------------------

    def ingest(self, path: Path, release: str, tell: Progress) -> list[FileReport]:
        if path.suffix.lower() != ".zip" or not path.is_file():
            return self._ingest(path, list_files(path), release, tell)
        with TemporaryDirectory() as folder:
            root = Path(folder) / path.stem
            reports = self._ingest(root, unpack(path, root), release, tell)
        return [replace(each, path=str(path / Path(each.path).relative_to(root))) for each in reports]

    def _ingest(self, path: Path, files: list[Path], release: str, tell: Progress) -> list[FileReport]:
        manifest = read_manifest(path if path.is_dir() else path.parent)
        with self.changing():
            batch = Batch(release, self._versions(), self._base.statements(), self._base.files())
            for done, file in enumerate(files, 1):
                batch.reports.append(read_file(batch, file, manifest))
                tell(done, len(files), file.name)
                if done % _FILES == 0 or done == len(files):
                    self._write(batch)
                    batch.settle(self._versions(), self._base.statements())
        return batch.reports

    def _versions(self) -> dict[str, Version]:
        return {version.id: version for version in self._base.list_versions()}

    def _write(self, batch: Batch) -> None:
        fresh = {version_id: reading.version for version_id, reading in batch.new.items()}
        statements = {**batch.statements, **{key: Statement.of(reading) for key, reading in batch.new.items()}}
        for version_id in batch.gone:
            statements.pop(version_id, None)
        if not fresh and not batch.gone:
            return
        store = self._base.store
        for version_id in fresh.keys() & batch.known.keys():
            note_rereading(self._base, store.get_version(version_id), fresh[version_id], clock.today())
        write_json(store, "statements", {key: statement.dump() for key, statement in statements.items()})
        kept = {key: version for key, version in batch.known.items() if key not in batch.gone}
        store.remove(batch.gone)
        self._write_placed({**kept, **fresh}, fresh, statements)
        # Last: a file that is not noted is read again, so an ingest killed before this line loses nothing.
        write_json(store, "files", batch.files)

    # Publishing and taking back ----------------------------------------------

    def set_release(self, version_id: str, release: str) -> None:
        if release not in {"published", "withdrawn"} and not release.startswith("draft:"):
            raise ValueError(f"release {release!r} is none of published, withdrawn, draft:<change id>")
        with self.changing():
            self._set_release(version_id, release)

    def _set_release(self, version_id: str, release: str) -> None:
        store, versions = self._base.store, self._versions()
        if version_id not in versions:
            raise UnknownDocument(
                f"there is no version {version_id!r} in the policy base; list_versions() shows what there is"
            )
        displaced: dict[str, list[str]] = read_json(store, "displaced")
        target = versions[version_id]
        changes = {version_id: release}
        if release == "published":
            rivals = [v.id for v in versions.values() if v.release == "published" and displaces(target, v)]
            displaced[version_id] = rivals or displaced.get(version_id, [])
            changes |= dict.fromkeys(rivals, "withdrawn")
        elif target.release == "published":
            changes |= dict.fromkeys([key for key in displaced.pop(version_id, []) if key in versions], "published")
        write_json(store, "displaced", displaced)
        moved = {key: replace(store.get_version(key), release=value) for key, value in changes.items()}
        self._write_placed({**versions, **moved}, moved, self._base.statements())

    # Placing -----------------------------------------------------------------

    def _write_placed(
        self, versions: Mapping[str, Version], whole: Mapping[str, Version], statements: Mapping[str, Statement]
    ) -> None:
        """Place all versions in time; write those of ``whole`` (with their clauses) and those whose dates moved."""
        changed = [
            version
            for version in place_all(list(versions.values()), statements)
            if version.id in whole or version != versions[version.id]
        ]
        for start in range(0, len(changed), _CHUNK):
            chunk = changed[start : start + _CHUNK]
            self._base.store.put([each if each.id in whole else self._with_clauses(each) for each in chunk])

    def _with_clauses(self, version: Version) -> Version:
        stored = self._base.store.get_version(version.id)
        return replace(version, clauses=stored.clauses, findings=stored.findings)


__all__ = ["Filling"]
