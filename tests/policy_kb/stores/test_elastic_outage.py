"""Elasticsearch goes away and comes back: a node that is stopped, killed, silent, or asks for a password."""

import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from policy_kb import open_policy_base
from policy_kb.errors import StoreUnavailable
from policy_kb.stores.elastic import open_elastic_store
from policy_kb.stores.fallback import FallbackStore
from tests.nodes import make_node_folder, open_node
from tests.policy_kb.stores.test_contract import find, ids, make_version
from tests.policy_kb.stores.test_fallback import wait_until
from tools.elasticsearch_cluster import make_certificate
from tools.elasticsearch_node import Node, free_port

pytestmark = pytest.mark.elasticsearch


@pytest.fixture
def mortal(server: Path) -> Iterator[Node]:
    """A node of this test alone, which it may stop."""
    folder = make_node_folder()
    started = open_node(server, folder)
    yield started
    started.stop()
    shutil.rmtree(folder)


def open_with_snapshot(url: str, folder: Path) -> FallbackStore:
    opened = open_elastic_store(url, "outage", snapshot=folder, read_seconds=20, retry_seconds=0.2)
    assert isinstance(opened, FallbackStore)
    return opened


def start_again(node: Node, server: Path) -> Node:
    return open_node(server, node.folder, http_port=node.http_port)


def test_answers_go_on_while_the_node_is_away_and_come_from_it_again_when_it_is_back(
    mortal: Node, server: Path, tmp_path: Path
) -> None:
    store = open_with_snapshot(mortal.url, tmp_path / "snapshot")
    store.put([make_version()])
    store.write_note("overlay", "{}")
    store.refresh()
    found, revision = ids(find(store, "届满前多久申请延续")), store.revision()
    mortal.kill()

    assert ids(find(store, "届满前多久申请延续")) == found
    assert store.degraded
    assert store.revision() == revision
    assert store.get_clause("d1@2022-01-01:2").text.endswith("申请延续。")
    assert store.read_note("overlay") == "{}"
    assert (store.health()["ok"], store.health()["degraded"]) == (False, True)
    for write in (lambda: store.put([make_version("d2")]), lambda: store.write_note("overlay", "x")):
        with pytest.raises(StoreUnavailable, match="nothing was changed"):
            write()

    again = start_again(mortal, server)
    try:
        assert wait_until(lambda: not store.degraded)
        assert ids(find(store, "届满前多久申请延续")) == found
        assert store.revision() == revision
        store.put([make_version("d2", title="中药品种保护条例")])
        assert len(store.list_versions()) == 2
        assert store.health()["degraded"] is False
    finally:
        store.close()
        again.stop()


def test_a_portal_that_starts_while_the_node_is_away_answers_from_the_snapshot_and_knows_it(
    mortal: Node, tmp_path: Path
) -> None:
    base = open_policy_base(tmp_path / "kb", store="elasticsearch", elasticsearch_url=mortal.url)
    text = tmp_path / "召回管理办法.txt"
    text.write_text(
        "召回管理办法\n\n第一条　为了控制风险，制定本办法。\n第二条　召回应当在三日内通知使用单位。\n", encoding="utf-8"
    )
    [report] = base.ingest(text)
    assert report.outcome == "added"
    assert not base.degraded
    base.close()
    mortal.stop()
    base = open_policy_base(tmp_path / "kb", store="elasticsearch", elasticsearch_url=mortal.url)
    assert base.search("召回几日内通知使用单位")[0].clause.article == 2
    assert base.degraded
    base.close()


def test_an_unreachable_node_without_a_snapshot_is_an_error_and_never_an_empty_result(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    for store in (open_elastic_store(url), open_elastic_store(url, snapshot=tmp_path / "empty")):
        for read in (
            lambda store=store: find(store, "延续"),
            store.list_versions,
            store.revision,
            lambda store=store: store.read_note("overlay"),
            lambda store=store: store.get_clause("d1@2022-01-01:1"),
            lambda store=store: store.put([make_version()]),
        ):
            with pytest.raises(StoreUnavailable, match="Elasticsearch cannot be used now"):
                read()
        health = store.health()
        assert (health["ok"], health["engine"]) == (False, "elasticsearch")
        store.close()


def test_a_node_that_takes_the_question_and_never_answers_is_given_up(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        store = open_elastic_store(f"http://127.0.0.1:{silent.getsockname()[1]}", read_seconds=0.3)
        began = time.monotonic()
        with pytest.raises(StoreUnavailable, match="ConnectionTimeout"):
            find(store, "延续")
        assert time.monotonic() - began < 5
        store.close()


def test_one_silent_node_of_two_does_not_stop_an_answer(node: Node, index: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        store = open_elastic_store(f"http://127.0.0.1:{silent.getsockname()[1]},{node.url}", index, read_seconds=5)
        store.put([make_version()])
        assert find(store, "延续")
        store.close()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "needs its address"),
        ("  , ", "needs its address"),
        ("localhost", "cannot be used"),
        ("http://x:99999999", "cannot be used"),
    ],
)
def test_an_address_that_is_none_is_refused_with_the_reason(url: str, message: str) -> None:
    with pytest.raises(StoreUnavailable, match=message):
        open_elastic_store(url).list_versions()


def test_a_password_in_an_address_is_never_shown() -> None:
    store = open_elastic_store(f"http://user:geheim@127.0.0.1:{free_port()}")
    with pytest.raises(StoreUnavailable) as shown:
        store.revision()
    assert "geheim" not in str(shown.value)
    assert "geheim" not in str(store.health())
    store.close()


def test_a_node_with_tls_and_passwords_is_used_with_both_and_refuses_without(server: Path, tmp_path: Path) -> None:
    folder, certificate = make_node_folder(), make_certificate(tmp_path)
    locked, ca = (
        open_node(server, folder, user=("wenban", "a-long-password"), certificate=certificate),
        str(certificate[0]),
    )
    try:
        right = {"user": "wenban", "password": "a-long-password"}
        store = open_elastic_store(locked.url, login={**right, "ca": ca}, read_seconds=20)
        store.put([make_version()])
        assert find(store, "延续")
        store.close()
        for login in ({}, {"user": "wenban", "password": "wrong"}, {"api_key": "bm86bm8="}):
            other = open_elastic_store(locked.url, login={**login, "ca": ca}, read_seconds=20)
            with pytest.raises(StoreUnavailable, match="refuses these credentials"):
                find(other, "延续")
            assert "credentials" in str(other.health()["error"])
            other.close()
        stranger = open_elastic_store(locked.url, login=right)
        with pytest.raises(StoreUnavailable, match="TlsError"):
            stranger.revision()
        with pytest.raises(StoreUnavailable, match=r"missing.crt: there is no such file"):
            open_elastic_store(locked.url, login={"ca": str(tmp_path / "missing.crt")})
    finally:
        locked.stop()
        shutil.rmtree(folder)
