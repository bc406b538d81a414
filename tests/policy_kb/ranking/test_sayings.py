"""What people say and what the law calls it: the table, and what it is worth to an article."""

import numpy as np
import pytest

from policy_kb.ranking import Article, Collection, Experience, Pairs
from policy_kb.ranking.fields import Field
from policy_kb.ranking.likeness import Questions
from policy_kb.ranking.sayings import SAYINGS, Sayings, find_matters, load_matters, run_signs
from policy_kb.text import grams, words

TEXTS = [
    "出租人出卖租赁房屋的，承租人享有优先购买的权利。",
    "饲养的动物造成他人损害的，应当承担责任。",
    "本法自公布之日起施行。",
]


@pytest.fixture
def sayings() -> Sayings:
    return Sayings(TEXTS, Field(words(text) for text in TEXTS), Field(grams(text) for text in TEXTS))


def test_every_line_has_words_of_the_law_and_sayings_and_none_twice() -> None:
    lines = [line for line in SAYINGS.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert len(lines) == len(load_matters()) > 300
    for matter in load_matters():
        said = matter.told.pattern.split("|")
        assert matter.phrases and all(said), matter
        assert len(set(said)) == len(said), matter
        assert len(set(matter.phrases)) == len(matter.phrases), matter


@pytest.mark.parametrize(("question", "article"), [("房东卖房，租户优先吗", 0), ("邻居家遛狗时狗咬了我", 1)])
def test_an_article_is_found_whose_words_the_question_does_not_use(
    sayings: Sayings, question: str, article: int
) -> None:
    assert {name: scores.argmax() for name, scores in sayings.score(find_matters(question)).items()} == {
        "saying_phrases": article,
        "saying_best": article,
        "saying_words": article,
        "saying_most": article,
        "saying_grams": article,
    }


def test_a_question_of_no_matter_says_nothing_of_any_article(sayings: Sayings) -> None:
    assert find_matters("本办法何时开始") == []
    assert all(not scores.any() for scores in sayings.score([]).values())


def test_runs_are_counted_in_the_question_and_end_where_its_text_is_broken() -> None:
    texts = ["享有优先购买的权利", "优先、购买", "动物"]
    field, question = Field(grams(text) for text in texts), "优先购买权，购买的"
    tokens = field.read(grams(question)).columns
    held = (field.counts[:, tokens].toarray() > 0).astype(np.float32)
    found = run_signs(question, field, tokens, held)
    assert found["run_longest"].tolist() == [3, 1, 0]  # 优先 先购 购买; 权 is unknown, and a comma is no pair
    assert found["run_fours"].tolist() == [1, 0, 0]
    assert found["run_threes"].tolist() == pytest.approx([3 / 5, 0, 0])  # of six pairs five have one before them


def test_what_answered_a_matter_before_is_told_of_its_next_question() -> None:
    articles = [Article(str(number), "民法", f"第{number}条", text) for number, text in enumerate(TEXTS)]
    collection = Collection(articles, dimensions=2)
    pairs = Pairs(("房东卖房没通知", "被狗追"), ((0,), (1,)))
    known = Experience(collection, Questions(collection, pairs.questions), pairs.answers)
    every = np.arange(3)
    found = known._matter_signs(collection.read("租户优先吗"), every)
    assert all(values.argmax() == 0 for name, values in found.items() if "around" not in name and "law" not in name)
    assert not any(values.any() for values in known._matter_signs(collection.read("何时施行"), every).values())
