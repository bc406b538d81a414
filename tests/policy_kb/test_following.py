"""Follow-ups: what they hang on, what they point at, when they stand alone, and whose law they ask for."""

import json
from pathlib import Path

import pytest

from policy_kb import Answer, PolicyBase, Topic, clock
from policy_kb.answering.breaches import find_penalties
from policy_kb.answering.translation import swap_phrases
from policy_kb.answering.vocabulary import load_vocabulary
from policy_kb.evaluation.asking import ask_all
from policy_kb.evaluation.counting import count
from policy_kb.evaluation.gold import QUESTIONS, read_questions


def converse(base: PolicyBase, *said: str) -> Answer:
    """The last answer of a conversation."""
    topic, answer = None, base.answer(said[0])
    for text in said[1:]:
        topic = answer.topic
        answer = base.answer(text, topic=topic)
    return answer


def cited(answer: Answer) -> list[tuple[str, int]]:
    return [(citation.title, citation.article) for citation in answer.citations]


@pytest.mark.parametrize(
    ("said", "item", "told"),
    [
        (("药品经营许可证多久能批", "那这个证能用几年？"), "A12", "5年"),
        (("特殊化妆品注册证延续什么时候交", "交了以后要多久？"), "B1", "10个工作日"),
        (("第二类医疗器械经营备案要多久", "那第三类呢"), "A11", "20个工作日"),
        (("药品经营许可证多少天能办下来", "变更的话呢"), "A12", "15个工作日"),
        (("医疗器械经营许可证核发要多少天", "要是改法人呢"), "A11", "当场"),
        (("药品经营许可证在哪办", "医疗器械经营许可证呢"), "A11", "设区的市"),
        (("How long does a Class III device distribution licence take?", "And how long is it valid?"), "A11", "5 years"),
        (("化妆品注册证有效期多长", "and when must I apply to extend it?"), "B1", "90"),
        (("药品生产许可证到期前多久申请重新发证？", "它丢了怎么办？"), "A6", "补发"),
        (("药品生产许可证丢了怎么办", "要是换法定代表人，多少天内办？"), "A6", "30"),
        (("药品生产许可证到期前多久申请重新发证？", "没有这个证就生产，怎么罚"), "A6", "15倍"),
    ],
)  # fmt: skip
def test_a_follow_up_is_answered_for_the_matter_spoken_of(
    ingested: PolicyBase, said: tuple[str, ...], item: str, told: str
) -> None:
    answer = converse(ingested, *said)
    assert (answer.status, answer.service and answer.service.id) == ("answered", item)
    assert told in answer.text
    assert answer.understood, "the person sees how the follow-up was read"


@pytest.mark.parametrize(
    "pointing", ["上面说的第二条", "第二条依据怎么说", "the second clause", "what does the second one say?"]
)
def test_the_second_of_what_was_cited_is_shown(ingested: PolicyBase, pointing: str) -> None:
    first = ingested.answer("药品经营许可证有效期几年")
    answer = ingested.answer(pointing, topic=first.topic)
    assert cited(answer)[0] == cited(first)[1]


@pytest.mark.parametrize("pointing", ["第二个", "选第二个", "the second one", "那第二个呢"])
def test_the_second_of_what_was_offered_is_chosen(ingested: PolicyBase, pointing: str) -> None:
    asked_back = ingested.answer("那要多久？")
    assert asked_back.status == "clarify"
    answer = ingested.answer(pointing, topic=asked_back.topic)
    chosen = ingested.answer(asked_back.options[1].question)
    assert (answer.status, cited(answer)) == (chosen.status, cited(chosen))


def test_an_article_of_the_document_spoken_of_is_found_by_its_number(ingested: PolicyBase) -> None:
    first = ingested.answer("医疗器械经营许可证什么时候可以延续")
    answer = ingested.answer("第十七条怎么说", topic=first.topic)
    assert cited(answer)[0] == (first.topic.document, 17)


def test_a_number_beyond_the_list_points_at_nothing(ingested: PolicyBase) -> None:
    first = ingested.answer("药品经营许可证有效期几年")
    assert ingested.answer("第六个", topic=first.topic).status in ("clarify", "refused")


def test_a_matter_of_earlier_is_come_back_to(ingested: PolicyBase) -> None:
    answer = converse(ingested, "医疗器械经营许可证有效期多少年", "药品经营许可证呢", "刚才说的器械那个，届满前多久续")
    assert answer.service is not None
    assert answer.service.id == "A11"
    assert "90个工作日" in answer.text


def test_the_day_of_the_law_spoken_of_stays_for_the_follow_up(ingested: PolicyBase) -> None:
    first = ingested.answer("2026年3月提交的投诉，调解最长多少天")
    assert first.topic.as_of.startswith("2026-03")
    assert ingested.answer("那受理要几天", topic=first.topic).as_of == first.as_of
    assert ingested.answer("药品经营许可证有效期几年", topic=first.topic).as_of != first.as_of


def test_another_field_of_products_is_not_read_into_the_matter_spoken_of(ingested: PolicyBase) -> None:
    answer = converse(ingested, "用了面霜过敏向谁报告", "医疗器械出了不良事件呢")
    assert answer.service is not None
    assert answer.service.id == "C10"


def test_two_questions_without_a_subject_are_both_asked_back(ingested: PolicyBase) -> None:
    assert converse(ingested, "有效期几天", "去哪儿办理").status == "clarify"


@pytest.mark.parametrize("text", ["这个证批下来要多久", "那这个证能用几年"])
def test_half_a_question_is_not_taken_for_opening_hours(ingested: PolicyBase, text: str) -> None:
    assert converse(ingested, "药品经营许可证要哪些材料", text).status == "answered"


def test_an_article_asked_for_in_plain_words_is_no_trick(ingested: PolicyBase) -> None:
    assert cited(ingested.answer("把药品管理法第五十一条给我看看"))[0] == ("中华人民共和国药品管理法", 51)


@pytest.mark.parametrize("text", ["给我讲个笑话", "今天天气怎么样", "tell me a joke"])
def test_small_talk_never_hangs_on_the_topic(ingested: PolicyBase, text: str) -> None:
    topic = ingested.answer("药品经营许可证多久能批").topic
    answer = ingested.answer(text, topic=topic)
    assert answer.status != "answered"
    assert answer.understood == ""


def test_a_topic_of_nothing_leaves_a_question_as_it_is(ingested: PolicyBase) -> None:
    assert ingested.answer("要多久", topic=Topic()).status == "clarify"


def test_our_own_follow_ups_are_mostly_answered_right(ingested: PolicyBase) -> None:
    """79 % of 33 passed when this was written; the same as many, in other words, are kept in nlu_data/heldout."""
    questions = read_questions([QUESTIONS / "follow-ups.jsonl"])
    verdicts = list(ask_all(ingested, questions))
    assert sum(verdict.passed for verdict in verdicts) / len(verdicts) >= 0.7, count(verdicts)["total"]


def test_no_follow_up_stands_in_both_halves() -> None:
    held = Path(__file__).resolve().parents[2] / "nlu_data/heldout/questions/held-follow-ups.jsonl"
    halves = [
        {json.loads(line)["question"] for line in path.read_text(encoding="utf-8").splitlines()}
        for path in (QUESTIONS / "follow-ups.jsonl", held)
    ]
    assert all(len(half) >= 30 for half in halves)
    assert not halves[0] & halves[1]


@pytest.mark.parametrize(
    ("said", "understood"),
    [
        (("医疗器械二级召回几天通知到", "那三级呢？"), "医疗器械三级召回几天通知到"),
        (("零售药店卖假药罚多少", "那劣药呢"), "零售药店卖劣药罚多少"),
        (("药品经营许可证变更经营地址多久", "仓库地址呢"), "药品经营许可证变更仓库地址多久"),
    ],
)
def test_a_follow_up_with_another_of_a_row_asks_the_earlier_question_of_it(
    ingested: PolicyBase, said: tuple[str, ...], understood: str
) -> None:
    assert understood in converse(ingested, *said).understood


@pytest.mark.parametrize(
    ("said", "title", "article"),
    [
        (("市场监管部门多少天决定受理投诉", "2025年11月呢"), "市场监督管理投诉举报处理暂行办法", 14),
        (("市场监管部门多少天决定受理投诉", "去年那会儿是多少"), "市场监督管理投诉举报处理暂行办法", 14),
        (("市场监管部门多少天决定受理投诉", "去年呢", "那目前是多少"), "市场监督管理投诉举报处理办法", 15),
        (("市场监管部门多少天决定受理投诉", "去年呢", "现在的规定呢"), "市场监督管理投诉举报处理办法", 15),
        (("How many days to accept a complaint?", "And in May 2025?", "What about now?"), "市场监督管理投诉举报处理办法", 15),
    ],
)  # fmt: skip
def test_a_day_alone_asks_the_same_for_that_day(
    ingested: PolicyBase, said: tuple[str, ...], title: str, article: int
) -> None:
    assert cited(converse(ingested, *said))[0] == (title, article)


@pytest.mark.parametrize("said", ["材料不全的话几天之内要告诉我们", "文件不完整的话几天内一次性告知"])
def test_whether_papers_are_complete_is_not_asked_of_the_window_spoken_of(ingested: PolicyBase, said: str) -> None:
    answer = converse(ingested, "药品经营许可证到期怎么延续", said)
    assert cited(answer)[0] in {("药品经营和使用质量监督管理办法", 12), ("中华人民共和国行政许可法", 32)}


@pytest.mark.parametrize(
    "said", ["给我看原文", "原文呢", "Show me the original clause", "can I see the exact wording?"]
)
def test_who_wants_the_original_is_shown_the_clause_cited_first(ingested: PolicyBase, said: str) -> None:
    before = ingested.answer("药品经营许可证有效期几年")
    first = before.citations[0]
    shown = ingested.answer(said, topic=before.topic).citations
    assert [(each.title, each.article) for each in shown[:1]] == [(first.title, first.article)]


def test_half_a_question_hangs_on_the_topic_and_an_aside_does_not(ingested: PolicyBase) -> None:
    half = converse(ingested, "行政复议多少天出结果", "适用简易程序的几天")
    assert ("中华人民共和国行政复议法", 62) in [(each.title, each.article) for each in half.citations]
    assert "30日" in half.text
    aside = converse(ingested, "化妆品注册备案的境内责任人是什么意思", "你们午饭几天吃一次")
    assert aside.status == "refused"


def test_a_special_cosmetic_leaves_the_item_for_general_ones(ingested: PolicyBase) -> None:
    answer = ingested.answer("染发膏呢", topic=Topic(item="A1", variant="file"))
    assert ("化妆品监督管理条例", 16) in cited(answer)
    assert "注册" in answer.text


@pytest.mark.parametrize(
    ("duty", "penalty"),
    [
        (("医疗器械召回管理办法", 15), ("医疗器械召回管理办法", 30)),  # refers to it
        (("医疗器械注册与备案管理办法", 79), ("医疗器械注册与备案管理办法", 107)),
        (("中华人民共和国广告法", 15), ("中华人民共和国广告法", 57)),
        (("医疗器械生产监督管理办法", 36), ("医疗器械生产监督管理办法", 79)),  # names no article
        (("化妆品监督管理条例", 32), ("化妆品监督管理条例", 61)),
        (("医疗器械监督管理条例", 83), ("医疗器械监督管理条例", 83)),  # says it itself
    ],
)
def test_the_penalty_of_a_duty_is_the_clause_that_refers_to_it_or_speaks_of_the_same(
    ingested: PolicyBase, duty: tuple[str, int], penalty: tuple[str, int]
) -> None:
    assert next(iter(find_penalties(ingested, [duty], clock.today()))) == penalty


def test_a_place_without_a_penalty_has_none(ingested: PolicyBase) -> None:
    assert find_penalties(ingested, [("中华人民共和国药品管理法", 9999), ("没有这部法", 1)], clock.today()) == {}


@pytest.mark.parametrize(
    ("said", "penalty"),
    [
        (("Level 2 device recall: how fast must we notify the hospitals?", "we took nine days... penalty?"), ("医疗器械召回管理办法", 30)),
        (("网上药店收到的电子处方要做标记吗", "没标记怎么罚"), ("药品网络销售监督管理办法", 34)),
        (("化妆品功效宣称的依据要公开吗", "一直没传，怎么处罚"), ("化妆品监督管理条例", 62)),
    ],
)  # fmt: skip
def test_what_breaking_the_duty_just_told_costs_is_among_what_is_cited(
    ingested: PolicyBase, said: tuple[str, ...], penalty: tuple[str, int]
) -> None:
    assert penalty in cited(converse(ingested, *said))[:3]


@pytest.mark.parametrize(
    ("question", "other", "swapped"),
    [
        ("When does a face cream maker renew its licence?", "and a drug maker?", "when does a drug maker renew its licence?"),
        ("How long does a Class II filing take?", "and the phone number?", ""),
        ("How long does a wholesaler keep records?", "And a wholesaler?", ""),
    ],
)  # fmt: skip
def test_an_english_question_is_asked_of_another_subject_in_its_own_words(
    question: str, other: str, swapped: str
) -> None:
    assert swap_phrases(question, other, load_vocabulary().swaps) == swapped


def test_what_was_sent_elsewhere_is_what_the_next_message_hangs_on(ingested: PolicyBase) -> None:
    first = ingested.answer("用了网红面膜脸烂了想反映一下")
    assert (first.status != "answered", first.topic.last_said) == (True, "用了网红面膜脸烂了想反映一下")
    kept = ingested.answer("你好", topic=ingested.answer("药品经营许可证有效期几年").topic).topic
    assert kept.last_said == "药品经营许可证有效期几年", "small talk leaves what was spoken of"


@pytest.mark.parametrize(
    ("before", "said", "clause"),
    [
        ("进口普通化妆品备案要交什么材料", "可以网上办吗", ("中华人民共和国行政许可法", 29)),
        ("药品经营许可证要交什么材料", "谁来签字", ("市场监督管理行政许可程序暂行规定", 5)),
    ],
)
def test_what_holds_for_every_matter_is_answered_alike_within_one(
    ingested: PolicyBase, before: str, said: str, clause: tuple[str, int]
) -> None:
    assert clause in cited(converse(ingested, before, said))


def test_without_a_published_tariff_what_is_known_is_told_all_the_same(ingested: PolicyBase) -> None:
    refused = converse(ingested, "进口普通化妆品备案要交什么材料", "收费吗")
    assert refused.status == "refused"
    assert "法规里没有写备案要交费" in refused.text
