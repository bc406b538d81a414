"""A written conversation read from its file and held with the running system, with what each reply must hold.

A file of ``conversations/`` has a title, the language it begins in, and its turns. A turn is one of ``say`` (words
typed), ``press`` (words on a button, the newest first), ``forget`` (words on a chip), ``sign_in`` (a demo account;
the conversation goes along), ``new`` (a conversation put aside and another begun) or ``elsewhere`` (a second device,
signed in with the account it names).
Everything else in a turn is about the reply; docs of each word stand at ``CHECKS``.
"""

import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import yaml

from tools.evaluate import result_of
from tools.screenshots import PASSWORD

FOLDER = Path(__file__).parent / "conversations"
ACTS = ("say", "press", "forget", "sign_in", "new", "elsewhere")


def read_conversation(name: str) -> dict[str, Any]:
    """The file of ``conversations/`` with this name."""
    read: dict[str, Any] = yaml.safe_load((FOLDER / f"{name}.yml").read_text(encoding="utf-8"))
    return read


def list_names() -> list[str]:
    """Every conversation there is."""
    return sorted(path.stem for path in FOLDER.glob("*.yml"))


def folded(text: str) -> str:
    """Width, case and spacing do not matter."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


class Reply:
    """What came back: the assistant's messages, what is asked now, what is kept in mind."""

    def __init__(self, turn: dict[str, Any], before: str) -> None:
        self.messages = [message for message in turn["messages"] if message["role"] != "user"]
        self.pending, self.before = turn["pending"] or {}, before
        self.chips = [chip["label"] for chip in turn.get("kept", [])]
        told = result_of("", self.messages, 0)
        self.status, self.cited = told["status"], [f"{c['title']} {c['article']}" for c in told["citations"]]
        self.text = "\n".join(message["text"] for message in self.messages)
        self.buttons = [button["label"] for message in self.messages for button in message["buttons"]]

    @property
    def asks(self) -> str:
        """``flow.field``, "flow.field read back" before a yes; "nothing" when nothing is asked."""
        mark = " read back" if self.pending.get("kind") == "confirm" else ""
        return f"{self.pending['flow']}.{self.pending['field_id']}{mark}" if self.pending else "nothing"

    @property
    def everything(self) -> str:
        """All that the person sees: text, quotes, notices, facts and buttons."""
        answers = [message["answer"] for message in self.messages if message["answer"]]
        seen = [quote for a in answers for quote in (c.get("quote") or "" for c in a["citations"])]
        seen += [str(a.get("notices") or "") + str(a.get("facts") or "") for a in answers]
        return folded("\n".join([self.text, *seen, *self.buttons]))


def _any_of(wanted: Any) -> list[str]:
    return [str(each) for each in wanted] if isinstance(wanted, list) else [str(wanted)]


def _has(reply: Reply, wanted: Any) -> bool:
    return any(folded(form) in reply.everything for form in _any_of(wanted))


def _speaks(reply: Reply, language: str) -> bool:
    own_words = re.sub(r"[“《〈「『(（][^”》〉」』)）]*[”》〉」』)）]", "", reply.text)
    letters = len(re.findall(r"[A-Za-z]{2,}", own_words)), len(re.findall(r"[一-鿿]{2,}", own_words))
    return letters[0] > letters[1] if language == "en" else letters[1] > letters[0]


# What may be said of a reply. A list inside a list means: any of these.
CHECKS: dict[str, Callable[[Reply, Any], bool]] = {
    # the status in the words of `make eval`, or several that are right
    "status": lambda reply, wanted: reply.status in _any_of(wanted),
    # "title article", every one among what is cited
    "cites": lambda reply, wanted: all(any(c in reply.cited for c in _any_of(each)) for each in wanted),
    # cited first
    "leads": lambda reply, wanted: reply.cited[:1] == [wanted] if isinstance(wanted, str) else reply.cited[0] in wanted,
    # words among all that is seen
    "has": lambda reply, wanted: all(_has(reply, each) for each in wanted),
    "lacks": lambda reply, wanted: not any(_has(reply, each) for each in wanted),
    # what is asked now: flow.field, flow.field read back, nothing, or "same" as before this turn
    "asks": lambda reply, wanted: reply.asks in [reply.before if w == "same" else w for w in _any_of(wanted)],
    # words on buttons
    "buttons": lambda reply, wanted: all(any(w in b for b in reply.buttons for w in _any_of(each)) for each in wanted),
    # words on chips, or none of them
    "keeps": lambda reply, wanted: all(any(each in chip for chip in reply.chips) for each in wanted),
    "dropped": lambda reply, wanted: not any(each in chip for each in wanted for chip in reply.chips),
    "speaks": _speaks,
}


class Talk:
    """A person at a browser: one session, one conversation at a time."""

    def __init__(self, address: str, language: str) -> None:
        self.address, self.language = address, language
        self._open_browser()

    def _open_browser(self) -> None:
        self.http = httpx.Client(base_url=self.address, timeout=60, follow_redirects=True)
        self.buttons: dict[str, str] = {}
        self.chips: dict[str, str] = {}
        self.asks = "nothing"
        self._read_token(f"/chat/?lang={self.language}")

    def _read_token(self, path: str) -> None:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.http.get(path).raise_for_status().text)
        assert found, path
        self.csrf = found.group(1)

    def take(self, turn: dict[str, Any]) -> Reply | None:
        """Do what the turn says; None when it gets no reply."""
        if "sign_in" in turn:
            return self.sign_in(turn["sign_in"])
        if "elsewhere" in turn:
            self.http.close()
            self._open_browser()
            return self.sign_in(turn["elsewhere"])
        if "new" in turn:
            self._post("/chat/new", {})
            self.buttons, self.chips, self.asks = {}, {}, "nothing"
            return None
        if "say" in turn:
            return self._send({"text": turn["say"]})
        known, words = (self.buttons, turn["press"]) if "press" in turn else (self.chips, turn["forget"])
        token = next((token for label, token in known.items() if words in label), "")
        assert token, f"no button says {words!r}; there are: {list(known)}"
        return self._send({"button": token})

    def sign_in(self, login: str) -> None:
        self._read_token("/sign-in")
        self._post("/sign-in", {"login": login, "password": PASSWORD})
        self._read_token("/chat/")

    def _post(self, path: str, form: dict[str, str], **headers: str) -> httpx.Response:
        return self.http.post(path, data={**form, "csrf_token": self.csrf}, headers=headers).raise_for_status()

    def _send(self, form: dict[str, str]) -> Reply:
        said = self._post("/chat/messages", form, Accept="application/json").json()
        reply = Reply(said, self.asks)
        self.asks = reply.asks
        new = {b["label"]: b.get("token", "") for m in reply.messages for b in m["buttons"]}
        self.buttons = new | {label: token for label, token in self.buttons.items() if label not in new}
        self.chips = {chip["label"]: chip["token"] for chip in said.get("kept", [])}
        return reply

    def close(self) -> None:
        self.http.close()


def list_faults(turn: dict[str, Any], reply: Reply | None) -> list[str]:
    """What the turn says of the reply and does not hold."""
    wanted = {name: value for name, value in turn.items() if name not in ACTS}
    if reply is None:
        return [f"{name}: there is no reply to this turn" for name in wanted]
    return [f"{name}: {value}" for name, value in wanted.items() if not CHECKS[name](reply, value)]


def write_turn(turn: dict[str, Any], reply: Reply | None) -> str:
    """One turn as it was lived, for reading."""
    act = next(name for name in ACTS if name in turn)
    lines = [f"\n>>> {act}: {turn[act]}"]
    if reply:
        lines += [f"  [{reply.status}; asks {reply.asks}; chips {reply.chips}]"]
        lines += [f"  {line}" for line in reply.text.splitlines()]
        lines += [f"  cited: {', '.join(reply.cited)}"] if reply.cited else []
        lines += [f"  buttons: {' | '.join(reply.buttons)}"] if reply.buttons else []
    return "\n".join(lines)
