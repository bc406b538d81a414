"""A portal small enough to read: it records what the bot asks of it and keeps one step a conversation.

Standard library only, since the bot's environment has no Flask. It checks the token,
answers in the contract's shape, and can be told to fail.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = dict[str, Any]


class FakePortal:
    """``calls``: (path, body, authorization) in order. ``status`` is what the next calls return; ``connections`` so far."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Body, str]] = []
        self.status, self.connections = 200, 0
        self.address = ""

    def reply_to(self, path: str, body: Body) -> Body:
        return {"messages": [{"id": str(len(self.calls)), "role": "assistant", "kind": "text"}], "slots": {}}


@contextmanager
def open_portal() -> Iterator[FakePortal]:
    """A listening portal on a free port of the loopback."""
    portal = FakePortal()

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            portal.connections += 1
            super().setup()

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            portal.calls.append((self.path, body, self.headers.get("Authorization", "")))
            told = portal.reply_to(self.path, body) if portal.status == 200 else {"error": "told to fail"}
            reply = json.dumps(told).encode()
            self.send_response(portal.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *_: Any) -> None:
            """The test output is no access log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    portal.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield portal
    finally:
        server.shutdown()
        server.server_close()
