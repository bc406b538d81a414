"""A program with a token: every request it makes and every answer it gets is held against the OpenAPI document."""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pytest
from apiflask import APIFlask
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from portal.extensions import db
from portal.identity import service as identities
from portal.identity.service import Identity
from portal.open_api import service
from portal.open_api.document import build_document
from portal.open_api.service import SCOPES
from tests.portal.applications.conftest import applicant, day, demo, identity_of, kangrui, officer

__all__ = ["applicant", "day", "demo", "identity_of", "kangrui", "officer"]


@cache
def read_document() -> dict[str, Any]:
    return build_document("http://localhost")


@cache
def find_path(method: str, path: str) -> str:
    """The path of the document that an address belongs to; the one with fewest parts left open."""
    known = [p for p, methods in read_document()["paths"].items() if method.lower() in methods]
    fitting = [p for p in known if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", p), path)]
    return min(fitting, key=lambda p: p.count("{"))


def list_faults(schema: dict[str, Any], value: Any) -> list[str]:
    root = {**schema, "components": read_document()["components"]}
    return [f"{e.json_path}: {e.message[:200]}" for e in Draft202012Validator(root).iter_errors(value)]


@dataclass
class Program:
    """Requests with one token. Answers are checked; ``etag`` is that of the last draft."""

    app: APIFlask
    token: str
    etag: str = ""
    language: str = "zh"

    def send(
        self, method: str, path: str, *, body: Any = None, key: str = "", etag: str | None = None, **more: Any
    ) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}", "Accept-Language": self.language} | more.pop("headers", {})
        headers |= {"Idempotency-Key": key} if key else {}
        headers |= {"If-Match": self.etag if etag is None else etag} if method in ("PATCH", "PUT", "POST") else {}
        if body is not None:
            more["json"] = body
        with self.app.app_context():
            reply = self.app.test_client().open(f"/api/v1{path}", method=method, headers=headers, **more)
        db.session.rollback()
        self._check(method, path.partition("?")[0], reply)
        return reply

    def _check(self, method: str, path: str, reply: TestResponse) -> None:
        template = find_path(method, path)
        told = read_document()["paths"][template][method.lower()]
        assert str(reply.status_code) in told["responses"], (
            f"{method} {template}: {reply.status_code} {reply.text[:300]}"
        )
        content = told["responses"][str(reply.status_code)].get("content", {})
        assert not content or reply.mimetype in content, f"{method} {template}: {reply.mimetype}"
        if reply.is_json:
            assert list_faults(content[reply.mimetype]["schema"], reply.get_json()) == []
        if reply.status_code < 300:
            found = reply.headers.get("ETag", "")
            self.etag = found if re.match(r'"\d+-', found) else self.etag

    def start(self, form: str, sources: Any = "all", key: str = "start", **more: Any) -> dict[str, Any]:
        reply = self.send("POST", "/drafts", body={"form": form, "sources": sources, **more}, key=key)
        assert reply.status_code == 201, reply.text
        return dict(reply.get_json())

    def change(self, draft_id: str, values: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        return self.send("PATCH", f"/drafts/{draft_id}", body=({"values": values} if values else {}) | more)

    def attach(self, draft_id: str, field: str, content: bytes, name: str = "材料.pdf") -> TestResponse:
        return self.send("PUT", f"/drafts/{draft_id}/files/{field}", data={"file": (io.BytesIO(content), name)})


Give = Callable[..., Program]


@pytest.fixture
def give(demo: APIFlask) -> Give:
    """``give("kangrui", scopes=("read",))``: a program of a demo account."""

    def make(login: str = "kangrui", scopes: tuple[str, ...] = SCOPES, days: int = 90) -> Program:
        account = identities.find_account(login)
        assert account is not None
        identity: Identity = replace(identities.identity_of(account), strong=True)
        _token, text = service.make_token(identity, "ERP", scopes, days)
        db.session.commit()
        return Program(demo, text)

    return make


@pytest.fixture
def program(give: Give) -> Program:
    return give()
