"""A1 and A2 on the living system: what the policy base finds is what the chat says, however it is asked."""

import math
import os
from collections.abc import Iterator

import pytest
from person import Person, answer_of, cited, words_of

from policy_kb import PolicyBase, open_policy_base
from policy_kb.answering.release import thresholds_in_force
from policy_kb.answering.settings import thresholds
from tests.running import NOW, Running
from tools.text_model import fetch_text_model

QUESTIONS = {
    "zh": [
        "医疗器械生产许可证到期前多久要办延续",
        "药品经营许可证审批要多少个工作日",
        "普通化妆品做完备案以后每年还要交什么",
        "第一类医疗器械备案找哪个部门",
        "网上卖第二类医疗器械要不要先备案",
        "药品生产许可证几年到期",
        "销售记录要保存几年",
        "化妆品注册人可以委托别人生产吗",
        "投诉受理以后几天之内要调解完",
        "没有许可证经营第三类医疗器械怎么罚",
    ],
    "en": [
        "How long is a medical device registration certificate valid?",
        "Who accepts the filing of Class I medical devices?",
        "How many working days does a drug retail licence take?",
    ],
}
NO_EVIDENCE = {
    "zh": ["月球基地的药房归谁管", "第九类医疗器械在火星上怎么备案", "怎么驯养一条龙", "量子计算机的报废流程是什么"],
    "en": ["How do I train a dragon?", "What is the capital gains tax on starships?"],
}


@pytest.fixture(scope="module")
def bench(system: Running) -> Iterator[PolicyBase]:
    """The running system's own policy base, asked directly: what curators and the command line see."""
    kept = {name: os.environ.get(name) for name in ("WENBAN_NOW", "WENBAN_DENSE_MODEL")}
    os.environ |= {"WENBAN_NOW": NOW, "WENBAN_DENSE_MODEL": kept["WENBAN_DENSE_MODEL"] or str(fetch_text_model())}
    base = open_policy_base(system.data / "kb")
    yield base
    base.close()
    for name, value in kept.items():
        os.environ.pop(name) if value is None else os.environ.update({name: value})


@pytest.mark.parametrize(("language", "question"), [(code, q) for code, asked in QUESTIONS.items() for q in asked])
def test_a_hit_on_the_bench_is_the_same_hit_in_the_chat(
    system: Running, bench: PolicyBase, language: str, question: str
) -> None:
    found = bench.answer(question, language=language)
    said = Person(system.address, language).say(question)
    assert found.citations, f"the bench finds nothing for {question}"
    assert cited(said) == [f"{each.title} {each.article}" for each in found.citations]
    assert answer_of(said)["status"] == found.status
    assert answer_of(said)["confidence"] == pytest.approx(found.confidence, abs=0.01)


@pytest.mark.parametrize(("language", "question"), [(code, q) for code, asked in NO_EVIDENCE.items() for q in asked])
def test_without_evidence_nothing_is_invented(system: Running, bench: PolicyBase, language: str, question: str) -> None:
    said = Person(system.address, language).say(question)
    assert answer_of(said).get("status") != "answered"
    assert cited(said) == []
    assert bench.answer(question, language=language).status != "answered"
    assert words_of(said).strip(), "a refusal has words"


def list_numbers(value: object, path: str = "") -> list[tuple[str, float]]:
    if isinstance(value, dict):
        return [each for key, inner in value.items() for each in list_numbers(inner, f"{path}.{key}")]
    return [(path, float(value))] if isinstance(value, int | float) and not isinstance(value, bool) else []


def test_no_threshold_is_zero_by_silence() -> None:
    """Every floor that decides whether something is answered stands in a file, above nothing and finite."""
    floors = dict(thresholds_in_force())
    assert floors
    assert [name for name, floor in floors.items() if not 0 < floor < 1] == []
    numbers = list_numbers(dict(thresholds()))
    assert len(numbers) > 20
    assert [path for path, number in numbers if not math.isfinite(number)] == []


PHRASINGS = {
    "医疗器械经营监督管理办法 16": [
        "第三类医疗器械经营许可证什么时候可以申请延续？",
        "三类器械经营许可快到期了，最早哪天能办延续",
        "请问第三类医疗器械经营许可证延续要提前多少天申请",
        "第３类医療器械經營許可證 延续 期限",
        "我们公司三类证下个月到期，现在还来得及申请延续吗？要提前多久？",
        "三类医疗器械经营许可证的有效期届满前多久提出延续申请",
        "延续第三类医疗器械经营许可，申请时间是怎么规定的",
        "When may I renew a Class III device distribution licence?",
        "How early can I apply to renew my Class III medical device distribution licence?",
        "What is the renewal window for a Class III medical device distribution licence?",
    ],
    "市场监督管理投诉举报处理办法 15": [
        "投诉多久决定受理",
        "监管部门收到投诉后几个工作日内决定是否受理？",
        "我投诉了一家药店，几天能知道受不受理",
        "投訴受理期限",
        "消费投诉的受理时限是几天",
        "交了投诉，多长时间之内会告诉我受理还是不受理？",
        "投诉提交以后要等几个工作日才答复受理情况",
        "How long until my complaint is accepted?",
        "How many working days does the authority have to decide whether to accept my complaint?",
        "When will I be told whether my complaint is accepted?",
    ],
    "药品经营和使用质量监督管理办法 17": [
        "药品经营许可证有效期几年",
        "药品经营许可证能用多久",
        "请问药品经营许可证的有效期是多长时间？",
        "開藥店的藥品經營許可證有效期",
        "药店的许可证几年一换",
        "我们刚拿到药品经营许可证，多少年以后到期",
        "药品经营许可证是五年有效吗",
        "How long is a drug distribution licence valid?",
        "For how many years is a drug distribution licence valid?",
        "What is the validity period of a drug distribution licence?",
    ],
}


@pytest.mark.parametrize("clause", list(PHRASINGS))
def test_ten_phrasings_of_one_question_cite_the_same_clause(system: Running, clause: str) -> None:
    said = {phrasing: cited(Person(system.address, "zh").say(phrasing)) for phrasing in PHRASINGS[clause]}
    assert len(said) == 10
    assert {phrasing: found for phrasing, found in said.items() if clause not in found} == {}
