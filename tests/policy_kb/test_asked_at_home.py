"""Plain questions of people at home get what answers them, not the rule for the trade beside it."""

import pytest

from policy_kb import PolicyBase
from policy_kb.answering.entries import list_entries
from policy_kb.answering.entries_asked import Asked
from policy_kb.catalogue import load_catalogue


@pytest.mark.parametrize(
    ("said", "entry"),
    [
        ("药店多收钱", "faq:overcharged"),
        ("老板收了钱不给货", "faq:paid_not_delivered"),
        ("网购的药没有说明书", "faq:leaflet_where"),
        ("附近药店有没有证", "faq:shop_licensed"),
        ("美容院打玻尿酸", "faq:salon_injections"),
        ("OTC红绿", "faq:otc_colours"),
        ("药店卖过期药违法吗", "faq:expired_drug_shop"),
        ("the pharmacy refused to sell me my pills", "faq:pharmacy_refuses"),
        ("they sold me an expired cream", "faq:bought_expired_cosmetic"),
    ],
)
def test_short_questions_are_asked_of_an_entry(said: str, entry: str) -> None:
    found = Asked(list_entries(load_catalogue())).find(said)
    assert found is not None
    assert found.id == entry


@pytest.mark.parametrize(
    ("said", "clause"),
    [
        ("请问出国旅游能带多少自己的药", ("麻醉药品和精神药品管理条例", 44)),
        ("药店给的药不对，拿错了怎么办", ("中华人民共和国药品管理法", 58)),
        ("美容店说能给我打肉毒素瘦脸，可以吗", ("医疗机构管理条例", 24)),
        ("药店不买保健品就不肯卖药给我，合法吗", ("中华人民共和国消费者权益保护法", 9)),
    ],
)
def test_what_is_asked_in_other_words_cites_the_same(ingested: PolicyBase, said: str, clause: tuple[str, int]) -> None:
    answer = ingested.answer(said)
    assert answer.status == "answered"
    assert clause in [(each.title, each.article) for each in answer.citations[:3]]
