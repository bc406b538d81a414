"""Staff try what an enterprise would see: only with a purpose, with private values hidden, and the party sees it."""

import json
import re
from collections.abc import Callable

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from portal.identity import second_factor
from portal.identity.commands import DEMO_PASSWORD, DEMO_SECRET
from portal.identity.service import Identity
from portal.looks import service as looks
from portal.prefill import demo as data

TYPED = {"party": data.KANGRUI.code, "form": "device-distribution-renewal", "purpose": "核对企业来电所说的预填"}
Enter = Callable[[str], FlaskClient]


@pytest.fixture
def enter(demo: APIFlask, client: FlaskClient) -> Enter:
    def act(login: str) -> FlaskClient:
        assert client.post("/sign-in", data={"login": login, "password": DEMO_PASSWORD}).status_code == 302
        return client

    return act


@pytest.mark.parametrize(("login", "status"), [("kangrui", 403), ("citizen", 403), ("curator1", 403), ("", 401)])
def test_only_officers_and_administrators_may_try(enter: Enter, client: FlaskClient, login: str, status: int) -> None:
    if login:
        enter(login)
    assert client.get("/records/trial/").status_code == status
    assert client.post("/records/trial/", data=TYPED).status_code == status


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"purpose": ""}, "purpose"),
        ({"purpose": "看看"}, "purpose"),
        ({"party": "91440106MA0000000X"}, "party"),
        ({"form": "Z9"}, "form"),
        ({"day": "yesterday"}, "day"),
        ({"record": "no such record"}, "record"),
    ],
)
def test_what_is_wrong_is_told_and_leaves_no_line(
    enter: Enter, kangrui: Identity, changes: dict[str, str], field: str
) -> None:
    reply = enter("officer").post("/records/trial/", data=TYPED | changes)
    assert reply.status_code == 422
    assert f'id="error-{field}"' in reply.get_data(as_text=True)
    assert [look for look in looks.list_looks(kangrui) if look.authority] == []


@pytest.mark.parametrize("login", ["officer", "admin"])
def test_the_party_sees_who_tried_and_what_for(enter: Enter, kangrui: Identity, login: str) -> None:
    assert enter(login).post("/records/trial/", data=TYPED).status_code == 200
    look = next(look for look in looks.list_looks(kangrui) if look.authority)
    assert (look.purpose, look.kind, look.action) == (TYPED["purpose"], "read", "试算表单会显示的内容")


def test_the_page_says_the_same_as_the_command(enter: Enter, demo: APIFlask) -> None:
    page = enter("officer").post("/records/trial/", data=TYPED).get_data(as_text=True)
    args = ["prefill", "explain", "--party", TYPED["party"], "--form", TYPED["form"], "--json"]
    told = json.loads(demo.test_cli_runner().invoke(args=args).output)
    filled = [f for f in told["fields"] if f["outcome"] == "auto" and not f["concept"].startswith("handler.")]
    assert len(filled) > 5
    assert [f["id"] for f in filled if f["text"] not in page or f["origin_line"] not in page] == []
    assert f"{told['fillable']}项中，已填{told['filled']}项" in page


def test_contacts_of_the_handler_are_hidden_until_a_strong_sign_in(enter: Enter) -> None:
    client = enter("officer")
    page = client.post("/records/trial/", data=TYPED).get_data(as_text=True)
    assert data.KANGRUI.mobile not in page
    assert data.KANGRUI.handler not in page
    assert "二次验证后查看" in page
    code = second_factor.present_code(DEMO_SECRET)
    assert client.post("/strong-sign-in", data={"code": code, "next": "/records/trial/"}).status_code == 302
    assert data.KANGRUI.mobile in client.post("/records/trial/", data=TYPED).get_data(as_text=True)


def test_a_source_that_is_down_is_told(enter: Enter) -> None:
    page = enter("officer").post("/records/trial/", data=TYPED | {"down": "licence_register"}).get_data(as_text=True)
    assert re.search(r'class="note warn">[^<]*来源|class="note warn">[^<]*许可', page)
