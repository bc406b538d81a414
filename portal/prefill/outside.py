"""A register of another authority, asked over HTTP for what it says of one party.

``GET <url>/parties/<code>/records`` answers ``{"records": [row, …]}``, rows as in an import file; 404 means that it
knows nothing. It is asked with a time-out, again with growing pauses when it fails in passing, not at all for a while
after several failures, and not twice within ``keep`` seconds. Whatever is wrong with an answer as a whole is a failure
of the source and never an empty result.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from portal.identity.service import Identity
from portal.prefill.facts import Fact, list_record_facts
from portal.prefill.headings import Mapped
from portal.prefill.kinds import source_of
from portal.prefill.models import Record
from portal.prefill.reading import BadRow, read_row, translate
from portal.prefill.records import make_record_id

PAUSES = (0.2, 0.6)  # seconds before the second and the third try
FAILURES = 3  # in a row, then the register is left alone for REST seconds
REST = 60.0
MOST = 5 * 1024 * 1024


class OutsideDown(Exception):
    """The register did not answer, refused, or answered something that cannot be read; the text is for the log."""


@dataclass
class OutsideRegister:
    """One register. ``timeout`` and ``keep`` in seconds; ``clock`` and ``pause`` are time's own, and a test's."""

    url: str
    token: str = ""
    timeout: float = 3.0
    keep: float = 300.0
    clock: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep
    _failures: int = 0
    _closed_until: float = 0.0
    _kept: dict[str, tuple[float, list[dict[str, Any]]]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def read(self, _identity: Identity, party_code: str) -> list[Fact]:
        """The facts it gives of a party; OutsideDown when it cannot be asked or its answer cannot be trusted."""
        rows = self._find_kept(party_code)
        if rows is None:
            rows = self._ask_guarded(party_code)
            with self._lock:
                self._kept[party_code] = (self.clock() + self.keep, rows)
        return [fact for row in rows for fact in _read_facts(row, party_code)]

    def _find_kept(self, party_code: str) -> list[dict[str, Any]] | None:
        with self._lock:
            until, rows = self._kept.get(party_code, (0.0, []))
            if until <= self.clock():
                self._kept.pop(party_code, None)
                return None
            return rows

    def _ask_guarded(self, party_code: str) -> list[dict[str, Any]]:
        with self._lock:
            if self._closed_until > self.clock():
                raise OutsideDown(f"left alone after {FAILURES} failures")
        try:
            rows = self._ask(party_code)
        except OutsideDown:
            with self._lock:
                self._failures += 1
                if self._failures >= FAILURES:
                    self._closed_until, self._failures = self.clock() + REST, 0
            raise
        with self._lock:
            self._failures = 0
        return rows

    def _ask(self, party_code: str) -> list[dict[str, Any]]:
        reason = ""
        for wait in (0.0, *PAUSES):
            self.pause(wait)
            try:
                reply = httpx.get(
                    f"{self.url.rstrip('/')}/parties/{party_code}/records",
                    headers={"Authorization": f"Bearer {self.token}", "X-Purpose": "prefill"},
                    timeout=self.timeout,
                )
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                reason = f"{type(error).__name__}: {error}"
                continue
            if reply.status_code < 500 and reply.status_code != 429:
                return _read_reply(reply)
            reason = f"status {reply.status_code}"
        raise OutsideDown(reason)


def _read_reply(reply: httpx.Response) -> list[dict[str, Any]]:
    if reply.status_code == 404:
        return []
    if reply.status_code != 200 or len(reply.content) > MOST:
        raise OutsideDown(f"status {reply.status_code}, {len(reply.content)} bytes")
    try:
        rows = reply.json()["records"]
    except (ValueError, KeyError, TypeError) as error:
        raise OutsideDown(f"no list of records: {error}") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise OutsideDown("no list of records")
    return rows


def _read_facts(row: dict[str, Any], party_code: str) -> list[Fact]:
    try:
        columns = read_row(0, translate(row, Mapped())).columns
    except BadRow as error:
        raise OutsideDown(f"a record that cannot be read: {error}") from error
    if columns["party_code"] != party_code:
        raise OutsideDown("a record of another party")
    number, as_of = columns["number"], columns["as_of"]
    record_id = make_record_id(party_code, columns["kind"], number, as_of, columns["ref"] or "outside")
    record = Record(id=record_id, source=source_of(columns["kind"], columns["status"]), **columns)
    return list(list_record_facts(record))
