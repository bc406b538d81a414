"""Follow-ups that ask on: of the other sort, of the products' own matters, of what it costs; none repeats what was told."""

import pytest

from policy_kb import Answer, PolicyBase
from policy_kb.answering.heard import Heard, breaks_a_duty


def converse(base: PolicyBase, *said: str) -> Answer:
    """The last answer of a conversation."""
    answer = base.answer(said[0])
    for text in said[1:]:
        answer = base.answer(text, topic=answer.topic)
    return answer


def cited(answer: Answer) -> list[tuple[str, int]]:
    return [(citation.title, citation.article) for citation in answer.citations]


@pytest.mark.parametrize(
    ("said", "clause"),
    [
        (("特殊化妆品注册要多久", "普通的呢", "标签有什么要求"), ("化妆品监督管理条例", 36)),
        (("医疗器械网络销售怎么办理", "广告要审批吗"), ("医疗器械监督管理条例", 60)),
        (("特殊化妆品注册要多久", "普通的呢"), ("化妆品监督管理条例", 20)),
        (("Do I need to register an ordinary cosmetic?", "and a special one?", "How long does registration take?"), ("化妆品注册备案管理办法", 39)),
        (("Who has to report device adverse events?", "Within how many days?", "What is the penalty for not reporting?"), ("医疗器械监督管理条例", 89)),
        (("化妆品生产许可证怎么延续", "续一次管几年"), ("化妆品监督管理条例", 27)),
        (("进口医疗器械注册要什么材料", "代理人有什么要求", "代理人地址变了呢"), ("医疗器械注册与备案管理办法", 79)),
    ],
)  # fmt: skip
def test_a_follow_up_tells_something_new(ingested: PolicyBase, said: tuple[str, ...], clause: tuple[str, int]) -> None:
    answer = converse(ingested, *said)
    assert clause in cited(answer)
    assert answer.text != converse(ingested, *said[:-1]).text


def test_the_way_to_report_a_reaction_is_its_form_and_no_lead_on_a_violation(ingested: PolicyBase) -> None:
    ingested.offer_forms({"C9/report": "cosmetic-adverse-reaction"})
    steps = ingested.answer("化妆品不良反应要在多少天内上报").next_steps
    assert [(step.kind, step.target) for step in steps][:1] == [("start_application", "C9:report")]


def test_who_asks_a_price_is_told_no_fine(ingested: PolicyBase) -> None:
    answer = ingested.answer("What is the fee for registering a class III device?")
    assert "yuan" not in answer.text


def test_the_time_for_an_operation_licence_is_that_of_the_licence(ingested: PolicyBase) -> None:
    asked = "How many days does the authority have to decide on a drug operation licence?"
    assert "20 working days" in ingested.answer(asked).text


@pytest.mark.parametrize(
    "text",
    [
        "What if I miss it?",
        "what if we miss the deadline",
        "and if i missed that?",
        "What if we make them without one?",
    ],
)
def test_who_misses_a_day_has_not_kept_the_duty(text: str) -> None:
    assert breaks_a_duty(Heard(text, text.lower(), (), False, english=True))
