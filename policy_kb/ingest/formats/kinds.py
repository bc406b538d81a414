"""What a file is: the bytes decide, and the ending of its name must agree.

A file that is something else is named for what it seems to be, so that the person who has it knows what to do.
"""

import io
import re
import zipfile
from pathlib import Path, PurePath

import puremagic

from policy_kb.errors import UnreadableText

ENDINGS = {
    ".md": "text",
    ".markdown": "text",
    ".txt": "text",
    ".text": "text",
    "": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".docx": "docx",
    ".pdf": "pdf",
    ".xlsx": "xlsx",
}
MAX_BYTES = 50_000_000  # a scanned annex of hundreds of pages is larger; its text layer never is
MAX_UNPACKED = 400_000_000  # bytes; the largest real .docx seen unpacks to 30 MB
MAX_RATIO = 250  # of one member over 2 MB; XML of spreadsheets packs 10 to 100 times
MAX_MEMBERS = 10_000
_NAMES = {
    "text": "plain text",
    "html": "a web page (HTML)",
    "docx": "a Word file (.docx)",
    "pdf": "a PDF file",
    "xlsx": "an Excel file (.xlsx)",
    "zip": "a zip archive, such as a Word or Excel file",
}
_ADVICE = {
    "html": "give it the ending .html",
    "docx": "give it the ending .docx",
    "pdf": "give it the ending .pdf",
    "xlsx": "give it the ending .xlsx",
    "text": "give it the ending .md or .txt",
    "zip": "unpack it and ingest what is in it",
}
_OTHERS = (
    (b"{\\rtf", "an RTF file"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a Windows program"),
)
_READABLE = "Markdown, text, HTML, DOCX, PDF or XLSX"


def read_bytes(path: Path) -> bytes:
    """The bytes of a file; UnreadableText when it cannot be opened, is empty or too large."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise UnreadableText(
                f"{path.name}: {size / 1e6:.0f} MB is more than the {MAX_BYTES // 10**6} MB a text may have; split it"
            )
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableText(
            f"{path.name}: cannot be opened ({error.strerror}); check the path and its permissions"
        ) from error
    if not content.strip():
        raise UnreadableText(f"{path.name}: the file is empty")
    return content


def recognise(content: bytes, name: str) -> str:
    """``text``, ``html``, ``docx``, ``pdf`` or ``xlsx``, as the ending says too; else UnreadableText."""
    expected = ENDINGS.get(PurePath(name).suffix.lower())
    kind = _kind(content, name)
    if expected is None:
        raise UnreadableText(f"{name}: files with this ending are not read; save it as {_READABLE} and ingest that")
    if kind != expected:
        raise UnreadableText(f"{name}: this is {_NAMES[kind]}, not {_NAMES[expected]}; {_ADVICE[kind]} and try again")
    return kind


def _kind(content: bytes, name: str) -> str:
    if b"%PDF-" in content[:1024] or content.startswith(b"%PDF"):
        return "pdf"
    if content.startswith(b"PK\x03\x04"):
        return _kind_of_zip(content, name)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise UnreadableText(f"{name}: this Office file has a password; save it without one and ingest that")
        raise UnreadableText(
            f"{name}: this is an old Office file (.doc, .xls); save it as .docx or .xlsx and ingest that"
        )
    for signature, other in _OTHERS:
        if content.startswith(signature):
            raise UnreadableText(f"{name}: this is {other}; save it as {_READABLE} and ingest that")
    head = content[:2000].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").lower()
    if head.startswith((b"<!doctype html", b"<html")) or re.search(rb"<html[\s>]|<head>|<body[\s>]", head):
        return "html"
    if head.startswith(b"<?xml"):
        raise UnreadableText(f"{name}: this is an XML file; save it as {_READABLE} and ingest that")
    if head.startswith(b"mime-version:"):
        raise UnreadableText(f"{name}: this is a web archive (MHTML); save the page as HTML and ingest that")
    return "text"


def _kind_of_zip(content: bytes, name: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            check_archive(archive, name)
            members = {member.filename for member in archive.infolist()}
    except zipfile.BadZipFile:
        return "zip"
    if "word/document.xml" in members:
        return "docx"
    if "xl/workbook.xml" in members:
        return "xlsx"
    return "zip"


def check_archive(archive: zipfile.ZipFile, name: str) -> None:
    """UnreadableText when an archive would unpack to far more than a text can be, or is locked."""
    members = archive.infolist()
    swollen = any(
        member.file_size > 2_000_000 and member.file_size > MAX_RATIO * max(member.compress_size, 1)
        for member in members
    )
    if swollen or len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
        raise UnreadableText(f"{name}: unpacks to far more than a legal text can be and is not opened")
    if any(member.flag_bits & 1 for member in members):
        raise UnreadableText(f"{name}: has a password; save it without one and try again")


def guess(content: bytes) -> str:
    """What a file that is no text seems to be, for a message; "" when nobody knows."""
    try:
        found = puremagic.magic_string(content[:8192])
    except (puremagic.PureError, ValueError):
        return ""
    return found[0].name if found else ""
