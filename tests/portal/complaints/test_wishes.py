"""Wishes read by how they are put together, what is no wish, and the told clauses with their wishes marked."""

import re
from datetime import date
from pathlib import Path

import pytest

from portal.complaints.reading.demands import read_demands
from portal.complaints.reading.message import make_message

TOLD = Path(__file__).with_name("messages") / "told.txt"
SAID_ON = date(2026, 11, 24)
WISHES = dict(zip("rcxuet", ("refund", "compensation", "replace", "punish", "explain", "stop"), strict=True))


def wished(text: str) -> set[str]:
    return set(read_demands(make_message(text, SAID_ON)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("挂号费六十由他们承担", {"compensation"}),
        ("看病花的两百一也得老板掏", {"compensation"}),
        ("输液的钱店里必须认", {"compensation"}),
        ("把我那四百五还回来", {"refund"}),
        ("希望贵局责令其返还全部款项", {"refund"}),
        ("诉求：1.款项原路退回 2.假一赔十", {"refund", "compensation"}),
        ("重配一副准的给我", {"replace"}),
        ("给我换个没拆封的", {"replace"}),
        ("这样的黑店早该查封", {"punish"}),
        ("建议你们派人去库房抽检", {"punish"}),
        ("想让他坐牢", {"punish"}),
        ("让厂里的人出来说清楚", {"explain"}),
        ("我只要一句道歉", {"explain"}),
        ("请叫停这个直播间", {"stop"}),
        ("把那个链接删了", {"stop"}),
        ("They should reimburse my hospital bill", {"compensation"}),
        ("Please have someone inspect the shop", {"punish"}),
        ("Just give me back what I paid", {"refund"}),
    ],
)
def test_a_wish_is_read_by_how_it_is_put_together(text: str, expected: set[str]) -> None:
    assert wished(f"买的面霜坏了。{text}。") == expected


@pytest.mark.parametrize(
    "text",
    [
        "店里第二天就把钱退给我了",
        "我已申请退款成功",
        "过期药怎么赔",
        "听说能赔一千",
        "没打算讨说法",
        "医生让我去检查一下",
        "希望尽快处理",
        "They offered a coupon, I said no",
    ],
)
def test_what_is_done_asked_or_told_of_others_is_no_wish(text: str) -> None:
    assert wished(text) == set()


def test_an_apology_beside_other_wishes_is_none_of_the_six() -> None:
    assert wished("把钱退给我，再道个歉。") == {"refund"}


def test_the_wishes_marked_in_told_clauses_are_heard() -> None:
    lines = [line for line in TOLD.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    right = [wished(re.sub(r"\[([^\[\]|]+)(?:\|\w+)?\]", r"\1", line)) == _marked(line) for line in lines]
    assert sum(right) / len(right) >= 0.88


def _marked(line: str) -> set[str]:
    tags = "".join(re.findall(r"\|([a-z]+)\]", line))
    return {WISHES[sign] for sign in tags if sign in WISHES}
