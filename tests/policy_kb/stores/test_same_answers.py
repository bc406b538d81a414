"""Both stores find the same: real law in each, the development questions put to both. STARD's are in bench/stores.py."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from bench.stores import Difference, compare
from policy_kb import PolicyBase
from policy_kb.stores import embedded_index
from policy_kb.stores.contract import Query, Store
from policy_kb.stores.elastic import ElasticStore
from policy_kb.stores.embedded import EmbeddedStore
from policy_kb.text import grams, words
from tests.policy_kb.stores.test_contract import find, make_version

DAY = date(2026, 11, 24)


def ask_both(one: Store, other: Store, question: str) -> Difference:
    query = Query(words(question), grams(question), as_of=DAY)
    return compare(question, one.search(query, 30), other.search(query, 30))


@pytest.mark.elasticsearch
def test_the_development_questions_find_the_same_ten_clauses_in_both_stores(
    ingested: PolicyBase, elastic: ElasticStore, shared: Path, tmp_path: Path
) -> None:
    embedded = EmbeddedStore(
        tmp_path / "kb"
    )  # the same writes as the other: replaced passages still count until merged
    heads = ingested.list_versions()
    for start in range(0, len(heads), 50):
        chunk = [ingested.get_version(head.id) for head in heads[start : start + 50]]
        elastic.put(chunk)
        embedded.put(chunk)
    lines = (shared / "data" / "gold" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    found = [ask_both(embedded, elastic, json.loads(line)["question"]) for line in lines]
    assert len(found) > 200
    assert sum(each.overlap for each in found) / len(found) >= 0.98
    assert Counter(each.reason for each in found)["unexplained"] == 0
    embedded.close()


def test_the_best_are_the_same_when_frequent_words_only_add_to_the_score(
    ingested: PolicyBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = [
        "三类医疗器械经营许可证什么时候延续",
        "药品召回分几级",
        "投诉多少个工作日受理",
        "未经许可经营第三类医疗器械罚多少",
    ]
    queries = [Query(words(question), grams(question), as_of=DAY) for question in questions]
    whole = [{hit.clause.id for hit in ingested.store.search(query, 10)} for query in queries]
    monkeypatch.setattr(embedded_index, "_FEWEST", 0)
    assert [{hit.clause.id for hit in ingested.store.search(query, 10)} for query in queries] == whole


def test_a_filter_that_leaves_little_is_not_starved_by_rare_words(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded_index, "_FEWEST", 0)
    store.put([make_version(f"d{number}", texts=["召回。"] * 30) for number in range(5)])
    store.put([make_version("wanted", texts=["申请。"])])
    store.put([make_version("other", texts=["熔断机制。"])])
    assert {hit.version.document_id for hit in find(store, "熔断申请召回", documents=["wanted"])} == {"wanted"}
