"""One person's (and one curator's) way through the portal over HTTP, and what of it was acknowledged."""

import random
import re
import statistics
import threading
from collections.abc import Callable
from typing import Any, ClassVar

import httpx

from bench.kills_checks import Found
from portal.identity.commands import DEMO_PASSWORD

ITEM = {"item": "A11", "variant": "renew", "consent": "all"}
# What no record of the demo enterprise knows, as it is typed and as it is stored.
NEEDED = {
    "legal_rep": ("周见山", "周见山"),
    "online_sale": ("no", False),
    "changed": ("no", False),
    "delivery": ("both", "both"),
    "declare_true": ("yes", True),
    "declare_conditions": ("yes", True),
    "signer": ("顾怀川", "顾怀川"),
    "signed_on": ("2026-11-24", "2026-11-24"),
}
NAMES = ("顾怀川", "周见山", "沈望舒", "陆知行")
Values = dict[str, tuple[Any, Any]]


class Session:
    """A signed-in browser: its cookie and form token outlive the portal's processes."""

    def __init__(self, url: str, login: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=30)
        page = self.http.get("/sign-in").text
        self.http.post("/sign-in", data={"login": login, "password": DEMO_PASSWORD, **_read_token(page)})
        self.token = _read_token(self.http.get("/sign-in").text)

    def post(self, path: str, **sent: Any) -> httpx.Response | None:
        """The reply, None when the portal died before it came."""
        if "json" in sent:
            sent["headers"] = {"X-CSRFToken": self.token["csrf_token"]}
        else:
            sent["data"] = {**sent.get("data", {}), **self.token}
        try:
            return self.http.post(path, **sent)
        except httpx.TransportError:
            return None

    def get(self, path: str) -> httpx.Response | None:
        try:
            return self.http.get(path, follow_redirects=True)
        except httpx.TransportError:
            return None


def _read_token(page: str) -> dict[str, str]:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, page[:500]
    return {"csrf_token": found[1]}


class Story:
    """``sure`` is what was acknowledged, by field; ``open`` the values of a request that got no reply."""

    took: ClassVar[dict[str, float]] = {}  # seconds of the last such step, over all stories

    def __init__(self, person: Session, curator: Session, chance: random.Random) -> None:
        self.chance, self.person, self.curator = chance, person, curator
        self.draft_id, self.version, self.case_id = "", 0, 0
        self.withdrawn = self.may_be_sent = self.may_be_withdrawn = False
        self.sure: dict[str, Any] = {}
        self.open: dict[str, Any] = {}
        self.texts_sent: list[str] = []
        self.uploads = 0
        self.sendings = (self.send, self.send_twice)
        self.acknowledged = self.unanswered = self.happened_unanswered = 0
        self.strange: list[str] = []

    def guess_seconds(self, step: Callable[[], None]) -> float:
        """How long a step will take: as long as the last such step, and a first sending as long as four others."""
        known = self.took.get(step.__name__)
        return known or statistics.median(self.took.values() or [0.1]) * (4 if step in self.sendings else 1)

    def choose(self) -> Callable[[], None]:
        """A step (one request, or two at once) that the present state allows."""
        return self.chance.choice(self._list_steps())

    def _list_steps(self) -> list[Callable[[], None]]:
        if not self.draft_id:
            return [self.begin]
        if self.case_id:
            return [self.send_again, self.upload_texts, self.withdraw]
        steps = [self.save, self.save_rows, self.attach, self.upload_texts, self.save_from_old_page]
        if not self._list_missing() and "authorisation" in self.sure:
            steps += [self.send, self.send_twice, self.send_twice]
        return [*steps, self.save_missing, self.save_missing] if self._list_missing() else steps

    def _list_missing(self) -> list[str]:
        return [name for name in NEEDED if name not in self.sure]

    def begin(self) -> None:
        page = self.person.get("/applications/start?item=A11&variant=renew")
        record = re.search(r'name="record" value="([^"]+)" checked', page.text) if page else None
        reply = self.person.post("/applications/start", data={**ITEM, "record": record[1] if record else ""})
        if self._is_answered(reply, 302):
            self.draft_id = reply.headers["location"].rstrip("/").rpartition("/")[2]  # type: ignore[union-attr]
            self._read_version()

    def save_missing(self) -> None:
        missing = self._list_missing()
        self._autosave({name: NEEDED[name] for name in self.chance.sample(missing, min(4, len(missing)))})

    def save(self) -> None:
        area, system = str(self.chance.randint(40, 900)), f"仓储系统 {self.chance.randint(1, 99)}"
        pool: Values = {
            "premises_area": (area, area),
            "it_system": (system, system),
            "quality_head_title": (self.chance.choice(NAMES) + "执业药师",) * 2,
            "delivery": (self.chance.choice(("both", "electronic")),) * 2,
            "signer": (self.chance.choice(NAMES),) * 2,
        }
        self._autosave({name: pool[name] for name in self.chance.sample(sorted(pool), self.chance.randint(1, 3))})

    def save_rows(self) -> None:
        rows = [
            {"_id": f"r{n}", "address": f"示范市河东区仓储路{self.chance.randint(1, 999)}-{n}号", "kind": "owned"}
            for n in range(self.chance.randint(1, 4))
        ]
        self._autosave({"warehouses": (rows, rows)})

    def save_from_old_page(self) -> None:
        body = {"version": self.version - 1, "values": {"signer": "来自旧页面"}}
        reply = self.person.post(f"/applications/drafts/{self.draft_id}/fields", json=body)
        if reply is not None and reply.status_code != 409:
            self.strange.append(f"an old page was answered with {reply.status_code}")

    def attach(self) -> None:
        content = b"%PDF-1.4 " + self.chance.randbytes(self.chance.randint(10, 200_000)).hex().encode()
        reply = self.person.post(
            f"/applications/drafts/{self.draft_id}/s/papers",
            data={"version": str(self.version), "action": "stay"},
            files={"authorisation": ("授权书.pdf", content, "application/pdf")},
        )
        self._note({"authorisation": len(content)}, reply, 302)
        if reply is not None:
            self._read_version()

    def upload_texts(self) -> None:
        self.uploads += 1
        names = [f"虚构展示办法第{self.uploads}号{letter}" for letter in "甲乙"]
        bodies = [
            f"# {n}\n\n（2026年1月5日公布）\n\n第一条　为了规范展示，制定{n}。\n\n第二条　本办法自2026年2月1日起施行。\n"
            for n in names
        ]
        files = [("file", (f"{n}.txt", b.encode(), "text/plain")) for n, b in zip(names, bodies, strict=True)]
        if self._is_answered(self.curator.post("/curation/text", files=files), 302):
            self.texts_sent += names

    def send(self) -> None:
        self._note_sending(self._post_sending())

    def send_twice(self) -> None:
        """A double click: two requests at the same moment."""
        replies: list[httpx.Response | None] = []
        threads = [threading.Thread(target=lambda: replies.append(self._post_sending())) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for reply in replies:
            self._note_sending(reply)

    def send_again(self) -> None:
        """The back button: the same page is sent once more and leads to the same case."""
        self._note_sending(self._post_sending())

    def withdraw(self) -> None:
        reply = self.person.post(f"/applications/cases/{self.case_id}/withdraw")
        if self._is_answered(reply, *((409,) if self.withdrawn else (302,))):
            self.withdrawn = True
        else:
            self.may_be_withdrawn = True

    def _post_sending(self) -> httpx.Response | None:
        data = {"version": str(self.version), "key": f"r{self.version}"}
        return self.person.post(f"/applications/drafts/{self.draft_id}/check", data=data)

    def _note_sending(self, reply: httpx.Response | None) -> None:
        if not self._is_answered(reply, 302):
            self.may_be_sent = True
            return
        case_id = int(re.findall(r"/cases/(\d+)/", reply.headers["location"])[0])  # type: ignore[union-attr]
        if self.case_id not in (0, case_id):
            self.strange.append("a second case was made")
        self.case_id = case_id

    def _autosave(self, values: Values) -> None:
        body = {"version": self.version, "values": {name: raw for name, (raw, _kept) in values.items()}}
        reply = self.person.post(f"/applications/drafts/{self.draft_id}/fields", json=body)
        self._note({name: kept for name, (_raw, kept) in values.items()}, reply, 200)
        if reply is not None and reply.status_code == 200:
            said = reply.json()
            self.version = said["version"]
            self.strange += [f"{name} was not saved: {error}" for name, error in said["errors"].items()]

    def _note(self, values: dict[str, Any], reply: httpx.Response | None, status: int) -> None:
        if self._is_answered(reply, status):
            self.sure |= values
        else:
            self.open = values

    def _is_answered(self, reply: httpx.Response | None, *wanted: int) -> bool:
        if reply is None:
            self.unanswered += 1
            return False
        if reply.status_code not in wanted:
            self.strange.append(f"{reply.request.url.path} was answered with {reply.status_code}: {_say(reply)}")
            return False
        self.acknowledged += 1
        return True

    def _read_version(self) -> None:
        """As a browser does it: the page says which version it was made from."""
        page = self.person.get(f"/applications/drafts/{self.draft_id}/s/papers")
        found = re.search(r'name="version" value="(\d+)"', page.text) if page and page.status_code == 200 else None
        self.version = int(found[1]) if found else self.version

    def settle(self, found: Found) -> list[str]:
        """Compare with the tables; an unanswered request has happened wholly or not at all."""
        kept = {name: _reduce(value) for name, value in found.values().items()}
        problems, self.strange = self.strange, []
        if self.open:
            now = {name: kept.get(name) for name in self.open}
            before = {name: self.sure.get(name, kept.get(name)) for name in self.open}
            if now == self.open:
                self.sure, self.happened_unanswered = self.sure | self.open, self.happened_unanswered + 1
            elif now != before:
                problems.append(f"half of an unanswered request was kept: {now} of {self.open}")
            self.open = {}
        problems += [f"lost {n}: {kept.get(n)!r} not {v!r}" for n, v in self.sure.items() if kept.get(n) != v]
        return problems + self._settle_case(found)

    def _settle_case(self, found: Found) -> list[str]:
        cases, problems = found["case_file"], []
        if self.case_id and [row["id"] for row in cases] != [self.case_id]:
            problems.append(f"case {self.case_id} is not the one case")
        if cases and not self.case_id and not self.may_be_sent:
            problems.append("a case that nobody sent")
        self.case_id = cases[0]["id"] if cases else 0
        withdrawn = bool(cases and cases[0]["state"] == "withdrawn")
        if withdrawn != self.withdrawn and not (withdrawn and self.may_be_withdrawn):
            problems.append("the withdrawal is not as it was acknowledged")
        self.withdrawn, self.may_be_sent, self.may_be_withdrawn = withdrawn, False, False
        return problems

    def resume(self) -> list[str]:
        """What the person sees who comes back: the last acknowledged answers, or the one case."""
        if not self.draft_id:
            return []
        page = self.person.get(f"/applications/drafts/{self.draft_id}/check")
        if page is None or page.status_code != 200:
            return [f"the draft cannot be opened again: {page.status_code if page else 'no reply'}"]
        if self.case_id:
            return [] if f"/cases/{self.case_id}/" in str(page.url) else ["the draft does not lead to its case"]
        self._read_version()
        shown = [self.sure[name] for name in ("it_system", "signer", "quality_head_title") if name in self.sure]
        return [f"{text} is not shown on coming back" for text in shown if text not in page.text]


def _reduce(value: Any) -> Any:
    """A file is known again by its size; it is random."""
    return value["size"] if isinstance(value, dict) and "sha256" in value else value


def _say(reply: httpx.Response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", reply.text[reply.text.find("<main") :]).split())[:160]
