"""Ranking without pairs, with them, and what keeps a question from its own answer."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from policy_kb.ranking import Collection, Experience, Model, Pairs, Recipe, train
from policy_kb.ranking.lambdamart import UnusableModel
from policy_kb.ranking.likeness import Questions
from policy_kb.ranking.search import judge, judge_apart, split

QUICK = Recipe(rounds=20, bags=2, least_in_leaf=2, leaves=7)


def test_without_pairs_the_words_of_the_law_find_its_article(collection: Collection) -> None:
    ranked = train(collection, Pairs((), ())).rank("自来水供应条例 罚款")
    assert ranked[0][0] == "自来水供应条例第七条"


def test_few_pairs_make_no_model_but_their_answers_become_candidates(collection: Collection, pairs: Pairs) -> None:
    ranker = train(collection, pairs.only(range(3)))
    assert ranker.model is None and ranker.experience is not None


def test_pairs_teach_words_the_law_does_not_use(collection: Collection, pairs: Pairs) -> None:
    question, right = "单车乱丢要等几天", "自行车停放办法第五条"
    untaught, taught = train(collection, Pairs((), ())), train(collection, pairs, QUICK, folds=3)
    assert untaught.rank(question)[0][0] != right
    assert taught.rank(question)[0][0] == right


def test_the_same_pairs_make_the_same_model(collection: Collection, pairs: Pairs) -> None:
    models = [train(collection, pairs, QUICK, folds=3).model for _ in range(2)]
    assert models[0] and models[1] and models[0].version == models[1].version


def test_thresholds_drawn_at_random_make_other_trees_and_the_same_again(collection: Collection, pairs: Pairs) -> None:
    drawn = replace(QUICK, drawn=True)
    made = [train(collection, pairs, recipe, folds=3).model for recipe in (QUICK, drawn, drawn)]
    searched, first, again = (model.version for model in made if model)
    assert first == again != searched


def test_a_question_is_judged_by_an_experience_that_does_not_know_it(collection: Collection) -> None:
    alone = Pairs(("水钱没交会被罚吗", "掐了朵花会被罚吗", "养狗办手续要等几天"), ((6,), (14,), (20,)))
    for row, judged in enumerate(judge_apart(collection, alone, 3)):
        told = dict(zip(judged.pool.tolist(), judged.signs["cited"].tolist(), strict=True))
        assert told.get(alone.answers[row][0], 0.0) == 0.0


def test_a_question_trained_on_is_judged_just_as_one_never_asked(collection: Collection, pairs: Pairs) -> None:
    judgements = judge_apart(collection, pairs, 10)
    for held in split(len(pairs.questions), 10)[:3]:
        others = pairs.only(np.setdiff1d(np.arange(len(pairs.questions)), held))
        unknowing = Experience(collection, Questions(collection, others.questions), others.answers)
        for row in held.tolist():
            fresh = judge(collection, unknowing, pairs.questions[row])
            np.testing.assert_array_equal(judgements[row].pool, fresh.pool)
            for name, values in fresh.signs.items():
                np.testing.assert_allclose(judgements[row].signs[name], values, atol=1e-5, err_msg=name)


def test_every_sign_is_a_finite_number_for_every_candidate(collection: Collection, pairs: Pairs) -> None:
    known = Experience(collection, Questions(collection, pairs.questions), pairs.answers)
    for question in ("水钱没交", "？", "hello", "第五条"):
        judged = judge(collection, known, question)
        for name, values in judged.signs.items():
            assert values.shape == judged.pool.shape, name
            assert np.isfinite(values).all(), (question, name)


def test_folds_hold_every_question_once() -> None:
    assert sorted(int(row) for fold in split(23, 5) for row in fold) == list(range(23))


def test_a_model_survives_its_file_and_says_what_each_sign_added(
    collection: Collection, pairs: Pairs, tmp_path: Path
) -> None:
    ranker = train(collection, pairs, QUICK, folds=3, made="2026-11-25")
    assert ranker.model is not None
    ranker.model.write(tmp_path / "model.json")
    read = Model.read(tmp_path / "model.json")
    judged = judge(collection, ranker.experience, "水钱没交会被罚吗")
    table = judged.table(read.signs)
    assert read.version == ranker.model.version
    assert read.trained_on == {"questions": 60, "pairs": 60, "articles": 40, "made": "2026-11-25"}
    np.testing.assert_allclose(read.score(table), ranker.model.score(table), rtol=1e-6)
    for told, score in zip(read.explain(table), read.score(table), strict=True):
        assert sum(told.values()) == pytest.approx(score, abs=1e-4)
    assert sum(read.importance().values()) == pytest.approx(1.0)


@pytest.mark.parametrize(
    "content",
    ["", "{}", "[]", '{"format": 99, "signs": [], "trees": [], "trained_on": {}, "recipe": {}, "version": "x"}'],
)
def test_a_file_that_is_no_model_is_refused_with_what_to_do(content: str, tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text(content)
    with pytest.raises(UnusableModel, match="make it anew with train-ranker"):
        Model.read(tmp_path / "model.json")
