"""An ingest that dies goes on where it was: a real process, really killed."""

import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from policy_kb import PolicyBase, open_policy_base

ROOT = Path(__file__).resolve().parents[3]
FILES = 60


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Sixty rules; every second one repeals the one before it, so that placing in time spans what a kill tears apart."""
    made = tmp_path / "law"
    made.mkdir()
    for number in range(FILES):
        articles = "\n\n".join(
            f"第{article}条　甲某应当自收到第{number}号通知之日起{article}日内依照本办法第{article}条报告。"
            for article in range(1, 30)
        )
        ends = f"《试验办法第{number - 1}种》同时废止。" if number % 2 else ""
        text = f"# 试验办法第{number}种\n\n（202{number % 2}年1月2日某总局令第{number}号公布）\n\n{articles}\n\n第30条　本办法自202{number % 2}年3月1日起施行。{ends}\n"
        (made / f"{number:03}.md").write_text(text, encoding="utf-8")
    return made


def snapshot(base: PolicyBase) -> list[tuple[object, ...]]:
    """Everything the base holds, to be compared."""
    whole = [base.get_version(version.id) for version in base.list_versions()]
    return [(v.id, v.in_force_from, v.in_force_to, v.clauses, v.findings, v.release) for v in whole]


def wait_for_versions(data: Path, process: "subprocess.Popen[bytes]") -> None:
    """Until the process has written something, but before it is done."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, "the ingest ended before it could be killed"
        if (data / "kb" / "texts.sqlite").exists():
            base = open_policy_base(data / "kb")
            held = len(base.list_versions())
            base.close()
            if held:
                return
        time.sleep(0.02)
    pytest.fail("the ingest wrote nothing for a minute")


def test_an_ingest_killed_in_the_middle_and_called_again_loses_and_doubles_nothing(
    tmp_path: Path, folder: Path
) -> None:
    data = tmp_path / "var"
    command = [sys.executable, "-W", "ignore", "-m", "policy_kb", "ingest", str(folder), "--data", str(data)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for_versions(data, process)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL

    resumed = open_policy_base(data / "kb")
    held = len(resumed.list_versions())
    assert 0 < held < FILES
    reports = resumed.ingest(folder)
    assert {report.outcome for report in reports} <= {"added", "unchanged"}
    assert {report.outcome for report in resumed.ingest(folder)} == {"unchanged"}

    whole = open_policy_base(tmp_path / "whole" / "kb")
    whole.ingest(folder)
    assert snapshot(resumed) == snapshot(whole)
    assert len(resumed.search("收到通知报告", limit=500)) == len(whole.search("收到通知报告", limit=500)) == 500
    resumed.close()
    whole.close()


def test_a_zip_is_ingested_as_its_files_are_and_known_again(tmp_path: Path, folder: Path) -> None:
    archive = tmp_path / "卷.zip"
    with zipfile.ZipFile(archive, "w") as written:
        for path in sorted(folder.iterdir())[:3]:
            written.write(path, f"law/{path.name}")
        written.writestr("law/图.png", b"\x89PNG\r\n")
    base = open_policy_base(tmp_path / "zipped")
    reports = base.ingest(archive)
    assert [(Path(report.path).name, report.outcome) for report in reports] == [
        ("000.md", "added"),
        ("001.md", "added"),
        ("002.md", "added"),
        ("图.png", "failed"),
    ]
    assert reports[0].path == str(archive / "law" / "000.md")
    assert [report.outcome for report in base.ingest(archive)][:3] == ["unchanged"] * 3
    base.close()
