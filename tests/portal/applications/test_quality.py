"""Published figures of prefill: counted over what was sent; nothing small enough to tell of one enterprise."""

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from portal.applications import quality
from portal.applications.quality import Figures, Group, hide_small
from portal.errors import Invalid
from portal.extensions import db
from portal.identity.commands import DEMO_PASSWORD
from tests.portal.applications.conftest import Applicant


@pytest.fixture
def sent(applicant: Applicant) -> Applicant:
    """One renewal sent, the handler changed against what was filled in."""
    url = applicant.start()
    applicant.fill(url)
    assert applicant.save(url, "contact", {"agent_name": "别人"}).status_code == 302
    assert applicant.send(url).status_code == 302
    db.session.commit()
    return applicant


def test_anybody_may_read_the_page_and_few_cases_are_not_published(sent: Applicant, client: FlaskClient) -> None:
    page = client.get("/applications/quality")
    assert page.status_code == 200
    assert "少于5件" in page.get_data(as_text=True)
    assert "<table" not in page.get_data(as_text=True)
    assert "<table" not in sent.text("/applications/quality")


@pytest.mark.parametrize("login", ["officer", "admin"])
def test_officers_see_the_exact_figures(sent: Applicant, demo: APIFlask, login: str) -> None:
    client = demo.test_client()
    client.post("/sign-in", data={"login": login, "password": DEMO_PASSWORD})
    page = client.get("/applications/quality").get_data(as_text=True)
    assert "医疗器械经营许可证" in page
    assert "<svg" in page
    assert "style=" not in page[page.index("<main") :]


def test_what_was_filled_and_what_was_overridden_is_counted(sent: Applicant) -> None:
    figures = quality.measure("", "zh")
    assert (figures.cases, figures.total.changed) == (1, 1)
    assert [g.name for g in figures.fields if g.changed] == ["经办人姓名"]
    assert [g.name for g in figures.sources if g.changed] == ["申请人的账号资料"]
    assert sum(g.filled for g in figures.fields) == sum(g.filled for g in figures.sources) == figures.total.filled
    assert 0.5 < (figures.coverage or 0) <= 1


@pytest.mark.parametrize(
    ("period", "cases"), [("2026", 1), ("2026-11", 1), ("2026-10", 0), ("2025", 0), ("2026-12", 0)]
)
def test_a_period_counts_what_was_received_in_it(sent: Applicant, period: str, cases: int) -> None:
    assert quality.measure(period, "zh").cases == cases


@pytest.mark.parametrize("period", ["2026-13", "yesterday", "2026-11-24", "20"])
def test_a_period_that_cannot_be_read_is_told(demo: APIFlask, client: FlaskClient, period: str) -> None:
    with pytest.raises(Invalid):
        quality.read_period(period)
    assert client.get(f"/applications/quality?period={period}").status_code == 422


@pytest.mark.parametrize(
    ("groups", "shown"),
    [
        ([("a", 40, 10), ("b", 30, 8)], ["a", "b"]),
        ([("a", 40, 10), ("b", 30, 8), ("c", 4, 0)], ["a"]),  # the rest of 4 would tell of c: b goes, too
        ([("a", 40, 10), ("b", 30, 3)], []),
        ([("a", 40, 10), ("b", 30, 3), ("c", 20, 3)], ["a"]),
    ],
)
def test_small_groups_cannot_be_worked_out_from_the_rest(groups: list[tuple[str, int, int]], shown: list[str]) -> None:
    made = tuple(Group(*one) for one in groups)
    total = Group("", sum(g.filled for g in made), sum(g.changed or 0 for g in made))
    published = hide_small(Figures(9, 100, total, made, made))
    assert [g.name for g in published.sources] == shown
    assert [g.name for g in published.fields] == shown
