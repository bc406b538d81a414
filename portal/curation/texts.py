"""Legal texts from a curator's files: one is read at once, several (or a zip) behind the page, each as a job of its own.

All files of an upload are one change: tried, reviewed, published and taken back together. What was read is seen by previews
of this change only. The reading is that of the command line (``PolicyBase.ingest``).
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from policy_kb import FileReport, UnreadableText, clock, describe_remark, unpack_archive
from portal.audit import service as audit
from portal.curation.models import KnowledgeChange, TextFile
from portal.errors import Conflict, Invalid
from portal.extensions import db
from portal.identity.service import Identity, require_role
from portal.jobs import service as jobs
from portal.knowledge import policy_base
from portal.language import current_language
from portal.uploads import TEST_VIRUS, CheckedFile, read_upload

LIMIT = 20 * 1024 * 1024  # bytes of one file
WHOLE_LIMIT = 60 * 1024 * 1024  # bytes of one upload
MOST_FILES = 500
AT_ONCE = 2 * 1024 * 1024  # bytes up to which a single file is read while its curator waits: under two seconds


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the reading of a change's files is; ``files`` in the order they were sent."""

    files: tuple[TextFile, ...]

    @property
    def done(self) -> int:
        return sum(file.state != "waiting" for file in self.files)

    @property
    def failed(self) -> int:
        return sum(file.state == "failed" for file in self.files)

    @property
    def running(self) -> bool:
        return self.done < len(self.files)


def save_texts(identity: Identity, sent: Iterable[tuple[str, bytes]]) -> tuple[KnowledgeChange, list[str], list[int]]:
    """A draft from uploaded files (name, bytes): (change, warnings, ids of jobs to send). The caller commits, then sends.

    Invalid (on ``file``) when a file is empty, too large or harmful, or a single one cannot be read.
    """
    require_role(identity, "curator", "administrator")
    files = _unpacked([(_bare(name), content) for name, content in sent])
    if len(files) == 1 and len(files[0][1]) <= AT_ONCE:
        change, warnings = _read_at_once(identity, *files[0])
        return change, warnings, []
    title = _("%(count)s texts: %(first)s …", count=len(files), first=files[0][0])[:200]
    change = _add_change(identity, title, {"file": title, "versions": []})
    return change, [], [_queue(change, name, content) for name, content in files]


def _bare(name: str) -> str:
    return Path(name.replace("\\", "/")).name[-120:]


def _refused(message: str) -> Invalid:
    return Invalid(message, fields={"file": message})


def _unpacked(sent: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    files: list[tuple[str, bytes]] = []
    for name, content in sent:
        if TEST_VIRUS in content:
            raise _refused(_("“%(name)s” was refused because it holds active or harmful content.", name=name))
        files += _members(name, content) if name.lower().endswith(".zip") else [(name, content)]
    if not files:
        raise _refused(_("Choose a file."))
    if len(files) > MOST_FILES:
        raise _refused(_("At most %(count)s files at once; send the rest afterwards.", count=MOST_FILES))
    for name, content in files:
        if not content or len(content) > LIMIT:
            raise _refused(
                _(
                    "“%(name)s” is empty or larger than %(size)s MB. Choose another file.",
                    name=name,
                    size=LIMIT // 1024**2,
                )
            )
    return files


def _members(name: str, content: bytes) -> list[tuple[str, bytes]]:
    with TemporaryDirectory() as folder:
        archive = Path(folder) / name
        archive.write_bytes(content)
        try:
            paths = unpack_archive(archive, Path(folder) / "files")
        except UnreadableText as error:
            raise _refused(describe_remark(str(error), current_language())) from error
        return [(_bare(path.name), path.read_bytes()) for path in paths]


def _add_change(identity: Identity, title: str, content: dict[str, Any]) -> KnowledgeChange:
    assert identity.account_id is not None
    change = KnowledgeChange(
        kind="text", title=title, content=content, author_id=identity.account_id, created_at=clock.now(), tries=[]
    )
    db.session.add(change)
    db.session.flush()
    audit.record(identity.actor, "edit_knowledge", "text", str(change.id), detail=title)
    return change


def _read_at_once(identity: Identity, name: str, content: bytes) -> tuple[KnowledgeChange, list[str]]:
    change = _add_change(identity, name, {"file": name, "versions": []})
    report = _ingest(name, content, f"upload-{change.id}", change.id)
    if report.outcome == "failed":
        reason = describe_remark(report.error, current_language())
        raise _refused(_("This file cannot be read as a legal text: %(reason)s", reason=reason))
    change.title = report.title[:200]
    change.content = {"file": name, "versions": list(report.versions)}
    return change, [describe_remark(warning, current_language()) for warning in report.warnings]


def _ingest(name: str, content: bytes, place: str, change_id: int) -> FileReport:
    """Read one file into the base as a draft; ``place`` names its folder, by which the base knows it again."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / place / name
        path.parent.mkdir()
        path.write_bytes(content)
        [report] = policy_base().ingest(path, release=f"draft:{change_id}")
    return report


def _queue(change: KnowledgeChange, name: str, content: bytes) -> int:
    stored = CheckedFile(name, "", content, hashlib.sha256(content).hexdigest()).store()
    file = TextFile(change_id=change.id, name=name, stored_as=stored, report={})
    db.session.add(file)
    db.session.flush()
    return jobs.add_job("read_text", {"file": file.id}, key=_key(file)).id


def _key(file: TextFile) -> str:
    return f"read_text:{file.id}"


@jobs.handles("read_text")
def read_text(payload: dict[str, Any]) -> None:
    """Read one waiting file; done twice it gives the same, because the base knows the file again."""
    file = db.session.get_one(TextFile, payload["file"])
    change = db.session.get_one(KnowledgeChange, file.change_id)
    if file.state != "waiting" or change.state != "draft":
        return
    report = _ingest(file.name, read_upload(file.stored_as), f"upload-{change.id}-{file.id}", change.id)
    file.state = "failed" if report.outcome == "failed" else "done"
    file.report = {
        "title": report.title,
        "clauses": report.clauses,
        "warnings": list(report.warnings),
        "error": report.error,
        "versions": list(report.versions),
    }


def get_progress(change: KnowledgeChange) -> Progress:
    """The files of a change and what became of each; none for a single text read at once."""
    files = db.session.scalars(select(TextFile).where(TextFile.change_id == change.id).order_by(TextFile.id)).all()
    for file in files:
        job = jobs.find_job(_key(file)) if file.state == "waiting" else None
        if job and job.state == "stuck":  # the reading gave up for a reason that is none of the file's
            file.state, file.report = "failed", {"error": job.last_error}
    return Progress(tuple(files))


def list_version_ids(change: KnowledgeChange) -> list[str]:
    """What the change's files gave so far, in their order."""
    read = [version for file in get_progress(change).files for version in file.report.get("versions", [])]
    return list(dict.fromkeys([*change.content.get("versions", []), *read]))


def set_aside(change: KnowledgeChange) -> None:
    """Keep what the files gave out of every answer for good. Conflict while files are read. Caller commits."""
    if get_progress(change).running:
        raise Conflict(_("The files are still being read. Wait until all are done."))
    for version_id in list_version_ids(change):
        policy_base().set_release(version_id, "withdrawn")


def settle(change: KnowledgeChange) -> None:
    """Before review: note what is to be published. Conflict while files are read, Invalid when none could be. Caller commits."""
    progress = get_progress(change)
    if progress.running:
        raise Conflict(_("The files are still being read. Wait until all are done."))
    versions = list_version_ids(change)
    if not versions:
        raise Invalid(_("None of the files could be read as a legal text."))
    change.content = {**change.content, "versions": versions}
