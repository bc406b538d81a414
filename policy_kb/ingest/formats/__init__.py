"""Files of every kind to the characters (or the rows) the rest of the ingest reads.

``kinds`` says what a file is by its bytes and refuses what its ending denies; ``plain``, ``web``, ``word`` and ``pdf`` give
text in the shape of our Markdown (a title behind #, statements as ``name：value``, tables as rows between bars); ``sheet``
gives the ``rows`` of a catalogue; ``archive`` unpacks a zip.
"""

from policy_kb.ingest.formats.archive import unpack
from policy_kb.ingest.formats.kinds import ENDINGS, read_bytes
from policy_kb.ingest.formats.opening import open_file
from policy_kb.ingest.formats.plain import Text, read_text
from policy_kb.ingest.formats.rows import Row, Sheet

__all__ = ["ENDINGS", "Row", "Sheet", "Text", "open_file", "read_bytes", "read_text", "unpack"]
