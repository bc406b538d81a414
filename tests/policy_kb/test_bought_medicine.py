"""What only sounds like danger: medicine bought and not taken, an insect in it, what is usual after a vaccination."""

import pytest

from policy_kb import PolicyBase
from policy_kb.answering.routing import find_route, hears_emergency, load_routes, may_be_emergency

_BOUGHT = [
    "我妈买了降糖药",
    "奶奶买了感冒药",
    "给老人买了安眠药",
    "爸爸网购了降压药",
    "my mum bought diabetes pills",
    "药里吃出了虫子",
    "my hair fell out after a perm at the salon",
]
_TAKEN = [
    "我妈买了降糖药吃完晕倒了",
    "孩子吃了我买的老鼠药",
    "孩子拿了我买的安眠药",
    "宝宝把我买的感冒药全吃了",
    "买的减肥药喝了以后喘不上气",
    "药里吃出玻璃，嘴里一直流血",
    "my son swallowed the pills I bought",
    "打完疫苗低烧，现在抽搐了",
    "孩子喝了一整瓶止咳糖浆犯困",
    "my hair fell out and my scalp is bleeding",
]


@pytest.mark.parametrize("message", _BOUGHT)
def test_medicine_bought_and_not_taken_is_no_danger(message: str) -> None:
    assert not hears_emergency(message)
    assert not may_be_emergency(message), "the bot's own ear is not believed either"


@pytest.mark.parametrize("message", _TAKEN)
def test_medicine_taken_with_harm_is_never_called_harmless(message: str) -> None:
    heard = [route.heard for route in load_routes() if route.status == "emergency" and route.heard]
    assert heard
    assert not any(each.is_harmless(message.lower()) for each in heard)


@pytest.mark.parametrize("message", [_TAKEN[0], _TAKEN[1], _TAKEN[3], _TAKEN[4], _TAKEN[6], _TAKEN[7]])
def test_what_was_bought_and_did_harm_is_danger(message: str) -> None:
    route = find_route([message.lower()])
    assert route is not None
    assert route.status == "emergency"


@pytest.mark.parametrize("message", ["孩子打完预防针哭闹低烧", "宝宝打完疫苗有点低烧"])
def test_what_is_usual_after_a_vaccination_is_told_whom_to_ask(ingested: PolicyBase, message: str) -> None:
    answer = ingested.answer(message)
    assert (answer.status, answer.label) == ("routed", "adverse_event")
    assert "120" in answer.text, "the signs of danger are told"


def test_drowsiness_after_a_syrup_is_a_reaction_and_no_danger(ingested: PolicyBase) -> None:
    answer = ingested.answer("喝了止咳糖浆犯困")
    assert (answer.status, answer.label) == ("handoff", "adverse_event")
    assert "120" in answer.text


@pytest.mark.parametrize("message", ["附近那家药店有没有许可证", "这家诊所是不是正规的"])
def test_whether_a_shop_is_licensed_is_no_secret_and_no_address(ingested: PolicyBase, message: str) -> None:
    assert ingested.answer(message).label not in {"others_data", "local_details"}


@pytest.mark.parametrize(
    "message",
    [
        "网上买的减肥药吃完心跳好快快晕了",
        "网上买了减肥药吃完人昏过去了",
        "没有备案的面膜敷完人就昏过去了",
        "没有许可证的诊所打了针，现在抽搐了",
    ],
)
def test_danger_is_heard_whatever_is_said_of_the_purchase_or_its_papers(message: str) -> None:
    assert hears_emergency(message)


@pytest.mark.parametrize(
    "message", ["网上买药要什么条件", "网上卖药出现顾客晕倒要几天内报告", "没有备案的面膜可以用吗"]
)
def test_questions_of_papers_and_purchase_stay_questions(message: str) -> None:
    assert not hears_emergency(message)
