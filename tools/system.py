"""The whole system as one thing to start and stop: for evaluation, benchmarks, pictures and browser tests."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent


class SystemFailed(RuntimeError):
    """The system did not come up; the text has what it printed."""


@contextmanager
def running_system(*, corpus: str = "", data: Path | None = None, **variables: str) -> Iterator[str]:
    """Start portal, worker, beat, Rasa and actions on free ports; gives the address, stops all at the end.

    ``data`` is the data folder (a temporary one when None); ``variables`` are set as ``WENBAN_<NAME>``.
    """
    with TemporaryDirectory() as folder:
        log = Path(folder) / "system.log"
        environment = {**os.environ, "WENBAN_DATA": str(data or Path(folder) / "data"), "WENBAN_ENV": "test"}
        environment |= {f"WENBAN_{name.upper()}": value for name, value in variables.items()}
        command = [sys.executable, "tools/run.py", "--port", "0"]
        if corpus:
            command += ["--corpus", corpus]
        with log.open("w") as output:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=output,
                text=True,
                start_new_session=True,
            )
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            if not address.startswith("http://"):
                raise SystemFailed(f"the system did not start:\n{log.read_text()[-6000:]}")
            yield address
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            if os.environ.get("WENBAN_KEEP_LOG"):
                Path(os.environ["WENBAN_KEEP_LOG"]).write_text(log.read_text())
