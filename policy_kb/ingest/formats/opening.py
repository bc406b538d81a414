"""One file opened by what it is. The readers' libraries take a second to load, so each is loaded when a file needs it."""

from importlib import import_module
from pathlib import Path

from policy_kb.ingest.formats.kinds import read_bytes, recognise
from policy_kb.ingest.formats.plain import Text
from policy_kb.ingest.formats.rows import Sheet

_READERS = {
    "text": ("plain", "decode"),
    "html": ("web", "read_page"),
    "docx": ("word", "read_word"),
    "pdf": ("pdf", "read_pdf"),
    "xlsx": ("sheet", "read_sheets"),
}


def open_file(path: Path) -> tuple[Text | Sheet, bytes]:
    """What a file says, and its bytes; UnreadableText says what it seems to be and what to do."""
    content = read_bytes(path)
    module, name = _READERS[recognise(content, path.name)]
    read: Text | Sheet = getattr(import_module(f"policy_kb.ingest.formats.{module}"), name)(content, path.name)
    return read, content
