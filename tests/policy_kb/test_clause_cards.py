"""Clause cards: read strictly, matched by how people ask, and answering only with the clause beside them."""

import json
from datetime import date
from pathlib import Path

import pytest

from policy_kb.answering.cards import CardIndex
from policy_kb.answering.understanding import read_question
from policy_kb.catalogue import CatalogueError, load_catalogue
from policy_kb.catalogue.clause_cards import LONGEST, load_cards

CARD = {
    "t": "测试办法",
    "a": 3,
    "q": ["药店的证丢了咋补"],
    "e": ["lost licence"],
    "zh": "向原发证机关补。",
    "en": "Ask.",
}
OTHER = {**CARD, "a": 4, "q": ["过期药怎么罚"], "e": ["penalty for expired drugs"], "zh": "罚款。", "en": "A fine."}


def write(folder: Path, *cards: object, name: str = "测试办法") -> Path:
    lines = [card if isinstance(card, str) else json.dumps(card, ensure_ascii=False) for card in cards]
    (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_cards_are_read_in_order_and_numbered_within_their_text(tmp_path: Path) -> None:
    cards = load_cards(write(tmp_path, CARD, "", OTHER))
    assert [(card.id, card.article) for card in cards] == [("card:测试办法:1", 3), ("card:测试办法:2", 4)]


@pytest.mark.parametrize(
    ("card", "told"),
    [
        ("{", "line 1: Expecting"),
        ({**CARD, "a": "3"}, "line 1: a and s must be numbers of an article, not '3' and 0"),
        ({key: value for key, value in CARD.items() if key != "zh"}, "line 1: zh is missing"),
        ({**CARD, "q": []}, "line 1: q: must be a list of questions"),
        ({**CARD, "en": " "}, "line 1: en: must be a sentence"),
        ({**CARD, "z": 1}, "line 1: unknown fields z; there are a, e, en, q, s, t, zh"),
        ({**CARD, "zh": "长" * (LONGEST + 1)}, f"line 1: zh: {LONGEST + 1} characters; at most {LONGEST}"),
        ({**CARD, "t": "别的办法"}, "line 1: t: '别的办法' must be the name of the file"),
    ],
)
def test_a_faulty_card_is_refused_with_its_file_and_line(tmp_path: Path, card: object, told: str) -> None:
    with pytest.raises(CatalogueError) as refused:
        load_cards(write(tmp_path, card))
    assert f"cards/测试办法.jsonl: {told}" in str(refused.value)


@pytest.mark.parametrize(
    ("asked", "article"),
    [
        ("药店许可证丢失了怎么补办", 3),
        ("卖过期药罚多少", 4),
        ("what is the penalty for expired drugs", 4),
        ("I lost my licence", 3),
    ],
)
def test_a_question_finds_the_card_that_asks_the_same(tmp_path: Path, asked: str, article: int) -> None:
    index = CardIndex(load_cards(write(tmp_path, CARD, OTHER)))
    question = read_question(asked, language=None, as_of=None, today=date(2026, 11, 26), topic=None)
    matches = index.match(question)
    assert matches[0].card.article == article
    assert all(0 < match.score <= 1 for match in matches)


def test_no_cards_match_nothing() -> None:
    question = read_question("证丢了", language=None, as_of=None, today=date(2026, 11, 26), topic=None)
    assert CardIndex(()).match(question) == []


def test_the_shipped_cards_name_each_clause_by_title_and_article_and_speak_both_languages() -> None:
    cards = load_catalogue().cards
    assert len(cards) > 300
    assert not [card.id for card in cards if any("\u3400" <= sign <= "\u9fff" for sign in card.answer.en)]
