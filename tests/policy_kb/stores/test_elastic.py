"""What only Elasticsearch can get wrong, on a real node."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest
from elasticsearch import BadRequestError, Elasticsearch

from policy_kb.errors import StoreRefused, StoreUnavailable
from policy_kb.stores.elastic import ElasticStore, open_elastic_store
from policy_kb.stores.elastic_mapping import MOST_TERMS, current_layout, passages_index
from policy_kb.stores.elastic_records import Lease, Records
from tests.policy_kb.stores.test_contract import find, ids, make_version
from tools.elasticsearch_node import Node

pytestmark = pytest.mark.elasticsearch


@pytest.fixture
def records(client: Elasticsearch, elastic: ElasticStore, index: str) -> Records:
    """The records index behind the store, as another process sees it."""
    elastic.list_versions()
    return Records(client, index)


def test_nothing_is_asked_of_the_server_before_the_first_use() -> None:
    opened = open_elastic_store("http://127.0.0.1:9")
    opened.close()


def test_a_document_the_server_refuses_is_named_with_the_reason(elastic: ElasticStore) -> None:
    with pytest.raises(
        StoreRefused, match=r"refused 2 documents.*bad@2022-01-01:1#0: document_parsing_exception.*document"
    ):
        elastic.put([make_version("bad", texts=["一。", "二。"]), make_unindexable("bad")])


def make_unindexable(document: str = "bad", title: str = "中药品种保护条例") -> object:
    """A version whose document id is longer than the 32,766 bytes a keyword may have."""
    return replace(make_version(document, title=title), document_id="长" * 12_000)


def test_a_refused_put_leaves_everything_as_it_was(elastic: ElasticStore) -> None:
    elastic.put([make_version("bad", texts=["召回应当在三日内通知。"])])
    seen = ids(find(elastic, "召回"))
    with pytest.raises(StoreRefused):
        elastic.put([make_version("good"), make_unindexable("bad")])
    assert [version.document_id for version in elastic.list_versions()] == ["bad"]
    assert ids(find(elastic, "召回")) == seen
    assert find(elastic, "届满延续") == []
    assert elastic.health()["ok"]


def test_the_mapping_takes_no_unknown_field(elastic: ElasticStore, client: Elasticsearch, index: str) -> None:
    elastic.put([make_version()])
    for name in (f"{index}-passages", f"{index}-records"):
        with pytest.raises(BadRequestError, match="strict_dynamic_mapping_exception"):
            client.index(index=name, document={"surprise": 1})


def test_no_analyzer_is_asked_for_but_whitespace(elastic: ElasticStore, client: Elasticsearch, index: str) -> None:
    elastic.put([make_version()])
    mapping = next(iter(client.indices.get(index=f"{index}-passages").values()))
    texts = {name: field for name, field in mapping["mappings"]["properties"].items() if field["type"] == "text"}
    assert {name: field["analyzer"] for name, field in texts.items()} == {"words": "whitespace", "grams": "whitespace"}
    assert "analysis" not in mapping["settings"]["index"]


def test_a_filled_index_is_copied_to_other_nodes_and_keeps_what_it_acknowledged(
    elastic: ElasticStore, client: Elasticsearch, index: str
) -> None:
    elastic.put([make_version()])
    elastic.reindex()
    settings = next(iter(client.indices.get_settings(index=f"{index}-passages").values()))["settings"]["index"]
    assert settings["auto_expand_replicas"] == "0-2"
    assert settings["translog"]["durability"] == "request"


def test_a_search_is_one_request_once_its_versions_are_known(
    elastic: ElasticStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    elastic.put([make_version()])
    find(elastic, "届满延续")
    asked = []
    perform = elastic._client.transport.perform_request
    monkeypatch.setattr(
        elastic._client.transport, "perform_request", lambda *a, **k: asked.append(a[1]) or perform(*a, **k)
    )
    assert find(elastic, "届满延续")[0].version.title == "医疗器械经营监督管理办法"
    assert len(asked) == 1
    elastic.put([replace(make_version(), status_note="noted since")])
    assert find(elastic, "届满延续")[0].version.status_note == "noted since"


def test_a_long_note_and_a_long_history_are_kept_whole(elastic: ElasticStore) -> None:
    elastic.write_note("files", "字" * 200_000)
    elastic.put([replace(make_version(), history="沿革" * 40_000)])
    assert len(elastic.read_note("files")) == 200_000
    assert len(elastic.get_version("d1@2022-01-01").history) == 80_000


def test_a_question_with_thousands_of_different_tokens_is_still_answered(elastic: ElasticStore) -> None:
    elastic.put([make_version()])
    text = "延续" + "".join(chr(0x4E00 + number) for number in range(5 * MOST_TERMS))
    assert find(elastic, text)


def test_more_versions_than_one_page_are_listed_in_order(
    elastic: ElasticStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("policy_kb.stores.elastic_records._PAGE", 3)
    monkeypatch.setattr("policy_kb.stores.elastic_passages._PAGE", 3)
    elastic.put([make_version(f"d{number}", title=f"办法{number}") for number in range(7)])
    assert [version.title for version in elastic.list_versions()] == [f"办法{number}" for number in range(7)]
    elastic.put([make_version("d3", title="办法3", texts=["只有一条。"] * 1)])
    elastic.remove([f"d{number}@2022-01-01" for number in range(3)])
    assert elastic.health()["clauses"] == 7


# The alias ---------------------------------------------------------------------


@pytest.fixture
def searching(elastic: ElasticStore) -> Iterator[list[object]]:
    """Searches without a pause beside the test; what each gave, an error or ids."""
    elastic.put([make_version(f"d{number}") for number in range(20)])
    seen: list[object] = []
    stop = threading.Event()

    def search_on() -> None:
        while not stop.is_set():
            try:
                seen.append(sorted(ids(find(elastic, "届满延续", limit=5))))
            except StoreUnavailable as error:
                seen.append(error)

    threads = [threading.Thread(target=search_on) for _ in range(3)]
    for thread in threads:
        thread.start()
    yield seen
    stop.set()
    for thread in threads:
        thread.join()


def test_a_reindex_swaps_the_alias_without_a_failed_or_empty_search(
    elastic: ElasticStore, searching: list[object], client: Elasticsearch, index: str
) -> None:
    [before] = client.indices.get_alias(name=f"{index}-passages")
    client.indices.create(index=f"{index}-passages-left-by-a-build-that-died")
    for _ in range(5):
        elastic.reindex()
    time.sleep(0.2)
    assert len(searching) > 20
    assert [found for found in searching if not isinstance(found, list) or len(found) != 5] == []
    [after] = client.indices.get_alias(name=f"{index}-passages")
    assert after != before
    assert list(client.indices.get(index=f"{index}-passages-*")) == [after]


def test_a_reindex_makes_passages_again_from_the_records_alone(
    elastic: ElasticStore, client: Elasticsearch, index: str
) -> None:
    elastic.put([make_version()])
    before = find(elastic, "届满延续")
    for name in client.indices.get_alias(name=f"{index}-passages"):
        client.indices.delete(index=name)
    with pytest.raises(StoreUnavailable):
        find(elastic, "届满延续")
    elastic.reindex()
    assert find(elastic, "届满延续") == before


def test_passages_laid_out_by_older_code_are_searched_and_indexed_anew_meanwhile(
    elastic: ElasticStore, client: Elasticsearch, index: str, node: Node
) -> None:
    elastic.put([make_version()])
    [name] = client.indices.get_alias(name=f"{index}-passages")
    client.indices.put_mapping(index=name, meta={"layout": "0"})
    newer = open_elastic_store(node.url, index, read_seconds=20)
    assert ids(find(newer, "届满延续"))
    newer.close()
    [now] = client.indices.get_mapping(index=f"{index}-passages").values()
    assert now["mappings"]["_meta"]["layout"] == current_layout()


def test_who_writes_beside_passages_of_older_code_indexes_them_anew_first(
    elastic: ElasticStore, client: Elasticsearch, index: str
) -> None:
    elastic.put([make_version()])
    [name] = client.indices.get_alias(name=f"{index}-passages")
    client.indices.put_mapping(index=name, meta={"layout": "0"})
    elastic.put([make_version("d2", title="中药品种保护条例")])
    [now] = client.indices.get_mapping(index=f"{index}-passages").values()
    assert now["mappings"]["_meta"]["layout"] == current_layout()
    assert elastic.health()["clauses"] == 4


# Writers -----------------------------------------------------------------------


def test_two_writers_take_turns(elastic: ElasticStore, index: str, node: Node) -> None:
    other = open_elastic_store(node.url, index, read_seconds=20)
    threads = [
        threading.Thread(target=store.put, args=([make_version(f"{place}{number}")],))
        for number in range(4)
        for place, store in (("a", elastic), ("b", other))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(elastic.list_versions()) == 8
    assert elastic.health()["clauses"] == 16
    other.close()


def test_a_writer_that_waits_too_long_says_who_is_in_the_way(
    records: Records, client: Elasticsearch, index: str
) -> None:
    other = Records(client, index)
    with (
        records.writing(),
        pytest.raises(StoreUnavailable, match="another process is writing"),
        other.writing(wait=0.3),
    ):
        pass
    with other.writing(wait=0.3):
        pass


def test_the_lease_of_a_dead_writer_runs_out(
    records: Records, client: Elasticsearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("policy_kb.stores.elastic_records.LEASE_SECONDS", 0.5)
    assert Lease(client, records.index, "a process that died").find()
    with records.writing(wait=5):
        pass


def test_what_a_dead_writer_left_half_done_is_finished_by_the_next(
    elastic: ElasticStore, records: Records, client: Elasticsearch, index: str
) -> None:
    elastic.put([make_version()])
    records.change_state(texts=1, pending=["d1@2022-01-01"])
    client.delete(index=f"{index}-passages", id="d1@2022-01-01:2#0", refresh=True)
    assert not elastic.health()["ok"]
    elastic.put([make_version("d2", title="中药品种保护条例")])
    assert "d1@2022-01-01:2" in ids(find(elastic, "届满延续"))
    assert elastic.health()["ok"]


def test_every_change_of_state_counts_however_many_write_notes_at_once(elastic: ElasticStore) -> None:
    elastic.read_note("a")
    before = int(elastic.revision().split(".")[1])
    threads = [threading.Thread(target=elastic.write_note, args=(f"n{number}", "x")) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert int(elastic.revision().split(".")[1]) == before + 12


def test_the_scores_fall_in_order(elastic: ElasticStore) -> None:
    elastic.put([make_version(texts=[f"申请延续。{'其他规定。' * number}" for number in range(9)])])
    assert all(one.score >= two.score for one, two in pairwise(find(elastic, "申请延续")))


def test_the_settings_name_bm25_as_the_embedded_store_has_it() -> None:
    assert passages_index()["settings"]["similarity"]["policy"] == {"type": "BM25", "k1": 1.2, "b": 0.75}
