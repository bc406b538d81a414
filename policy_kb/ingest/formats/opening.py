"""One file opened by what it is."""

from collections.abc import Callable
from pathlib import Path

from policy_kb.ingest.formats.kinds import read_bytes, recognise
from policy_kb.ingest.formats.pdf import read_pdf
from policy_kb.ingest.formats.plain import Text, decode
from policy_kb.ingest.formats.sheet import Sheet, read_sheets
from policy_kb.ingest.formats.web import read_page
from policy_kb.ingest.formats.word import read_word

_READERS: dict[str, Callable[[bytes, str], Text | Sheet]] = {
    "text": decode,
    "html": read_page,
    "docx": read_word,
    "pdf": read_pdf,
    "xlsx": read_sheets,
}


def open_file(path: Path) -> tuple[Text | Sheet, bytes]:
    """What a file says, and its bytes; UnreadableText says what it seems to be and what to do."""
    content = read_bytes(path)
    return _READERS[recognise(content, path.name)](content, path.name), content
