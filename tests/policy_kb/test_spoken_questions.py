"""A question written for an entry is known again in spoken words."""

import pytest

from policy_kb.answering.entries import list_entries
from policy_kb.answering.entries_asked import Asked
from policy_kb.catalogue import load_catalogue


@pytest.mark.parametrize(
    ("said", "entry"),
    [
        ("买到过期药了咋办", "faq:bought_expired"),
        ("请问药能退不", "faq:return_drugs"),
        ("械字号是啥意思", "faq:pack_words"),
        ("没有小票能投诉么", "faq:no_receipt"),
        ("化妆品过期了还能用不", "faq:cosmetic_dates"),
    ],
)
def test_dialect_and_particles_change_nothing(said: str, entry: str) -> None:
    found = Asked(list_entries(load_catalogue())).find(said)
    assert found is not None
    assert found.id == entry
