"""Laws named in running text, and one state for one answer."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from policy_kb import Clause, PolicyBase, Version
from policy_kb.answering.counterparts import list_predecessors
from policy_kb.holdings import Holdings
from policy_kb.ingest import document_id
from policy_kb.stores.embedded import EmbeddedStore

TITLES = ["中华人民共和国药品管理法", "药品管理法实施条例", "医疗器械监督管理条例", "中药品种保护条例", "种子法"]
DAY = date(2026, 1, 1)


def make_head(title: str) -> Version:
    return Version(f"{document_id(title)}@1", document_id(title), title, "1", "law", in_force_from=date(2020, 1, 1))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("《药品管理法》第四十六条怎么说", ["药品管理法"]),
        ("药品管理法实施条例里有没有", ["药品管理法实施条例"]),
        ("按药品管理法和药品管理法实施条例", ["药品管理法实施条例"]),
        ("中药品种保护条例与医疗器械监督管理条例", ["医疗器械监督管理条例", "中药品种保护条例"]),
        ("种子法", []),
        ("药品", []),
        ("", []),
    ],
)
def test_laws_named_in_a_text_are_found_longest_first_and_none_inside_a_longer_one(text: str, named: list[str]) -> None:
    holdings = Holdings.of("1", [make_head(title) for title in TITLES])
    assert holdings.find_documents(text) == [document_id(title) for title in named]


def make_wordings(title: str) -> list[Version]:
    """Three of one law: of 2020, of 2024 and one that is to come."""
    head, changes = make_head(title), (date(2024, 1, 1), date(2027, 1, 1))
    clauses = [
        Clause(f"{head.id}{n}:1", f"{head.id}{n}", 1, "第一条", f"药品经营许可证有效期{n}年。") for n in (5, 6, 7)
    ]
    days = zip((head.in_force_from, *changes), (*changes, None), clauses, strict=True)
    return [
        replace(
            head, id=clause.version_id, label=str(begins), in_force_from=begins, in_force_to=ends, clauses=(clause,)
        )
        for begins, ends, clause in days
    ]


def test_what_began_and_ended_is_found_by_its_day_and_only_what_is_published() -> None:
    old, new, coming = make_wordings(TITLES[0])
    draft = replace(new, id="draft", release="draft:1")
    holdings = Holdings.of("1", [old, new, draft, coming])
    assert holdings.list_begun(date(2023, 12, 31), date(2024, 1, 1)) == [new]
    assert holdings.list_begun(date(2024, 1, 1), date.max) == [coming]
    assert holdings.list_begun(date.min, date.max) == [old, new, coming]
    assert holdings.list_begun(date.max, date.min) == []
    assert holdings.list_ended(date(2023, 12, 31), date(2026, 12, 31)) == [old]
    assert holdings.list_ended(date(2024, 1, 1), date(2026, 12, 31)) == []
    assert holdings.find_head("draft") == draft
    assert holdings.find_head("unknown") is None


class CountingStore(EmbeddedStore):
    """Counts how often its state is asked for."""

    asked = 0

    def revision(self) -> str:
        self.asked += 1
        return super().revision()


class CountingBase(PolicyBase):
    """Counts how often every version is walked through."""

    walked = 0

    def list_versions(self) -> list[Version]:
        self.walked += 1
        return super().list_versions()


@pytest.fixture
def changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CountingBase]:
    """A base of one law in three wordings, on a known day."""
    monkeypatch.setattr("policy_kb.clock.today", lambda: DAY)
    base = CountingBase(CountingStore(tmp_path / "kb"))
    base.store.put(make_wordings(TITLES[0]))
    yield base
    base.close()


@pytest.mark.parametrize(
    "asked", ["药品经营许可证有效期几年", "老规定药品经营许可证有效期几年", "新规实施后药品经营许可证有效期几年"]
)
def test_the_law_of_another_day_is_found_without_walking_through_every_version(
    changed: CountingBase, asked: str
) -> None:
    day = None if "规" in asked else date(2021, 1, 1)
    changed.answer(asked, as_of=day)
    store = changed.store
    assert isinstance(store, CountingStore)
    changed.walked = store.asked = 0
    answer = changed.answer(asked, as_of=day)
    assert answer.citations
    assert (changed.walked, store.asked) == (0, 1)


def test_what_a_law_has_succeeded_is_read_again_when_texts_change(changed: CountingBase) -> None:
    old, new, _ = make_wordings(TITLES[0])
    assert list_predecessors(changed, date(2021, 1, 1), DAY)[new.title][0].id == old.id
    assert list_predecessors(changed, date(2025, 1, 1), DAY) == {}
    changed.store.remove([old.id])
    assert list_predecessors(changed, date(2021, 1, 1), DAY) == {}


def test_an_answer_is_made_of_one_state_and_the_next_one_sees_a_change(tmp_path: Path) -> None:
    store = CountingStore(tmp_path / "kb")
    base = PolicyBase(store)
    first = base.answer("药品经营许可证有效期几年")
    assert store.asked == 1
    store.put([make_head(TITLES[0])])
    assert base.answer("药品经营许可证有效期几年").kb_version != first.kb_version
    assert base.find_version("药品管理法", as_of=DAY) is not None
    base.close()
