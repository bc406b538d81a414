"""Small laws in several wordings, made in the test, ingested like real ones."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from policy_kb import PolicyBase, open_policy_base

Ingest = Callable[..., PolicyBase]


@pytest.fixture
def base(tmp_path: Path) -> Iterator[PolicyBase]:
    opened = open_policy_base(tmp_path / "kb")
    yield opened
    opened.close()


@pytest.fixture
def ingest(base: PolicyBase, tmp_path: Path) -> Ingest:
    """``ingest(name=text, …)`` writes each text to ``<name>.md`` and reads them; a text is title, history and articles."""

    def read(**texts: str) -> PolicyBase:
        folder = tmp_path / "law"
        folder.mkdir(exist_ok=True)
        for name, text in texts.items():
            (folder / f"{name}.md").write_text(text, encoding="utf-8")
        reports = base.ingest(folder)
        assert [report.error for report in reports if report.error] == []
        return base

    return read
