"""Characters, words, grams and numerals."""

import unicodedata

import jieba
import pytest

from policy_kb.text import format_article, grams, normalise, parse_article, parse_number, words
from policy_kb.text.lexicon import Lexicon
from policy_kb.text.normal import _VISIBLE
from policy_kb.text.segment import DICTIONARY, tokens


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("药\u200b品\u2060管理", "药品管理"),
        ("ＧＭＰ　认证（２０２６）", "GMP 认证(2026)"),
        ("藥品經營許可證", "药品经营许可证"),
        ("第\U000e0041三类\ufe0f", "第三类"),
        ("a\x00b\x07c", "abc"),
        ("  多   个\t空格  ", "多 个 空格"),
        ("一行\r\n二行", "一行\n二行"),
        ("\u202e反向\u202c", "反向"),
        ("", ""),
    ],
)
def test_one_form_is_made_of_many_writings(written: str, read: str) -> None:
    assert normalise(written) == read


def test_normalising_twice_changes_nothing() -> None:
    once = normalise("第１６條\u200b之一　㈠ 醫療器械")
    assert normalise(once) == once


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("十", 10),
        ("十六", 16),
        ("二十", 20),
        ("一百零三", 103),
        ("一百一十", 110),
        ("三百一十三", 313),
        ("二〇二六", 2026),
        ("一九九三", 1993),
        ("两万五千", 25_000),
        ("１６", 16),
        ("1,000", 1000),
        ("条", None),
        ("", None),
    ],
)
def test_chinese_numerals_are_read(numeral: str, value: int | None) -> None:
    assert parse_number(numeral) == value


@pytest.mark.parametrize(
    ("text", "article"),
    [
        ("第十六条", (16, 0)),
        ("《办法》第十六条之一第二款", (16, 1)),
        ("第 46 条", (46, 0)),
        ("16条", (16, 0)),
        ("第三类医疗器械", None),
        ("条例", None),
    ],
)
def test_an_article_number_is_found_in_a_text(text: str, article: tuple[int, int] | None) -> None:
    assert parse_article(text) == article


@pytest.mark.parametrize("article", [(1, 0), (10, 0), (16, 1), (20, 0), (101, 0), (110, 0), (313, 2), (1001, 0)])
def test_an_article_number_survives_being_written_and_read(article: tuple[int, int]) -> None:
    assert parse_article(format_article(*article)) == article


def test_the_words_of_the_field_stay_whole_and_their_parts_are_found_too() -> None:
    cut = words("申请第三类医疗器械经营许可证延续")
    assert {"第三类医疗器械经营许可证", "医疗器械", "许可证", "延续"} <= set(cut)


def test_punctuation_and_spaces_are_no_words() -> None:
    assert words("，。 《》！\n\t（）") == []


def test_a_counted_chinese_numeral_meets_its_arabic_form() -> None:
    assert "90" in words("届满前九十个工作日")
    assert "90" in words("届满前90个工作日")


def test_traditional_and_full_width_writing_is_cut_like_the_common_one() -> None:
    assert words("藥品經營許可證ＧＳＰ") == words("药品经营许可证GSP")


def test_numbers_of_documents_stay_whole() -> None:
    assert "gb15193.1-1994" in words("按照GB15193.1-1994的要求")


def test_grams_are_characters_and_pairs_of_chinese_and_whole_latin_words() -> None:
    assert grams("药品GMP认证") == ["药", "品", "药品", "gmp", "认", "证", "认证"]


def test_a_very_long_text_without_stops_is_cut_in_bounded_time() -> None:
    assert len(words("医疗器械经营许可" * 2_000)) >= 8_000


def test_the_dictionary_holds_each_word_once_with_frequency_and_kind() -> None:
    lines = DICTIONARY.read_text("utf-8").splitlines()
    entries = [line.split(" ") for line in lines]
    assert all(len(entry) == 3 and entry[1].isdecimal() for entry in entries)
    assert len({entry[0] for entry in entries}) == len(entries) >= 600


def test_words_are_cut_as_jieba_cuts_them_without_its_model() -> None:
    reference = jieba.Tokenizer()
    with DICTIONARY.open("rb") as lines:
        reference.load_userdict(lines)
    lexicon = Lexicon(DICTIONARY)
    for run in (
        "为了加强医疗器械经营监督管理规范医疗器械经营活动保障公众用械安全制定本办法",
        "从事第三类医疗器械经营的应当向所在地设区的市级负责药品监督管理的部门提出申请",
        "有下列情形之一的由县级以上地方人民政府有关部门责令改正并处五千元以上三万元以下罚款",
        "南京市长江大桥研究生命起源的㐀字和龘字",
        "二〇二六年三月十五日",
    ):
        assert lexicon.cut(run) == list(reference.cut(run, HMM=False))


def test_what_is_taken_for_visible_without_looking_holds_nothing_invisible() -> None:
    looked_at = [chr(code) for code in range(0x11000) if _VISIBLE.fullmatch(chr(code))]
    assert len(looked_at) > 28_000
    hidden = {"Cf", "Cc", "Cs", "Co"}
    assert [c for c in looked_at if unicodedata.category(c) in hidden and c not in "\n\t"] == []


def test_words_and_grams_read_at_once_are_those_read_apart() -> None:
    text = "第三类医疗器械（GMP-2）满 90 个工作日，\n㈠ 藥品"
    assert tokens(text) == (words(text), grams(text))
