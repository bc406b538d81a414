"""The party sees who read and changed what is its own; nobody else sees that, and officers stand there by number."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from apiflask import APIFlask

from portal.applications import service as applications
from portal.audit import service as audit
from portal.errors import Forbidden, NotSignedIn
from portal.extensions import db
from portal.identity.service import ANONYMOUS, Identity
from portal.looks import service
from portal.looks.service import Wanted
from portal.prefill import service as prefill
from tests.portal.applications.conftest import Applicant

pytestmark = pytest.mark.usefixtures("draft")


def test_only_who_acts_for_the_party_sees_its_log(kangrui: Identity, officer: Identity) -> None:
    with pytest.raises(NotSignedIn):
        service.list_looks(ANONYMOUS)
    with pytest.raises(Forbidden):
        service.list_looks(officer)
    with pytest.raises(Forbidden):
        service.list_looks(replace(kangrui, party_code=""))


def test_another_party_sees_nothing_of_it(identity_of: Callable[[str], Identity], kangrui: Identity) -> None:
    prefill.list_records(kangrui, kangrui.party_code)
    assert service.list_looks(identity_of("yunqiao")) == []


def test_a_look_of_an_officer_stands_there_with_role_and_number_and_without_a_name(
    kangrui: Identity,
    officer: Identity,
) -> None:
    prefill.list_records(officer, kangrui.party_code)
    look = service.list_looks(kangrui)[0]
    assert (look.who, look.authority, look.kind) == (f"受理人员{officer.account_id}号", True, "read")
    assert officer.name not in repr(service.list_looks(kangrui))


def test_own_people_stand_there_by_name_with_the_matter(kangrui: Identity) -> None:
    looks = service.list_looks(kangrui)
    began = next(look for look in looks if look.action == "新建草稿")
    assert (began.who, began.kind, began.authority) == (kangrui.name, "change", False)
    assert "医疗器械经营许可·延续" in began.purpose
    assert {look.kind for look in looks} == {"change", "fetch", "read"}


def test_an_agent_sees_only_what_the_mandate_names(kangrui: Identity, officer: Identity) -> None:
    prefill.list_records(officer, kangrui.party_code)
    agent = replace(kangrui, account_id=4711, items=("A1",))
    assert service.list_looks(agent) == []
    assert [look.action for look in service.list_looks(agent)] == ["查看本记录"]
    renews = replace(agent, account_id=4712, items=("A11/renew",))
    seen = service.list_looks(renews)
    assert seen
    assert all("延续" in look.purpose for look in seen)


@pytest.mark.parametrize(
    ("wanted", "there_are"),
    [
        (Wanted(kind="fetch"), True),
        (Wanted(kind="refused"), False),
        (Wanted(side="own"), True),
        (Wanted(side="authority"), False),
        (Wanted(since=date(2026, 11, 24), until=date(2026, 11, 24)), True),
        (Wanted(since=date(2026, 11, 25)), False),
        (Wanted(until=date(2026, 11, 23)), False),
    ],
)
def test_the_filter_keeps_what_fits(kangrui: Identity, wanted: Wanted, there_are: bool) -> None:
    assert bool(service.list_looks(kangrui, wanted)) is there_are


def test_opening_the_pages_of_a_draft_leaves_a_line_each(applicant: Applicant, kangrui: Identity) -> None:
    url = applicant.start()
    before = sum(look.action == "查看" for look in service.list_looks(kangrui))
    db.session.commit()
    for page in ("", "s/company", "check"):
        applicant.client.get(url + page)
    assert sum(look.action == "查看" for look in service.list_looks(kangrui)) == before + 3


def test_a_refused_attempt_is_told(kangrui: Identity, identity_of: Callable[[str], Identity]) -> None:
    with pytest.raises(Forbidden):
        prefill.list_records(identity_of("yunqiao"), kangrui.party_code)
    assert service.list_looks(kangrui)[0].kind == "refused"


def test_the_page_and_the_file_hold_the_same_lines(applicant: Applicant) -> None:
    page = applicant.text("/records/log/?kind=fetch")
    assert "来源查询" in page
    assert "新建草稿" not in page
    text = applicant.client.get("/records/log/log.csv?kind=fetch").get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows
    assert {row["类别"] for row in rows} == {"来源查询"}
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row.values())


@pytest.mark.parametrize("path", ["/records/log/", "/records/log/log.csv"])
def test_a_day_that_is_none_is_said(applicant: Applicant, path: str) -> None:
    reply = applicant.client.get(f"{path}?since=yesterday")
    assert reply.status_code == 422
    assert "日期请写成" in reply.get_data(as_text=True)


def test_who_is_not_signed_in_is_led_to_the_sign_in(demo: APIFlask) -> None:
    reply = demo.test_client().get("/records/log/")
    assert reply.location.startswith("/sign-in?next=/records/log/")


def test_an_action_without_words_is_shown_by_its_own_name(kangrui: Identity) -> None:
    audit.record("system", "polished", "party", kangrui.party_code, party_code=kangrui.party_code)
    db.session.commit()
    assert (service.list_looks(kangrui)[0].action, service.list_looks(kangrui)[1].who) == ("polished", "本系统")


def test_titles_name_every_draft_and_case(kangrui: Identity) -> None:
    titles = applications.list_titles(kangrui.party_code)
    assert [one.item for one in titles.values()] == ["A11/renew"]
