"""Brand, platform, shop and harm cut out by what was learned, and how they are learned."""

from datetime import date
from pathlib import Path

import pytest

from portal.complaints.reading import read_message
from portal.complaints.reading.harms import join_told, tidy_harm
from portal.complaints.reading.message import make_message
from portal.complaints.reading.tagged import TAGS, read_tags
from portal.complaints.reading.tokens import tokens_of
from portal.complaints.reading.told import known_spans
from tools.score_messages import load_messages
from tools.train_message_tags import guess, learn, read_marked, read_rows

TOLD = Path(__file__).with_name("messages") / "told.txt"
SAID_ON = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "field", "expected"),
    [
        ("Sunrise Pharmacy on Bridge Road sold me cough drops two years past the date", "platform", None),
        ("I work at a factory that makes face masks, and they put new dates on expired boxes", "harm", None),
        (
            "it cost 260 yuan and my cheeks went red and itchy\nok file a complaint",
            "harm",
            "my cheeks went red and itchy",
        ),
        ("在步行街彩蝶小铺，88块，嘴都烂了\nI want my money back", "harm", "嘴都烂了"),
        ("我花了一万块在美容院打的玻尿酸，没效果，我要他们退钱", "seller", None),
        ("品牌一万块的护肤品", "brand", None),
        ("我在小区门口的康健药店买了瓶眼药水，两百五十块，滴了眼睛肿了", "platform", None),
        ("I bought a thermometer from MedPlus store, 12 Garden Road, 89 yuan, want a replacement", "seller", "MedPlus"),
        ("A website called HealthMall (on Taobao) sold me diet pills, I want my money back", "seller", "HealthMall"),
        ("I paid three hundred yuan in cash at Jade Garden Pharmacy, I want a refund", "price", 300),
        ("I paid a hundred and twenty yuan for it at Jade Garden Pharmacy, I want a refund", "price", 120),
        (
            "Kind Heart Pharmacy, Station Road 3, Linjiang, sold me pills for 88 yuan",
            "seller_place",
            "Station Road 3, Linjiang",
        ),
    ],
)
def test_what_only_looks_like_it_is_not_read(text: str, field: str, expected: object) -> None:
    assert read_message(text, SAID_ON).fields.get(field) == expected


@pytest.mark.parametrize(
    ("text", "field", "expected"),
    [
        ("用了三天，脖子上起了一溜小包，痒得直挠。店里不管，退钱", "harm", "脖子上起了一溜小包，痒得直挠"),
        ("贴完膏药肚皮红得像关公，揭下来掉了一层皮，店家不认，退钱", "harm", "肚皮红得像关公，揭下来掉了一层皮"),
        (
            "After one use my cheeks went tight and flaky. The shop refuses a refund.",
            "harm",
            "my cheeks went tight and flaky",
        ),
        ("买的护膝，牌子叫岭上松，一戴就断，退钱", "brand", "岭上松"),
        ("一瓶“晨曦谷”洗发水，打开是空的，退钱", "brand", "晨曦谷"),
        ("在芒果优选买的面霜，店铺叫小竹林护肤，坏了，退钱", "platform", "芒果优选"),
        ("在芒果优选买的面霜，店铺叫小竹林护肤，坏了，退钱", "seller", "小竹林护肤"),
    ],
)
def test_what_no_list_holds_is_read_by_how_it_is_told(text: str, field: str, expected: str) -> None:
    assert read_message(text, SAID_ON).fields.get(field) == expected


@pytest.mark.parametrize(
    ("words", "span", "expected"),
    [
        ("擦上不到十分钟嘴皮子火辣辣的。", "擦上不到十分钟嘴皮子火辣辣的。", "嘴皮子火辣辣的"),
        ("两边脸颊起皮", "脸颊起皮", "两边脸颊起皮"),
        ("后背起疹子，去医院看了", "后背起疹子，去医院看了", "后背起疹子"),
    ],
)
def test_a_harm_is_cut_at_who_when_and_what_was_done_about_it(words: str, span: str, expected: str) -> None:
    message = make_message(words, SAID_ON)
    start = words.index(span)
    assert message.cut(tidy_harm(message, (start, start + len(span)))) == expected


def test_two_pieces_that_only_a_time_parts_are_one_telling() -> None:
    message = make_message("嘴唇黑了，第二天裂口子，老板不认", SAID_ON)
    assert join_told(message, [(0, 4), (8, 11)]) == [(0, 11)]
    assert join_told(message, [(0, 4), (12, 16)]) == [(0, 4), (12, 16)]


@pytest.mark.parametrize("text", ["", " ", "退", "!!!", "a" * 500, "面霜" * 400])
def test_nothing_or_nonsense_is_cut_without_a_fault(text: str) -> None:
    message = make_message(text, SAID_ON)
    assert set(read_tags(message, known_spans(message))) == set(TAGS)


def test_a_token_is_a_sign_a_word_or_a_number() -> None:
    assert [token[2] for token in tokens_of("花了1,280元 Dr Bo’s「霜」")] == [
        "花", "了", "#", ",", "###", "元", "dr", "bo’s".translate({0x2019: '"'}), '"', "霜", '"',
    ]  # fmt: skip


def test_marks_are_taken_out_of_a_told_clause() -> None:
    message, spans = read_marked("买了[岭上松|b]的[护膝|g]，[退钱|r]，[没标]")
    assert message.text == "买了岭上松的护膝，退钱，没标"
    assert [(tag, message.text[s[0] : s[1]]) for tag, s in spans] == [("brand", "岭上松"), ("product_name", "护膝")]


def test_what_is_learned_finds_again_what_it_learned_from(tmp_path: Path) -> None:
    marked = tmp_path / "told.txt"
    lines = ["买了[岭上松|b]的[护膝|g]，[腿上勒出紫印|h]", "[青石巷|b]的[面霜|g]，[脸上起了红点|h]", "退钱"] * 3
    marked.write_text("# marked\n" + "\n".join(lines) + "\n", encoding="utf-8")
    rows = list(read_rows(marked))
    model = learn(rows, strength=0.1, rounds=40)
    assert {tag: [rows[0].message.cut(s) for s in spans] for tag, spans in guess(model, rows[0]).items() if spans} == {
        "brand": ["岭上松"], "product_name": ["护膝"], "harm": ["腿上勒出紫印"],
    }  # fmt: skip
    assert not any(guess(model, rows[2]).values())


def test_the_row_that_ships_was_learned_from_the_told_clauses() -> None:
    rows = [row for row in read_rows(TOLD) if "harm" in row.tags()]
    heard = [read_tags(row.message, known_spans(row.message))["harm"] == row.tags()["harm"] for row in rows]
    assert sum(heard) / len(heard) >= 0.9


def test_the_fourth_writers_messages_hold_every_weak_field_and_messages_without() -> None:
    for name in ("fourth", "check4"):
        messages = load_messages(Path(__file__).with_name("messages") / f"{name}.yml")
        assert len(messages) == 60
        for field in ("harm", "brand", "platform", "demand"):
            assert 0 < sum(field in one["fields"] for one in messages) < 60
