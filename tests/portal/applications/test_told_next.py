"""“What happens next?” after an application: its running step with the day, what comes behind it, where to look."""

from collections.abc import Callable

from apiflask import APIFlask

from portal.applications import chat
from portal.identity.service import Identity
from portal.pages import write_date
from tests.portal.applications.conftest import Finish


def test_the_step_the_day_and_the_place_are_told(
    demo: APIFlask, finish: Finish, identity_of: Callable[[str], Identity]
) -> None:
    with demo.test_request_context(headers={"Accept-Language": "zh"}):
        case = finish("kangrui", "A11", "renew", until="accepted")
        found = chat.tell_next(identity_of("kangrui"), case.received_at)
        assert found
        told = found[2]
        assert case.due
        assert case.number in told["text"]
        assert write_date(case.due) in told["text"]
        assert "我的事项" in told["text"]
        assert told["buttons"][0]["url"].endswith(f"/cases/{case.id}/")
        assert "视为准予延续" in told["text"]
