"""Which process of Rasa a conversation belongs to, and which processes are left out because they do not answer.

Rendezvous hashing: every process ranks every conversation, the highest rank has it. When a process is left out only its
own conversations move, each to its second; when it is back they return. Rasa's tracker lies in SQL, so whoever has the
conversation knows its history.
"""

import hashlib
import logging
import socket
import threading
import time
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

log = logging.getLogger(__name__)

PROBE_SECONDS = 1.0  # between two looks at the processes that are left out
RESOLVE_SECONDS = 10.0  # for which a name's addresses are believed: containers come and go


def split_addresses(urls: str) -> list[str]:
    """The addresses of ``WENBAN_RASA_URL``, separated by commas."""
    return [url.strip().rstrip("/") for url in urls.split(",") if url.strip()]


def rank(conversation_id: str, addresses: Sequence[str]) -> list[str]:
    """The addresses, whose the conversation is first, then who takes over."""

    def weigh(address: str) -> bytes:
        return hashlib.blake2b(f"{address} {conversation_id}".encode(), digest_size=8).digest()

    return sorted(addresses, key=weigh, reverse=True)


def resolve(url: str) -> list[str]:
    """One address for every machine behind a name, so that replicas of a container are told apart; itself when it has none.

    With TLS the name stays: the certificate is made out to it.
    """
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname:
        return [url]
    try:
        _name, _aliases, machines = socket.gethostbyname_ex(parts.hostname)
    except OSError:
        return [url]
    return sorted({f"http://{machine}:{parts.port or 80}" for machine in machines})


class RasaProcesses:
    """The processes as one portal process sees them. ``is_ready`` asks an address whether it takes messages."""

    def __init__(self, urls: str, is_ready: Callable[[str], bool]) -> None:
        self._urls, self._is_ready = split_addresses(urls), is_ready
        self._lock, self._closed = threading.Lock(), threading.Event()
        self._known: list[str] = []
        self._known_until = 0.0
        self._out: dict[str, float] = {}  # address → when it may be asked again
        self._prober: threading.Thread | None = None

    def list_all(self) -> list[str]:
        """Every address there is now, in or out."""
        with self._lock:
            if time.monotonic() >= self._known_until:
                self._known = list(dict.fromkeys(address for url in self._urls for address in resolve(url)))
                self._known_until = time.monotonic() + RESOLVE_SECONDS
                self._out = {address: until for address, until in self._out.items() if address in self._known}
            return list(self._known)

    def list_for(self, conversation_id: str) -> list[str]:
        """Who may answer in this conversation, in order; nobody when all are left out."""
        known = self.list_all()
        with self._lock:
            return rank(conversation_id, [address for address in known if address not in self._out])

    def leave_out(self, address: str, why: str, rest: float = 0.0) -> None:
        """Send nothing there until it says it is ready, asked not before ``rest`` seconds are over."""
        log.warning("Rasa at %s is left out: %s", address, why)
        with self._lock:
            self._out[address] = time.monotonic() + rest
            if self._prober is None and not self._closed.is_set():
                self._prober = threading.Thread(target=self._probe, name="rasa-probe", daemon=True)
                self._prober.start()

    def close(self) -> None:
        """No more looks from now on."""
        self._closed.set()
        prober = self._prober
        if prober is not None:
            prober.join()

    def _probe(self) -> None:
        """Runs only while somebody is left out."""
        while not self._closed.wait(PROBE_SECONDS):
            with self._lock:
                due = [address for address, until in self._out.items() if time.monotonic() >= until]
            back = [address for address in due if self._is_ready(address)]
            with self._lock:
                for address in back:
                    log.warning("Rasa at %s is back", address)
                    self._out.pop(address, None)
                if not self._out:
                    self._prober = None
                    return
