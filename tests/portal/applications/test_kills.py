"""Kill -9 of portal, web process or worker at any moment of an application (F5): a few stories of ``bench/kills.py``."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_nothing_acknowledged_is_lost_nothing_is_doubled_and_nothing_is_half_written_when_processes_are_killed() -> (
    None
):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "bench/kills.py", "--seeds", "4", "--first", "1001"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert report["bad"] == []
    assert report["kills"] > 2
    assert report["acknowledged"] > 20
