"""What single signs measure, on texts small enough to count by hand."""

import numpy as np
import pytest
import scipy.sparse as sp

from policy_kb.ranking import Collection, Experience, Model, Pairs, Recipe
from policy_kb.ranking.experience import vicinity, weigh_trust
from policy_kb.ranking.fields import Field, Row, Vector, best, stack
from policy_kb.ranking.lambdamart import Judged
from policy_kb.ranking.likeness import Questions
from policy_kb.ranking.network import Network
from policy_kb.ranking.phrasing import Phrasing
from policy_kb.ranking.search import judge, score_twice
from policy_kb.text import grams, words


def signs_of(collection: Collection, question: str) -> dict[str, dict[str, float]]:
    """Of every article, by id and name."""
    every = np.arange(len(collection.articles))
    reading = collection.read(question)
    found = collection.signs(reading, every, collection.tokens_held(reading, every))
    return {each.id: {name: float(found[name][row]) for name in found} for row, each in enumerate(collection.articles)}


def test_of_a_story_the_last_piece_is_weighed_by_itself(collection: Collection) -> None:
    told = signs_of(collection, "我家的犬只咬坏了图书，借阅人应当按期归还图书")
    right, other = told["图书馆借阅条例第一条"], told["居民养犬规定第一条"]
    assert right["last_covered"] == pytest.approx(1.0)
    assert right["last_covered"] > right["covered"] and other["last_covered"] < 0.5
    assert right["pieces"] == 2


def test_the_head_of_an_article_is_its_text_up_to_the_first_comma(collection: Collection) -> None:
    told = signs_of(collection, "用水单位应当缴纳水费")
    assert told["自来水供应条例第六条"]["head_told"] == pytest.approx(1.0)
    assert told["自来水供应条例第六条"]["head_covered"] == pytest.approx(1.0)
    assert told["公园游览规则第六条"]["head_told"] < 0.5


@pytest.mark.parametrize(
    ("question", "kinds"),
    [("什么是非机动车", {"what"}), ("要罚款多少钱", {"penalty", "money"}), ("谁可以申请", {"who", "procedure"})],
)
def test_the_kind_of_a_question_is_told_by_its_words(collection: Collection, question: str, kinds: set[str]) -> None:
    told = signs_of(collection, question)["公园游览规则第一条"]
    assert {name.removeprefix("asks_") for name, value in told.items() if name.startswith("asks_") and value} == kinds


def test_what_an_article_does_is_told_by_its_words(collection: Collection) -> None:
    told = signs_of(collection, "单车乱丢")["自行车停放办法第七条"]
    assert told["fines"] == 1 and told["orders"] == 1 and told["defines"] == 0


def test_words_used_in_like_articles_are_near_in_meaning() -> None:
    texts = ["犬只", "犬只", "犬只饲养", "饲养", "饲养", *["图书"] * 3, *["花木"] * 42]
    topics = np.repeat(np.eye(3, dtype=np.float32), [5, 3, 42], axis=0)
    fields = Field(words(text) for text in texts), Field(grams(text) for text in texts)
    said = fields[0].read(["饲养"]).columns
    tokens, full = fields[1].read(grams("饲养")).columns, np.zeros((3, 3), np.float32)
    told = Phrasing(texts, *fields, topics).signs("饲养", tokens, said, np.array([0, 4, 5]), full)
    assert told["near_words"][0] == pytest.approx(1.0, abs=0.01) and told["near_words"][1] == pytest.approx(1.0)
    assert told["near_words"][2] < 0.5 and told["alike_words"][2] == 0


def test_the_nearest_past_answer_is_looked_for_within_the_law() -> None:
    often, law = np.array([0, 2, 0, 0, 0, 1], np.float32), np.array([0, 0, 0, 0, 1, 1])
    found = vicinity(often, law)
    np.testing.assert_allclose(np.expm1(found["cited_away"]), [1, 0, 1, 2, 1, 0], rtol=1e-5)
    np.testing.assert_allclose(np.expm1(found["cited_before"]), [200, 0, 1, 2, 200, 0], rtol=1e-5)
    np.testing.assert_allclose(np.expm1(found["cited_after"]), [1, 0, 200, 200, 1, 0], rtol=1e-5)
    assert found["cited_within_3"].tolist() == [2, 2, 3, 3, 3, 1]


def test_without_any_past_answer_every_article_is_far_from_one() -> None:
    found = vicinity(np.zeros(3, np.float32), np.zeros(3, np.int64))
    np.testing.assert_allclose(np.expm1(found["cited_away"]), [200] * 3, rtol=1e-5)


def test_tokens_that_stand_in_the_answers_of_questions_that_use_them_weigh_more() -> None:
    asked = sp.csr_matrix(np.array([[1, 1, 0], [1, 1, 0], [1, 1, 0], [1, 1, 0]], np.float32))
    articles = sp.csr_matrix(np.eye(20, 3, dtype=np.float32))
    cited = sp.csr_matrix((np.ones(4, np.float32), ([0, 1, 2, 3], [0, 0, 0, 0])), shape=(4, 20))
    weights = weigh_trust(asked, cited, articles)
    assert weights[0] > weights[2] > weights[1] >= 0


def make_lists(number: int, seed: int = 0) -> list[Judged]:
    """Lists of eight candidates; the right one has the highest second sign of its list."""
    rng = np.random.default_rng(seed)
    tables = [rng.normal(size=(8, 4)).astype(np.float32) for _ in range(number)]
    return [Judged(table, (table[:, 1] == table[:, 1].max()).astype(np.float32)) for table in tables]


def first_right(network: Network, lists: list[Judged]) -> float:
    return float(np.mean([each.right[network.score(each.signs).argmax()] for each in lists]))


def test_a_network_learns_what_puts_a_candidate_first_in_its_list() -> None:
    assert first_right(Network(make_lists(200), bags=1), make_lists(100, seed=1)) > 0.8


def test_the_same_lists_make_the_same_network_and_bags_differ() -> None:
    lists, other = make_lists(40), make_lists(1, seed=1)[0].signs
    scores: list[Vector] = [Network(lists, bags=bags).score(other) for bags in (1, 1, 2)]
    np.testing.assert_array_equal(scores[0], scores[1])
    assert not np.allclose(scores[0], scores[2])


@pytest.mark.parametrize("close", [3, 8, 20])
def test_trees_speak_of_the_networks_first_rows_and_the_others_stay_behind(close: int) -> None:
    lists, table = make_lists(60), make_lists(1, seed=1)[0].signs
    model = Model.train(("a", "b", "c", "d"), lists, Recipe(rounds=10, bags=1, least_in_leaf=2), {})
    network = Network(lists, bags=1)
    scores, alone = score_twice(table, model, network, close), network.score(table)
    near, behind = best(alone, 8)[:close], best(alone, 8)[close:]
    np.testing.assert_allclose(scores[near], alone[near] + 1.5 * model.score(table)[near], rtol=1e-5)
    assert best(scores, 8)[close:].tolist() == behind.tolist()


def test_a_new_question_is_compared_as_past_ones_are_with_each_other(collection: Collection, pairs: Pairs) -> None:
    past = Questions(collection, pairs.questions)
    for row in (0, 7, 30):
        found = past.compare(collection.read(pairs.questions[row]))
        for name, likeness in past.kernel.items():
            np.testing.assert_allclose(found[name], likeness[row], atol=1e-5, err_msg=name)


def test_the_nearest_past_question_speaks_for_its_article_and_law(collection: Collection, pairs: Pairs) -> None:
    known = Experience(collection, Questions(collection, pairs.questions), pairs.answers)
    judged = judge(collection, known, pairs.questions[4])
    answer = pairs.answers[4][0]
    same_law = collection.law[judged.pool] == collection.law[answer]
    assert judged.signs["asked_nearest"][judged.pool == answer] == pytest.approx(1.0, abs=1e-4)
    np.testing.assert_allclose(judged.signs["asked_law_nearest"][same_law], 1.0, atol=1e-4)
    assert judged.signs["asked_law_nearest"][~same_law].max() < 0.999


@pytest.mark.parametrize("number", [1, 60, 400, 3000, 6000])
@pytest.mark.parametrize("told", [5000, 300, 20, 0])
def test_the_best_are_those_of_a_whole_sort_and_of_equal_ones_the_first(told: int, number: int) -> None:
    rng = np.random.default_rng(told)
    values = np.zeros(5000, np.float32)
    values[rng.permutation(5000)[:told]] = rng.normal(size=told).round(2)
    assert best(values, number).tolist() == np.argsort(-values, kind="stable")[:number].tolist()


def test_a_row_says_the_same_as_a_matrix_of_it() -> None:
    matrix = sp.csr_matrix(np.arange(12, dtype=np.float32).reshape(4, 3))
    row, whole = Row(np.array([3, 1]), np.array([3, 4], np.float32)), np.array([0, 4, 0, 3], np.float32)
    np.testing.assert_array_equal(row.dense(4), whole)
    np.testing.assert_allclose(row.times(matrix), whole @ matrix.toarray())
    np.testing.assert_allclose(row.unit().dense(4), whole / 5)
    np.testing.assert_array_equal(stack([row, row], 4).toarray(), [whole, whole])
