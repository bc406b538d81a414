"""A8 and A9 on the living system: numbers of persons are starred, and what somebody left is served to nobody else."""

import random
import re
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from person import Person, renew_token, sign_in

from bench.kills_story import Session, Story
from tests.running import Running

SECRET = "溪北巷的周女士"
CLOSED = {401, 403, 404}


@dataclass(frozen=True, slots=True)
class Left:
    """Addresses that an owner opens, each with the status it has for them."""

    owner: httpx.Client
    addresses: tuple[str, ...]


@pytest.fixture(scope="module")
def enterprise(system: Running) -> Left:
    """A conversation with receipt and transcript, a draft with a file, and an application that was sent with one."""
    story = Story(Session(system.address, "kangrui"), Session(system.address, "curator1"), random.Random(1))
    story.begin()
    story.save_missing()
    while story._list_missing():
        story.save_missing()
    story.attach()
    story.send()
    assert story.case_id, story.strange
    owner = sign_in(system.address, "kangrui")
    talk, proofs = talk_by_page(owner)
    draft, case = f"/applications/drafts/{begin_draft(owner)}", f"/applications/cases/{story.case_id}"
    return Left(
        owner,
        (
            *(f"{draft}/{part}" for part in ("", "s/papers", "check", "sources", "files/authorisation")),
            *(f"{case}/{part}" for part in ("", "application.pdf", "application.docx", "files/authorisation")),
            f"/chat/c/{talk}",
            *(f"/chat/receipts/{code}{kind}" for code in proofs for kind in ("", ".pdf", ".json")),
        ),
    )


def begin_draft(owner: httpx.Client) -> str:
    """A draft of a renewal with a file in it."""
    begun = owner.post("/applications/start", data={"item": "A11", "variant": "renew", "consent": "all"})
    draft = begun.headers["location"].rstrip("/").rpartition("/")[2]
    path = f"/applications/drafts/{draft}/s/papers"
    version = re.search(r'name="version" value="(\d+)"', owner.get(path).text)
    assert version
    file = ("授权书.pdf", b"%PDF-1.4 trailer", "application/pdf")
    sent = owner.post(path, data={"version": version[1], "action": "stay"}, files={"authorisation": file})
    assert sent.status_code == 302, sent.text[:500]
    return draft


def talk_by_page(owner: httpx.Client) -> tuple[str, list[str]]:
    """The conversation's id, and the codes of a transcript and of an answer's receipt."""
    said = owner.post(
        "/chat/messages",
        data={"text": f"我是{SECRET}，药品经营许可证有效期几年？"},
        headers={"Accept": "application/json"},
    ).json()
    answer = next(message["id"] for message in said["messages"] if message["kind"] == "answer")
    made = [owner.post("/chat/receipts", data=data) for data in ({}, {"message": answer})]
    assert [reply.status_code for reply in made] == [303, 303]
    return said["conversation"], [reply.headers["location"].rpartition("/")[2] for reply in made]


@pytest.fixture(scope="module")
def citizen(system: Running) -> Left:
    """A complaint of a signed-in citizen, with a picture as evidence."""
    owner = sign_in(system.address, "citizen")
    renew_token(owner, "/complaints/new?kind=complaint")
    form = {
        "kind": "complaint", "facts": "在河东区的康福大药房买的止咳糖浆过期了", "seller": "康福大药房", "seller_place": "临江市河东区长春路1号",
        "name": "周女士", "mobile": "19400000001", "address": "临江市南湖区二路2号", "demand": "refund", "key": "live-a9",
    }  # fmt: skip
    sent = owner.post(
        "/complaints/new", data=form, files={"evidence": ("发票.pdf", b"%PDF-1.4 trailer", "application/pdf")}
    )
    assert sent.status_code == 302, sent.text
    number = re.search(r"data-number[^>]*>([^<]+)", owner.get("/complaints/receipt").text)
    assert number
    mine = f"/complaints/mine/{number[1].strip()}"
    evidence = re.search(r'href="(/complaints/[^"]+/evidence/\d+)"', owner.get(mine).text)
    assert evidence
    return Left(owner, (mine, evidence[1]))


@pytest.mark.parametrize("owner", ["enterprise", "citizen"])
def test_what_somebody_left_is_served_to_its_owner_and_to_nobody_else(
    request: pytest.FixtureRequest, system: Running, owner: str
) -> None:
    left: Left = request.getfixturevalue(owner)
    others = {
        "nobody": httpx.Client(base_url=system.address, timeout=60),
        "yunqiao": sign_in(system.address, "yunqiao"),
    }
    others["another"] = sign_in(system.address, "citizen" if owner == "enterprise" else "haoyi")
    for address in left.addresses:
        assert left.owner.get(address).status_code in (200, 302), address
    for address in left.addresses:
        for who, http in others.items():
            reply = http.get(address)
            asks_to_sign_in = reply.status_code == 302 and "/sign-in" in reply.headers["location"]
            assert reply.status_code in CLOSED or asks_to_sign_in, f"{who} {address}: {reply.status_code}"
            assert SECRET not in reply.text
            assert "周女士" not in reply.text


def test_a_conversation_opens_with_its_own_token_only(system: Running) -> None:
    mine, other = Person(system.address), Person(system.address)
    mine.say(f"我是{SECRET}，药品经营许可证有效期几年？")
    answer = mine.last["messages"][-1]["id"]
    for headers in ({}, other.headers, {"Authorization": "Bearer " + mine.token[:-1]}):
        for reply in (
            mine.http.get(mine.path, headers=headers),
            mine.http.post(mine.path, json={"text": "你好"}, headers=headers),
            mine.http.post(f"{mine.path}/{answer}/receipt", headers=headers),
            mine.http.post(f"{mine.path}/{answer}/feedback", json={"helpful": False}, headers=headers),
            mine.http.post(mine.path.replace("/messages", "/transcript"), headers=headers),
        ):
            assert reply.status_code == 401
            assert SECRET not in reply.text
    assert other.http.post(f"{other.path}/{answer}/receipt", headers=other.headers).status_code == 404
    assert (
        other.http.post(f"{other.path}/{answer}/feedback", json={"helpful": False}, headers=other.headers).status_code
        == 404
    )


def test_a_receipt_that_is_checked_by_a_stranger_does_not_tell_what_was_asked(system: Running) -> None:
    mine = Person(system.address)
    mine.say(f"我是{SECRET}，药品经营许可证有效期几年？")
    answer = next(message["id"] for message in mine.last["messages"] if message["kind"] == "answer")
    proof = mine.http.post(f"{mine.path}/{answer}/receipt", headers=mine.headers).raise_for_status().json()
    page = httpx.get(f"{system.address}/verify/{proof['code']}", follow_redirects=True)
    assert page.status_code == 200
    assert SECRET not in page.text
    for kind in ("page", "pdf", "data"):
        assert mine.http.get(proof[kind]).status_code == 200
        assert httpx.get(system.address + proof[kind].partition("?")[0]).status_code in CLOSED


def dump(path: Path) -> list[str]:
    """Every row of a database of the running system, as SQL, with what JSON columns hold written out."""
    with sqlite3.connect(path) as connection:
        return [
            line.encode().decode("unicode_escape", "ignore") if "\\u" in line else line
            for line in connection.iterdump()
        ]


NUMBERS = {
    "我的手机是19912345678，许可证办好了打给我": "19912345678",
    "身份证11010519491231002X能查许可证吗": "11010519491231002X",
    "打到6222021234567890128这张卡上": "6222021234567890128",
    "我的护照号E12345678要登记吗": "E12345678",
}
PAPERS = ["国药准字Z20123456", "国械注准20173540123", "91110108MA01ABCD0E", "粤妆20200123", "批号20240315678"]


def test_numbers_of_persons_are_nowhere_and_numbers_of_papers_stay(system: Running) -> None:
    person = Person(system.address)
    for text in NUMBERS:
        person.say(text)
    for number in PAPERS:
        person.say(f"{number}是什么意思")
    told = "".join(message["text"] + str(message["answer"]) + str(message["data"]) for message in person.read())
    assert [number for number in NUMBERS.values() if number in told] == []
    assert [number for number in PAPERS if number not in told] == []
    stored = "\n".join(line for path in system.data.glob("*.sqlite") for line in dump(path))
    assert [number for number in NUMBERS.values() if number in stored] == []
    assert PAPERS[0] in stored
