"""Tokens: made by a person who proved twice who they are, shown once, kept as a hash, ended at once, never wider than the
mandate; and every refusal in one shape and in the language asked for."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask

from portal import create_app
from portal.audit import service as audit
from portal.errors import Forbidden, Invalid
from portal.extensions import db, limiter
from portal.identity import second_factor
from portal.identity import service as identities
from portal.identity.commands import DEMO_SECRET
from portal.identity.service import Identity
from portal.open_api import service
from portal.open_api.models import ApiToken
from portal.settings import Settings
from tests.portal.applications.conftest import Applicant
from tests.portal.open_api.conftest import SCOPES, Give, Program

NEW = {"name": "ERP", "scopes": ["read", "write"], "days": "90"}
RENEWAL = "device-distribution-renewal"


@pytest.fixture
def person(demo: APIFlask) -> Applicant:
    """Somebody who has signed in strongly."""
    found = Applicant(demo.test_client(), "kangrui")
    code = second_factor.present_code(DEMO_SECRET)
    assert found.client.post("/strong-sign-in", data={"code": code, "next": "/"}).status_code == 302
    return found


def test_a_token_is_made_on_a_page_shown_once_and_kept_as_a_hash(person: Applicant, demo: APIFlask) -> None:
    made = person.client.post("/developers/tokens", data=NEW)
    [text] = set(re.findall(r"wbt_[\w-]{43}", made.text))
    assert (made.status_code, made.headers["Cache-Control"]) == (201, "no-store")
    assert text not in person.text("/developers/tokens")
    row = db.session.query(ApiToken).one()
    assert text not in str([getattr(row, column.key) for column in ApiToken.__table__.columns])
    assert Program(demo, text).send("GET", "/token").get_json()["scopes"] == ["read", "write"]
    assert db.session.query(ApiToken).one().last_used_at is not None
    assert "ERP" in person.text("/developers/tokens")


def test_a_revoked_token_opens_nothing_and_all_is_in_the_log(person: Applicant, demo: APIFlask) -> None:
    made = person.client.post("/developers/tokens", data=NEW)
    program = Program(demo, re.findall(r"wbt_[\w-]{43}", made.text)[0])
    token_id = db.session.query(ApiToken).one().id
    assert person.client.post(f"/developers/tokens/{token_id}/revoke").status_code == 302
    reply = program.send("GET", "/drafts")
    assert (reply.status_code, reply.get_json()["code"]) == (401, "token_revoked")
    actions = {line.action for line in audit.list_lines(subject_kind="token")}
    assert actions == {"token_made", "token_revoked", "refused_token"}
    assert "撤销程序令牌" in person.text("/records/log/")


def test_making_one_needs_the_strong_sign_in(demo: APIFlask) -> None:
    person = Applicant(demo.test_client(), "kangrui")
    reply = person.client.post("/developers/tokens", data=NEW)
    assert (reply.status_code, "/strong-sign-in" in reply.location) == (302, True)
    assert db.session.query(ApiToken).count() == 0


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"name": " "}, "name"), ({"name": "长" * 61}, "name"), ({"scopes": []}, "scopes"), ({"scopes": ["all"]}, "scopes"),
     ({"days": "366"}, "days"), ({"days": "x"}, "days"), ({"days": "0"}, "days")],
)  # fmt: skip
def test_what_cannot_be_made_is_said_beside_its_field(person: Applicant, wrong: dict[str, Any], field: str) -> None:
    reply = person.client.post("/developers/tokens", data=NEW | wrong)
    assert reply.status_code == 422
    assert f'href="#field-{field}"' in reply.text
    assert db.session.query(ApiToken).count() == 0


def test_a_year_is_the_longest(kangrui: Identity) -> None:
    strong = replace(kangrui, strong=True)
    with pytest.raises(Invalid):
        service.make_token(strong, "ERP", ["read"], 366)
    token, _text = service.make_token(strong, "ERP", ["read"], 365)
    assert (token.expires_at - token.created_at).days == 365


@pytest.mark.parametrize("login", ["officer", "curator1"])
def test_staff_make_none(identity_of: Callable[[str], Identity], login: str) -> None:
    with pytest.raises(Forbidden):
        service.make_token(replace(identity_of(login), strong=True), "ERP", ["read"], 30)


def test_nobody_revokes_anothers(demo: APIFlask, give: Give) -> None:
    give("kangrui")
    token_id = db.session.query(ApiToken).one().id
    other = Applicant(demo.test_client(), "meiyan")
    assert other.client.post(f"/developers/tokens/{token_id}/revoke").status_code == 404
    assert db.session.query(ApiToken).one().revoked_at is None


def test_a_token_ends(give: Give, monkeypatch: pytest.MonkeyPatch) -> None:
    program = give(days=30)
    assert program.send("GET", "/drafts").status_code == 200
    monkeypatch.setenv("WENBAN_NOW", "2026-12-25T10:00")
    assert program.send("GET", "/drafts").get_json()["code"] == "token_expired"


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer ", "Bearer wbt_wrong", "Basic a2FuZ3J1aTp4", "Bearer \udcff"])
@pytest.mark.parametrize(("language", "word"), [("zh", "令牌"), ("en", "token")])
def test_without_a_token_nothing_opens(give: Give, sent: str, language: str, word: str) -> None:
    program = give()
    program.language = language
    headers = {"Authorization": sent.encode("utf-8", "surrogateescape").decode("latin-1")}
    reply = program.send("GET", "/drafts", headers=headers)
    problem = reply.get_json()
    assert (reply.status_code, reply.mimetype) == (401, "application/problem+json")
    assert reply.headers["WWW-Authenticate"].startswith("Bearer")
    assert problem["status"] == 401
    assert word in problem["detail"]


def test_cookies_open_nothing_and_a_token_needs_no_csrf(demo: APIFlask, give: Give) -> None:
    demo.config["WTF_CSRF_ENABLED"] = True
    program = give()
    assert program.start(RENEWAL)["id"]
    demo.config["WTF_CSRF_ENABLED"] = False
    person = Applicant(demo.test_client(), "kangrui")
    assert person.client.get("/api/v1/drafts").status_code == 401
    assert person.client.post("/api/v1/drafts", json={"form": RENEWAL, "sources": "all"}).status_code == 401


NEEDS = [
    ("GET", "/drafts", None, "read"),
    ("POST", "/drafts", {"form": RENEWAL, "sources": "none"}, "write"),
    ("POST", "/drafts", {"form": RENEWAL, "sources": "all"}, "prefill"),
    ("POST", "/drafts/x/refresh", None, "prefill"),
    ("PATCH", "/drafts/x", {"values": {}}, "write"),
    ("POST", "/drafts/x/submit", None, "submit"),
    ("POST", "/cases/x/withdraw", None, "submit"),
]


@pytest.mark.parametrize(("method", "path", "body", "scope"), NEEDS)
def test_a_scope_that_is_missing_is_named(give: Give, method: str, path: str, body: Any, scope: str) -> None:
    program = give(scopes=tuple(one for one in SCOPES if one != scope))
    reply = program.send(method, path, body=body, key="k", etag='"1"')
    assert (reply.status_code, reply.get_json()["code"]) == (403, "token_scope")
    assert scope in reply.get_json()["detail"]
    assert [line.detail for line in audit.list_lines(subject_kind="token") if line.action == "refused_token"] == [
        f"scope {scope}"
    ]


def test_nobody_sees_or_changes_what_is_anothers(program: Program, give: Give) -> None:
    draft_id = program.start(RENEWAL)["id"]
    other = give("meiyan")
    for method, path, body in [
        ("GET", f"/drafts/{draft_id}", None), ("PATCH", f"/drafts/{draft_id}", {"values": {"signer": "甲"}}),
        ("GET", f"/drafts/{draft_id}/check", None), ("DELETE", f"/drafts/{draft_id}", None),
        ("POST", f"/drafts/{draft_id}/submit", None), ("POST", f"/drafts/{draft_id}/refresh", None),
        ("PUT", f"/drafts/{draft_id}/sources", {"sources": "none"}), ("PUT", f"/drafts/{draft_id}/files/authorisation", None),
        ("GET", "/cases/SQ2026112400001", None), ("GET", "/cases/SQ2026112400001/receipt.pdf", None),
        ("GET", "/forms/no-such-form", None), ("POST", f"/drafts/{draft_id}/upgrade", None),
    ]:  # fmt: skip
        reply = other.send(method, path, body=body, key="k", etag='"2"')
        assert reply.status_code == 404, (method, path)
        assert "康瑞" not in reply.text
    assert other.send("GET", "/drafts").get_json()["drafts"] == []


def test_an_agents_token_reaches_as_far_as_the_mandate(program: Program, give: Give) -> None:
    draft_id = program.start(RENEWAL)["id"]
    account, party = identities.find_account("renhe"), program.send("GET", "/token").get_json()["party"]
    assert account is not None
    for mandate in list(account.mandates):
        db.session.delete(mandate)
    db.session.flush()
    found = identities.find_party(party)
    assert found is not None
    mandate = identities.add_mandate(account, found, items=["A8/change"])
    db.session.commit()
    db.session.refresh(account)
    agent = give("renhe")
    assert agent.send("GET", "/token").get_json()["items"] == ["A8/change"]
    assert agent.send("GET", f"/drafts/{draft_id}").status_code == 404
    refused = agent.send("POST", "/drafts", body={"form": RENEWAL, "sources": "none"}, key="k")
    assert refused.status_code == 403
    mandate.valid_to = date(2026, 11, 23)
    db.session.commit()
    assert agent.send("GET", "/drafts").get_json()["code"] == "mandate_ended"


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "nothing", 404), ("POST", "openapi.json", 405), ("GET", "drafts/a/b/c", 404)]
)
def test_what_is_not_there_is_said_in_the_same_shape(demo: APIFlask, method: str, path: str, status: int) -> None:
    reply = demo.test_client().open(f"/api/v1/{path}", method=method)
    assert (reply.status_code, reply.mimetype, reply.get_json()["status"]) == (
        status,
        "application/problem+json",
        status,
    )


def test_a_token_has_a_limit_of_its_own(tmp_path: Path) -> None:
    app = create_app(Settings(env="development", data=tmp_path, argon2_time_cost=1))
    with app.app_context():
        db.create_all()
        client = app.test_client()
        ones = [client.get("/api/v1/token", headers={"Authorization": "Bearer one"}).status_code for _n in range(121)]
        other = client.get("/api/v1/token", headers={"Authorization": "Bearer two"})
        db.session.remove()
        db.engine.dispose()
    limiter.enabled = False
    assert (set(ones[:120]), ones[120], other.status_code) == ({401}, 429, 401)
