"""From bytes to characters, or a plain word about why not.

Curators upload what they have: UTF-8 with and without a mark, GB18030 from
older offices, and now and then a PDF with the wrong ending. A file that is not
text is named for what it seems to be; nothing of it is stored.
"""

from dataclasses import dataclass
from pathlib import Path

from policy_kb.errors import UnreadableText

_SIGNATURES = (
    (b"%PDF", "a PDF file"),
    (b"PK\x03\x04", "a zip archive, such as a Word or Excel file (.docx, .xlsx)"),
    (b"\xd0\xcf\x11\xe0", "an old Office file (.doc, .xls)"),
    (b"{\\rtf", "an RTF file"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a Windows program"),
)
_MARKS = "，。、；：（）《》“”　·—"
MAX_BYTES = 20_000_000  # the longest Chinese statute is under 1 MB; beyond this it is no legal text


@dataclass(frozen=True, slots=True)
class Text:
    """Characters of one file, the encoding they came in, and what was odd about them."""

    characters: str
    encoding: str
    warnings: tuple[str, ...] = ()


def read_text(path: Path) -> Text:
    """The characters of a file; UnreadableText says what the file seems to be and what to do."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise UnreadableText(
                f"{path.name}: {size / 1e6:.0f} MB is more than the {MAX_BYTES // 10**6} MB a text may have"
            )
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableText(
            f"{path.name}: cannot be opened ({error.strerror}); check the path and its permissions"
        ) from error
    return decode(content, path.name)


def decode(content: bytes, name: str) -> Text:
    """As ``read_text``, for bytes already in memory; ``name`` is only for messages."""
    if not content.strip():
        raise UnreadableText(f"{name}: the file is empty")
    for signature, kind in _SIGNATURES:
        if content.startswith(signature):
            raise UnreadableText(f"{name}: this is {kind}, not text; save it as UTF-8 text or Markdown and ingest that")
    text = _decoded(content)
    if text is None:
        raise UnreadableText(f"{name}: neither UTF-8 nor GB18030 text; save it as UTF-8 text and ingest that")
    head = text.characters[:500].lstrip().lower()
    if head.startswith(("<!doctype html", "<html", "<?xml")):
        raise UnreadableText(f"{name}: this is a web page (HTML or XML); save its text as .txt or .md and ingest that")
    return text


def _decoded(content: bytes) -> Text | None:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _utf16(content)
    if b"\x00" in content:
        return None
    try:
        return Text(content.decode("utf-8-sig"), "UTF-8")
    except UnicodeDecodeError as error:
        if error.start >= len(content) - 3 and error.start > 0:
            cut = content[: error.start].decode("utf-8-sig")
            return Text(cut, "UTF-8", ("the file ends in the middle of a character: the text is cut",))
    try:
        characters = content.decode("gb18030")
    except UnicodeDecodeError:
        return None
    return Text(characters, "GB18030") if _reads_as_chinese(characters) else None


def _utf16(content: bytes) -> Text | None:
    try:
        return Text(content.decode("utf-16"), "UTF-16")
    except UnicodeDecodeError:
        return None


def _reads_as_chinese(text: str) -> bool:
    """GB18030 decodes almost anything; law text is mostly common Chinese and its punctuation."""
    sample = text[:20_000]
    known = sum(
        1
        for c in sample
        if (c.isascii() and (c.isprintable() or c.isspace())) or "\u4e00" <= c <= "\u9fa5" or c in _MARKS
    )
    private = sum(1 for c in sample if "\ue000" <= c <= "\uf8ff")
    return known / len(sample) > 0.95 and private == 0
