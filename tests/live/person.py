"""A person at the widget: the public chat API of the running system, one conversation at a time."""

import re
import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx

from tools.screenshots import PASSWORD

Turn = dict[str, Any]


class Person:
    """``say`` and ``press`` give the turn as the API does; ``pending`` is what is asked after it."""

    def __init__(self, address: str, language: str = "zh") -> None:
        self.http = httpx.Client(base_url=address, timeout=60)
        made = self.http.post("/api/chat/conversations", json={"language": language}).raise_for_status().json()
        self.id, self.token = made["conversation_id"], made["token"]
        self.path = f"/api/chat/conversations/{self.id}/messages"
        self.headers = {"Authorization": f"Bearer {self.token}"}
        self.last: Turn = {"messages": made["messages"], "pending": None, "kept": []}

    def send(self, **body: Any) -> httpx.Response:
        return self.http.post(self.path, json={"message_id": uuid4().hex, **body}, headers=self.headers)

    def say(self, text: str = "", **body: Any) -> Turn:
        self.last = self.send(text=text, **body).raise_for_status().json()
        return self.last

    def press(self, words: str) -> Turn:
        """The newest button that holds these words."""
        buttons = [b for m in self.read() for b in m["buttons"] if words in b["label"]]
        assert buttons, f"no button says {words!r}"
        return self.say(button=buttons[-1]["token"])

    def read(self) -> list[dict[str, Any]]:
        """Every message, as a reload would show them."""
        reply = self.http.get(self.path, headers=self.headers).raise_for_status()
        return list(reply.json()["messages"])

    @property
    def pending(self) -> dict[str, Any]:
        return dict(self.last["pending"] or {})

    @property
    def kept(self) -> list[str]:
        """The words on the chips."""
        return [chip["label"] for chip in self.last["kept"]]


def answer_of(turn: Turn) -> dict[str, Any]:
    """The structured answer of a turn, {} when it has none."""
    return next((dict(message["answer"]) for message in turn["messages"] if message["answer"]), {})


def cited(turn: Turn) -> list[str]:
    """ "title article" of what is cited, in order."""
    return [f"{cite['title']} {cite['article']}" for cite in answer_of(turn).get("citations", [])]


def words_of(turn: Turn) -> str:
    """Everything the assistant said."""
    return "\n".join(message["text"] for message in turn["messages"] if message["role"] != "user")


def sign_in(address: str, login: str) -> httpx.Client:
    """A browser without script, signed in as a demo person; its forms carry the page's token as header."""
    http = httpx.Client(base_url=address, timeout=60, headers={"Referer": address})
    renew_token(http, "/sign-in?lang=zh")
    http.post("/sign-in", data={"login": login, "password": PASSWORD})
    renew_token(http, "/chat/")
    return http


def renew_token(http: httpx.Client, path: str) -> None:
    """Forms are taken with the token of a page of the same session."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', http.get(path, follow_redirects=True).text)
    assert found, path
    http.headers["X-CSRFToken"] = found.group(1)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run them at the same moment, each in a thread of its own; what they gave, in their order."""
    results: list[Any] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(number: int, act: Callable[[], Any]) -> None:
        start.wait()
        results[number] = act()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
