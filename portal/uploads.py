"""Checking what people upload: the bytes decide, not the name. Nothing is stored before every file has passed."""

import hashlib
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import puremagic
from flask import current_app
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from portal.errors import Invalid

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# Media type -> the beginnings (magic numbers) and name endings that belong to it.
KNOWN: dict[str, tuple[tuple[bytes, ...], tuple[str, ...]]] = {
    "application/pdf": ((b"%PDF-",), (".pdf",)),
    "image/png": ((b"\x89PNG\r\n\x1a\n",), (".png",)),
    "image/jpeg": ((b"\xff\xd8\xff",), (".jpg", ".jpeg")),
    DOCX: ((b"PK\x03\x04",), (".docx",)),
}
# What may be sent as evidence; a DOCX is only ever read, never kept.
EVIDENCE = ("application/pdf", "image/png", "image/jpeg")
# A DOCX of a licence unpacks to a megabyte or two; a zip bomb does not.
MOST_UNPACKED = 20 * 1024 * 1024
MOST_ENTRIES = 500
# The industry's harmless test virus; a real scanner is put in front by the operator.
TEST_VIRUS = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that passed: its shown name, media type, bytes and SHA-256."""

    name: str
    media_type: str
    content: bytes
    sha256: str

    def store(self) -> str:
        """Write the bytes under their hash in the data folder; the relative name to keep."""
        folder = Path(current_app.config["SETTINGS"].data) / "uploads" / self.sha256[:2]
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / self.sha256
        if not path.exists():
            partial = path.with_suffix(".partial")
            partial.write_bytes(self.content)
            partial.replace(path)
        return f"{self.sha256[:2]}/{self.sha256}"


def read_upload(stored_as: str) -> bytes:
    """The bytes kept under that name."""
    folder = (Path(current_app.config["SETTINGS"].data) / "uploads").resolve()
    path = (folder / stored_as).resolve()
    assert path.is_relative_to(folder)
    return path.read_bytes()


def check_upload(
    file: FileStorage, *, field: str, allowed: tuple[str, ...] = EVIDENCE, limit: int = 5 * 1024 * 1024
) -> CheckedFile:
    """The file as checked, or Invalid (on ``field``) that says what is wrong and what to send instead."""
    name = Path((file.filename or "").replace("\\", "/")).name[:120]
    content = file.stream.read(limit + 1)
    problem = _find_problem(name, content, allowed, limit)
    if problem:
        raise Invalid(problem, fields={field: problem})
    media_type = next(kind for kind in allowed if content.startswith(KNOWN[kind][0]))
    return CheckedFile(name, media_type, content, hashlib.sha256(content).hexdigest())


def name_kinds(allowed: tuple[str, ...]) -> str:
    """How the kinds of file are called: “PDF, PNG, JPEG”."""
    return _(", ").join("DOCX" if kind == DOCX else kind.rpartition("/")[2].upper() for kind in allowed)


def list_endings(allowed: tuple[str, ...]) -> list[str]:
    """The endings of names that belong to the kinds of file."""
    return [ending for kind in allowed for ending in KNOWN[kind][1]]


def _find_problem(name: str, content: bytes, allowed: tuple[str, ...], limit: int) -> str:
    shown = name or _("the file")
    if not content:
        return _("“%(name)s” is empty. Choose the file again.", name=shown)
    if len(content) > limit:
        return _("“%(name)s” is larger than %(size)s MB. Send a smaller one.", name=shown, size=limit // (1024 * 1024))
    kind = next((kind for kind in allowed if content.startswith(KNOWN[kind][0])), "")
    if not kind:
        return _(
            "“%(name)s” is not a file of the kind asked for, %(kinds)s (it looks like %(found)s). Send one of these.",
            name=shown,
            kinds=name_kinds(allowed),
            found=_guess(content),
        )
    if not name.lower().endswith(KNOWN[kind][1]):
        return _("“%(name)s” is not what its ending says. Save it again as PDF, PNG or JPEG and send that.", name=shown)
    if TEST_VIRUS in content or _holds_script(kind, content):
        return _("“%(name)s” was refused because it holds active or harmful content.", name=shown)
    return ""


def _holds_script(kind: str, content: bytes) -> bool:
    """A PDF that runs something, a picture with another file hidden in it, or a DOCX with macros or a zip bomb."""
    if kind == DOCX:
        return not _is_plain_docx(content)
    if kind == "application/pdf":
        return any(mark in content for mark in (b"/JavaScript", b"/Launch", b"/EmbeddedFile"))
    return any(mark in content.lower() for mark in (b"<script", b"<?php", b"pk\x03\x04" + b"\x14\x00"))


def _is_plain_docx(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OverflowError):
        return False
    names = {entry.filename for entry in entries}
    small = len(entries) <= MOST_ENTRIES and sum(entry.file_size for entry in entries) <= MOST_UNPACKED
    active = any(name.endswith(".bin") or "/embeddings/" in name or "/activeX/" in name for name in names)
    return small and "word/document.xml" in names and not active


def _guess(content: bytes) -> str:
    try:
        found = puremagic.from_string(content[:4096])
    except puremagic.PureError:
        return _("an unknown kind")
    return found.lstrip(".").upper() or _("an unknown kind")
