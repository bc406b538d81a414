"""The two HTTP edges of a conversation: a Rasa that records and answers as told, and a client that talks."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from apiflask import APIFlask
from flask.testing import FlaskClient

from portal import create_app
from portal.extensions import db
from portal.settings import Settings
from tests.portal.made_once import keep_templates, put_tables

Reply = tuple[int, bytes]
BOT_TOKEN = "the bot's token for these tests, long enough"


class FakeRasa:
    """``received`` holds the bodies in order; ``answer`` maps a body to (status, bytes), b"" breaks the connection.

    ``ready`` is what it says when it is asked whether it takes messages. ``port`` takes a place up again.
    """

    def __init__(self, port: int = 0) -> None:
        self.ready = True
        self.received: list[dict[str, Any]] = []
        self.tokens: list[str] = []
        self.answer: Callable[[dict[str, Any]], Reply] = lambda body: say_back(f"heard: {body['message']}")(body)
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                fake.received.append(body)
                fake.tokens.append(self.headers.get("Authorization", ""))
                self.reply(*fake.answer(body))

            def do_GET(self) -> None:
                status = "ok" if fake.ready else "loading the model"
                self.reply(200 if fake.ready else 503, json.dumps({"status": status}).encode())

            def reply(self, status: int, content: bytes) -> None:
                if not content:
                    return
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def say_back(text: str) -> Callable[[dict[str, Any]], Reply]:
    return lambda body: (200, json.dumps([{"recipient_id": body["sender"], "text": text}]).encode())


class Talk:
    """A conversation held through the public API."""

    def __init__(self, client: FlaskClient, language: str = "zh") -> None:
        self.client = client
        made = client.post("/api/chat/conversations", json={"language": language})
        assert made.status_code == 201, made.text
        self.id, self.token = made.json["conversation_id"], made.json["token"]
        self.url = f"/api/chat/conversations/{self.id}/messages"
        self.headers = {"Authorization": f"Bearer {self.token}"}

    def post(self, **body: Any) -> Any:
        return self.client.post(self.url, json=body, headers=self.headers)

    def say(self, text: str = "", **body: Any) -> dict[str, Any]:
        reply = self.post(text=text, **body) if text else self.post(**body)
        assert reply.status_code == 200, reply.text
        return reply.json

    def list(self, after: int = 0) -> list[dict[str, Any]]:
        return self.client.get(f"{self.url}?after={after}", headers=self.headers).json["messages"]


def call_bot(client: FlaskClient, verb: str, conversation_id: str, **body: Any) -> Any:
    """A call as the bot's action makes it."""
    call = {
        "conversation_id": conversation_id,
        "text": "",
        "language": "zh",
        "intent": "ask_policy",
        "confidence": 0.9,
        "entities": [],
        "payload": {},
        **body,
    }
    return client.post(f"/api/bot/{verb}", json=call, headers={"Authorization": f"Bearer {BOT_TOKEN}"})


def acting(app: APIFlask, verb: str, **call: Any) -> Callable[[dict[str, Any]], Reply]:
    """Rasa with an action: during its turn it calls ``/api/bot/<verb>`` and passes the messages on."""

    def answer(body: dict[str, Any]) -> Reply:
        with app.app_context():
            text = "" if body["metadata"].get("payload") else body["message"]
            made = call_bot(app.test_client(), verb, body["sender"], **{"text": text, **call})
            db.session.remove()
        assert made.status_code == 200, made.text
        return 200, json.dumps(
            [{"recipient_id": body["sender"], "custom": message} for message in made.json["messages"]]
        ).encode()

    return answer


@contextmanager
def open_portal(data: Path, rasa: FakeRasa, timeout: float) -> Iterator[APIFlask]:
    """A portal in ``data`` that talks to the recording Rasa, ``timeout`` seconds at most a message; closed afterwards."""
    settings = Settings(
        env="test", data=data, argon2_time_cost=1, rasa_url=rasa.url, rasa_timeout=timeout, bot_token=BOT_TOKEN
    )
    put_tables(data)
    app = create_app(settings)
    keep_templates(app)
    app.config["WTF_CSRF_ENABLED"] = False
    app.config["PROPAGATE_BUGS"] = True
    with app.app_context():
        yield app
        if "rasa_line" in app.extensions:
            app.extensions["rasa_line"].close()
        db.session.remove()
        db.engine.dispose()
