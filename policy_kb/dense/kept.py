"""Vectors of the texts we ask about, kept beside the model: 37,000 phrasings take a minute once, then a moment.

A text's key is the hash of the text alone; the file lies in the model's folder, so another model has another file.
Several processes may read and add at once. Where the folder cannot be written, each start computes them again.
"""

import hashlib
import logging
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from policy_kb.dense.text_model import Vectors

_PATIENCE = 30.0  # seconds to wait for another process that writes
_TOLD = 2000  # texts from which on computing them is worth a line in the log
log = logging.getLogger(__name__)


class KeptVectors:
    """``width`` numbers a vector, kept in half precision (the cosine moves by less than 0.001)."""

    def __init__(self, folder: Path, width: int) -> None:
        self._file, self._width = folder / "vectors.sqlite", width

    def get_all(self, texts: Sequence[str], make: Callable[[Sequence[str]], Vectors]) -> Vectors:
        """One row a text; those not kept yet are made and kept."""
        keys = [hashlib.blake2b(text.encode(), digest_size=16).digest() for text in texts]
        known = self._read(set(keys))
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if missing:
            if len(missing) >= _TOLD:
                log.warning("turning %d texts into vectors once, about a minute for 40,000", len(missing))
            made = make(list(missing.values())).astype(np.float16)
            known |= zip(missing, made, strict=True)
            self._write((key, known[key].tobytes()) for key in missing)
        rows = [known[key] for key in keys]
        return np.array(rows, np.float32) if rows else np.zeros((0, self._width), np.float32)

    def _read(self, keys: set[bytes]) -> dict[bytes, "np.ndarray[tuple[int], np.dtype[np.float16]]"]:
        if not self._file.exists():
            return {}
        with closing(sqlite3.connect(f"file:{self._file}?mode=ro", uri=True, timeout=_PATIENCE)) as connection:
            rows = connection.execute("SELECT key, value FROM vector")
            return {key: np.frombuffer(value, np.float16) for key, value in rows if key in keys}

    def _write(self, rows: Iterable[tuple[bytes, bytes]]) -> None:
        try:
            with closing(sqlite3.connect(self._file, timeout=_PATIENCE)) as connection, connection:
                connection.execute("CREATE TABLE IF NOT EXISTS vector (key BLOB PRIMARY KEY, value BLOB) WITHOUT ROWID")
                connection.executemany("INSERT OR REPLACE INTO vector VALUES (?, ?)", rows)
        except sqlite3.OperationalError as error:
            log.warning("vectors cannot be kept in %s (%s): every start computes them again", self._file, error)
