"""Identity numbers and private contacts need a second proof: a code that counts once, for some minutes, for its owner."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from portal.applications import service
from portal.errors import NotSignedIn
from portal.extensions import db
from portal.identity import second_factor
from portal.identity import service as identities
from portal.identity.commands import DEMO_PASSWORD, DEMO_SECRET
from portal.identity.service import ANONYMOUS, Identity
from portal.prefill import service as prefill
from portal.settings import Settings
from tests.portal.applications.conftest import Applicant, draft_id_of

NUMBER = "440106199001011234"
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890" of RFC 6238, appendix B


@pytest.fixture
def person(demo: APIFlask, identity_of: Callable[[str], Identity]) -> Applicant:
    """A citizen whose earlier filing holds an identity number."""
    found = Applicant(demo.test_client(), "citizen")
    prefill.put_record(
        party_code=identity_of("citizen").party_code,
        kind="filing",
        number="Y1",
        as_of=date(2026, 5, 6),
        status="accepted",
        item="B9/first",
        values={"applicant.id_number": NUMBER, "applicant.name": "宋小满"},
    )
    db.session.commit()
    return found


def confirm(client: FlaskClient, code: str = "", next_page: str = "/") -> int:
    data = {"code": code or second_factor.present_code(DEMO_SECRET), "next": next_page}
    return client.post("/strong-sign-in", data=data).status_code


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert second_factor.compute_code(RFC_SECRET, seconds // 30) == code


def test_nobody_proves_who_they_are_twice_before_they_did_once(demo: APIFlask) -> None:
    assert demo.test_client().get("/strong-sign-in").status_code == 401
    assert demo.test_client().post("/strong-sign-in", data={"code": "123456"}).status_code == 401
    with pytest.raises(NotSignedIn):
        second_factor.check_code(ANONYMOUS, "123456")


def test_a_code_counts_once(applicant: Applicant, kangrui: Identity) -> None:
    code = second_factor.present_code(DEMO_SECRET)
    assert confirm(applicant.client, code) == 302
    assert confirm(applicant.client, code) == 422
    assert second_factor.check_code(kangrui, code) == "wrong"


@pytest.mark.parametrize("code", ["000000", "", "abcdef", "１２３４５６", "12345678901234567890", "' OR 1=1"])
def test_a_wrong_code_is_no_proof(applicant: Applicant, code: str) -> None:
    reply = applicant.client.post("/strong-sign-in", data={"code": code})
    assert reply.status_code == 422
    assert "验证码无效" in reply.get_data(as_text=True)


def test_five_wrong_codes_close_it_for_a_quarter_of_an_hour(
    applicant: Applicant, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(second_factor.MOST_WRONG):
        assert confirm(applicant.client, "000000") == 422
    assert "15分钟后再试" in applicant.client.post(
        "/strong-sign-in", data={"code": second_factor.present_code(DEMO_SECRET)}
    ).get_data(as_text=True)
    monkeypatch.setenv("WENBAN_NOW", "2026-11-24T18:00")
    assert confirm(applicant.client) == 302


@pytest.mark.parametrize(("target", "there"), [("/records/", "/records/"), ("//evil.example", "/"), ("https://x", "/")])
def test_the_page_one_wanted_comes_back(applicant: Applicant, target: str, there: str) -> None:
    reply = applicant.client.post(
        "/strong-sign-in", data={"code": second_factor.present_code(DEMO_SECRET), "next": target}
    )
    assert reply.location == there


def test_a_private_value_is_neither_fetched_nor_shown_before_the_second_proof(person: Applicant) -> None:
    url = person.start("B9", "first")
    draft_id = draft_id_of(url)
    assert NUMBER not in repr(prefill.list_facts(draft_id))
    page = person.text(url)
    assert "1项内容（证件号码、私人联系方式）没有查询" in page
    assert f"/strong-sign-in?next={url}" in page


def test_after_the_proof_it_is_filled_and_hidden_again_when_the_minutes_are_over(
    person: Applicant, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = person.start("B9", "first")
    assert confirm(person.client, next_page=url) == 302
    assert "没有查询" not in person.text(url)
    section = f"{url}s/person"
    assert f'value="{NUMBER}"' in person.text(section)
    monkeypatch.setenv("WENBAN_NOW", "2026-11-24T18:00")
    later = person.text(section) + person.text(f"{url}check")
    assert NUMBER not in later
    assert "已填好，二次验证后显示" in later
    draft = service.get_draft(current(person), draft_id_of(url))
    assert service.view_draft(draft).values["id_number"] == NUMBER


def current(person: Applicant) -> Identity:
    account = identities.find_account("citizen")
    assert account is not None
    return identities.identity_of(account)


def test_saving_a_page_that_hides_a_value_leaves_it(person: Applicant, monkeypatch: pytest.MonkeyPatch) -> None:
    url = person.start("B9", "first")
    confirm(person.client)
    person.text(url)
    monkeypatch.setenv("WENBAN_NOW", "2026-11-24T18:00")
    person.save(url, "person", {})
    draft = service.get_draft(current(person), draft_id_of(url))
    assert service.view_draft(draft).values["id_number"] == NUMBER


def test_who_goes_on_without_types_it(person: Applicant) -> None:
    url = person.start("B9", "first")
    assert re.search(r'name="id_number" [^>]*value=""', person.text(f"{url}s/person"))
    person.save(url, "person", {"id_number": NUMBER})
    assert f'value="{NUMBER}"' in person.text(f"{url}s/person")


def test_a_new_sign_in_is_weak_again(applicant: Applicant) -> None:
    confirm(applicant.client)
    assert "您已完成二次验证" in applicant.text("/strong-sign-in")
    applicant.client.post("/sign-out")
    applicant.client.post("/sign-in", data={"login": "yunqiao", "password": DEMO_PASSWORD})
    assert "您已完成二次验证" not in applicant.text("/strong-sign-in")


def test_an_account_without_an_app_is_told_so_and_goes_on(demo: APIFlask) -> None:
    identities.register_account("plain", "a long enough password", kind="citizen", name="某人")
    db.session.commit()
    client = demo.test_client()
    client.post("/sign-in", data={"login": "plain", "password": "a long enough password"})
    page = client.get("/strong-sign-in?next=/services/").get_data(as_text=True)
    assert "还没有绑定身份验证器" in page
    assert '<a href="/services/">不验证，继续办理' in page


def test_the_commands_set_an_app_up_and_tell_a_code_in_development_only(demo: APIFlask) -> None:
    runner = demo.test_cli_runner()
    assert (
        "otpauth://totp/Wenban:kangrui?secret=" in runner.invoke(args=["accounts", "second-factor", "kangrui"]).output
    )
    assert re.fullmatch(r"\d{6}\n", runner.invoke(args=["accounts", "code", "yunqiao"]).output)
    assert "there is no account nobody" in runner.invoke(args=["accounts", "code", "nobody"]).output
    settings: Settings = demo.config["SETTINGS"]
    demo.config["SETTINGS"] = settings.model_copy(update={"env": "production"})
    assert "only the person's own app knows" in runner.invoke(args=["accounts", "code", "yunqiao"]).output
