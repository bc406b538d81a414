"""What curators see of conversations, and that nobody else does (officers: test_handover.py)."""

from collections.abc import Callable
from typing import Any

import pytest
from apiflask import APIFlask

from portal.chat import service, unanswered
from portal.errors import Forbidden, NotSignedIn
from portal.identity.service import ANONYMOUS, identity_of


def test_the_unanswered_list_is_closed_to_everybody_else(app: APIFlask, make_account: Callable[..., Any]) -> None:
    with pytest.raises(NotSignedIn):
        service.list_unanswered(ANONYMOUS)
    with pytest.raises(Forbidden):
        service.list_unanswered(identity_of(make_account()))


def test_an_unanswered_question_is_counted_masked_and_opens_again(
    app: APIFlask, make_account: Callable[..., Any]
) -> None:
    curator = identity_of(make_account(kind="staff", roles="curator"))
    kept = unanswered.note("手机19912345678，宠物药怎么办？", "zh", "no_evidence", 0.1)
    assert unanswered.note("手机19912345678， 宠物药怎么办?", "zh", "no_evidence", 0.2) is kept
    assert (kept.count, "19912345678" in kept.question) == (2, False)
    assert service.list_unanswered(curator) == [kept]
    service.set_unanswered_status(curator, kept.id, "done")
    assert service.list_unanswered(curator) == []
    unanswered.note("手机19912345678，宠物药怎么办？", "zh", "no_evidence")
    assert kept.status == "open"
