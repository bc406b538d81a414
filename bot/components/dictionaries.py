"""Word lists read as data at training and carried inside the model.

A server loads only what is in its model, so words and model are one release; the
lists' hash is part of the training fingerprint, else Rasa's cache would serve the
old ones.
"""

import hashlib
import logging
import shutil
from pathlib import Path

import jieba

jieba.setLogLevel(logging.WARNING)


def hash_files(paths: list[str]) -> str:
    """SHA-256 over the files' bytes, in the order given; FileNotFoundError names the first that is missing."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(Path(path).read_bytes())
    return digest.hexdigest()


def copy_files(paths: list[str], folder: Path) -> None:
    """Copy into the model as 0-name, 1-name … so that the order survives."""
    for number, path in enumerate(paths):
        shutil.copyfile(path, folder / f"{number}-{Path(path).name}")


def make_segmenter(paths: list[Path]) -> jieba.Tokenizer:
    """An own jieba instance, so that nothing else in the process changes its words."""
    segmenter = jieba.Tokenizer()
    for path in paths:
        with path.open(encoding="utf-8") as lines:
            segmenter.load_userdict(lines)
    segmenter.initialize()
    return segmenter


def read_pairs(path: Path) -> list[tuple[str, str]]:
    """Lines ``value<TAB>name`` as (value, name); blank lines and # comments are left out; ValueError names the line."""
    pairs: list[tuple[str, str]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        value, tab, name = line.partition("\t")
        if not tab or not value.strip() or not name.strip():
            raise ValueError(
                f"{path.name}, line {number}: write the value, a tab and the name, as in 'A11<TAB>器械经营许可'."
            )
        pairs.append((value.strip(), name.strip()))
    return pairs
