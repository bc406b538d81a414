"""From bytes to characters: UTF-8 with and without a mark, UTF-16, and GB18030 from older offices."""

from dataclasses import dataclass
from pathlib import Path

from policy_kb.errors import UnreadableText
from policy_kb.ingest.formats.kinds import guess, read_bytes

_MARKS = "，。、；：（）《》“”　·—"
MAX_CHARACTERS = 8_000_000  # the longest Chinese statute has 120 thousand; beyond this it is no legal text


@dataclass(frozen=True, slots=True)
class Text:
    """Characters of one file, the encoding they came in ("" when its format has its own), and what was odd about them."""

    characters: str
    encoding: str = ""
    warnings: tuple[str, ...] = ()


def read_text(path: Path) -> Text:
    """The characters of a file of text; UnreadableText when it is none."""
    return decode(read_bytes(path), path.name)


def decode(content: bytes, name: str) -> Text:
    """As ``read_text``, for bytes already in memory; ``name`` is only for messages."""
    text = find_text(content)
    if text is None:
        other = guess(content)
        told = f"{name}: this looks like {other}, " if other else f"{name}: "
        raise UnreadableText(f"{told}neither UTF-8 nor GB18030 text; save it as UTF-8 text and ingest that")
    if len(text.characters) > MAX_CHARACTERS:
        raise UnreadableText(f"{name}: {len(text.characters):,} characters are more than a legal text has; split it")
    return text


def find_text(content: bytes) -> Text | None:
    """The characters, None when the bytes are no text in an encoding we know."""
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
