"""`python -m bot.keep`: Rasa's processes on one machine, one a port; one that ends is started again.

In containers the engine does this (`restart: unless-stopped`), each with `python -m bot.serve`. Nothing of Rasa is
imported here: the keeper takes 10 MB.
"""

import os
import signal
import subprocess
import sys
import time

from bot.settings import read_settings

LOOK_SECONDS = 0.5
# A process that ends sooner never worked. After so many in a row the keeper ends too, and who started it sees why.
SOON_SECONDS = 60.0
MOST_FAILURES = 3
END_SECONDS = 15.0


class Kept:
    """One port and the process that listens on it."""

    def __init__(self, port: int) -> None:
        self.port, self.failures = port, 0
        self.start()

    def start(self) -> None:
        self.began = time.monotonic()
        environment = {**os.environ, "WENBAN_RASA_PORT": str(self.port)}
        self.process = subprocess.Popen([sys.executable, "-m", "bot.serve"], env=environment)

    def look(self) -> int | None:
        """Start again what ended; its exit code when it is not worth it any more, else None."""
        code = self.process.poll()
        if code is None:
            return None
        self.failures = self.failures + 1 if time.monotonic() - self.began < SOON_SECONDS else 0
        if self.failures >= MOST_FAILURES:
            return code or 1
        sys.stderr.write(f"Rasa on port {self.port} ended with {code}; it is started again\n")
        self.start()
        return None

    def stop(self) -> None:
        self.process.terminate()


class Ended(BaseException):
    """Somebody wants us to end."""


def end(*_: object) -> None:
    raise Ended


def main() -> int:
    """Until a signal comes, or a process fails again and again."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    kept = [Kept(port) for port in read_settings().rasa_ports]
    try:
        while True:
            codes = [code for each in kept if (code := each.look()) is not None]
            if codes:
                return codes[0]
            time.sleep(LOOK_SECONDS)
    except Ended:
        return 0
    finally:
        stop(kept)


def stop(kept: list[Kept]) -> None:
    """Let the turns that began end, within seconds."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    for each in kept:
        each.stop()
    for each in kept:
        try:
            each.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            each.process.kill()


if __name__ == "__main__":
    sys.exit(main())
