"""What the chooser is taught: of all that rests on the clause, the entry that was asked for counts most."""

import pytest

from policy_kb import PolicyBase
from policy_kb.evaluation.examples import Example, make_examples
from policy_kb.evaluation.gold import GoldClause, GoldQuestion


@pytest.fixture(autouse=True)
def on_a_known_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENBAN_NOW", "2026-11-24")


def make_question(text: str, clause: tuple[str, int], **known: object) -> GoldQuestion:
    return GoldQuestion("t-1", text, "faq", ("answer",), clauses=(GoldClause(*clause),), **known)  # type: ignore[arg-type]


def grades_of(example: Example) -> dict[str, int]:
    graded = zip(example.candidates, example.right, strict=True)
    return {each.found.entry.id: int(grade) for each, grade in graded if each.found}


def test_the_entry_asked_for_counts_more_than_another_on_its_clause(ingested: PolicyBase) -> None:
    clause = ("处方药与非处方药分类管理办法（试行）", 7)
    asked = make_question("药盒上红色的OTC和绿色的OTC有什么区别", clause, entry="faq:otc_colours")
    (named,) = make_examples(ingested, [asked])
    (unnamed,) = make_examples(ingested, [make_question(asked.question, clause)])
    assert grades_of(named)["faq:otc_colours"] > grades_of(unnamed)["faq:otc_colours"] > 0
    assert (
        grades_of(named)["faq:rx_or_otc"] == grades_of(unnamed)["faq:rx_or_otc"] < grades_of(named)["faq:otc_colours"]
    )


def test_what_says_the_fact_required_counts_more_than_what_only_rests_on_the_clause(ingested: PolicyBase) -> None:
    clause = ("药品经营和使用质量监督管理办法", 13)
    text = "药店许可证多少天作出决定"
    (known,) = make_examples(ingested, [make_question(text, clause, facts=(("20个工作日",),))])
    (plain,) = make_examples(ingested, [make_question(text, clause)])
    raised = {entry for entry, grade in grades_of(known).items() if grade > grades_of(plain)[entry]}
    texts = {each.found.entry.id: each.found.entry.text.zh for each in known.candidates if each.found}
    assert raised
    assert all("20个工作日" in texts[entry] for entry in raised)
