"""A node is killed in the middle of work: no answer fails, nothing is lost, and nobody has to lift a hand.

With real law, larger loads, HTTP and three nodes: bench/drills.py.
"""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from policy_kb import Answer, PolicyBase, StoreUnavailable, open_policy_base
from tests.nodes import make_node_folder, open_node
from tests.policy_kb.stores.test_fallback import wait_until
from tools.elasticsearch_node import Node

pytestmark = [pytest.mark.elasticsearch, pytest.mark.timeout(600)]
TEXTS = 40


@pytest.fixture
def mortal(server: Path) -> Iterator[Node]:
    """A node of this test alone, which may be killed and started again."""
    folder = make_node_folder()
    node = open_node(server, folder)
    yield node
    node.stop()
    shutil.rmtree(folder)


@pytest.fixture
def base(mortal: Node, tmp_path: Path) -> Iterator[PolicyBase]:
    opened = open_policy_base(tmp_path / "kb", "elasticsearch", mortal.url, "drill", elasticsearch_seconds=20)
    yield opened
    opened.close()


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """A folder of short measures, each with a word of its own."""
    folder = tmp_path / "texts"
    folder.mkdir()
    for number in range(TEXTS):
        title = f"第{number}类产品召回管理办法"
        articles = "\n".join(f"第{article}条　产品{number}的召回应当在三日内通知。" for article in "一二三四五")
        (folder / f"{number:02}.txt").write_text(f"{title}\n\n{articles}\n", encoding="utf-8")
    return folder


def kill_and_return(node: Node, server: Path, killed: threading.Event | None = None) -> None:
    node.kill()
    if killed:
        killed.set()
    time.sleep(2.0)
    node.process = open_node(server, node.folder, http_port=node.http_port).process


def is_whole(base: PolicyBase) -> bool:
    return sum(len(base.get_version(head.id).clauses) for head in base.list_versions()) == 5 * TEXTS


def test_no_answer_fails_while_the_node_is_killed_under_a_load_of_questions(
    mortal: Node, server: Path, base: PolicyBase, texts: Path
) -> None:
    base.ingest(texts)
    assert wait_until(lambda: base.health()["snapshot"]["revision"] == base.store.revision(), 120)  # type: ignore[index]
    base.answer("产品七的召回应当几日内通知")
    answers, failed, stop = list[Answer](), list[StoreUnavailable](), threading.Event()

    def ask_on() -> None:
        while not stop.is_set():
            try:
                answers.append(base.answer("产品七的召回应当几日内通知"))
            except StoreUnavailable as error:
                failed.append(error)

    threads = [threading.Thread(target=ask_on) for _ in range(3)]
    for thread in threads:
        thread.start()
    kill_and_return(mortal, server)
    returned = wait_until(lambda: not base.degraded, 120)
    stop.set()
    for thread in threads:
        thread.join()
    assert failed == []
    assert returned
    assert any(answer.notices for answer in answers)
    assert not base.answer("产品七的召回应当几日内通知").notices


@pytest.mark.parametrize("work", ["ingest", "reindex"])
def test_what_is_under_way_when_the_node_is_killed_finishes_by_itself_and_whole(
    mortal: Node, server: Path, base: PolicyBase, texts: Path, work: str
) -> None:
    half, killed = threading.Event(), threading.Event()

    def tell(done: int, total: int, name: str) -> None:
        if done > total / 2 and not half.is_set():
            half.set()
            killed.wait(60)

    if work == "reindex":
        base.ingest(texts)
    started: dict[str, Callable[[], object]] = {
        "ingest": lambda: base.ingest(texts, progress=tell),
        "reindex": lambda: base.reindex(progress=tell),
    }
    worker = threading.Thread(target=started[work])
    worker.start()
    assert half.wait(120)
    kill_and_return(mortal, server, killed)  # by the main thread: a node ends with the thread that started it
    worker.join(300)
    assert not worker.is_alive()
    assert is_whole(base)
    assert len(base.search("产品召回三日内通知", limit=50)) == 50
    assert base.health()["ok"]
