"""How many records were doubted and what became of it is published; nothing small is."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from portal.extensions import db
from portal.identity.service import Identity
from portal.tickets import service
from portal.tickets.counting import Counted, hide_small
from portal.tickets.service import DataTicket


def test_tickets_are_counted_by_source_with_their_end(
    make_ticket: Callable[..., DataTicket], officer: Identity, owner: Identity
) -> None:
    service.keep(officer, make_ticket().number, "核实无误")
    service.correct(officer, make_ticket("licence.principal", "白露").number, "白露")
    service.withdraw(owner, make_ticket("licence.valid_to", "2027-05-01").number)
    make_ticket("licence.issuer", "别的局")
    total, source = service.count(None)
    assert source == Counted("device_licence", 4, waiting=1, corrected=1, kept=1, withdrawn=1, days=0.0)
    assert (total.source, total.opened, total.days) == ("", 4, 0.0)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ([Counted("", 4, 4), Counted("a", 4, 4)], []),
        ([Counted("", 9, 9), Counted("a", 9, 9)], [Counted("", 9, 9), Counted("a", 9, 9)]),
        (
            [Counted("", 9, 7, 2), Counted("a", 9, 7, 2)],
            [Counted("", 9, None, None, None, None), Counted("a", 9, None, None, None, None)],
        ),
        # the rest of three would tell of a source that is not shown
        ([Counted("", 12, 12), Counted("a", 9, 9), Counted("b", 3, 3)], [Counted("", 12, 12)]),
        (
            [Counted("", 25, 20, 5), Counted("a", 15, 12, 3), Counted("b", 10, 8, 2)],
            [
                Counted("", 25, 20, 5),
                Counted("a", 15, None, None, None, None),
                Counted("b", 10, None, None, None, None),
            ],
        ),
    ],
)
def test_small_numbers_are_not_published(given: list[Counted], shown: list[Counted]) -> None:
    assert hide_small(given, 5) == shown


def test_the_quality_page_tells_the_public_less_than_officers(
    make_ticket: Callable[..., DataTicket], browse: Callable[[str], FlaskClient], client: FlaskClient
) -> None:
    make_ticket()
    db.session.commit()
    public = client.get("/applications/quality").get_data(as_text=True)
    assert "少于5条" in public
    staff = browse("officer").get("/applications/quality?period=2026-11").get_data(as_text=True)
    assert "医疗器械经营许可证" in staff[staff.index('id="doubts"') :]
    assert "没有提出核实的记录" in browse("officer").get("/applications/quality?period=2025").get_data(as_text=True)
