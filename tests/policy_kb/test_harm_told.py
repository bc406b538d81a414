"""Harm by a product that somebody tells of: danger is danger, the rest is told what to do and where to report it."""

import pytest

from policy_kb import PolicyBase


@pytest.mark.parametrize(
    ("message", "item"),
    [
        ("用了面霜脸又红又痒", "C9"),
        ("脸烂了，刚换的面霜", "C9"),
        ("my face cream gave me a red itchy rash", "C9"),
        ("吃了阿莫西林身上起了点疹子", "C8"),
    ],
)
def test_harm_without_danger_is_told_what_to_do_and_where_to_report(
    ingested: PolicyBase, message: str, item: str
) -> None:
    answer = ingested.answer(message)
    assert (answer.status, answer.label) == ("handoff", "adverse_event")
    assert answer.service is not None and answer.service.id == item
    assert "120" in answer.text, "the signs of danger are told"
    assert [(step.kind, step.target) for step in answer.next_steps] == [("open_item", item), ("complain", "C1")]


@pytest.mark.parametrize("message", ["脸烂了怎么办", "脸上起红疹咋办", "头皮又痒又红怎么弄"])
def test_a_bare_cry_for_advice_is_harm_too(ingested: PolicyBase, message: str) -> None:
    answer = ingested.answer(message)
    assert answer.label == "adverse_event"
    assert answer.service is not None and answer.service.id == "C9"


@pytest.mark.parametrize("message", ["打完疫苗发烧", "孩子打完疫苗胳膊红肿", "slight fever after the vaccine"])
def test_after_a_vaccination_the_clinic_is_named(ingested: PolicyBase, message: str) -> None:
    answer = ingested.answer(message)
    assert (answer.status, answer.label) == ("routed", "adverse_event")
    assert any(step.kind == "other_authority" for step in answer.next_steps)


@pytest.mark.parametrize(
    "message",
    [
        "吃药过敏了 浑身痒 胸口闷",
        "打了针起了一身疹子，头晕",
        "敷面膜后脸肿得眼睛睁不开",
        "打完疫苗发烧，现在抽搐了",
        "a rash all over after the new pill and I feel faint",
        "I took 30 paracetamol",
    ],
)
def test_harm_that_is_no_longer_in_one_place_is_danger(ingested: PolicyBase, message: str) -> None:
    assert ingested.answer(message).status == "emergency"


@pytest.mark.parametrize(
    "question", ["面膜用了脸过敏，能要求商家赔多少", "顾客用了我们店的面霜过敏，要报告吗", "化妆品不良反应多久内上报"]
)
def test_who_asks_for_money_or_for_rules_is_no_case_of_harm(ingested: PolicyBase, question: str) -> None:
    assert ingested.answer(question).label != "adverse_event"


@pytest.mark.parametrize("message", ["买到假口红了", "隐形眼镜护理液过期了", "I bought a fake lipstick"])
def test_what_was_bought_and_did_no_harm_is_no_case_of_harm(ingested: PolicyBase, message: str) -> None:
    assert ingested.answer(message).label != "adverse_event"
