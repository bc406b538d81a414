"""Fictional enterprises on a fixed day, and an applicant who fills a renewal without JavaScript."""

import io
import re
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from docx import Document
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from policy_kb import clock
from portal.applications import service
from portal.applications.models import Answer, Case, Draft
from portal.extensions import db
from portal.forms import service as forms
from portal.identity import service as identities
from portal.identity.commands import DEMO_PASSWORD
from portal.identity.service import Identity
from tests.portal.forms.made_answers import make_answers, make_value
from tests.portal.made_once import put_demo

DAY = "2026-11-24T10:00"
TODAY = date(2026, 11, 24)
Finish = Callable[..., Case]
PDF = b"%PDF-1.4 authorisation"
# What no record knows of the demo renewal, by section.
OPEN_ANSWERS: dict[str, dict[str, str]] = {
    "business": {"online_sale": "no", "changed": "no"},
    "contact": {"delivery": "electronic"},
    "declarations": {"declare_true": "yes", "declare_conditions": "yes", "signer": "顾怀川", "signed_on": "2026-11-24"},
}


class Applicant:
    """A browser without JavaScript: reads a page's controls, changes some, posts the whole form."""

    def __init__(self, client: FlaskClient, login: str) -> None:
        self.client = client
        assert client.post("/sign-in", data={"login": login, "password": DEMO_PASSWORD}).status_code == 302

    def start(self, item: str = "A11", variant: str = "renew", consent: str = "all") -> str:
        page = self.text(f"/applications/start?item={item}&variant={variant}")
        record = re.search(r'name="record" value="([^"]+)" checked', page)
        reply = self.client.post(
            "/applications/start",
            data={"item": item, "variant": variant, "record": record[1] if record else "", "consent": consent},
        )
        assert reply.status_code == 302
        return str(reply.location)

    def text(self, url: str) -> str:
        return self.client.get(url).get_data(as_text=True)

    def save(self, url: str, section: str, changes: dict[str, Any], **more: Any) -> TestResponse:
        """Post a section as the browser would: everything the page holds, with changes."""
        data = read_controls(self.text(f"{url}s/{section}")) | changes | more
        return self.client.post(f"{url}s/{section}", data=data, content_type="multipart/form-data")

    def fill(self, url: str) -> None:
        """Answer everything of the renewal that records do not know; the conflict is settled for the register."""
        page = self.text(f"{url}s/company")
        key = re.findall(r'name="choice-legal_rep" value="(\d+)"', page)[-1]
        assert self.save(url, "company", {"choice-legal_rep": key}).status_code == 302
        for section, answers in OPEN_ANSWERS.items():
            assert self.save(url, section, answers).status_code == 302, section
        assert self.save(url, "papers", {"authorisation": (io.BytesIO(PDF), "授权书.pdf")}).status_code == 302

    def send(self, url: str) -> TestResponse:
        return self.client.post(f"{url}check", data=read_controls(self.text(f"{url}check")))

    def get_case_id(self, reply: TestResponse) -> int:
        assert reply.status_code == 302, reply.get_data(as_text=True)[:3000]
        found = re.search(r"/cases/(\d+)/", str(reply.location))
        assert found
        return int(found[1])


def read_controls(page: str) -> dict[str, Any]:
    """Names and values of the controls of the page's main form, as a browser would send them."""
    main = page[page.index("<main") : page.index("</main>")]
    data: dict[str, Any] = {}
    for tag in re.findall(r"<input [^>]*>", main):
        said = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if said.get("type") == "file" or "name" not in said:
            continue
        if said.get("type") in ("radio", "checkbox"):
            if " checked" not in tag:
                continue
            if said["type"] == "checkbox" and said["name"] in data:
                data[said["name"]] = [
                    *([data[said["name"]]] if isinstance(data[said["name"]], str) else data[said["name"]]),
                    said["value"],
                ]
                continue
        data[said["name"]] = said.get("value", "")
    for name, body in re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>', main):
        data[name] = body
    for name, body in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', main, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', body)
        data[name] = chosen[1] if chosen else ""
    return data


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENBAN_NOW", DAY)


@pytest.fixture
def demo(app: APIFlask, day: None) -> APIFlask:
    """The demo enterprises with their records."""
    put_demo(app)
    return app


@pytest.fixture
def applicant(demo: APIFlask) -> Applicant:
    return Applicant(demo.test_client(), "kangrui")


@pytest.fixture
def identity_of(demo: APIFlask) -> Callable[[str], Identity]:
    """The identity behind a demo login."""

    def find(login: str) -> Identity:
        account = identities.find_account(login)
        assert account is not None
        return identities.identity_of(account)

    return find


@pytest.fixture
def kangrui(identity_of: Callable[[str], Identity]) -> Identity:
    return identity_of("kangrui")


@pytest.fixture
def officer(identity_of: Callable[[str], Identity]) -> Identity:
    return identity_of("officer")


@pytest.fixture
def draft(kangrui: Identity) -> Draft:
    """An open renewal, just filled from the records."""
    made = start_agreed(kangrui, "A11", "renew")
    db.session.commit()
    return made


def start_agreed(identity: Identity, item: str, variant: str, record: str = "") -> Draft:
    """A draft whose sources were all agreed to and asked."""
    made = service.start(identity, item, variant, record)
    service.decide_sources(identity, made.id, service.read_said("all", ()))
    return made


@pytest.fixture
def finish(identity_of: Callable[[str], Identity], officer: Identity) -> Finish:
    """``finish("qihang", "A8", "change", items=["scope"])``: an application of a demo enterprise, sent and approved; what
    the records do not know is made up, ``given`` is answered so; ``until="accepted"`` leaves it to be decided."""

    def run(login: str, item: str, variant: str, record: str = "", until: str = "decided", **given: Any) -> Case:
        identity, form = identity_of(login), forms.find_form(item, variant)
        assert form is not None
        draft = start_agreed(identity, item, variant, record)
        known = service.view_draft(draft).values
        made = {
            **make_answers(form, TODAY),
            **{name: value for name, value in known.items() if value is not None},
            **given,
        }
        for field in forms.list_shown(form, made, TODAY):
            made.setdefault(field.id, make_value(forms.build_schema(form)["properties"][field.id], TODAY))
        for name, value in made.items():
            if known.get(name) is None or name in given:
                draft.answers.append(_answer(name, value, draft.version, identity.actor))
        db.session.flush()
        case = service.submit(identity, draft.id, draft.version, "once")
        if case.state == "submitted":
            service.accept_case(officer, case.id)
        if case.state == "accepted" and until == "decided":
            service.decide_case(officer, case.id, approve=True, note="")
        db.session.commit()
        return case

    return run


def _answer(name: str, value: Any, version: int, author: str) -> Answer:
    return Answer(
        field_id=name, value=value, state="given", origin="manual", version=version, at=clock.now(), author=author,
        channel="page",
    )  # fmt: skip


def draft_id_of(url: str) -> str:
    return url.rstrip("/").rpartition("/")[2]


@pytest.fixture
def read_pdf(tmp_path: Path) -> Callable[[bytes], str]:
    """The text of a PDF, read by pdftotext."""

    def read(content: bytes) -> str:
        path = tmp_path / "document.pdf"
        path.write_bytes(content)
        return subprocess.run(
            ["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True, text=True
        ).stdout

    return read


@pytest.fixture
def read_docx() -> Callable[[bytes], str]:
    """The text of a DOCX: paragraphs and cells."""

    def read(content: bytes) -> str:
        document = Document(io.BytesIO(content))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return "\n".join([p.text for p in document.paragraphs] + cells)

    return read
