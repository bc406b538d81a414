"""Laws named in running text, and one state for one answer."""

from datetime import date
from pathlib import Path

import pytest

from policy_kb import PolicyBase, Version
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


class CountingStore(EmbeddedStore):
    """Counts how often its state is asked for."""

    asked = 0

    def revision(self) -> str:
        self.asked += 1
        return super().revision()


def test_an_answer_is_made_of_one_state_and_the_next_one_sees_a_change(tmp_path: Path) -> None:
    store = CountingStore(tmp_path / "kb")
    base = PolicyBase(store)
    first = base.answer("药品经营许可证有效期几年")
    assert store.asked == 1
    store.put([make_head(TITLES[0])])
    assert base.answer("药品经营许可证有效期几年").kb_version != first.kb_version
    assert base.find_version("药品管理法", as_of=DAY) is not None
    base.close()
