"""Failure drills on real Elasticsearch nodes: what people notice when one is killed, and whether anything is lost.

    python bench/drills.py --corpus ../shared/data/corpus [--only questions,reindex,import,http,cluster]

``questions``: kill -9 during a load of questions from several threads, through ``PolicyBase.answer``. ``reindex`` and
``import``: kill -9 half-way; both must finish by themselves once the node is back, with every text in place.
``http``: the same load through the portal's HTTP endpoint. ``cluster``: three nodes, the elected master is killed
during writes and searches. Prints JSON; exit code 1 when an answer failed or a text was lost.
"""

import argparse
import json
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
from elasticsearch import Elasticsearch

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.measuring import machine  # noqa: E402
from policy_kb import PolicyBase, PolicyBaseError, open_policy_base, wording  # noqa: E402
from tools.elasticsearch_node import Node, default_cache, fetch_server, free_port, start_node  # noqa: E402

QUESTIONS = [line for line in (ROOT / "bench" / "store_questions.txt").read_text().split("\n") if line]
DOWN_SECONDS = 8.0  # between the kill and the new start


class Load:
    """Threads that ask without a pause; what each question took, failed with or was noticed to say."""

    def __init__(self, ask: Callable[[str], str], threads: int = 4) -> None:
        self._ask, self._stop = ask, threading.Event()
        self.asked: list[tuple[float, float, str]] = []  # when it began, seconds, "" | notice | error
        self._threads = [threading.Thread(target=self._run, args=(n,)) for n in range(threads)]

    def _run(self, number: int) -> None:
        while not self._stop.is_set():
            question, began = QUESTIONS[(len(self.asked) + number) % len(QUESTIONS)], time.monotonic()
            try:
                said = self._ask(question)
            except (PolicyBaseError, httpx.HTTPError, ValueError) as error:
                said = f"failed: {type(error).__name__}: {error}"[:300]
            self.asked.append((began, time.monotonic() - began, said))

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def report(self, killed: float, back: float) -> dict[str, Any]:
        """``killed`` and ``back`` are when the node was killed and answered again."""
        failed = [said for _, _, said in self.asked if said.startswith("failed")]
        noticed = [began for began, _, said in self.asked if said == "notice"]
        ordered = sorted(seconds for _, seconds, _ in self.asked)
        before = sorted(seconds for began, seconds, _ in self.asked if began < killed - 3)
        return {
            "answers": len(self.asked),
            "failed": len(failed),
            "errors": dict(Counter(failed).most_common(3)),
            "from_the_snapshot": len(noticed),
            "longest_s": round(ordered[-1], 2),
            "p95_before_kill_s": round(before[int(len(before) * 0.95)], 3) if before else None,
            "first_from_snapshot_s_after_kill": round(min(noticed) - killed, 2) if noticed else None,
            "last_from_snapshot_s_after_return": round(max(noticed) - back, 2) if noticed else None,
        }


@contextmanager
def one_node() -> Iterator[Node]:
    folder = Path(tempfile.mkdtemp(prefix="wenban-drill-"))
    folder.chmod(0o755)
    node = start_node(fetch_server(default_cache()), folder)
    try:
        yield node
    finally:
        node.stop()
        shutil.rmtree(folder, ignore_errors=True)


def kill_and_return(node: Node) -> tuple[float, float]:
    """Kill -9, leave it dead, start it again in its folder on its port; when it died and when it answered again."""
    node.kill()
    killed = time.monotonic()
    time.sleep(DOWN_SECONDS)
    again = start_node(fetch_server(default_cache()), node.folder, http_port=node.http_port)
    node.process = again.process
    return killed, time.monotonic()


def ask_base(base: PolicyBase) -> Callable[[str], str]:
    def ask(question: str) -> str:
        answer = base.answer(question)
        if not answer.blocks:
            raise ValueError(f"an empty answer to {question}")
        return "notice" if answer.notices else ""

    return ask


def open_base(node: Node, folder: Path, index: str = "drill") -> PolicyBase:
    base = open_policy_base(folder, "elasticsearch", node.url, index)
    for question in QUESTIONS[:3]:  # dictionaries and catalogue are read at the first question
        with suppress(PolicyBaseError):  # nothing is loaded yet
            base.answer(question)
    return base


def wait_for_snapshot(base: PolicyBase, seconds: float = 300) -> None:
    """Until the snapshot shows the state of the index."""
    deadline = time.monotonic() + seconds
    while base.health()["snapshot"]["revision"] != base.store.revision():  # type: ignore[index]
        if time.monotonic() > deadline:
            raise SystemExit("the snapshot was not made in time")
        time.sleep(0.3)


def contents(base: PolicyBase) -> dict[str, Any]:
    """Everything a base holds, for comparing."""
    return {head.id: base.get_version(head.id) for head in base.list_versions()}


def lost(expected: dict[str, Any], found: dict[str, Any]) -> list[str]:
    return [key for key, version in expected.items() if found.get(key) != version]


def finds(base: PolicyBase) -> list[list[str]]:
    return [[hit.clause.id for hit in base.search(question, limit=5)] for question in QUESTIONS]


def run_questions(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    with one_node() as node:
        base = open_base(node, folder / "kb")
        base.ingest(options.corpus)
        wait_for_snapshot(base)
        with Load(ask_base(base)) as load:
            time.sleep(6)
            killed, back = kill_and_return(node)
            time.sleep(12)
        report = load.report(killed, back) | {"degraded_at_the_end": base.degraded}
        base.close()
        return report


def run_reindex(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    with one_node() as node:
        base = open_base(node, folder / "kb")
        base.ingest(options.corpus)
        wait_for_snapshot(base)
        expected, found = contents(base), finds(base)
        begun, done = threading.Event(), list[object]()
        worker = threading.Thread(
            target=lambda: done.append(base.reindex(progress=lambda made, total, _: begun.set() if made > 60 else None))
        )
        with Load(ask_base(base), 2) as load:
            worker.start()
            begun.wait(120)
            killed, back = kill_and_return(node)
            worker.join(300)
        report = load.report(killed, back) | {
            "reindex_finished_by_itself": bool(done),
            "seconds_after_return": round(time.monotonic() - back, 1),
            "lost": lost(expected, contents(base)),
            "same_first_hit": sum(a[:1] == b[:1] for a, b in zip(finds(base), found, strict=True)) / len(QUESTIONS),
            "health": base.health(),
        }
        base.close()
        return report


def run_import(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    plain = open_policy_base(folder / "plain")
    plain.ingest(options.corpus)
    expected, found = contents(plain), finds(plain)
    plain.close()
    with one_node() as node:
        base = open_base(node, folder / "kb")
        half, done = threading.Event(), list[object]()

        def tell(made: int, total: int, _: str) -> None:
            if made > total / 2:
                half.set()

        worker = threading.Thread(target=lambda: done.append(base.ingest(options.corpus, progress=tell)))
        worker.start()
        half.wait(300)
        _, back = kill_and_return(node)
        worker.join(600)
        report = {
            "import_finished_by_itself": bool(done),
            "seconds_after_return": round(time.monotonic() - back, 1),
            "versions": len(base.list_versions()),
            "lost": lost(expected, contents(base)),
            "same_first_hit": sum(a[:1] == b[:1] for a, b in zip(finds(base), found, strict=True)) / len(QUESTIONS),
            "health": base.health(),
        }
        base.close()
        return report


def run_http(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    from tools.evaluate import Client
    from tools.system import running_system

    with one_node() as node:
        variables = {"store": "elasticsearch", "elasticsearch_url": node.url, "elasticsearch_index": "drill"}
        with running_system(corpus=str(options.corpus), data=folder / "data", **variables) as address:

            def ask(question: str) -> str:
                with httpx.Client(base_url=address, timeout=60) as http:
                    said = json.dumps(Client(http, "zh").say(question), ensure_ascii=False, default=str)
                if len(said) < 40:
                    raise ValueError(f"an empty answer to {question}: {said}")
                return "notice" if "最近一次" in said or "last good copy" in said else ""

            for question in QUESTIONS[:5]:
                ask(question)
            time.sleep(10)  # the snapshot
            with Load(ask, 3) as load:
                time.sleep(8)
                killed, back = kill_and_return(node)
                time.sleep(15)
            return load.report(killed, back)


def run_cluster(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    with three_nodes(folder) as nodes:
        urls = ",".join(node.url for node in nodes)
        base = open_policy_base(folder / "kb", "elasticsearch", urls, "drill")
        base.ingest(options.corpus)
        wait_for_snapshot(base)
        expected, written = contents(base), 0
        victim = find_master(nodes)
        with Load(ask_base(base), 2) as load:
            end = time.monotonic() + 30
            killed = time.monotonic() + 5
            while time.monotonic() < end:
                base.store.write_note(f"drill-{written}", "x" * 1000)
                written += 1
                if victim.running and time.monotonic() > killed:
                    victim.kill()
        kept = sum(base.store.read_note(f"drill-{number}") == "x" * 1000 for number in range(written))
        report = load.report(killed, killed) | {
            "notes_acknowledged": written,
            "notes_kept": kept,
            "lost": lost(expected, contents(base)),
            "health": base.health(),
        }
        base.close()
        return report


@contextmanager
def three_nodes(folder: Path) -> Iterator[list[Node]]:
    """A cluster of three on this machine, started together, for each needs another one to be green."""
    ports = [free_port() for _ in range(3)]
    base = Path(tempfile.mkdtemp(prefix="wenban-drill-"))
    base.chmod(0o755)
    started: dict[int, Node] = {}

    def start(number: int) -> None:
        options = {
            "discovery.type": "multi-node",
            "node.name": f"node{number}",
            "cluster.initial_master_nodes": "node0,node1,node2",
            "discovery.seed_hosts": ",".join(f"127.0.0.1:{port}" for port in ports),
        }
        started[number] = start_node(
            fetch_server(default_cache()),
            base / f"node{number}",
            transport_port=ports[number],
            options=options,
            outlive=True,  # else it ends with the thread that started it
        )

    threads = [threading.Thread(target=start, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    nodes = [started[number] for number in sorted(started)]
    try:
        yield nodes
    finally:
        for node in nodes:
            node.stop()
        shutil.rmtree(base, ignore_errors=True)


def find_master(nodes: list[Node]) -> Node:
    with Elasticsearch(nodes[0].url) as client:
        state = client.cluster.state(metric=["master_node", "nodes"])
        name = state["nodes"][state["master_node"]]["name"]
    return nodes[int(name.removeprefix("node"))]


def is_bad(report: dict[str, Any]) -> bool:
    return bool(report.get("failed") or report.get("lost")) or report.get("notes_kept") != report.get(
        "notes_acknowledged"
    )


def main() -> None:
    drills = {
        "questions": run_questions,
        "reindex": run_reindex,
        "import": run_import,
        "http": run_http,
        "cluster": run_cluster,
    }
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--only", default=",".join(drills))
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    wording.compile_catalogues()
    reports = {}
    for name in options.only.split(","):
        folder = Path(tempfile.mkdtemp(prefix="wenban-drill-kb-"))
        reports[name] = drills[name](options, folder) | {"machine": machine()}
        print(json.dumps({name: reports[name]}, ensure_ascii=False, default=str), file=sys.stderr, flush=True)
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(reports, ensure_ascii=False, indent=1, default=str))
    sys.exit(any(is_bad(report) for report in reports.values()))


if __name__ == "__main__":
    main()
