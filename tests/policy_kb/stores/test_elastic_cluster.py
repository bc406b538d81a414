"""Three nodes with passwords and TLS, as in docker-compose.yml: one is killed, and nobody notices. bench/drills.py does more."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from policy_kb.errors import StoreUnavailable
from policy_kb.stores.elastic import open_elastic_store
from policy_kb.stores.fallback import FallbackStore
from tests.nodes import make_node_folder
from tests.policy_kb.stores.test_contract import find, ids, make_version
from tests.policy_kb.stores.test_fallback import wait_until
from tools.elasticsearch_cluster import Cluster, make_certificate, open_cluster
from tools.elasticsearch_server import NodeError

pytestmark = [pytest.mark.elasticsearch, pytest.mark.timeout(600)]


@pytest.fixture
def cluster(server: Path, tmp_path: Path) -> Iterator[Cluster]:
    folder = make_node_folder()
    try:
        with open_cluster(
            server, folder, user=("wenban", "a-long-password"), certificate=make_certificate(tmp_path), heap_mb=400
        ) as opened:
            yield opened
    except NodeError as error:
        pytest.fail(str(error))
    finally:
        shutil.rmtree(folder)


def test_answers_and_writes_go_on_when_the_elected_master_of_three_is_killed(cluster: Cluster, tmp_path: Path) -> None:
    store = open_elastic_store(
        cluster.url, "three", snapshot=tmp_path / "snapshot", login=cluster.login, read_seconds=20
    )
    assert isinstance(store, FallbackStore)
    store.put([make_version(f"d{number}", title=f"第{number}号召回管理办法") for number in range(6)])
    with cluster.open_client() as client:
        client.cluster.health(wait_for_status="green", timeout="60s")
    found, failed, asked, killed = (
        ids(find(store, "届满前多久申请延续")),
        list[StoreUnavailable](),
        0,
        threading.Event(),
    )

    def ask_on() -> None:
        nonlocal asked
        while not killed.is_set():
            try:
                assert set(ids(find(store, "届满前多久申请延续"))) == set(found)
                asked += 1
            except StoreUnavailable as error:
                failed.append(error)

    asking = threading.Thread(target=ask_on)
    asking.start()
    assert wait_until(lambda: asked > 10, 60)
    master = cluster.find_master()
    cluster.nodes[master].kill()
    names = [f"written-{number}" for number in range(20)]
    for name in names:
        store.write_note(name, "kept")
    assert cluster.find_master() != master  # acknowledged writes need one
    killed.set()
    asking.join()
    assert failed == []
    assert not store.degraded
    assert [store.read_note(name) for name in names] == ["kept"] * len(names)
    assert len(store.list_versions()) == 6
    store.close()
