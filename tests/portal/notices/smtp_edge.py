"""A small SMTP server on a free port of this machine, which speaks the conversation and keeps what it was given."""

import base64
import socket
import socketserver
import ssl
import subprocess
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path


@dataclass
class Script:
    """How the server behaves. ``replies`` maps a command to what it answers instead of accepting; ``cut_after_body``
    closes the line when the mail was handed over; ``certificate`` and ``key`` let it speak TLS (at once when ``tls``)."""

    replies: dict[str, str] = field(default_factory=dict)
    cut_after_body: bool = False
    certificate: Path | None = None
    tls: bool = False
    login: tuple[str, str] = ("", "")
    commands: list[str] = field(default_factory=list)
    received: list[bytes] = field(default_factory=list)

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=default) for raw in self.received]  # type: ignore[arg-type]


class _Conversation(socketserver.BaseRequestHandler):
    script: Script

    def handle(self) -> None:
        self.connection: socket.socket = self.request
        self.encrypted = False
        if self.script.tls:
            self._encrypt()
        self.lines = self.connection.makefile("rb")
        self._say("220 test")
        while line := self.lines.readline():
            said = line.decode().strip()
            verb = said.upper().split(" ")[0].split(":")[0]
            self.script.commands.append(said if verb != "AUTH" else "AUTH")
            if not self._answer(verb, said):
                return

    def _answer(self, verb: str, said: str) -> bool:
        if verb in self.script.replies:
            self._say(self.script.replies[verb])
        elif verb == "EHLO":
            offers = ["STARTTLS"] if self.script.certificate and not self.encrypted else []
            offers += ["AUTH PLAIN"] if self.script.login[0] else []
            for offer in ["test", *offers]:
                self._say(f"250-{offer}")
            self._say("250 8BITMIME")
        elif verb == "STARTTLS":
            self._say("220 go on")
            self._encrypt()
            self.lines = self.connection.makefile("rb")
        elif verb == "AUTH":
            self._say("235 welcome" if self._is_login(said) else "535 wrong name or password")
        elif verb == "DATA":
            return self._take_body()
        else:
            self._say("221 bye" if verb == "QUIT" else "250 fine")
        return verb != "QUIT"

    def _is_login(self, said: str) -> bool:
        _nobody, user, password = base64.b64decode(said.split(" ")[2]).decode().split("\0")
        return self.encrypted and (user, password) == self.script.login

    def _take_body(self) -> bool:
        self._say("354 give it")
        body = b""
        while (line := self.lines.readline()) != b".\r\n":
            body += line[1:] if line.startswith(b"..") else line
        self.script.received.append(body)
        if not self.script.cut_after_body:
            self._say("250 taken")
        return not self.script.cut_after_body

    def _encrypt(self) -> None:
        assert self.script.certificate
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.script.certificate)
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.encrypted = True

    def _say(self, text: str) -> None:
        self.connection.sendall(f"{text}\r\n".encode())


class SmtpServer(socketserver.ThreadingTCPServer):
    """Serves one script until it is closed."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, script: Script) -> None:
        super().__init__(("127.0.0.1", 0), type("Conversation", (_Conversation,), {"script": script}))

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no error of the server."""


def make_certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 with its key in one file; it is its own authority."""
    path, key = folder / "server.pem", folder / "key.pem"
    words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1"
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(path)]
    subprocess.run(["openssl", *words.split(), *names], check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + key.read_bytes())
    return path
