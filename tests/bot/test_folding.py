"""Spans survive folding."""

import pytest

from bot.components.dictionaries import make_segmenter
from bot.components.folding import fold
from bot.components.tokenizer import NOTHING, segment

SEGMENTER = make_segmenter([])


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("ＡＢ１２", "AB12"),
        ("㎡ 面积", "m2 面积"),
        ("药\u200b店", "药店"),
        ("第\ufeff一\u2060类", "第一类"),
        ("Ⅲ类", "III类"),
        ("a\nb\tc", "a b c"),
        ("", ""),
    ],
)
def test_one_spelling_without_invisible_characters(typed: str, folded: str) -> None:
    assert fold(typed).text == folded


@pytest.mark.parametrize("typed", ["ＡＢ１２", "药\u200b店 Ⅲ类", "㎡", "𝟙𝟚 号", "ﬁling"])
def test_every_folded_character_points_to_where_it_came_from(typed: str) -> None:
    result = fold(typed)
    assert len(result.origin) == len(result.text)
    assert all(0 <= place < len(typed) for place in result.origin)
    assert list(result.origin) == sorted(result.origin)


def test_a_span_of_an_expanded_character_covers_the_whole_of_it() -> None:
    result = fold("第Ⅲ类")
    assert result.text == "第III类"
    assert result.span(1, 4) == (1, 2)


def test_an_empty_span_is_refused() -> None:
    with pytest.raises(ValueError, match="empty span"):
        fold("abc").span(1, 1)


@pytest.mark.parametrize(
    "text", ["我要 办理  许可证", "renew my licence, please!", "２０２６年\u200b3月", "三类Ⅲ类 ㎡"]
)
def test_tokens_carry_offsets_of_the_text_as_typed_and_are_never_blank(text: str) -> None:
    tokens = segment(SEGMENTER, text)
    assert tokens
    for token in tokens:
        assert token.text.strip()
        assert fold(text[token.start : token.end]).text.strip()
    assert [t.start for t in tokens] == sorted(t.start for t in tokens)


def test_every_digit_looks_the_same_to_the_classifier() -> None:
    assert [t.text for t in segment(SEGMENTER, "88")] == [t.text for t in segment(SEGMENTER, "13")]


@pytest.mark.parametrize("text", ["", " ", "？！", "\u200b", "😀"])
def test_a_text_without_words_still_gives_one_token(text: str) -> None:
    assert [token.text for token in segment(SEGMENTER, text)] == [NOTHING]
